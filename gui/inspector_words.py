"""What the inspector says: numbers of core as the words that its widgets show. No arithmetic."""

from collections.abc import Sequence

from core.analysis.inspect_tile import Account, ProductTerm
from core.analysis.inspector import Inspection, Term
from core.analysis.pixel_time import PixelInTime
from core.analysis.projective import Projection
from core.analysis.snippets import channel_names
from core.display.inspection import short_arithmetic, term_place
from core.display.legend import format_response
from core.display.numbers import all_digits, rounded
from core.display.sheet import CellPlace
from core.settings import Triple
from core.volume import FeatureVolume
from gui.widgets.equation import Part, Verdict
from gui.widgets.frame_strip import StripFrame
from gui.widgets.pixel_time_view import Plot
from gui.widgets.terms_view import Bar, TermLine

ACTIVATIONS = {"relu": "ReLU", "abs": "|·|", "square": "( )²"}
LARGEST = 10


def equation_parts(found: Inspection) -> tuple[Part, ...]:
    """Return sum, bias, what they make, and what the activation makes of it."""
    parts = [
        Part("", f"sum of {found.count} products", rounded(found.total)),
        Part("+", "bias", rounded(found.bias, single=True)),
    ]
    activation = found.settings.activation
    if activation == "none":
        parts.append(Part("=", "output", rounded(found.output)))
    else:
        parts.append(Part("=", "before activation", rounded(found.pre_activation)))
        parts.append(Part(f"→ {ACTIVATIONS[activation]} →", "output", rounded(found.output)))
    if found.stored is not None:
        parts.append(Part("  ", "stored", rounded(found.stored, 7, single=True)))
    return tuple(parts)


def verdict(found: Inspection) -> Verdict:
    """Say whether the stored response is this sum."""
    if found.stored is None or found.difference is None:
        return Verdict(None, "The view stores what it makes of this response, not the response itself.")
    allowed, differs = format_response(found.tolerance, 2), format_response(abs(found.difference), 2)
    judged = "agrees" if found.agrees else "does NOT agree"
    rest = f"it differs by {differs}, and float32 may differ by {allowed}."
    return Verdict(found.agrees, f"The stored number {judged}: {rest}")


def exact_line(found: Inspection) -> str:
    """Return the line with all digits."""
    lines = [
        f"sum: {all_digits(found.total)}",
        f"bias: {all_digits(found.bias, single=True)}",
        f"before activation: {all_digits(found.pre_activation)}",
        f"output: {all_digits(found.output)}",
    ]
    if found.stored is not None:
        lines.append(f"stored (float32): {all_digits(found.stored, single=True)}")
    return "\n".join(lines)


def bars(found: Inspection) -> tuple[Bar, Bar]:
    """Return excitation and inhibition."""
    (plus, positive), (minus, negative) = found.excitation, found.inhibition
    most = max(plus, -minus) or 1.0
    return (
        Bar(f"+ {_products(positive)}", rounded(plus), plus / most),
        Bar(f"− {_products(negative)}", rounded(minus), -minus / most),
    )


def _products(count: int) -> str:
    return "1 product" if count == 1 else f"{count} products"


def term_lines(found: Inspection, terms: Sequence[Term], folded: bool) -> list[TermLine]:
    """Return the largest terms as lines."""
    most = abs(terms[0].product) if terms else 1.0
    names = channel_names(found.patch.shape[3])
    return [
        TermLine(
            f"{term_place(term)}{f', {names[term.tap[3]]}' if len(names) > 1 else ''}",
            short_arithmetic(term),
            abs(term.product) / most,
            term.product > 0,
            CellPlace(term.tap[0], 0 if folded else term.tap[3], term.tap[1], term.tap[2]),
        )
        for term in terms
    ]


def share_sentence(found: Inspection, terms: Sequence[Term]) -> str:
    """Say what part of all the largest terms make."""
    if not terms:
        return f"All {found.count} products are 0."
    share = found.share(terms) * 100
    percent = f"{share:.0f} %" if share >= 1 else f"{share:.2g} %"
    if share >= 99.5 and len(terms) < found.count:
        percent = "over 99 %"
    which = "This 1" if len(terms) == 1 else f"These {len(terms)}"
    return f"{which} of {found.count} terms make {percent} of the sum of all magnitudes."


