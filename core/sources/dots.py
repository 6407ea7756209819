"""Random dots of which a share moves together: motion without any shape.

After Newsome & Pare (J. Neurosci. 8:2201, 1988), with signal dots that stay signal dots and noise dots that
move as fast, each in a direction of its own that it keeps (Scase, Braddick & Raymond, Vision Res. 36:2579,
1996): evenly all round, so that the noise as a whole goes nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.parameters import Parameter
from core.sources.stimulus import (
    CONTRAST,
    DIRECTION,
    POLARITY,
    SEED,
    VELOCITY,
    Luminance,
    Renderer,
    Stimulus,
    Values,
    motion,
    number,
    unit_vector,
)

Floats: TypeAlias = NDArray[np.float64]
GROUP = 4096  # dots that are drawn, moved and painted at a time: memory does not grow with their number
_PHASES = 2**32 - 1  # the number of a life that no dot ever lives


@dataclass(frozen=True, slots=True)
class DotField:
    """Dots on a torus; every frame is computed from its number alone.

    A dot lives `lifetime` frames (0: for ever) and is then born again somewhere else, not all at once. Life
    number n of a group of dots comes from a random generator of its own, seeded by (seed, group, n).
    """

    width: int
    height: int
    count: int
    coherent: int
    velocity: float
    direction: float
    lifetime: int
    seed: int

    @classmethod
    def of(cls, values: Values) -> "DotField":
        """Return the field that a stimulus's values ask for."""
        width, height = int(values["width"]), int(values["height"])
        count = max(round(values["density"] * width * height / (pi / 4 * values["dot_size"] ** 2)), 1)
        return cls(
            width, height, count, round(values["coherence"] * count), values["velocity"], values["direction"],
            int(values["lifetime"]), int(values["seed"]),
        )  # fmt: skip

    def positions(self, t: int) -> Iterator[tuple[Floats, Floats]]:
        """Yield the centres (x, y) of the dots in frame t, group by group, the coherent dots first."""
        for group in range(-(-self.count // GROUP)):
            first = group * GROUP
            number_of = np.arange(first, min(first + GROUP, self.count))
            x, y, age = self._lives(group, len(number_of), t)
            right, down = self._headings(number_of)
            yield (
                (x + self.velocity * right * age) % self.width,
                (y + self.velocity * down * age) % self.height,
            )

    def _headings(self, number_of: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return (right, down) of length 1 for dots by number: noise goes evenly all round, so nowhere."""
        noise = max(self.count - self.coherent, 1)
        angle = (
            2 * pi * ((number_of - self.coherent) / noise + np.random.RandomState(self.seed).random_sample())
        )
        cosine, sine = unit_vector(self.direction)
        signal = number_of < self.coherent
        return np.where(signal, cosine, np.cos(angle)), np.where(signal, sine, np.sin(angle))

    def _lives(self, group: int, size: int, t: int) -> tuple[Floats, Floats, Floats]:
        """Return birth place (x, y) and age in frames, each (size,)."""
        if self.lifetime == 0:
            x, y = self._births(group, size, 0)
            return x, y, np.full(size, float(t))
        head_start = np.random.RandomState([self.seed, group, _PHASES]).randint(0, self.lifetime, size)
        life, age = np.divmod(t + head_start, self.lifetime)
        early, late = (self._births(group, size, int(n)) for n in (life.min(), life.max()))
        x, y = np.where(life == life.min(), early, late)
        return x, y, age.astype(np.float64)

    def _births(self, group: int, size: int, life: int) -> Floats:
        chance = np.random.RandomState([self.seed, group, life]).random_sample((2, size))
        return np.asarray(chance * [[self.width], [self.height]])


def _dots(values: Values) -> Renderer:
    """Paint discs whose edges cover pixels partly; where they overlap, the brighter one counts."""
    field = DotField.of(values)

    def render(t: int) -> Luminance:
        cover = np.zeros(field.width * field.height)
        for x, y in field.positions(t):
            _paint(cover, x, y, field, values["dot_size"])
        light = cover.reshape(field.height, field.width) - 0.5
        return np.asarray(0.5 + values["polarity"] * values["contrast"] * light)

    return render


def _paint(cover: Floats, x: Floats, y: Floats, field: DotField, size: float) -> None:
    reach = int(np.ceil(size / 2 + 0.5))
    steps = np.arange(1 - reach, reach + 1)
    room = max(2**20 // len(steps) ** 2, 1)  # a million pixels at a time
    for first in range(0, len(x), room):
        part = slice(first, first + room)
        columns = np.floor(x[part]).astype(np.int64)[:, None] + steps
        rows = np.floor(y[part]).astype(np.int64)[:, None] + steps
        distance = np.hypot((columns - x[part, None])[:, None, :], (rows - y[part, None])[:, :, None])
        places = (rows % field.height)[:, :, None] * field.width + (columns % field.width)[:, None, :]
        np.maximum.at(cover, places.ravel(), np.clip(size / 2 + 0.5 - distance, 0, 1).ravel())


def _dots_known(values: Values) -> str:
    field = DotField.of(values)
    share = f"{field.coherent} of {field.count} dots ({number(100 * field.coherent / field.count)} %)"
    rest = "" if field.coherent == field.count else "; the others as fast, evenly in all directions"
    if field.coherent == 0:
        return f"None of {field.count} dots move together: no direction on average."
    return f"{share} move {motion(field.velocity, field.direction)}{rest}."


DOTS = (
    Stimulus(
        "dots",
        "random dots, a share of which moves together",
        "Dots fly about; a share of them flies the same way, and one sees the whole drift. How small may the "
        "share be until the direction is lost?",
        (
            Parameter("coherence", 0.5, 0.0, 1.0, tip="The share of the dots that move together."),
            VELOCITY,
            DIRECTION,
            Parameter("density", 0.05, 0.0001, 0.5, tip="The share of the picture that dots would cover."),
            Parameter("dot_size", 3.0, 1.0, 64.0, "px", tip="How wide a dot is."),
            Parameter(
                "lifetime", 0, 0, 100_000, "frames",
                tip="A dot vanishes after so many frames and appears somewhere else; 0: it stays.",
            ),
            SEED,
            POLARITY,
            CONTRAST,
        ),
        _dots,
        _dots_known,
    ),
)  # fmt: skip
