"""Stimuli by name: films with closed forms, whose answers are known beforehand.

``stimulus:drifting-grating?frequency=1/8&velocity=2&direction=right`` and
``make_stimulus("drifting-grating", frequency=0.125, velocity=2)`` are checked by the same function.
"""

from collections.abc import Generator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.errors import UsageError
from core.limits import MAX_CLIP_BYTES, MAX_CLIP_FRAMES, megabytes
from core.parameters import Number, Parameter, checked_all, nearest, split_query
from core.playback import NS_PER_S
from core.sources.base import TimedFrame
from core.sources.stimuli import STIMULI
from core.sources.stimulus import COMMON, GREY_LEVELS, Renderer, Stimulus, Values

_SYNONYMS = {
    "speed": "velocity", "v": "velocity", "orientation": "direction", "angle": "direction", "f": "frequency",
    "thickness": "bar_width", "bar": "bar_width", "barwidth": "bar_width", "rate": "fps",
    "speed_1": "velocity_1", "speed_2": "velocity_2", "angle_1": "direction_1", "angle_2": "direction_2",
    "n": "every", "step": "every", "diameter": "dot_size", "life": "lifetime",
}  # fmt: skip


class StimulusSource:
    """A stimulus as a source of frames.

    Parameters
    ----------
    name
        One of `stimulus_names`, in any case, with ``-`` or ``_``.
    parameters
        Numbers or texts ("0.1", "1/8", "right"); what is missing takes its default.

    Raises
    ------
    UsageError
        Unknown name or parameter (with the valid ones), or a value out of range (with the value).
    """

    def __init__(self, name: str, /, **parameters: Number | str) -> None:
        self._stimulus = _stimulus(name)
        self._values = _checked(self._stimulus, parameters)
        _check_bytes(self._values, min(int(self._values["frames"]), MAX_CLIP_FRAMES))
        self._fixed = any(_plain(key) == "frames" for key in parameters)

    @classmethod
    def from_text(cls, text: str) -> "StimulusSource":
        """Parse ``NAME?key=value&…``.

        Raises
        ------
        UsageError
            As the class, or where a key has no value.
        """
        name, pairs = split_query(text, "A stimulus")
        return cls(name, **pairs)

    @property
    def length_is_chosen(self) -> bool:
        """Whether the number of frames was asked for."""
        return self._fixed

    @property
    def name(self) -> str:
        """The stimulus's name."""
        return self._stimulus.name

    @property
    def live(self) -> bool:
        """False: it ends."""
        return False

    @property
    def notes(self) -> tuple[str, ...]:
        """Always (): nothing can go wrong."""
        return ()

    @property
    def summary(self) -> str:
        """What it is, in a few words."""
        return self._stimulus.summary

    @property
    def text(self) -> str:
        """What is to be seen, in a sentence or two."""
        return self._stimulus.text

    @property
    def known(self) -> str:
        """What is known about a filter's answer, with the numbers that were chosen."""
        return self._stimulus.known(self._values)

    @property
    def address(self) -> str:
        """The INPUT that opens it: ``stimulus:NAME?key=value&…`` with what differs from the defaults."""
        parameters = {parameter.name: parameter for parameter in stimulus_parameters(self.name)}
        pairs = [
            f"{name}={_written(parameters[name], value)}"
            for name, value in self._values.items()
            if value != parameters[name].default
        ]
        return f"stimulus:{self.name}{'?' if pairs else ''}{'&'.join(pairs)}"

    @property
    def values(self) -> Values:
        """All parameters, checked, defaults filled in (a copy)."""
        return dict(self._values)

    def length(self) -> int | None:
        """Return how many frames it has."""
        return int(self._values["frames"])

    def covering(self, count: int) -> "StimulusSource":
        """Return it with `count` frames, unless the number of frames was asked for."""
        if self._fixed:
            return self
        return StimulusSource(self.name, **{**self._values, "frames": count})

    def frames(self) -> Generator[TimedFrame, None, None]:
        """Deliver the frames, rounded to uint8, grey in three equal channels."""
        for t in range(int(self._values["frames"])):
            yield self._timed(t)

    def selected(self, start: int, step: int) -> Generator[TimedFrame | None, None, None]:
        """Deliver every `step`-th frame from `start` on, and None for each one passed over: not computed."""
        for t in range(int(self._values["frames"])):
            yield self._timed(t) if t >= start and (t - start) % step == 0 else None

    def frame(self, t: int) -> NDArray[np.uint8]:
        """Return frame t alone, (H, W, 3); no other one is computed or kept."""
        grey = np.rint(self._render(t) * GREY_LEVELS).astype(np.uint8)
        return np.repeat(grey[..., np.newaxis], 3, axis=2)

    @cached_property
    def _render(self) -> Renderer:
        return self._stimulus.prepare(self._values)

    def _timed(self, t: int) -> TimedFrame:
        return TimedFrame(self.frame(t), round(t * NS_PER_S / self._values["fps"]))


