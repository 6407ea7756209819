"""Convolution by machine code of our own, made by LLVM for the processor it runs on.

Every general library loses time here: clips have one or three channels where networks have hundreds, and a
single answer is larger than the cache. So the inner loop is written for this one purpose, and LLVM
(package llvmlite) turns it into instructions: no compiler is needed where the program runs, and no kernel
size, stride or number of filters needs code of its own.

`kernel_ir` is the inner loop, `staging_ir` brings frames into float planes, both written with `emit`;
`compiled` makes code of them. `plan` orders weights for it, `staged` sizes memory, `prepared` keeps what is
the same for all weights; `method` runs it over a clip or a stream, strip by strip (`strips`), in lists of
`calls`.
"""
