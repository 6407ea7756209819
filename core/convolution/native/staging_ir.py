"""Bringing the rows of a frame into float planes, as LLVM IR.

The inner loop wants neighbouring answers to look at neighbouring floats. So each channel becomes a plane of
its own, and with a stride s along x each plane becomes s planes, one for every s-th pixel. Bytes
become value / 255. Pixels outside the frame come from where the border mode says, or are zero.
"""

from dataclasses import dataclass

from llvmlite import ir

from core.convolution.native.emit import F32, I8, I32, I64, Emitter, i64, vector

_LANES = 8

# Fields of a job, all int64. Steps are in bytes.
FIELDS = (
    "frame",  # address of the frame's first number
    "frame_row",  # from one row of the frame to the next
    "frame_channel",  # from one channel to the next
    "planes",  # address of the first plane's first row
    "plane_row",  # from one row of a plane to the next
    "plane_channel",  # from a channel's (first) plane to that of the next channel
    "channels",
    "rows",  # how many rows are wanted
    "row_sources",  # int64 for each of them: a row of the frame, or -1
    "inside_begin",  # pixels that lie side by side in frame and plane: from this one of a row of the plane
    "inside_count",  # so many
    "inside_source",  # where the first of them lies in a row of the frame, in bytes
    "pixels",  # how many other pixels each row has
    "pixel_sources",  # int64 for each of them: where it lies in a row of the frame, in bytes, or -1
    "pixel_places",  # int64 for each of them: where it goes in the row of the (first) plane, in bytes
    "width",  # floats in a row of all planes of one channel, for rows outside the frame
    "phase_step",  # from one plane of a channel to its next
    "phases",
)
FIELD = {name: index for index, name in enumerate(FIELDS)}


@dataclass(frozen=True)
class Staging:
    """What must be known to make code.

    Parameters
    ----------
    planar
        Whether frames are (C, H, W) float32; else they are (H, W, C) uint8.
    interleaved
        Channels of such a uint8 frame whose pixels are taken eight at a time: 1 or 3; or 0: none are.
    """

    planar: bool
    interleaved: int = 0

    @property
    def name(self) -> str:
        """A name for the function."""
        return f"stage_{'planes' if self.planar else f'bytes{self.interleaved}'}"


def write_staging(module: ir.Module, staging: Staging) -> str:
    """Write the function into a module and return its name."""
    _Staging(Emitter(module, staging.name), staging).write()
    return staging.name


class _Staging:
    def __init__(self, emitter: Emitter, staging: Staging) -> None:
        self.e, self.staging = emitter, staging
        self.f = {name: emitter.field(index) for name, index in FIELD.items()}

    def write(self) -> None:
        e, f = self.e, self.f
        frame, planes, sources = (e.pointer(FIELD[n]) for n in ("frame", "planes", "row_sources"))
        with e.loop(i64(0), f["rows"]) as row:
            source = e.load(e.at(sources, e.b.mul(row, i64(8))), I64)
            target = e.at(planes, e.b.mul(row, f["plane_row"]))
            with e.b.if_else(e.b.icmp_signed("<", source, i64(0))) as (outside, inside):
                with outside:
                    self._zeros(target)
                with inside:
                    pixels = e.at(frame, e.b.mul(source, f["frame_row"]))
                    self._inside(pixels, target)
                    self._others(pixels, target)
        e.end()

    def _zeros(self, target: ir.Value) -> None:
        e, f = self.e, self.f
        with e.loop(i64(0), f["channels"]) as channel:
            plane = e.at(target, e.b.mul(channel, f["plane_channel"]))
            with e.loop(i64(0), f["phases"]) as phase:
                begin = e.at(plane, e.b.mul(phase, f["phase_step"]))
                with e.loop(i64(0), f["width"]) as number:
                    e.store(ir.Constant(F32, 0.0), e.at(begin, e.b.mul(number, i64(4))), 4)

    def _others(self, pixels: ir.Value, target: ir.Value) -> None:
        """Take pixels one by one, from wherever the table says."""
        e, f = self.e, self.f
        sources, places = e.pointer(FIELD["pixel_sources"]), e.pointer(FIELD["pixel_places"])
        with e.loop(i64(0), f["pixels"]) as number:
            source = e.load(e.at(sources, e.b.mul(number, i64(8))), I64)
            place = e.at(target, e.load(e.at(places, e.b.mul(number, i64(8))), I64))
            there = e.b.icmp_signed(">=", source, i64(0))
            # What is read in vain is the first pixel of the row: it is always there.
            first = e.at(pixels, e.b.select(there, source, i64(0)))
            with e.loop(i64(0), f["channels"]) as channel:
                value = self._number(e.at(first, e.b.mul(channel, f["frame_channel"])))
                value = e.b.select(there, value, ir.Constant(F32, 0.0))
                e.store(value, e.at(place, e.b.mul(channel, f["plane_channel"])), 4)

    def _number(self, place: ir.Value) -> ir.Value:
        if self.staging.planar:
            return self.e.load(place, F32, 4)
        return self.e.b.fdiv(self.e.b.uitofp(self.e.load(place, I8), F32), ir.Constant(F32, 255.0))

    def _inside(self, pixels: ir.Value, target: ir.Value) -> None:
        """Take pixels that lie side by side, eight at a time and the rest singly."""
        e, f, count = self.e, self.f, self.f["inside_count"]
        begin = e.at(target, e.b.mul(f["inside_begin"], i64(4)))
        source = e.at(pixels, f["inside_source"])
        if self.staging.planar:
            with e.loop(i64(0), f["channels"]) as channel:
                self._run(
                    [e.at(source, e.b.mul(channel, f["frame_channel"]))],
                    [e.at(begin, e.b.mul(channel, f["plane_channel"]))],
                    count,
                )
        elif self.staging.interleaved:
            targets = [
                e.at(begin, e.b.mul(i64(c), f["plane_channel"])) for c in range(self.staging.interleaved)
            ]
            self._run([source], targets, count)

    def _run(self, sources: list[ir.Value], targets: list[ir.Value], count: ir.Value) -> None:
        e, channels = self.e, len(targets)
        size = 4 if self.staging.planar else channels
        whole = e.b.and_(count, i64(-_LANES))
        with e.loop(i64(0), whole, _LANES) as first:
            values = self._eight(e.at(sources[0], e.b.mul(first, i64(size))), channels)
            for target, value in zip(targets, values, strict=True):
                e.store(value, e.at(target, e.b.mul(first, i64(4))), 4)
        with e.loop(whole, count) as number:
            place = e.at(sources[0], e.b.mul(number, i64(size)))
            for channel, target in enumerate(targets):
                value = self._number(e.at(place, i64(channel)))
                e.store(value, e.at(target, e.b.mul(number, i64(4))), 4)

    def _eight(self, place: ir.Value, channels: int) -> list[ir.Value]:
        """Return eight pixels of each channel as floats."""
        e = self.e
        floats = vector(F32, _LANES)
        if self.staging.planar:
            return [e.load(place, floats, 4)]
        together = e.load(place, vector(I8, _LANES * channels))
        undefined = ir.Constant(together.type, ir.Undefined)
        scale = ir.Constant(floats, [255.0] * _LANES)
        values = []
        for channel in range(channels):
            lanes = ir.Constant(vector(I32, _LANES), [channels * i + channel for i in range(_LANES)])
            bytes_ = e.b.shuffle_vector(together, undefined, lanes)
            values.append(e.b.fdiv(e.b.uitofp(bytes_, floats), scale))
        return values
