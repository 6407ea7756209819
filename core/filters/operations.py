"""What the kernel editor offers for a whole filter: texts and functions, in the order of its buttons."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.filters import edit
from core.filters.edit import Given
from core.filters.kinds import Weights


@dataclass(frozen=True, eq=False)
class Operation:
    """One button.

    Parameters
    ----------
    name
        Unique.
    title
        On the button.
    group
        Heading above it.
    tip
        What it does to the filter, for the person.
    change
        Takes weights (kT, kH, kW, C) and returns new ones; may raise FilterError.
    """

    name: str
    title: str
    group: str
    tip: str
    change: Callable[[Given], Weights]


TURN, SIZE, MOVE = "Mirror and turn", "Sum and size", "Move by one"
_LOST = "what leaves the kernel is lost, zeros come in."

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "mirror-x",
        "Left – right",
        TURN,
        "Mirror each frame left to right: a filter for motion to the right becomes one for the left.",
        edit.mirrored_left_right,
    ),
    Operation(
        "mirror-y",
        "Up – down",
        TURN,
        "Mirror each frame upside down: a filter for motion down becomes one for motion up.",
        edit.mirrored_up_down,
    ),
    Operation(
        "flip-time",
        "Flip time",
        TURN,
        "Turn the order of the frames round: the preferred direction reverses.",
        edit.time_reversed,
    ),
    Operation(
        "flip-all",
        "Flip all axes",
        TURN,
        "Mirror left-right, up-down and in time: convolution instead of correlation. The preferred "
        "direction stays.",
        edit.flipped,
    ),
    Operation(
        "rotate-right",
        "90° ↻",
        TURN,
        "Turn each frame clockwise: the preferred direction turns with it, right becomes down.",
        edit.rotated,
    ),
    Operation(
        "rotate-left",
        "90° ↺",
        TURN,
        "Turn each frame anticlockwise: the preferred direction turns with it, right becomes up.",
        partial(edit.rotated, turns=-1),
    ),
    Operation(
        "zero-mean",
        "Zero mean",
        SIZE,
        "Subtract the mean of all weights: the filter then ignores even brightness.",
        edit.zero_mean,
    ),
    Operation(
        "zero-mean-frames",
        "Zero per frame",
        SIZE,
        "Subtract from each frame its own mean: the filter then also ignores flicker of the whole picture.",
        edit.zero_mean_frames,
    ),
    Operation(
        "zero-sum-time",
        "Zero per pixel",
        SIZE,
        "Subtract from each pixel its mean over time: the filter then ignores still pictures.",
        edit.zero_sum_in_time,
    ),
    Operation(
        "negate",
        "Negate",
        SIZE,
        "Turn the sign of all weights: every response changes its sign, and nothing else.",
        edit.negated,
    ),
    Operation(
        "norm",
        "Norm 1",
        SIZE,
        "Scale so that the squares of the weights add up to 1: filters of different size compare fairly.",
        edit.normalised,
    ),
    Operation(
        "sum-one",
        "Sum |w| = 1",
        SIZE,
        "Scale so that the absolute weights add up to 1: responses then lie between -1 and 1.",
        edit.normalised_sum,
    ),
    Operation(
        "left", "← left", MOVE, f"Move all weights left; {_LOST}", partial(edit.shifted, step=(0, 0, -1))
    ),
    Operation(
        "right", "right →", MOVE, f"Move all weights right; {_LOST}", partial(edit.shifted, step=(0, 0, 1))
    ),
    Operation("up", "↑ up", MOVE, f"Move all weights up; {_LOST}", partial(edit.shifted, step=(0, -1, 0))),
    Operation(
        "down", "down ↓", MOVE, f"Move all weights down; {_LOST}", partial(edit.shifted, step=(0, 1, 0))
    ),
    Operation(
        "earlier",
        "earlier",
        MOVE,
        f"Move all weights one frame earlier: the filter answers one frame later; {_LOST}",
        partial(edit.shifted, step=(-1, 0, 0)),
    ),
    Operation(
        "later",
        "later",
        MOVE,
        f"Move all weights one frame later: the filter answers one frame sooner; {_LOST}",
        partial(edit.shifted, step=(1, 0, 0)),
    ),
)


def operation(name: str) -> Operation:
    """Return an operation by its name."""
    return next(each for each in OPERATIONS if each.name == name)
