"""An inspected response as text to take along: a table, and programs that compute the number again.

The programs are whole: arrays are written out, digit for digit (uint8 as it is, float32 and float64 as the
shortest text that is read back as the same number), and comments tell where they come from. What they print
is the very float64 number of `Inspection.output` (NumPy adds in the same order; PyTorch in one of its own,
so its last digits may differ).
"""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.inspector import Inspection
from core.display.kernels import GREY_NAME, RGB_NAMES

_WIDTH = 100
_NUMPY = {
    "none": "output = total",
    "relu": "output = np.maximum(total, 0.0)",
    "abs": "output = np.abs(total)",
    "square": "output = np.square(total)",
}
_TORCH = {
    "none": "output = total",
    "relu": "output = torch.relu(total)",
    "abs": "output = torch.abs(total)",
    "square": "output = torch.square(total)",
}


def channel_names(count: int) -> tuple[str, ...]:
    """Return "R", "G", "B", or "grey", or numbers from 1."""
    if count == 1:
        return (GREY_NAME,)
    return RGB_NAMES if count == len(RGB_NAMES) else tuple(str(i + 1) for i in range(count))


def text_table(inspection: Inspection, clip_name: str = "clip") -> str:
    """Return every term as a line of a table, with subtotals and the sum, for editors and spreadsheets."""
    lines = [*_facts(inspection, clip_name), ""]
    raw = inspection.patch.raw is not None
    head = ("i", "j", "k", "channel", "t", "y", "x", *(("raw",) if raw else ()), "value", "weight", "product")
    rows = [head, *_rows(inspection)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        note = row[len(head) :]
        cells = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=False))
        lines.append("  ".join((cells, *note)))
    lines += ["", *_sums(inspection)]
    return "\n".join(lines) + "\n"


def numpy_snippet(inspection: Inspection, clip_name: str = "clip") -> str:
    """Return a program that computes the response with NumPy alone."""
    value = "patch" if inspection.patch.raw is None else "patch / 255.0"
    return _program(
        inspection,
        clip_name,
        ["import numpy as np"],
        [
            "total = np.sum(" + value + " * weights.astype(np.float64)) + bias",
            _NUMPY[_activation(inspection)],
        ],
        {"uint8": "np.uint8", "float32": "np.float32", "float64": "np.float64"},
        "np.array",
        "print(float(output))",
    )


def torch_snippet(inspection: Inspection, clip_name: str = "clip") -> str:
    """Return a program that computes the response with PyTorch's own 3-D convolution."""
    value = "patch.double()" if inspection.patch.raw is None else "patch.double() / 255.0"
    return _program(
        inspection,
        clip_name,
        ["import torch", "import torch.nn.functional as F"],
        [
            "# PyTorch wants (batch, channel, time, row, column).",
            f"clip = ({value}).permute(3, 0, 1, 2).unsqueeze(0)",
            "kernel = weights.double().permute(3, 0, 1, 2).unsqueeze(0)",
            "total = F.conv3d(clip, kernel) + bias",
            _TORCH[_activation(inspection)],
        ],
        {"uint8": "torch.uint8", "float32": "torch.float32", "float64": "torch.float64"},
        "torch.tensor",
        "print(output.item())",
    )


def _program(
    inspection: Inspection,
    clip_name: str,
    imports: list[str],
    arithmetic: list[str],
    types: dict[str, str],
    make: str,
    ending: str,
) -> str:
    patch = inspection.patch.values if inspection.patch.raw is None else inspection.patch.raw
    shape = "(kT, kH, kW, C)"
    lines = [
        *(f"# {line}" if line else "#" for line in _facts(inspection, clip_name)),
        *imports,
        "",
        f"patch = {make}(  # {shape}: what the kernel lies on",
        *_array(patch),
        f"    dtype={types[str(patch.dtype)]},",
        ")",
        f"weights = {make}(  # {shape}",
        *_array(inspection.kernel.weights),
        f"    dtype={types['float32']},",
        ")",
        f"bias = {inspection.bias!r}",
        "",
        *arithmetic,
        f"{ending}  # {inspection.output!r}",
    ]
    return "\n".join(lines) + "\n"


def _activation(inspection: Inspection) -> str:
    return inspection.settings.activation


