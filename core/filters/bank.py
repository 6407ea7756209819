"""A filter bank: the ordered kernels that one click runs over the clip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import FilterError
from core.filters.kernel import Kernel
from core.limits import MAX_FILTERS, MAX_KERNEL_SIDE


@dataclass(frozen=True, eq=False, repr=False)
class FilterBank:
    """N kernels of one size, read-only and safe to hand to any thread.

    Parameters
    ----------
    weights
        (N, kT, kH, kW, C) float32, C = 3 (RGB) or 1 (grey), read-only.
    bias
        (N,) float32, read-only.
    names
        N names for people.
    kind
        Name of the maker in `core.filters.builtin`, or "file".
    parameters
        What the maker was given (``filters``, ``kernel``, ``seed``, …): enough to make the bank again.

    Notes
    -----
    Make banks with `from_weights`, which checks and freezes; banks are compared by identity.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    names: tuple[str, ...]
    kind: str = "weights"
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_weights(
        cls,
        weights: ArrayLike,
        bias: ArrayLike | None = None,
        names: Sequence[str] | None = None,
        *,
        kind: str = "weights",
        parameters: Mapping[str, Any] | None = None,
    ) -> Self:
        """Check, copy and freeze weights.

        Parameters
        ----------
        weights
            (N, kT, kH, kW, C), real numbers.
        bias
            (N,), or None for zeros.
        names
            N names, or None for "filter 1", "filter 2", …

        Raises
        ------
        FilterError
            If shapes disagree, sizes exceed the limits, or a number is not finite.
        """
        array = _numbers(weights, "weights")
        _check_shape(array.shape)
        count = len(array)
        offsets = _numbers(np.zeros(count) if bias is None else bias, "bias")
        if offsets.shape != (count,):
            raise FilterError(f"{count} filters need a bias of shape ({count},), not {offsets.shape}.")
        titles = tuple(f"filter {i + 1}" for i in range(count)) if names is None else tuple(map(str, names))
        if len(titles) != count:
            raise FilterError(f"{count} filters need {count} names, not {len(titles)}.")
        return cls(array, offsets, titles, kind, MappingProxyType(dict(parameters or {})))

    def __repr__(self) -> str:
        return f"<FilterBank {self.kind!r}: {self.weights.shape} float32, {dict(self.parameters)}>"

    def __len__(self) -> int:
        return len(self.weights)

    def __getitem__(self, index: int) -> Kernel:
        return Kernel(self.weights[index], float(self.bias[index]), self.names[index])

    @property
    def kernel_size(self) -> tuple[int, int, int]:
        """(kT, kH, kW)."""
        _, t, y, x, _ = self.weights.shape
        return t, y, x

    @property
    def channels(self) -> int:
        """Channels of the clip that the weights are made for."""
        return int(self.weights.shape[4])

    def for_channels(self, channels: int) -> Self:
        """Return the bank as it applies to clips of that many channels.

        A grey bank on an RGB clip answers to the mean of the channels: each channel gets w / 3. An RGB
        bank on a grey clip sees the grey value in all three channels: the weights are summed.

        Raises
        ------
        FilterError
            If neither is possible.
        """
        if channels == self.channels:
            return self
        if self.channels == 1:
            weights = np.repeat(self.weights / np.float32(channels), channels, axis=4)
        elif channels == 1:
            weights = self.weights.sum(axis=4, keepdims=True)
        else:
            raise FilterError(f"Filters for {self.channels} channels do not fit a clip of {channels}.")
        return self.from_weights(weights, self.bias, self.names, kind=self.kind, parameters=self.parameters)


def _numbers(values: ArrayLike, what: str) -> NDArray[np.float32]:
    """Return a fresh read-only float32 array of finite numbers."""
    try:
        given = np.asarray(values)
        if given.dtype.kind not in "fiub":
            raise TypeError(f"dtype {given.dtype}")
        # Numbers beyond float32 become infinite, which is told below in a sentence of ours.
        with np.errstate(over="ignore", invalid="ignore"):
            array = np.array(given, dtype=np.float32, order="C")
    except (TypeError, ValueError) as error:
        raise FilterError(f"The {what} are not an array of real numbers ({error}).") from error
    if not np.isfinite(array).all():
        raise FilterError(f"The {what} hold numbers that are infinite or not a number.")
    array.setflags(write=False)
    return array


def _check_shape(shape: tuple[int, ...]) -> None:
    if len(shape) != 5:
        raise FilterError(f"Weights have five axes (N, kT, kH, kW, C), not {len(shape)}: {shape}.")
    count, *sides, channels = shape
    if not 1 <= count <= MAX_FILTERS:
        raise FilterError(f"A bank has 1 to {MAX_FILTERS} filters, not {count}.")
    if not all(1 <= side <= MAX_KERNEL_SIDE for side in sides):
        size = "x".join(map(str, sides))
        raise FilterError(f"A kernel has 1 to {MAX_KERNEL_SIDE} taps along each axis, not {size}.")
    if channels not in (1, 3):
        raise FilterError(f"A kernel has 3 channels (RGB) or 1 (grey), not {channels}.")
