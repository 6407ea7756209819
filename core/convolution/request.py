"""Is a convolution possible at all, and does it fit into memory? Answered before anything is computed."""

import math

from core.clip import Clip
from core.convolution.frames import sees_grey
from core.convolution.geometry import output_shape, span
from core.errors import BudgetError, FilterError
from core.filters.bank import FilterBank
from core.limits import FREE_MEMORY_SHARE, free_memory, megabytes
from core.settings import ConvolutionSettings, Triple

DEFAULT = ConvolutionSettings()
# What every way to compute keeps to, beside the result: the tiles and strips of all threads together.
WORKSPACE_BYTES = 64 * 2**20


def required_bytes(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> int:
    """Return the bytes that a convolution takes at its peak, the clip itself not counted."""
    return answer_bytes(clip_shape(clip), bank, settings) + WORKSPACE_BYTES + _seen_bytes(clip, bank)


def check_budget(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> None:
    """Refuse what would not fit into memory.

    Raises
    ------
    BudgetError
        With what is needed, what is there, and what to change.
    """
    check_memory(clip_shape(clip), bank, settings, _seen_bytes(clip, bank))


def check_fit(clip: Clip, bank: FilterBank, settings: ConvolutionSettings = DEFAULT) -> None:
    """Refuse a kernel that is larger than the clip and the padding around it.

    Raises
    ------
    FilterError
        With both sizes and what to change.
    """
    check_frames(len(clip), bank, settings)
    check_pixels(clip.height, clip.width, bank, settings)


def check_stream(
    height: int, width: int, channels: int, bank: FilterBank, settings: ConvolutionSettings
) -> None:
    """Refuse a stream of frames that the kernel does not fit into, or whose answers are too large.

    Raises
    ------
    FilterError, BudgetError
        As `check_fit` and `check_budget`.
    """
    check_pixels(height, width, bank, settings)
    reach = span(bank.kernel_size[0], settings.dilation[0])
    _, h, w = output_shape((reach, height, width), bank.kernel_size, settings)
    # The frames of one receptive field as they came and as float32; the answer and the one before it.
    needed = 5 * reach * height * width * channels + 2 * 4 * len(bank) * h * w + WORKSPACE_BYTES
    _refuse_too_much(needed, f"{_volumes(len(bank))} of frames {w}x{h}")


def _seen_bytes(clip: Clip, bank: FilterBank) -> int:
    """Return the bytes of what the filters see, where that is not the clip itself."""
    return 4 * math.prod(clip_shape(clip)) if sees_grey(bank, clip.channels) else 0


def clip_shape(clip: Clip) -> Triple:
    """Return (T, H, W)."""
    return len(clip), clip.height, clip.width


def answer_bytes(shape: Triple, bank: FilterBank, settings: ConvolutionSettings) -> int:
    """Return the bytes of all feature volumes of T frames of HxW."""
    return len(bank) * 4 * math.prod(output_shape(shape, bank.kernel_size, settings))


def check_memory(shape: Triple, bank: FilterBank, settings: ConvolutionSettings, more: int = 0) -> None:
    """Refuse a convolution of T frames of HxW that needs more memory than there is.

    Parameters
    ----------
    more
        Bytes that it takes beside the volumes.

    Raises
    ------
    BudgetError
        With what is needed, what is there, and what to change.
    """
    t, h, w = output_shape(shape, bank.kernel_size, settings)
    needed = answer_bytes(shape, bank, settings) + WORKSPACE_BYTES + more
    _refuse_too_much(needed, f"{_volumes(len(bank))} of {t} frames {w}x{h}")


def check_frames(
    count: int, bank: FilterBank, settings: ConvolutionSettings, owner: str = "the clip has"
) -> None:
    """Refuse a kernel that spans more frames than there are.

    Parameters
    ----------
    owner
        How the sentence says who has these frames.

    Raises
    ------
    FilterError
        With both numbers and what to change.
    """
    reach = span(bank.kernel_size[0], settings.dilation[0])
    room = _room(count, 0, settings)
    if settings.padding != "same" and reach > room:
        around = " with its padding" if room > count else ""
        raise FilterError(
            f"The kernel spans {reach} frames but {owner} only {room}{around}; "
            "choose a shorter kernel, padding same or a longer clip."
        )


def check_pixels(height: int, width: int, bank: FilterBank, settings: ConvolutionSettings) -> None:
    """Refuse a kernel that spans more rows or columns than there are.

    Raises
    ------
    FilterError
        With both sizes and what to change.
    """
    reach_y, reach_x = (span(k, d) for k, d in zip(bank.kernel_size[1:], settings.dilation[1:], strict=True))
    room_y, room_x = _room(height, 1, settings), _room(width, 2, settings)
    if settings.padding != "same" and (reach_y > room_y or reach_x > room_x):
        around = " with their padding" if (room_y, room_x) != (height, width) else ""
        raise FilterError(
            f"The kernel spans {reach_x}x{reach_y} pixels "
            f"but the frames have only {room_x}x{room_y}{around}; "
            "choose a smaller kernel, padding same or larger frames."
        )


def _room(length: int, axis: int, settings: ConvolutionSettings) -> int:
    """Return how long an axis is with what explicit padding puts at both ends."""
    padding = settings.padding_of(axis)
    return length if isinstance(padding, str) else length + 2 * padding


def _refuse_too_much(needed: int, what: str) -> None:
    usable = int(free_memory() * FREE_MEMORY_SHARE)
    if needed > usable:
        raise BudgetError(
            f"{what} need {megabytes(needed)} of memory, but only {megabytes(usable)} can be used; "
            "choose fewer filters or a smaller working size."
        )


def _volumes(count: int) -> str:
    return f"{count} feature volume{'s' if count > 1 else ''}"