def stimulus_names() -> tuple[str, ...]:
    """Return the names of all stimuli."""
    return tuple(stimulus.name for stimulus in STIMULI)


def stimulus_title(name: str) -> str:
    """Return a stimulus's name as a menu writes it."""
    return name.replace("-", " ").capitalize()


def stimulus_parameters(name: str) -> tuple[Parameter, ...]:
    """Return what a stimulus takes, its own parameters first.

    Raises
    ------
    UsageError
        If there is no such stimulus.
    """
    return (*_stimulus(name).parameters, *COMMON)


def make_stimulus(name: str, /, **parameters: Number | str) -> Clip:
    """Make a stimulus.

    Parameters
    ----------
    name
        One of `stimulus_names`: ``"drifting-grating"``, ``"counter-phase"``, ``"plaid"``,
        ``"fluted-square"``, ``"moving-bar"``, ``"apparent-motion"``, ``"impulse"``, ``"drifting-texture"``,
        ``"still-texture"``, ``"reverse-phi"``, ``"dots"``, ``"flicker"``, ``"temporal-ramp"`` or
        ``"spatial-ramp"``.
    **parameters
        ``frames``, ``width``, ``height``, ``fps`` and its own (see `stimulus_parameters`).

    Returns
    -------
    Clip
        (T, H, W, 3) uint8.

    Raises
    ------
    UsageError
        As `StimulusSource`.
    """
    source = StimulusSource(name, **parameters)
    _check_bytes(source.values, int(source.values["frames"]))
    timed = list(source.frames())
    times = [frame.timestamp_ns for frame in timed]
    return Clip.from_frames([frame.frame for frame in timed], timestamps_ns=times, name=source.name)


def _written(parameter: Parameter, value: Number) -> str:
    """Return a value as an address writes it: the word, or every digit."""
    for word, number in parameter.words.items():
        if number == value:
            return word
    return str(value).removesuffix(".0")


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(" ", "-")


def _stimulus(name: str) -> Stimulus:
    plain = _plain(name)
    for stimulus in STIMULI:
        if stimulus.name == plain:
            return stimulus
    names = stimulus_names()
    what = f"There is no stimulus {name!r}" if plain else "A stimulus needs a name"
    raise UsageError(f"{what}: they are {', '.join(names)}.{nearest(plain, names)}")


def _checked(stimulus: Stimulus, given: dict[str, Number | str]) -> Values:
    """Return all parameters as numbers within their ranges."""
    known = {parameter.name: parameter for parameter in (*stimulus.parameters, *COMMON)}
    values = checked_all(stimulus.name, known, given, _SYNONYMS)
    return {name: value for name, value in values.items() if not isinstance(value, tuple)}


def _check_bytes(values: Values, frames: int) -> None:
    """Refuse frames so large that so many of them would not fit into memory."""
    needed = frames * int(values["width"]) * int(values["height"]) * 3
    if needed > MAX_CLIP_BYTES:
        raise UsageError(
            f"{frames} frames of {values['width']}x{values['height']} take {megabytes(needed)}; "
            f"the limit is {megabytes(MAX_CLIP_BYTES)}."
        )