def origin_sentence(found: Account) -> str:
    """Say how a tile's value comes from the responses behind it, or "" for a plain response."""
    if not found.sums:
        return found.sentence
    if len(found.sums) == 1:
        line = f"Tile = {' '.join(_product(term, n) for n, term in enumerate(found.sums[0]))}"
        line += f" = {rounded(found.totals[0])}."
    else:
        line = f"Sums of this tile: {', '.join(rounded(total, 3) for total in found.totals)}."
    stored = rounded(found.stored, 7, single=True)
    if found.value is None:
        return f"{line} {found.sentence} Stored: {stored}."
    judged = "agrees within float32" if found.agrees else "does NOT agree"
    value = "" if len(found.sums) == 1 else f" Their length is {rounded(found.value)}."
    return f"{line} {found.sentence}{value} Stored: {stored}, which {judged}."


def _product(term: ProductTerm, number: int) -> str:
    sign = "−" if term.weight < 0 else "+" if number else ""
    factor = "" if abs(term.weight) == 1 else f"{rounded(abs(term.weight), 3)} · "
    one, two = rounded(term.first, 3), rounded(term.second, 3)
    if term.names[0] == term.names[1]:
        return f"{sign} {factor}({term.names[0]}: {one})²".strip()
    return f"{sign} {factor}({term.names[0]}: {one}) · ({term.names[1]}: {two})".strip()


def strip_frames(found: Inspection) -> list[StripFrame]:
    """Return the input frames under the kernel."""
    axis = found.patch.field.t
    made = []
    for position, source in zip(axis.positions, axis.sources, strict=True):
        if position == source:
            made.append(StripFrame(source, f"frame {position + 1}"))
        else:
            counts = "padding: 0" if source is None else f"padding: as {source + 1}"
            made.append(StripFrame(source, counts, padded=True))
    return made


def plots(courses: PixelInTime, found: Inspection, volume: FeatureVolume) -> list[Plot]:
    """Return the three plots of one pixel in time, each on a scale that holds for the whole clip."""
    names = channel_names(found.patch.shape[3]) if found.patch.shape[3] > 1 else ()
    _, y, x = found.voxel
    j, k = courses.tap
    if courses.place is not None:
        above = f"input at y {courses.place[0]}, x {courses.place[1]}"
    elif courses.inputs:
        above = "input: rectified responses"
    else:
        above = "input: outside the clip, counts 0"
    limit, centre = found.kernel.limit, courses.centre
    most = max(-volume.minimum, volume.maximum) or 1.0
    return [
        Plot(above, courses.inputs, 0.0, found.patch.most, names),
        Plot(f"weights, row {j + 1}, column {k + 1}", courses.weights, -limit, limit, names, stems=True),
        Plot(
            f"output at y {y}, x {x}, at the kernel's centre",
            (courses.outputs,),
            -most if volume.minimum < 0 else 0.0,
            most,
            point=centre,
        ),
    ]


# The reverse


def reach_parts(found: Projection) -> tuple[Part, ...]:
    """Say what an input voxel reaches."""
    names = channel_names(len(found.raw))
    raw = found.raw.tolist()
    value = str(raw[0]) if len(raw) == 1 else "  ".join(
        f"{name} {number}" for name, number in zip(names, raw, strict=True)
    )  # fmt: skip
    frames = found.t.outputs
    count = "1 output" if found.count == 1 else f"{found.count} outputs"
    return (
        Part("", f"input at {place_text(found.source)}, from 0 to 255", value),
        Part("→", "is seen by", count),
        Part("in", "output frame" if len(frames) == 1 else "output frames", numbers_text(frames)),
    )


REVERSED = (
    "It adds value ÷ 255 × weight to the sum of each. Seen from the input the kernel is flipped: the "
    "earliest output sees it with the last frame of the kernel."
)


def reached_frames(found: Projection) -> list[StripFrame]:
    """Return the output frames that see the input."""
    return [StripFrame(output, f"output frame {output + 1}") for output in found.t.outputs]


def numbers_text(indices: Sequence[int]) -> str:
    """Return numbers from 1 as "3 – 9", or one by one where they are not neighbours."""
    if not indices:
        return "none"
    first, last = indices[0] + 1, indices[-1] + 1
    if len(indices) > 2 and last - first + 1 == len(indices):
        return f"{first} – {last}"
    return ", ".join(str(index + 1) for index in indices)


def place_text(place: Triple) -> str:
    """Return "t 6, y 119, x 142", counted from 0 as in every value under the cursor."""
    return ", ".join(f"{axis} {at}" for axis, at in zip("tyx", place, strict=True))
