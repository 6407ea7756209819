"""What the page of two layers says: shapes, receptive fields, sums."""

from core.analysis.channels import ChannelTerms
from core.convolution.pooling import Pooling
from core.convolution.receptive import Stack
from core.display.legend import format_response
from core.filters.bank import FilterBank
from core.filters.second import second_kinds
from core.settings import Activation, Triple
from gui.layers_work import CHANNELS, RESPONSES, SECOND
from gui.widgets.flow_bar import FlowNode
from gui.widgets.layers_form import LayersChoice

_ACTIVATIONS = {"none": "no activation", "relu": "ReLU", "abs": "|r|", "square": "r²"}


def times(numbers: tuple[int, ...]) -> str:
    """Return "3×5×5"."""
    return "×".join(map(str, numbers))


def flow_nodes(
    stack: Stack, channels: int, first: FilterBank, second: FilterBank, choice: LayersChoice
) -> tuple[FlowNode, ...]:
    """Return the diagram: clip, responses, channels, second layer; each with its shape and field."""
    clip, responses, after, deep = stack.shapes
    between = between_text(choice.activation, choice.pooling)
    coloured = f"{channels} colours" if channels > 1 else "grey"
    unit = "colours" if channels > 1 else "grey"
    return (
        FlowNode(
            "Input",
            (f"{times(clip)} × {channels}", "frames × rows ×", f"columns × {unit}"),
            tip=f"The clip as filters see it: {clip[0]} frames of {clip[2]}×{clip[1]} pixels, {coloured}.",
        ),
        FlowNode(
            "Responses",
            (_count(len(first), responses), *_sight(stack, RESPONSES)),
            f"bank 1: {len(first)} of {times(first.kernel_size)}",
            _tip("Each filter of the first bank answers with one feature volume.", stack, RESPONSES),
        ),
        FlowNode(
            "Channels",
            (_count(len(first), after), *_sight(stack, CHANNELS)),
            between,
            _tip(f"What the second bank sees: every volume after {between}.", stack, CHANNELS),
        ),
        FlowNode(
            "Layer 2",
            (_count(len(second), deep), *_sight(stack, SECOND)),
            f"bank 2: {len(second)} of {times(second.kernel_size)} × {second.channels}",
            _tip(f"Each second filter ({_title(second)}) looks at all {second.channels} channels at once.",
                 stack, SECOND),
        ),
    )  # fmt: skip


def between_text(activation: Activation, pooling: Pooling) -> str:
    """Return "ReLU, max 1×2×2"."""
    block = "" if pooling.idle else f"{pooling.kind} {times(pooling.size)}"
    return ", ".join(part for part in (_ACTIVATIONS[activation], block) if part)


def field_sentence(stack: Stack) -> str:
    """Say how far a response of the second layer sees, and how that follows; "" where there is none."""
    if 0 in stack.shapes[SECOND]:
        return ""
    (t, y, x), (jt, jy, jx) = stack.receptive_field(SECOND), stack.jump(SECOND)
    step, before = stack.steps[SECOND - 1], stack.receptive_field(CHANNELS)[2]
    k, d, j = step.kernel[2], step.settings.dilation[2], stack.jump(CHANNELS)[2]
    sum_ = f"{before} + ({k} − 1)·{d}·{j} = {x}"
    return (
        f"Each response of layer 2 sees {_frames(t)} × {y} × {x} px of the clip (t × y × x) and moves "
        f"{_frames(jt)} and {times((jy, jx))} px per step.\nAlong x: r₂ = r₁ + (k − 1)·d·j₁ = {sum_}."
    )


def sum_sentence(terms: ChannelTerms, rows: int, activation: Activation) -> str:
    """Say how the channels add up to the response that is looked at."""
    count = len(terms.channels)
    which = f"Sum over all {count} channels" if count > rows else f"Sum of the {count} channels"
    if count == 1:
        which = "The channel"
    total = format_response(terms.total, 5)
    text = f"{which}: {total}" if not terms.bias else f"{which} + bias: {total}"
    if activation != "none":
        text += f" → {_ACTIVATIONS[activation]} → {format_response(terms.output, 5)}"
    stored = format_response(terms.stored, 5)
    if terms.agrees:
        return f"{text} = the response"
    return f"{text}, but the response is {stored}: these do not agree"


def pinned_text(voxel: Triple) -> str:
    """Say which response is pinned, and what moves it."""
    return f"Pinned {voxel}: arrows, [ ], Esc"


def taps_on(stack: Stack, voxel: Triple, frame: int) -> tuple[int, ...]:
    """Return the second kernel's frames that lie on a frame of the channels, for one response."""
    from core.convolution.field import receptive_field

    step = stack.steps[SECOND - 1]
    sources = receptive_field(voxel, stack.shapes[CHANNELS], step.kernel, step.settings).t.sources
    return tuple(tap for tap, source in enumerate(sources) if source == frame)


def _count(count: int, shape: Triple) -> str:
    return "does not fit" if 0 in shape else f"{count} × {times(shape)}"


def _sight(stack: Stack, level: int) -> tuple[str, str]:
    return f"sees {times(stack.receptive_field(level))}", f"moves {times(stack.jump(level))}"


def _tip(sentence: str, stack: Stack, level: int) -> str:
    (t, y, x), (jt, jy, jx) = stack.receptive_field(level), stack.jump(level)
    return (
        f"{sentence} Each response sees {_frames(t)} × {y} × {x} px (y × x) of the clip; the next one lies "
        f"{_frames(jt)}, {jy} px down or {jx} px to the right of it."
    )


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def _title(bank: FilterBank) -> str:
    return next((kind.title for kind in second_kinds() if kind.name == bank.kind), bank.kind)
