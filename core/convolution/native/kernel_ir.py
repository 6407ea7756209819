"""The inner loop of convolution, as LLVM IR.

A *block* is R answers side by side (several filters, or several rows of one filter) for P vectors of
neighbouring pixels: R P sums, which stay in registers from the first term to the last. One *entry* is one
weight's place in the receptive field: P vectors of pixels are loaded from there and each is multiplied by
R weights. So a pixel that is loaded serves R filters, a weight serves P vectors, and the processor's
multipliers never wait for memory. The input's places are looked up in a table of offsets, which makes stride,
dilation, borders, kernel size and number of channels a matter of that table: the same code computes all (the
"indirect convolution" of M. Dukhan, The Indirect Convolution Algorithm, 2019, arXiv:1907.02129, there on
top of matrix products).

What a block does is written in a *program*, a list of pairs (operation, count):

* operation m >= 0: take so many entries with the lanes of mask number m;
* `FLUSH`: add the sums to the totals and begin anew. A sum of n products in float32 is off by at most n
  units in the last place, so no sum may grow long (`plan.CHUNK`);
* `END_SUMS`, `END_TOTALS`: the answers are the sums (and the totals); add bias, apply the activation, store.

Masks are for rows that share pixels: with R rows of one filter, a row of pixels lies in the receptive fields
of some of them only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from llvmlite import ir

from core.convolution.native.emit import F32, F64, I32, I64, PTR, Emitter, i64, vector
from core.settings import Activation

FLUSH, END_SUMS, END_TOTALS = -1, -2, -3

# Entries that a turn of the inner loop takes.
_AT_ONCE = 4

# Fields of a job, all int64. Steps are in bytes.
FIELDS = (
    "input",  # address of the first pixel that the first answer looks at
    "offsets",  # int32 for each entry: where it lies from there
    "program",  # int32 pairs
    "weights",  # float32, in the order of the entries, for each block
    "weights_step",  # from one block's weights to the next
    "bias",  # float32, R for each block
    "lanes",  # int64 for each of R lanes: where its answer lies from the block's first
    "out",  # address of the first answer
    "out_step",  # from one block's answers to the next
    "blocks",  # how many blocks
    "begin",  # outer places from this one
    "end",  # to this one, which is not computed
    "outer",  # pairs of int64: how far an outer place lies from the first, in the input and in the output
    "inner",  # the same for the places within an outer one
    "inner_count",
)
FIELD = {name: index for index, name in enumerate(FIELDS)}


@dataclass(frozen=True)
class Shape:
    """What must be known to make code: everything else is in the job.

    Parameters
    ----------
    lanes, vectors, width
        R, P and the numbers in a vector.
    masks
        For each mask the lanes that take part, as bits.
    activation
        What every answer goes through.
    wide
        Whether totals are float64: for receptive fields of thousands of voxels.
    """

    lanes: int
    vectors: int
    width: int
    masks: tuple[int, ...]
    activation: Activation
    wide: bool

    @property
    def name(self) -> str:
        """A name for the function."""
        masks = "_".join(map(str, self.masks))
        return f"block_{self.lanes}x{self.vectors}x{self.width}_{masks}_{self.activation}_{int(self.wide)}"


def write_kernel(module: ir.Module, shape: Shape) -> str:
    """Write the function of a shape into a module and return its name."""
    emitter = Emitter(module, shape.name)
    _Kernel(emitter, shape).write()
    return shape.name


@dataclass
class _Kernel:
    """Writes the loops over places and blocks, and in them the program's interpreter."""

    e: Emitter
    shape: Shape
    totals: ir.Value = field(init=False)

    def __post_init__(self) -> None:
        self.vec = vector(F32, self.shape.width)
        self.total_vec = vector(F64 if self.shape.wide else F32, self.shape.width)
        self.cells = [(r, p) for r in range(self.shape.lanes) for p in range(self.shape.vectors)]

    def write(self) -> None:
        e = self.e
        memory = e.b.alloca(ir.ArrayType(self.total_vec, len(self.cells)))
        memory.align = 64
        # llvmlite gives it a typed pointer, which LLVM no longer has: through an integer it becomes plain.
        self.totals = e.b.inttoptr(e.b.ptrtoint(memory, I64), PTR)
        f = {name: e.field(index) for name, index in FIELD.items()}
        p = {
            name: e.b.inttoptr(f[name], PTR)
            for name in ("input", "offsets", "program", "weights", "bias", "lanes", "out")
        }
        outer, inner = e.pointer(FIELD["outer"]), e.pointer(FIELD["inner"])
        with e.loop(f["begin"], f["end"]) as number:
            pixels, answers = self._moved(p["input"], p["out"], outer, number)
            with e.loop(i64(0), f["inner_count"]) as number:
                here, place = self._moved(pixels, answers, inner, number)
                with e.loop(i64(0), f["blocks"]) as block:
                    weights = e.at(p["weights"], e.b.mul(block, f["weights_step"]))
                    bias = e.at(p["bias"], e.b.mul(block, i64(4 * self.shape.lanes)))
                    out = e.at(place, e.b.mul(block, f["out_step"]))
                    self._block(p["program"], p["offsets"], p["lanes"], here, weights, bias, out)
        e.end()

    def _moved(
        self, pixels: ir.Value, answers: ir.Value, table: ir.Value, number: ir.Value
    ) -> tuple[ir.Value, ir.Value]:
        """Return both addresses moved by a pair of the table."""
        e = self.e
        pair = e.at(table, e.b.mul(number, i64(16)))
        by_pixels, by_answers = e.load(pair, I64, 8), e.load(e.at(pair, i64(8)), I64, 8)
        return e.at(pixels, by_pixels), e.at(answers, by_answers)

    def _block(
        self,
        program: ir.Value,
        offsets: ir.Value,
        lanes: ir.Value,
        pixels: ir.Value,
        weights: ir.Value,
        bias: ir.Value,
        out: ir.Value,
    ) -> None:
        """Interpret the program for one block."""
        e, b = self.e, self.e.b
        before = b.block
        names = ("next", "flush", "last", "done")
        step, flush, last, done = (e.function.append_basic_block(name) for name in names)
        b.branch(step)
        b.position_at_end(step)
        state = [b.phi(PTR), b.phi(PTR), b.phi(PTR), b.phi(I32)]  # program, offsets, weights, flushes
        sums = [b.phi(self.vec) for _ in self.cells]
        zero = ir.Constant(self.vec, [0.0] * self.shape.width)
        starts = [program, offsets, weights, ir.Constant(I32, 0)]
        for phi, value in zip([*state, *sums], [*starts, *[zero] * len(sums)], strict=True):
            phi.add_incoming(value, before)
        operation = e.load(state[0], I32, 4)
        count = b.sext(e.load(e.at(state[0], i64(4)), I32, 4), I64)
        onward = e.at(state[0], i64(8))
        switch = b.switch(operation, last)
        switch.add_case(ir.Constant(I32, FLUSH), flush)
        for index, mask in enumerate(self.shape.masks):
            head = e.function.append_basic_block(f"mask{mask}")
            switch.add_case(ir.Constant(I32, index), head)
            b.position_at_end(head)
            new_sums, new_offsets, new_weights = self._entries(mask, count, pixels, state, sums)
            for phi, value in zip(
                [*state, *sums], [onward, new_offsets, new_weights, state[3], *new_sums], strict=True
            ):
                phi.add_incoming(value, b.block)
            b.branch(step)
        b.position_at_end(flush)
        self._flush(sums, b.icmp_signed("==", state[3], ir.Constant(I32, 0)))
        flushed = b.add(state[3], ir.Constant(I32, 1))
        for phi, value in zip(
            [*state, *sums], [onward, state[1], state[2], flushed, *[zero] * len(sums)], strict=True
        ):
            phi.add_incoming(value, b.block)
        b.branch(step)
        b.position_at_end(last)
        self._finish(sums, operation, bias, lanes, out, done)
        b.position_at_end(done)

    def _entries(
        self, mask: int, count: ir.Value, pixels: ir.Value, state: list[ir.Value], sums: list[ir.Value]
    ) -> tuple[list[ir.Value], ir.Value, ir.Value]:
        """Write the loops that everything else is for: `count` entries with the lanes of one mask.

        Several at a time, so that counting takes less, and then the rest.
        """
        b, shape = self.e.b, self.shape
        lanes = [r for r in range(shape.lanes) if mask >> r & 1]
        grown = {cell: value for cell, value in zip(self.cells, sums, strict=True) if cell[0] in lanes}
        whole = b.and_(count, i64(-_AT_ONCE))
        grown = self._loop(lanes, i64(0), whole, _AT_ONCE, pixels, state, grown)
        grown = self._loop(lanes, whole, count, 1, pixels, state, grown)
        return (
            [grown.get(cell, value) for cell, value in zip(self.cells, sums, strict=True)],
            self.e.at(state[1], b.mul(count, i64(4))),
            self.e.at(state[2], b.mul(count, i64(4 * len(lanes)))),
        )

    def _loop(
        self,
        lanes: list[int],
        begin: ir.Value,
        end: ir.Value,
        step: int,
        pixels: ir.Value,
        state: list[ir.Value],
        sums: dict[tuple[int, int], ir.Value],
    ) -> dict[tuple[int, int], ir.Value]:
        """Write a loop over entries, `step` of them each time; return the sums after it."""
        e, b = self.e, self.e.b
        before = b.block
        loop, after = e.function.append_basic_block("entries"), e.function.append_basic_block("taken")
        b.cbranch(b.icmp_signed("<", begin, end), loop, after)
        b.position_at_end(loop)
        number = b.phi(I64)
        number.add_incoming(begin, before)
        first = {cell: b.phi(self.vec) for cell in sums}
        for cell, phi in first.items():
            phi.add_incoming(sums[cell], before)
        grown: dict[tuple[int, int], ir.Value] = dict(first)
        offsets = e.at(state[1], b.mul(number, i64(4)))
        weights = e.at(state[2], b.mul(number, i64(4 * len(lanes))))
        for n in range(step):
            offset = b.sext(e.load(e.at(offsets, i64(4 * n)), I32, 4), I64)
            factors = e.at(weights, i64(4 * len(lanes) * n))
            for cell, x, factor in self._products(lanes, e.at(pixels, offset), factors):
                grown[cell] = self._multiply_add(x, factor, grown[cell])
        following = b.add(number, i64(step))
        number.add_incoming(following, b.block)
        for cell, phi in first.items():
            phi.add_incoming(grown[cell], b.block)
        last = b.block
        b.cbranch(b.icmp_signed("<", following, end), loop, after)
        b.position_at_end(after)
        results = {cell: b.phi(self.vec) for cell in sums}
        for cell, phi in results.items():
            phi.add_incoming(sums[cell], before)
            phi.add_incoming(grown[cell], last)
        return results

    def _products(
        self, lanes: list[int], place: ir.Value, factors: ir.Value
    ) -> Iterator[tuple[tuple[int, int], ir.Value, ir.Value]]:
        """Yield what each cell multiplies, pixels and weight, in an order that needs few registers.

        The fewer of the two are held, the others come one by one: in the order as it is written here LLVM
        finds room for 12 sums among 16 registers; in the other order it moves sums to memory and back,
        which takes twice as long.
        """
        shape = self.shape
        if len(lanes) > shape.vectors:
            held = [self._pixels(place, p) for p in range(shape.vectors)]
            for index, r in enumerate(lanes):
                factor = self._factor(factors, index)
                yield from (((r, p), held[p], factor) for p in range(shape.vectors))
        else:
            held = [self._factor(factors, index) for index in range(len(lanes))]
            for p in range(shape.vectors):
                x = self._pixels(place, p)
                yield from (((r, p), x, held[index]) for index, r in enumerate(lanes))

    def _pixels(self, place: ir.Value, p: int) -> ir.Value:
        return self.e.load(self.e.at(place, i64(4 * self.shape.width * p)), self.vec, 4)

    def _factor(self, factors: ir.Value, index: int) -> ir.Value:
        return self.e.splat(self.e.load(self.e.at(factors, i64(4 * index)), F32, 4), self.vec)

    def _multiply_add(self, x: ir.Value, y: ir.Value, z: ir.Value) -> ir.Value:
        """Return x y + z: fused where the processor can."""
        return self.e.call(f"llvm.fmuladd.v{self.shape.width}f32", self.vec, [x, y, z])

    def _total_at(self, index: int) -> ir.Value:
        size = (8 if self.shape.wide else 4) * self.shape.width
        return self.e.at(self.totals, i64(index * size))

    def _widened(self, value: ir.Value) -> ir.Value:
        return self.e.b.fpext(value, self.total_vec) if self.shape.wide else value

    def _flush(self, sums: list[ir.Value], first: ir.Value) -> None:
        """Add the sums to the totals; the first time, they are the totals."""
        e, b = self.e, self.e.b
        with b.if_else(first) as (store, add):
            with store:
                for index, value in enumerate(sums):
                    e.store(self._widened(value), self._total_at(index), 32)
            with add:
                for index, value in enumerate(sums):
                    old = e.load(self._total_at(index), self.total_vec, 32)
                    e.store(b.fadd(old, self._widened(value)), self._total_at(index), 32)

    def _finish(
        self,
        sums: list[ir.Value],
        operation: ir.Value,
        bias: ir.Value,
        lanes: ir.Value,
        out: ir.Value,
        done: ir.Block,
    ) -> None:
        """Write bias, activation and the way into memory."""
        e, b = self.e, self.e.b
        totals, store = e.function.append_basic_block("totals"), e.function.append_basic_block("store")
        before = b.block
        b.cbranch(b.icmp_signed("==", operation, ir.Constant(I32, END_TOTALS)), totals, store)
        b.position_at_end(totals)
        added = []
        for index, value in enumerate(sums):
            whole = b.fadd(e.load(self._total_at(index), self.total_vec, 32), self._widened(value))
            added.append(b.fptrunc(whole, self.vec) if self.shape.wide else whole)
        after_totals = b.block
        b.branch(store)
        b.position_at_end(store)
        answers = {}
        for cell, value, whole in zip(self.cells, sums, added, strict=True):
            answers[cell] = b.phi(self.vec)
            answers[cell].add_incoming(value, before)
            answers[cell].add_incoming(whole, after_totals)
        for r in range(self.shape.lanes):
            offset = e.load(e.at(bias, i64(4 * r)), F32, 4)
            place = e.at(out, e.load(e.at(lanes, i64(8 * r)), I64, 8))
            for p in range(self.shape.vectors):
                answer = self._activated(b.fadd(answers[r, p], e.splat(offset, self.vec)))
                e.store(answer, e.at(place, i64(4 * self.shape.width * p)), 4)
        b.branch(done)

    def _activated(self, value: ir.Value) -> ir.Value:
        b, name = self.e.b, f"v{self.shape.width}f32"
        if self.shape.activation == "relu":
            zero = ir.Constant(self.vec, [0.0] * self.shape.width)
            return b.select(b.fcmp_ordered(">", value, zero), value, zero)
        if self.shape.activation == "abs":
            return self.e.call(f"llvm.fabs.{name}", self.vec, [value])
        if self.shape.activation == "square":
            return b.fmul(value, value)
        return value
