"""What a filter needs time for: the same clip reversed, frozen, shuffled, slower and faster.

Each probe takes away one thing and leaves the others. A filter for one direction answers to the reversed
clip as its partner for the other direction would; one that only looks at pictures answers to the frozen
clip as before. The share of the answer's energy that is left when the first frame stands still is the
*static index*, after the static and dynamic units of Kowal et al., CVPR 2022.

The filters count in frames, not in seconds. So a clip of half the speed has every frame twice, at the same
rate, and lasts twice as long; of every second frame the clip is twice as fast and half as long.
"""

import math
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.analysis.badges import ROUNDING
from core.clip import Clip
from core.convolution.engine import convolve_steps
from core.convolution.geometry import output_length, pad_before, span
from core.filters.bank import FilterBank
from core.filters.kernel import Kernel
from core.playback import NS_PER_S
from core.progress import Progress
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume

# A static index from here to there is "about 1"; below the first a filter answers to change alone.
DYNAMIC, LESS, MORE = 0.05, 2 / 3, 3 / 2


# Clips made from one clip


def reversed_clip(clip: Clip) -> Clip:
    """Return the clip from its last frame to its first; each pause between two frames stays between them."""
    end = clip.timestamps_ns[-1]
    times = tuple(end - time for time in reversed(clip.timestamps_ns))
    return _made(clip, range(len(clip))[::-1], times, "reversed")


def frozen_clip(clip: Clip) -> Clip:
    """Return a clip in which the first frame stands still, as long as the clip."""
    return _made(clip, [0] * len(clip), clip.timestamps_ns, "frozen")


def shuffled_clip(clip: Clip, seed: int = 1) -> Clip:
    """Return the same frames in another order, at the clip's times; two at least change places.

    Parameters
    ----------
    seed
        0 to 2**32 - 1. The same seed and length give the same order on every machine.
    """
    return _made(clip, shuffled_order(len(clip), seed), clip.timestamps_ns, "shuffled")


def shuffled_order(count: int, seed: int) -> tuple[int, ...]:
    """Return the numbers 0 … count - 1 in a random order, which for two or more is never the old one."""
    draw = np.random.RandomState(seed)  # whose stream NumPy never changes
    order = tuple(range(count))
    while count > 1 and order == tuple(range(count)):
        order = tuple(int(i) for i in draw.permutation(count))
    return order


