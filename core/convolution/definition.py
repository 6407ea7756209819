"""The definition of space-time convolution, as plainly as it can be written.

A kernel is laid over a small box of the clip, kT frames x kH rows x kW columns x C channels: its
receptive field. Every number in the box is multiplied with the weight that lies on it, all products are
summed, the bias is added: that is *one* response. Then the box moves on by one voxel::

                                kT-1  kH-1  kW-1  C-1
    response(t, y, x) = bias +  SUM   SUM   SUM   SUM  clip(t + i, y + j, x + k, c) * weights(i, j, k, c)
                                i=0   j=0   k=0   c=0

The kernel is not flipped. Mathematics calls this cross-correlation; deep learning calls it convolution,
and so do we. This file is slow on purpose. It is what every faster way in this folder is measured by.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.clip import Clip
from core.convolution.geometry import output_shape, pad_before, span
from core.settings import ConvolutionSettings

# What numpy.pad calls our border modes. Its "reflect" does not repeat the edge voxel, goes back and forth
# where the border is wider than the clip, and repeats the only voxel of an axis of length 1.
_PAD_MODES = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}


def convolve(
    clip: Clip | ArrayLike,
    weights: ArrayLike,
    bias: ArrayLike | None = None,
    settings: ConvolutionSettings = ConvolutionSettings(),  # noqa: B008 -- a frozen value
) -> NDArray[np.float64]:
    """Slide one kernel over a clip.

    Parameters
    ----------
    clip
        A `Clip`, or an array (T, H, W, C). uint8 values are divided by 255, so that every filter sees
        numbers in [0, 1]; numbers of any other type are taken as they are.
    weights
        (kT, kH, kW, C), or (N, kT, kH, kW, C) for N kernels.
    bias
        Added to every response: a number, or N of them; None is 0.
    settings
        Padding and border, stride, dilation, activation.

    Returns
    -------
    (T', H', W') float64, signed, or (N, T', H', W') for N kernels; an axis is 0 long where a valid
    kernel does not fit.
    """
    kernel = np.asarray(weights, dtype=np.float64)
    offset = np.asarray(0.0 if bias is None else bias, dtype=np.float64)
    if kernel.ndim == 5:
        offsets = np.broadcast_to(offset, len(kernel))
        return np.stack([convolve(clip, one, b, settings) for one, b in zip(kernel, offsets, strict=True)])

    shape = _shape(values(clip), kernel, settings)
    video = pad(values(clip), kernel.shape, settings)
    (step_t, step_y, step_x), (gap_t, gap_y, gap_x) = settings.stride, settings.dilation
    reach_t, reach_y, reach_x = (span(k, d) for k, d in zip(kernel.shape[:3], settings.dilation, strict=True))

    volume = np.zeros(shape)
    for t in range(volume.shape[0]):
        for y in range(volume.shape[1]):
            for x in range(volume.shape[2]):
                first_t, first_y, first_x = t * step_t, y * step_y, x * step_x
                field = video[
                    first_t : first_t + reach_t : gap_t,
                    first_y : first_y + reach_y : gap_y,
                    first_x : first_x + reach_x : gap_x,
                ]
                volume[t, y, x] = np.sum(field * kernel) + offset.item()
    return activate(volume, settings)


def values(clip: Clip | ArrayLike) -> NDArray[np.float64]:
    """Return a clip as (T, H, W, C) float64: value / 255 where it is uint8."""
    array = np.asarray(clip.frames if isinstance(clip, Clip) else clip)
    return array / 255.0 if array.dtype == np.uint8 else array.astype(np.float64)


def pad(
    video: NDArray[np.float64], kernel: tuple[int, ...], settings: ConvolutionSettings
) -> NDArray[np.float64]:
    """Return the clip with what padding assumes around it in t, y and x; "valid" assumes nothing."""
    if settings.padding == "valid":
        return video
    widths = []
    for axis, (n, k, s, d) in enumerate(
        zip(video.shape[:3], kernel[:3], settings.stride, settings.dilation, strict=True)
    ):
        padding = settings.padding_of(axis)
        before = after = pad_before(n, k, s, d, padding)
        if padding == "same":
            outputs = -(-n // s)
            after = max((outputs - 1) * s + span(k, d) - n, 0) - before
        widths.append((before, after))
    return np.pad(video, [*widths, (0, 0)], mode=_PAD_MODES[settings.border])  # type: ignore[call-overload,no-any-return]


def activate(volume: NDArray[np.float64], settings: ConvolutionSettings) -> NDArray[np.float64]:
    """Return the volume after the activation."""
    if settings.activation == "relu":
        return np.maximum(volume, 0.0)
    if settings.activation == "abs":
        return np.abs(volume)
    if settings.activation == "square":
        return np.square(volume)
    return volume


def _shape(
    video: NDArray[np.float64], kernel: NDArray[np.float64], settings: ConvolutionSettings
) -> tuple[int, int, int]:
    if video.ndim != 4 or kernel.ndim != 4 or video.shape[3] != kernel.shape[3]:
        raise ValueError(
            f"a clip (T, H, W, C) and a kernel (kT, kH, kW, C), not {video.shape} and {kernel.shape}"
        )
    (t, h, w, _), (kt, kh, kw, _) = video.shape, kernel.shape
    return output_shape((t, h, w), (kt, kh, kw), settings)
