"""The space-time cube: a clip or a volume as a box of which three faces are seen, drawn from its data.

The box stands in clip coordinates: x to the right, y down, t away from the viewer. It is turned about the
upright axis (azimuth) and tilted (elevation) and looked at from afar (orthographically), so that parallel
lines stay parallel and every face is a parallelogram: one affine map takes its picture there.

Slicing moves a face inwards: what lay before it is gone, and it shows the data of its new plane. A notch
takes only the corner next to the viewer away: the three sections through one voxel are seen in it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Self

from core.convolution.geometry import AxisMap
from core.display.sections import Extent, Position
from core.display.slices import Plane
from core.settings import Triple

Flat = tuple[float, float]  # to the right, down
Box = tuple[Extent, Extent, Extent]  # t, y, x

# A face seen so nearly from its edge is not drawn.
_EDGE_ON = 1e-6
_FLATTEST = 89.0
# So many frames make the time axis as long as the longest side of a frame; fewer make a slab.
_FULL_DEPTH = 10
PLANE_OF = {plane.fixed: plane for plane in Plane}


@dataclass(frozen=True, slots=True)
class Turn:
    """How the box is turned.

    Parameters
    ----------
    azimuth
        Degrees about the upright axis: from 0 (frame 0 in front) to the right side coming forward.
    elevation
        Degrees from which it is looked at from above; below 0 from below.
    """

    azimuth: float = 32.0
    elevation: float = 24.0

    def by(self, azimuth: float, elevation: float) -> Self:
        """Return it turned further; tilted at most until it is seen from right above or below."""
        tilt = min(max(self.elevation + elevation, -_FLATTEST), _FLATTEST)
        return replace(self, azimuth=(self.azimuth + azimuth) % 360.0, elevation=tilt)

    def seen(self, vector: Position) -> tuple[float, float, float]:
        """Return where a vector (t, y, x) points to: right, down, and away from the viewer."""
        t, y, x = vector
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        right = x * math.cos(a) + t * math.sin(a)
        back = t * math.cos(a) - x * math.sin(a)
        return right, y * math.cos(e) - back * math.sin(e), y * math.sin(e) + back * math.cos(e)


@dataclass(frozen=True, slots=True)
class Face:
    """One visible face.

    Parameters
    ----------
    axis
        The axis that it stands upright on: 0 t, 1 y, 2 x.
    high
        Whether it is the face at the high end.
    index
        The frame, row or column whose section it shows, of the volume's own.
    first, last
        The part (down, across) of that section that is left, in the volume's own voxels, both included.
    corner
        On the screen: where the outer corner of voxel `first` lies.
    across, down
        On the screen: from there one voxel on.
    """

    axis: int
    high: bool
    index: int
    first: tuple[int, int]
    last: tuple[int, int]
    corner: Flat
    across: Flat
    down: Flat

    @property
    def plane(self) -> Plane:
        """Which section it shows."""
        return PLANE_OF[self.axis]

    @property
    def size(self) -> tuple[int, int]:
        """How many voxels (down, across) of the section are left."""
        return self.last[0] - self.first[0] + 1, self.last[1] - self.first[1] + 1

    def corners(self) -> tuple[Flat, Flat, Flat, Flat]:
        """Return its outline on the screen, once round from the first voxel's corner."""
        height, width = self.size
        return _on(self, 0, 0), _on(self, 0, width), _on(self, height, width), _on(self, height, 0)

    def voxel(self, place: Flat) -> Triple | None:
        """Return the voxel (t, y, x) of the volume at a place of the screen, or None beside the face."""
        (ax, ay), (dx, dy) = self.across, self.down
        area = ax * dy - ay * dx
        if not area:
            return None
        right, below = place[0] - self.corner[0], place[1] - self.corner[1]
        column, row = (right * dy - below * dx) / area, (below * ax - right * ay) / area
        height, width = self.size
        if not (0 <= row < height and 0 <= column < width):
            return None
        found = [0, 0, 0]
        found[self.axis] = self.index
        found[self.plane.down] = self.first[0] + int(row)
        found[self.plane.across] = self.first[1] + int(column)
        return found[0], found[1], found[2]


