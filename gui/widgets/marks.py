"""Boxes over pictures: what one response sees, and what one input reaches.

Each kind has a form of its own, so that colours never have to be told apart: a receptive field is a whole
frame, what is reached is four corners, the voxel itself a small frame with a cross, an input a lozenge.
All are bright with a dark rim: they are seen on every colour of every table and on every video.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from core.convolution.field import Field
from core.settings import Triple

# Smaller boxes cannot be seen: they grow around their middle.
LEAST = {"field": 5.0, "voxel": 9.0, "reached": 8.0, "source": 11.0}


class MarkKind(StrEnum):
    """What a box stands for."""

    FIELD = "field"
    VOXEL = "voxel"
    REACHED = "reached"
    SOURCE = "source"


COLOURS = {
    MarkKind.FIELD: QColor(255, 214, 10),
    MarkKind.VOXEL: QColor(255, 255, 255),
    MarkKind.REACHED: QColor(90, 220, 255),
    MarkKind.SOURCE: QColor(90, 220, 255),
}
RIM = QColor(0, 0, 0, 210)


@dataclass(frozen=True, slots=True)
class Mark:
    """A box in a film's own voxels.

    Parameters
    ----------
    first, last
        Its corners (y, x), both inside the box; they may lie outside the picture (padding), and between
        voxels where one film's box is shown in another one's.
    frames
        The film's own frames on which it is drawn; None for all.
    kind
        What it stands for.
    """

    first: tuple[float, float]
    last: tuple[float, float]
    frames: frozenset[int] | None = None
    kind: MarkKind = MarkKind.FIELD

    @classmethod
    def over(cls, field: Field) -> "Mark":
        """Return the box that a response sees, on the frames of the clip under its kernel."""
        corners = (field.y.first, field.x.first), (field.y.last, field.x.last)
        return cls(*corners, frozenset(field.t.positions))

    @classmethod
    def at(cls, voxel: Triple, kind: MarkKind = MarkKind.VOXEL) -> "Mark":
        """Return the mark of one voxel (t, y, x), on its own frame."""
        t, y, x = voxel
        return cls((y, x), (y, x), frozenset({t}), kind)

    def on(self, frame: int) -> bool:
        """Whether it is drawn on a frame."""
        return self.frames is None or frame in self.frames

    def box(self, rect: QRectF, size: QSize) -> QRectF:
        """Return where it is on a picture of `size` voxels that is painted at `rect`."""
        across, down = rect.width() / size.width(), rect.height() / size.height()
        (top, left), (bottom, right) = self.first, self.last
        return QRectF(
            rect.left() + left * across,
            rect.top() + top * down,
            (right - left + 1) * across,
            (bottom - top + 1) * down,
        )

    def scaled(self, down: float, across: float) -> "Mark":
        """Return the box in a film with `down` x `across` times as many voxels."""
        first = self.first[0] * down, self.first[1] * across
        last = (self.last[0] + 1) * down - 1, (self.last[1] + 1) * across - 1
        return Mark(first, last, self.frames, self.kind)


def paint_marks(painter: QPainter, rect: QRectF, size: QSize, marks: Sequence[Mark], frame: int) -> None:
    """Paint the boxes of a frame over its picture; what lies outside the picture is cut off.

    Parameters
    ----------
    rect
        Where the picture is painted.
    size
        Its voxels.
    frame
        The film's own frame that is shown.
    """
    shown = [mark for mark in marks if mark.on(frame)]
    if not shown or size.isEmpty():
        return
    painter.save()
    painter.setClipRect(rect)
    for mark in shown:
        paint_box(painter, mark.box(rect, size), mark.kind)
    painter.restore()


def paint_box(painter: QPainter, box: QRectF, kind: MarkKind) -> None:
    """Paint one box in the form of its kind, at least as large as can be seen."""
    box = _grown(box, LEAST[kind])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((RIM, 3.4), (COLOURS[kind], 1.6)):
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        if kind is MarkKind.REACHED:
            for corner in _corners(box):
                painter.drawPolyline(corner)
        elif kind is MarkKind.SOURCE:
            centre, half = box.center(), box.width() / 2
            steps = ((0, -half), (half, 0), (0, half), (-half, 0))
            painter.drawPolygon(QPolygonF([centre + QPointF(dx, dy) for dx, dy in steps]))
        else:
            painter.drawRect(box)


def frame_runs(frames: Iterable[int]) -> list[tuple[int, int]]:
    """Return runs of neighbouring frames as (first, last): what a cut through time shows as one box."""
    runs = []
    for _, group in groupby(enumerate(sorted(set(frames))), key=lambda pair: pair[1] - pair[0]):
        members = [frame for _, frame in group]
        runs.append((members[0], members[-1]))
    return runs


def cut_marks(marks: Sequence[Mark], axis: int, line: int, length: int) -> tuple[Mark, ...]:
    """Return the boxes in a slice through time, as (t, x) or (t, y): those that the cut goes through.

    Parameters
    ----------
    axis
        0: one row stays, the cut is x–t; 1: one column stays, y–t.
    line
        The row or column.
    length
        Frames of the film.
    """
    beside = 1 - axis
    return tuple(
        Mark((first, mark.first[beside]), (last, mark.last[beside]), None, mark.kind)
        for mark in marks
        if mark.first[axis] - 0.5 <= line <= mark.last[axis] + 0.5
        for first, last in frame_runs(range(length) if mark.frames is None else mark.frames)
    )


def _grown(box: QRectF, least: float) -> QRectF:
    across, down = max(least - box.width(), 0) / 2, max(least - box.height(), 0) / 2
    return box.adjusted(-across, -down, across, down)


def _corners(box: QRectF) -> list[QPolygonF]:
    """Return the four corners of a box as lines; each leg is a third of the shorter side, 10 px at most."""
    leg = min(min(box.width(), box.height()) / 3, 10.0)
    corners = (
        (box.topLeft(), 1, 1),
        (box.topRight(), -1, 1),
        (box.bottomRight(), -1, -1),
        (box.bottomLeft(), 1, -1),
    )
    return [
        QPolygonF([point + QPointF(leg * dx, 0), point, point + QPointF(0, leg * dy)])
        for point, dx, dy in corners
    ]
