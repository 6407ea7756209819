"""What each channel has to do with a response of a further layer.

A kernel (kT, kH, kW, C) is C small kernels, one for each channel: a response is the sum of C sums::

    response = activation(bias + SUM_c  SUM_ijk  channel_c(t + i, y + j, x + k) * weights(i, j, k, c))

So a channel can be weighed twice: by the norm of its weights (what it could contribute), and by its own sum
at one place (what it does contribute there). All of it is float64.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.convolution.definition import activate
from core.convolution.field import AxisField, receptive_field
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings, Triple
from core.volume import FeatureVolume

TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class ChannelTerms:
    """How one response comes about, channel by channel.

    Parameters
    ----------
    channels
        C sums of products.
    bias
        Added to them.
    output
        After the activation.
    stored
        The same response as the engine computed it.
    allowed
        What float32 may leave between the two: 1e-5 of the sum of the terms' magnitudes, bias included;
        through a square, what that becomes.
    """

    channels: tuple[float, ...]
    bias: float
    output: float
    stored: float
    allowed: float

    @property
    def total(self) -> float:
        """The sum of all and the bias: what the activation is applied to."""
        return sum(self.channels) + self.bias

    @property
    def agrees(self) -> bool:
        """Whether the terms add up to the stored response."""
        return abs(self.output - self.stored) <= self.allowed


def channel_norms(kernel: Kernel) -> tuple[float, ...]:
    """Return the Euclidean norm of the weights of each channel."""
    squares = np.square(kernel.weights, dtype=np.float64).sum(axis=(0, 1, 2))
    return tuple(np.sqrt(squares).tolist())


def ranked_channels(norms: Sequence[float]) -> tuple[int, ...]:
    """Return the channels, the one with the largest norm first; equal ones in their order."""
    return tuple(sorted(range(len(norms)), key=lambda channel: -norms[channel]))


def channel_terms(
    channels: Sequence[FeatureVolume],
    kernel: Kernel,
    voxel: Triple,
    settings: ConvolutionSettings,
    stored: float,
) -> ChannelTerms:
    """Take one response of a layer over channels apart.

    Parameters
    ----------
    channels
        C volumes of one size: what the layer sees.
    kernel
        (kT, kH, kW, C).
    voxel
        (t, y, x) of the response.
    settings
        How the kernel slides, and the activation.
    stored
        The response as it was computed.

    Raises
    ------
    IndexError
        If there is no such response.
    """
    t, h, w = channels[0].data.shape
    kt, kh, kw, _ = kernel.weights.shape
    field = receptive_field(voxel, (t, h, w), (kt, kh, kw), settings)
    places, seen = zip(*(_taken(axis) for axis in field.axes), strict=True)
    weights = kernel.weights.astype(np.float64)[np.ix_(*seen)]
    sums, magnitude = [], abs(kernel.bias)
    for number, volume in enumerate(channels):
        products = volume.data[np.ix_(*places)].astype(np.float64) * weights[..., number]
        sums.append(float(products.sum()))
        magnitude += float(np.abs(products).sum())
    total = sum(sums) + kernel.bias
    output = float(activate(np.array([total]), settings)[0])
    allowed = TOLERANCE * magnitude
    if settings.activation == "square":  # (s + e)² - s² = e (2 s + e)
        allowed *= 2 * abs(total) + allowed
    return ChannelTerms(tuple(sums), kernel.bias, output, stored, allowed)


def _taken(axis: AxisField) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the inputs along an axis that are not zeros of the border, and the taps that lie on them."""
    pairs = [(source, tap) for tap, source in enumerate(axis.sources) if source is not None]
    both = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return both[:, 0], both[:, 1]