@dataclass(frozen=True, slots=True)
class Cube:
    """A volume as a turned box.

    Parameters
    ----------
    shape
        (T, H, W) of the volume.
    axes
        Where its voxels lie in the clip.
    room
        The clip's own box: it decides how large a voxel is on the screen, and stays as a wire frame.
    turn
        How it is turned.
    depths
        How many frames, rows and columns are cut away from the visible side.
    """

    shape: Triple
    axes: Sequence[AxisMap]
    room: Box
    turn: Turn
    depths: Triple = (0, 0, 0)

    @property
    def box(self) -> Box:
        """What the volume covers, in clip coordinates."""
        t, y, x = (Extent.of(n, axis) for n, axis in zip(self.shape, self.axes, strict=True))
        return t, y, x

    @property
    def scales(self) -> Position:
        """Length of one frame, row and column of the clip; the longest side of the room is 1 long."""
        time, rows, columns = (extent.length for extent in self.room)
        pixel = 1.0 / max(rows, columns)
        return min(1.0 / _FULL_DEPTH, 1.0 / time), pixel, pixel

    @property
    def radius(self) -> float:
        """From the middle of the room to its corners: it fits into a circle however it is turned."""
        return math.hypot(*(e.length * s for e, s in zip(self.room, self.scales, strict=True))) / 2

    @property
    def breadth(self) -> float:
        """From the middle of the room to the right, at most, however it is turned."""
        t, _, x = (e.length * s for e, s in zip(self.room, self.scales, strict=True))
        return math.hypot(t, x) / 2

    def project(self, position: Position) -> Flat:
        """Return where a place of the clip is on the screen: to the right of and below the room's middle."""
        vector = tuple(
            (place - extent.at(0.5)) * scale
            for place, extent, scale in zip(position, self.room, self.scales, strict=True)
        )
        right, down, _ = self.turn.seen((vector[0], vector[1], vector[2]))
        return right, down

    def sides(self) -> tuple[bool, bool, bool]:
        """Tell for t, y and x whether the face at the high end is the one towards the viewer."""
        t, y, x = (self.turn.seen(_unit(axis, 1.0))[2] < 0.0 for axis in range(3))
        return t, y, x

    def indices(self) -> Triple:
        """Return the frame, the row and the column that the faces towards the viewer show."""
        kept = (min(max(d, 0), n - 1) for d, n in zip(self.depths, self.shape, strict=True))
        t, y, x = (
            n - 1 - d if high else d for d, n, high in zip(kept, self.shape, self.sides(), strict=True)
        )
        return t, y, x

    def faces(self) -> tuple[Face, ...]:
        """Return the visible faces: those whose outward normals point towards the viewer; at most three."""
        return tuple(self._faces())

    def _faces(self) -> Iterator[Face]:
        sides, indices = self.sides(), self.indices()
        for axis in range(3):
            away = self.turn.seen(_unit(axis, 1.0 if sides[axis] else -1.0))[2]
            if away < -_EDGE_ON:
                left = [
                    (0, index) if high else (index, n - 1)
                    for index, high, n in zip(indices, sides, self.shape, strict=True)
                ]
                yield self._face(axis, sides[axis], indices[axis], left)

    def notch(self, voxel: Triple) -> tuple[Face, ...]:
        """Return the faces that are seen when all that is nearer than a voxel along all axes is gone.

        They show the sections through the voxel of the volume, and cover just what was there before. None
        where the voxel lies in a face towards the viewer: nothing is nearer.
        """
        sides, shown = self.sides(), self.indices()
        gone = [
            (place + 1, index) if high else (index, place - 1)
            for place, index, high in zip(voxel, shown, sides, strict=True)
        ]
        if any(first > last for first, last in gone):
            return ()
        visible = [face.axis for face in self.faces()]
        return tuple(self._face(axis, sides[axis], voxel[axis], gone) for axis in visible)

    def _face(self, axis: int, high: bool, index: int, ranges: Sequence[tuple[int, int]]) -> Face:
        """Return the part of a section within ranges of t, y and x, at the low or high edge of its voxel."""
        plane = PLANE_OF[axis]
        first = (ranges[plane.down][0], ranges[plane.across][0])
        last = (ranges[plane.down][1], ranges[plane.across][1])
        start = [0.0, 0.0, 0.0]
        start[axis] = self._edge(axis, index, high)
        start[plane.down] = self._edge(plane.down, first[0], False)
        start[plane.across] = self._edge(plane.across, first[1], False)
        corner = self.project((start[0], start[1], start[2]))
        across, down = (self._step(along) for along in (plane.across, plane.down))
        return Face(axis, high, index, first, last, corner, across, down)

    def _edge(self, axis: int, index: int, high: bool) -> float:
        """Return the low or high edge of a voxel, in clip coordinates."""
        half = self.axes[axis].stride / 2
        return self.axes[axis].to_input(index) + (half if high else -half)

    def _step(self, axis: int) -> Flat:
        """Return how far it is on the screen from one voxel of the volume to the next."""
        right, down, _ = self.turn.seen(_unit(axis, self.axes[axis].stride * self.scales[axis]))
        return right, down

    def edges(self, box: Box) -> tuple[tuple[Flat, Flat], ...]:
        """Return the twelve edges of a box in clip coordinates, as lines on the screen: along t, y, x."""
        ends = [(extent.low, extent.high) for extent in box]
        lines = []
        for axis in range(3):
            others = [a for a in range(3) if a != axis]
            for low_high in product((0, 1), repeat=2):
                point = [0.0, 0.0, 0.0]
                for other, which in zip(others, low_high, strict=True):
                    point[other] = ends[other][which]
                both = []
                for end in ends[axis]:
                    point[axis] = end
                    both.append(self.project((point[0], point[1], point[2])))
                lines.append((both[0], both[1]))
        return tuple(lines)

    def cross(self, face: Face, position: Position) -> tuple[tuple[Flat, Flat], ...]:
        """Return the lines on a face that go through a place of the clip, along both of its axes.

        They are where the place's row and column (or frame) meet the face; what is cut away has none.
        """
        lines = []
        height, width = face.size
        row, column = (
            (position[a] - self.axes[a].to_input(first)) / self.axes[a].stride + 0.5
            for a, first in zip((face.plane.down, face.plane.across), face.first, strict=True)
        )
        if 0 <= row <= height:
            lines.append((_on(face, row, 0), _on(face, row, width)))
        if 0 <= column <= width:
            lines.append((_on(face, 0, column), _on(face, height, column)))
        return tuple(lines)

    def near_edges(self, box: Box) -> tuple[tuple[Flat, Flat], ...]:
        """Return the three edges of a box that meet in its corner next to the viewer."""
        lines, sides = self.edges(box), self.sides()
        others = ((1, 2), (0, 2), (0, 1))
        return tuple(
            lines[4 * axis + 2 * sides[first] + sides[second]] for axis, (first, second) in enumerate(others)
        )

    def face_at(self, place: Flat) -> Face | None:
        """Return the face under a place of the screen."""
        return next((face for face in self.faces() if face.voxel(place) is not None), None)

    def outer_edge(self, axis: int) -> tuple[Flat, Flat]:
        """Return the edge of the room along an axis that is to be lettered, from its low to its high end.

        It is an edge of the outline (between a face that is seen and one that is not): the lowest one, or
        for y the leftmost.
        """
        sides = self.sides()
        others = [a for a in range(3) if a != axis]
        choices = []
        for seen, hidden in (others, others[::-1]):
            ends = []
            for extreme in (self.room[axis].low, self.room[axis].high):
                point = [0.0, 0.0, 0.0]
                point[axis] = extreme
                near, far = self.room[seen], self.room[hidden]
                point[seen] = near.high if sides[seen] else near.low
                point[hidden] = far.low if sides[hidden] else far.high
                ends.append(self.project((point[0], point[1], point[2])))
            choices.append((ends[0], ends[1]))
        if axis == 1:
            return min(choices, key=lambda edge: edge[0][0] + edge[1][0])
        return max(choices, key=lambda edge: edge[0][1] + edge[1][1])


def _on(face: Face, row: float, column: float) -> Flat:
    """Return where a place of a face is on the screen, counted in voxels from its corner."""
    x, y = (
        corner + column * across + row * down
        for corner, across, down in zip(face.corner, face.across, face.down, strict=True)
    )
    return x, y


def _unit(axis: int, length: float) -> Position:
    """Return a vector of a length along an axis."""
    vector = [0.0, 0.0, 0.0]
    vector[axis] = length
    return vector[0], vector[1], vector[2]
