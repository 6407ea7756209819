"""Is a convolution possible at all, and does it fit into memory? Answered before anything is computed."""

import math

from core.clip import Clip
from core.convolution.columns import KEPT_BYTES, TILE_BYTES
from core.convolution.geometry import output_shape, span
from core.convolution.team import workers
from core.errors import BudgetError, FilterError
from core.filters.bank import FilterBank
from core.limits import FREE_MEMORY_SHARE, free_memory, megabytes
from core.settings import ConvolutionSettings, Triple

DEFAULT = ConvolutionSettings()
# What a feature volume keeps for percentiles: at most so many sorted magnitudes.
_SAMPLES = 1 << 15


def required_bytes(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> int:
    """Return the bytes that a convolution takes at its peak, the clip itself not counted."""
    voxels = math.prod(output_shape(clip_shape(clip), bank.kernel_size, settings))
    samples = len(bank) * 4 * min(voxels, _SAMPLES)
    return len(bank) * 4 * voxels + samples + _workspace(bank, clip.channels)


def check_budget(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> None:
    """Refuse what would not fit into memory.

    Raises
    ------
    BudgetError
        With what is needed, what is there, and what to change.
    """
    t, h, w = output_shape(clip_shape(clip), bank.kernel_size, settings)
    what = f"{_volumes(len(bank))} of {t} frames {w}x{h}"
    _refuse_too_much(required_bytes(clip, bank, settings), what)


def check_fit(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> None:
    """Refuse a kernel that is larger than the clip, where only whole receptive fields count.

    Raises
    ------
    FilterError
        With both sizes and what to change.
    """
    reach = span(bank.kernel_size[0], settings.dilation[0])
    if settings.padding == "valid" and reach > len(clip):
        raise FilterError(
            f"The kernel spans {reach} frames but the clip has only {len(clip)}; "
            "choose a shorter kernel, padding same or a longer clip."
        )
    _check_pixels(clip.height, clip.width, bank, settings)


def check_stream(
    height: int, width: int, channels: int, bank: FilterBank, settings: ConvolutionSettings
) -> None:
    """Refuse a stream of frames that the kernel does not fit into, or whose answers are too large.

    Raises
    ------
    FilterError, BudgetError
        As `check_fit` and `check_budget`.
    """
    _check_pixels(height, width, bank, settings)
    reach = span(bank.kernel_size[0], settings.dilation[0])
    _, h, w = output_shape((reach, height, width), bank.kernel_size, settings)
    frames, answer = reach * height * width * channels, len(bank) * 4 * h * w
    needed = frames + answer + KEPT_BYTES + _workspace(bank, channels)
    _refuse_too_much(needed, f"{_volumes(len(bank))} of frames {w}x{h}")


def clip_shape(clip: Clip) -> Triple:
    """Return (T, H, W)."""
    return len(clip), clip.height, clip.width


def _check_pixels(height: int, width: int, bank: FilterBank, settings: ConvolutionSettings) -> None:
    reach_y, reach_x = (span(k, d) for k, d in zip(bank.kernel_size[1:], settings.dilation[1:], strict=True))
    if settings.padding == "valid" and (reach_y > height or reach_x > width):
        raise FilterError(
            f"The kernel spans {reach_x}x{reach_y} pixels but the frames have only {width}x{height}; "
            "choose a smaller kernel, padding same or larger frames."
        )


def _refuse_too_much(needed: int, what: str) -> None:
    usable = int(free_memory() * FREE_MEMORY_SHARE)
    if needed > usable:
        raise BudgetError(
            f"{what} need {megabytes(needed)} of memory, but only {megabytes(usable)} can be used; "
            "choose fewer filters or a smaller working size."
        )


def _volumes(count: int) -> str:
    return f"{count} feature volume{'s' if count > 1 else ''}"


def _workspace(bank: FilterBank, channels: int) -> int:
    """Return the bytes of each thread's tile (columns, pixels) and weights in each order of the ring."""
    weights = 4 * bank.weights[..., 0].size * channels
    smallest = 4 * 16 * weights // (4 * len(bank))  # a tile has at least 16 columns
    each = 2 * max(TILE_BYTES, smallest) + weights * bank.kernel_size[0]
    return workers() * each + 2 * weights