def half_speed_clip(clip: Clip) -> Clip:
    """Return a clip with every frame twice, at the clip's rate: half as fast and twice as long.

    Where frames came at uneven times, each is shown twice as long as before.
    """
    lasts = [later - earlier for earlier, later in pairwise(clip.timestamps_ns)]
    # Nobody knows how long the last one lasts: as long as the others on average.
    lasts.append(round(NS_PER_S / clip.fps))
    times = accumulate((each for last in lasts for each in (last, last)), initial=0)
    return _made(clip, [i // 2 for i in range(2 * len(clip))], tuple(times)[:-1], "half speed")


def every_second_frame(clip: Clip) -> Clip:
    """Return the first, third, fifth … frame, at the clip's rate: twice as fast and half as long."""
    frames = range(0, len(clip), 2)
    return _made(clip, frames, clip.timestamps_ns[: len(frames)], "every second frame")


def stands_still(clip: Clip) -> bool:
    """Tell whether all frames are the same."""
    return all(np.array_equal(frame, clip.frames[0]) for frame in clip.frames[1:])


def mirrored_in_time(length: int, kernel: int, settings: ConvolutionSettings) -> bool:
    """Tell whether a kernel of so many frames lies on a reversed clip where it lay on the clip itself.

    Only then is the answer to the reversed clip that of the time-flipped kernel, read backwards: not where a
    stride leaves frames over at the end, nor where padding is longer at one end than at the other.
    """
    how = settings.stride[0], settings.dilation[0], settings.padding_of(0)
    before = pad_before(length, kernel, *how)
    last = (output_length(length, kernel, *how) - 1) * how[0] - before + span(kernel, how[1]) - 1
    return last - (length - 1) == before


def zeros_around(kernel: int, settings: ConvolutionSettings) -> bool:
    """Tell whether a kernel of so many frames meets zeros before or after the clip, as if it began there."""
    padding = settings.padding_of(0)
    some = kernel > 1 if padding == "same" else padding != "valid" and padding > 0
    return some and settings.border == "zero"


def _made(clip: Clip, order: Sequence[int], times: tuple[int, ...], how: str) -> Clip:
    frames: NDArray[np.uint8] = np.ascontiguousarray(clip.frames[list(order)])
    frames.setflags(write=False)
    return replace(clip, frames=frames, timestamps_ns=times, name=f"{clip.name}, {how}", note="")


# Energies


def energy(volume: FeatureVolume) -> float:
    """Return the mean of all squared responses: independent of how many there are."""
    frames = [float(np.square(frame, dtype=np.float64).mean()) for frame in volume.data]
    return math.fsum(frames) / len(frames)


def least_energy(kernel: Kernel, settings: ConvolutionSettings) -> float:
    """Return the energy below which a filter's answer is what float32 leaves of none.

    A response is a sum of products with values in 0 … 1: what rounding leaves of it is less than a millionth
    of the sum of the absolute weights.
    """
    magnitude = ROUNDING * float(np.abs(kernel.weights).sum(dtype=np.float64))
    return magnitude ** (4 if settings.activation == "square" else 2)


@dataclass(frozen=True, slots=True)
class StaticIndex:
    """How much of a filter's answer is left when the first frame stands still.

    Parameters
    ----------
    value
        Energy of the response to the frozen clip / to the clip itself. Never below 0: 0 where standing still
        leaves nothing, 1 where it gives as much. It is about a filter on a clip: a filter that ignores still
        pictures has 0 on every clip, but a small one may also come from a first frame that has less to answer
        to than the others. It may exceed 1: where that frame has more, where motion blurs the answer, and
        where the filter likes another motion.
        None where the filter does not answer to the clip at all: 0/0 is no number.
    still
        Whether the clip stands still by itself. Then it is 1 whatever the filter is, or None.
    energy
        Of the response to the clip itself: a large index of a filter that hardly answers means little.
    """

    value: float | None
    still: bool = False
    energy: float = 0.0

    @property
    def sentence(self) -> str:
        """What it means, for the person."""
        if self.value is None:
            return "The filter does not answer to this clip at all: 0/0, there is no static index."
        if self.still:
            return "This clip stands still by itself: freezing changes nothing, whatever the filter is."
        share = f"{100 * self.value:.0f} % of" if self.value < 10 else f"{self.value:.3g} times"
        if self.value < DYNAMIC:
            return (
                "Dynamic here: standing still leaves hardly any of the energy. The filter needs change, or "
                "the first frame has little to answer to."
            )
        if self.value < LESS:
            return f"Rather dynamic here: {share} the energy is left when the first frame stands still."
        if self.value <= MORE:
            return (
                "Static here: the filter answers about as much to the first frame standing still as to this "
                f"clip ({share} the energy)."
            )
        return (
            f"More than static here: standing still gives {share} the energy. This motion blurs the answer "
            "or does not suit the filter, or the first frame has more to answer to than the others."
        )


def static_index(original: float, frozen: float, least: float, still: bool = False) -> StaticIndex:
    """Return the static index from two energies; what is below `least` (`least_energy`) counts as none."""
    if not (original > least and math.isfinite(original) and math.isfinite(frozen)):
        return StaticIndex(None, still, original)
    return StaticIndex(frozen / original if frozen > least else 0.0, still, original)


def static_indices(
    clip: Clip, bank: FilterBank, settings: ConvolutionSettings
) -> Generator[Progress | tuple[int, StaticIndex], None, None]:
    """Yield the number of each filter and its static index, in order, with `Progress` in between.

    Parameters
    ----------
    clip
        At the working size.
    bank
        All of its filters are looked at; volumes are measured and forgotten.
    settings
        How the filters slide.

    Raises
    ------
    FilterError, BudgetError
        As `core.convolution.engine.convolve_bank`.
    """
    still, found = stands_still(clip), []
    for step in _energies(clip, bank, settings):
        if isinstance(step, Progress):
            yield Progress(step.done, 2 * step.total, "answers to the clip")
        else:
            found.append(step)
    count = 0
    for step in _energies(frozen_clip(clip), bank, settings):
        if isinstance(step, Progress):
            yield Progress(step.total + step.done, 2 * step.total, "answers to the frozen clip")
        else:
            yield count, static_index(found[count], step, least_energy(bank[count], settings), still)
            count += 1


def _energies(
    clip: Clip, bank: FilterBank, settings: ConvolutionSettings
) -> Generator[Progress | float, None, None]:
    work = cast("Generator[Progress | FeatureVolume, None, None]", convolve_steps(clip, bank, settings))
    with closing(work) as steps:
        for step in steps:
            yield energy(step) if isinstance(step, FeatureVolume) else step
