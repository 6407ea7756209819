"""The line under the sections: which numbers lie at the cursor."""

from collections.abc import Mapping

from core.convolution.geometry import inside
from core.display.sections import Places, Position
from core.display.slices import AXES
from core.settings import Triple
from gui.cuts import Cuts
from gui.widgets.section_grid import Row


def cursor_text(
    places: Places,
    cursor: Position,
    output: Triple | None,
    tap: Position,
    cuts: Mapping[Row, Cuts | None],
) -> str:
    """Return the values of input, feature volume and kernel at the cursor, as far as they are there.

    Parameters
    ----------
    cursor
        In clip coordinates.
    output
        The response that is looked at; None where there is none.
    tap
        The place on the kernel.
    cuts
        What is cut in each row.
    """
    parts = ["cursor " + ", ".join(f"{axis} {at:g}" for axis, at in zip(AXES, cursor, strict=True))]
    source = places.input_at(cursor)
    parts.append(_value("input {}", cuts[Row.INPUT], source))
    if output is None:
        parts.append("no response here: the kernel would reach outside")
    else:
        parts.append(_value(f"response {_place(output)} = {{}}", cuts[Row.VOLUME], output))
    weight = places.nearest_tap(tap)
    parts.append(_value(f"weight {_place(weight)} = {{}}", cuts[Row.KERNEL], weight))
    return "   ·   ".join(filter(None, parts))


def _value(text: str, cuts: Cuts | None, voxel: Triple | None) -> str:
    """Return a text with a voxel's value; "" where that is not there, as while other shapes are computed."""
    if cuts is None or voxel is None or not inside(voxel, cuts.shape):
        return ""
    return text.format(cuts.value_text(voxel))


def _place(voxel: Triple) -> str:
    return f"({', '.join(map(str, voxel))})"