def _facts(inspection: Inspection, clip_name: str) -> Iterator[str]:
    """Yield where the number comes from; everything is counted from 0."""
    patch, settings = inspection.patch, inspection.settings
    t, y, x = inspection.voxel
    yield f"One response of Wavecube: filter {_plain(inspection.kernel.name)!r} on {_plain(clip_name)!r}"
    yield f"at the output frame t = {t}, row y = {y}, column x = {x}. All is counted from 0."
    yield ""
    for name, axis in zip(("frames", "rows", "columns"), patch.field.axes, strict=True):
        yield from _wrapped(f"input {name}: {_places(axis.positions, axis.sources)}")
    yield (
        f"stride (t, y, x) = {settings.stride}, dilation = {settings.dilation}, "
        f"padding = {settings.padding!r}, border = {settings.border!r}"
    )
    yield "The kernel is not flipped, as in every deep-learning framework (cross-correlation)."
    if patch.raw is not None:
        yield "A value is raw / 255, so that the filter sees numbers in [0, 1]."
    if patch.padded.any():
        yield f"{int(patch.padded.sum())} of {patch.padded.size} places lie outside the clip (padding)."
    if inspection.stored is not None:
        allowed = f"{inspection.tolerance:.2g}"
        yield f"stored as float32: {np.float32(inspection.stored)!s}, to be met within {allowed}"


def _plain(name: str) -> str:
    """Return a name on one line: it stands in a comment of a program."""
    return " ".join(name.split())


def _wrapped(text: str) -> list[str]:
    return wrap(text, _WIDTH, subsequent_indent="  ")


def _places(positions: tuple[int, ...], sources: tuple[int | None, ...]) -> str:
    said = []
    for position, source in zip(positions, sources, strict=True):
        if source == position:
            said.append(str(position))
        else:
            said.append(f"{position} (outside: counts {'0' if source is None else f'as {source}'})")
    return ", ".join(said)


def _rows(inspection: Inspection) -> Iterator[tuple[str, ...]]:
    """Yield a line for each term: taps, place, raw value, value, weight, product, and a note in padding."""
    names = channel_names(inspection.patch.shape[3])
    for tap in np.ndindex(inspection.patch.shape):
        i, j, k, c = tap
        term = inspection.term(i, j, k, c)
        raw = () if term.raw is None else (str(term.raw),)
        numbers = repr(term.value), str(inspection.kernel.weights[tap]), repr(term.product)
        note = ("outside",) if term.padded else ()
        yield (str(i), str(j), str(k), names[c], *map(str, term.place), *raw, *numbers, *note)


def _sums(inspection: Inspection) -> Iterator[str]:
    names = channel_names(inspection.patch.shape[3])
    for i, (subtotal, channels) in enumerate(
        zip(inspection.subtotals.tolist(), inspection.channel_subtotals.tolist(), strict=True)
    ):
        parts = ", ".join(f"{name} {value!r}" for name, value in zip(names, channels, strict=True))
        yield f"kernel frame {i}: {subtotal!r}" + (f" ({parts})" if len(names) > 1 else "")
    yield f"sum of {inspection.count} products: {inspection.total!r}"
    yield f"+ bias {inspection.bias!r} = {inspection.pre_activation!r}"
    if inspection.settings.activation != "none":
        yield f"{inspection.settings.activation} -> {inspection.output!r}"
    if inspection.stored is not None:
        judged = "agrees" if inspection.agrees else "DOES NOT AGREE"
        yield f"stored: {np.float32(inspection.stored)!s} ({judged} within {inspection.tolerance:.2g})"


def _array(array: NDArray[Any]) -> Iterator[str]:
    """Yield the lines of an array of four axes, a kernel row or more on each, every digit written."""
    cells = [[[[str(value) for value in cell] for cell in row] for row in frame] for frame in array]
    wide = max(len(text) for frame in cells for row in frame for cell in row for text in cell)
    yield "    ["
    for frame in cells:
        yield "        ["
        for row in frame:
            texts = ["[" + ", ".join(text.rjust(wide) for text in cell) + "]" for cell in row]
            yield from _filled(texts)
        yield "        ],"
    yield "    ],"


def _filled(texts: list[str]) -> Iterator[str]:
    """Yield one row of an array, on as many lines as it takes."""
    line = "            ["
    for number, text in enumerate(texts):
        last = number == len(texts) - 1
        piece = text + ("]," if last else ", ")
        if len(line) + len(piece) > _WIDTH and not line.endswith("["):
            yield line.rstrip()
            line = "             "
        line += piece
    yield line
