"""Loops and addresses over llvmlite's IR builder: just enough to write a loop nest legibly."""

from collections.abc import Iterator
from contextlib import contextmanager

from llvmlite import ir

I8, I32, I64 = ir.IntType(8), ir.IntType(32), ir.IntType(64)
F32, F64 = ir.FloatType(), ir.DoubleType()
PTR = ir.PointerType()


def i64(number: int) -> ir.Constant:
    """Return a 64-bit constant."""
    return ir.Constant(I64, number)


def vector(element: ir.Type, lanes: int) -> ir.VectorType:
    """Return the type of `lanes` numbers side by side."""
    return ir.VectorType(element, lanes)


class Emitter:
    """Writes one function ``void name(ptr job)``; `job` is an array of int64 fields.

    Parameters
    ----------
    module
        Where the function goes.
    name
        Under which it is found again.
    """

    def __init__(self, module: ir.Module, name: str) -> None:
        self.module = module
        self.function = ir.Function(module, ir.FunctionType(ir.VoidType(), [PTR]), name)
        self.function.attributes.add("nounwind")
        self.b = ir.IRBuilder(self.function.append_basic_block("entry"))
        self.job = self.function.args[0]

    def field(self, index: int) -> ir.Value:
        """Return a number of the job."""
        return self.b.load(self.at(self.job, i64(8 * index)), typ=I64)

    def pointer(self, index: int) -> ir.Value:
        """Return a field of the job that is an address."""
        return self.b.inttoptr(self.field(index), PTR)

    def at(self, base: ir.Value, offset: ir.Value) -> ir.Value:
        """Return an address some bytes further on."""
        return self.b.gep(base, [offset], source_etype=I8)

    def load(self, base: ir.Value, type_: ir.Type, align: int = 1) -> ir.Value:
        """Return what lies at an address, which need not be aligned."""
        value = self.b.load(base, typ=type_)
        value.align = align
        return value

    def store(self, value: ir.Value, base: ir.Value, align: int = 1) -> None:
        """Write to an address, which need not be aligned."""
        self.b.store(value, base).align = align

    def splat(self, scalar: ir.Value, type_: ir.VectorType) -> ir.Value:
        """Return a scalar in every lane."""
        undefined = ir.Constant(type_, ir.Undefined)
        first = self.b.insert_element(undefined, scalar, ir.Constant(I32, 0))
        lanes = ir.Constant(vector(I32, type_.count), [0] * type_.count)
        return self.b.shuffle_vector(first, undefined, lanes)

    def call(self, name: str, result: ir.Type, arguments: list[ir.Value]) -> ir.Value:
        """Call an LLVM intrinsic."""
        function = self.module.globals.get(name)
        if function is None:
            types = [argument.type for argument in arguments]
            function = ir.Function(self.module, ir.FunctionType(result, types), name)
        return self.b.call(function, arguments)

    @contextmanager
    def loop(self, start: ir.Value, end: ir.Value, step: int = 1) -> Iterator[ir.Value]:
        """Repeat what is written inside for the numbers from start to end, which is not reached."""
        before = self.b.block
        head = self.function.append_basic_block("head")
        body = self.function.append_basic_block("body")
        after = self.function.append_basic_block("after")
        self.b.branch(head)
        self.b.position_at_end(head)
        number = self.b.phi(I64)
        number.add_incoming(start, before)
        self.b.cbranch(self.b.icmp_signed("<", number, end), body, after)
        self.b.position_at_end(body)
        yield number
        number.add_incoming(self.b.add(number, i64(step)), self.b.block)
        self.b.branch(head)
        self.b.position_at_end(after)

    def end(self) -> None:
        """Finish the function."""
        self.b.ret_void()


def write_driver(module: ir.Module) -> str:
    """Write ``void drive(ptr job)``, which calls functions one after another, and return its name.

    The job's fields are how many, and for each the address of a function and that of its job: many small
    pieces of work become one call, during which Python can do something else.
    """
    emitter = Emitter(module, "drive")
    builder = emitter.b
    kind = ir.FunctionType(ir.VoidType(), [PTR]).as_pointer()
    with emitter.loop(i64(0), emitter.field(0)) as number:
        pair = emitter.at(emitter.job, builder.add(builder.mul(number, i64(16)), i64(8)))
        function = builder.inttoptr(emitter.load(pair, I64, 8), kind)
        job = builder.inttoptr(emitter.load(emitter.at(pair, i64(8)), I64, 8), PTR)
        builder.call(function, [job])
    emitter.end()
    return "drive"
