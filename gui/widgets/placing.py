"""Where a bubble fits beside what it points at: arithmetic on rectangles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPoint, QRect, QSize

POINTER = 12  # from the bubble's edge to what it points at
LESS = 20  # % of what the same area of a picture costs
RANK = 20_000  # a dearer size is worth a thousand pixels of a control
CORNER = 16  # the pointer begins no nearer to a corner


class Side(StrEnum):
    """On which side of its target a bubble is."""

    LEFT = "left"
    RIGHT = "right"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a bubble.

    Parameters
    ----------
    body
        The bubble without its pointer.
    tip
        The end of the pointer, on the target's edge.
    side
        Where the bubble is, seen from the target.
    """

    body: QRect
    tip: QPoint
    side: Side


def find_place(
    area: QRect,
    target: QRect,
    sizes: Sequence[QSize],
    pictures: Sequence[QRect] = (),
    others: Sequence[QRect] = (),
) -> Place | None:
    """Return where a bubble covers least, or None where it fits nowhere.

    Parameters
    ----------
    area
        Where it may be.
    target
        What it points at, and must not cover.
    sizes
        Sizes that the bubble can have, the dearest first.
    pictures
        What it should not cover, either.
    others
        What it may cover rather than pictures, but not for nothing: controls, texts.
    """
    best: tuple[int, Place] | None = None
    for rank, size in enumerate(sizes):
        for order, place in enumerate(_candidates(area, target, size)):
            covered, less = (sum(_area(place.body & rect) for rect in rects) for rects in (pictures, others))
            cost = covered * 100 + less * LESS + rank * RANK + order
            if best is None or cost < best[0]:
                best = cost, place
    return best[1] if best is not None else None


def _candidates(area: QRect, target: QRect, size: QSize) -> Iterator[Place]:
    for side in (Side.RIGHT, Side.LEFT, Side.BELOW, Side.ABOVE):
        beside = side in (Side.RIGHT, Side.LEFT)
        for align in (0.5, 0.0, 1.0):
            body = _body(target, size, side, align)
            _push_inside(body, area, beside)
            tip = _tip(body, target, side)
            if tip is not None and area.contains(body):
                yield Place(body, tip, side)


def _body(target: QRect, size: QSize, side: Side, align: float) -> QRect:
    """Return a body beside its target: in the middle of the side, or flush with one end."""
    left = round(target.left() + align * (target.width() - size.width()))
    top = round(target.top() + align * (target.height() - size.height()))
    if side is Side.RIGHT:
        left = target.right() + 1 + POINTER
    elif side is Side.LEFT:
        left = target.left() - POINTER - size.width()
    elif side is Side.BELOW:
        top = target.bottom() + 1 + POINTER
    else:
        top = target.top() - POINTER - size.height()
    return QRect(QPoint(left, top), size)


def _push_inside(body: QRect, area: QRect, vertically: bool) -> None:
    """Move a body along its target's side into the area; it stays beside the target."""
    if vertically:
        body.moveTop(min(max(body.top(), area.top()), area.bottom() - body.height() + 1))
    else:
        body.moveLeft(min(max(body.left(), area.left()), area.right() - body.width() + 1))


def _tip(body: QRect, target: QRect, side: Side) -> QPoint | None:
    """Return where the pointer ends: as near to the target's middle as the bubble reaches; None: nowhere."""
    if side in (Side.RIGHT, Side.LEFT):
        along = _between(target.center().y(), body.top(), body.bottom(), target.top(), target.bottom())
        edge = target.right() + 1 if side is Side.RIGHT else target.left() - 1
        return None if along is None else QPoint(edge, along)
    along = _between(target.center().x(), body.left(), body.right(), target.left(), target.right())
    edge = target.bottom() + 1 if side is Side.BELOW else target.top() - 1
    return None if along is None else QPoint(along, edge)


def _between(wanted: int, start: int, end: int, first: int, last: int) -> int | None:
    low, high = max(start + CORNER, first), min(end - CORNER, last)
    return min(max(wanted, low), high) if low <= high else None


def _area(rect: QRect) -> int:
    return rect.width() * rect.height() if rect.isValid() else 0
