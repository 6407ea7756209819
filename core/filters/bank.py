"""A filter bank: the ordered kernels that one click runs over the clip."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import FilterError
from core.filters.kernel import Kernel
from core.filters.views import View
from core.limits import MAX_CHANNELS, MAX_FILTERS, MAX_KERNEL_SIDE, MAX_WEIGHTS


@dataclass(frozen=True, eq=False, repr=False)
class FilterBank:
    """N kernels of one size, read-only and safe to hand to any thread.

    Parameters
    ----------
    weights
        (N, kT, kH, kW, C) float32, read-only; C = 3 (RGB) or 1 (grey) for clips, and as many as the
        layer before has volumes in a further layer.
    bias
        (N,) float32, read-only.
    names
        N names for people.
    kind
        Name of the maker in `core.filters.builtin`, or "file".
    parameters
        What the maker was given (``filters``, ``kernel``, ``seed``, …): enough to make the bank again.
    views
        What can be shown beside the responses: energies of pairs, say.
    warnings
        Sentences about this bank for the person ("too small for …").

    Notes
    -----
    Make banks with `from_weights`, which checks and freezes; banks are compared by identity.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    names: tuple[str, ...]
    kind: str = "weights"
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    views: tuple[View, ...] = ()
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_weights(
        cls,
        weights: ArrayLike,
        bias: ArrayLike | None = None,
        names: Sequence[str] | None = None,
        *,
        kind: str = "weights",
        parameters: Mapping[str, Any] | None = None,
        views: Sequence[View] = (),
        warnings: Sequence[str] = (),
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
            If shapes disagree, sizes exceed the limits, or a number is not finite; the sentence has the
            numbers that disagree, or the filter, the place and the value.
        """
        given = _real(weights, "weights")
        check_bank_shape(given.shape)
        count = len(given)
        offsets_given = _real(np.zeros(count) if bias is None else bias, "bias")
        if offsets_given.shape != (count,):
            raise FilterError(f"{count} filters need a bias of shape ({count},), not {offsets_given.shape}.")
        titles = tuple(f"filter {i + 1}" for i in range(count)) if names is None else tuple(map(str, names))
        if len(titles) != count:
            raise FilterError(f"{count} filters need {count} names, not {len(titles)}.")
        spoken = [_spoken(i, title) for i, title in enumerate(titles)]
        array = _frozen(given, "weight", spoken)
        offsets = _frozen(offsets_given, "bias", spoken)
        kept = MappingProxyType(dict(parameters or {}))
        return cls(array, offsets, titles, kind, kept, tuple(views), tuple(warnings))

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
        bank on a grey clip sees the grey value in all three channels: the weights are summed. All other
        numbers have to agree.

        Raises
        ------
        FilterError
            If they do not, with both numbers.
        """
        if channels == self.channels:
            return self
        if (self.channels, channels) == (1, 3):
            weights = np.repeat(self.weights / np.float32(3), 3, axis=4)
        elif (self.channels, channels) == (3, 1):
            weights = self.weights.sum(axis=4, keepdims=True)
        else:
            raise FilterError(
                f"Filters for {channel_count(self.channels)} do not fit a clip of {channel_count(channels)}."
            )
        return self.from_weights(
            weights,
            self.bias,
            self.names,
            kind=self.kind,
            parameters=self.parameters,
            views=self.views,
            warnings=self.warnings,
        )


def _spoken(index: int, title: str) -> str:
    """Return how a sentence calls a filter: by its name, or by its number where it has no other."""
    return f"Filter {index + 1}" if title == f"filter {index + 1}" else f"Filter {title!r}"


def channel_count(channels: int) -> str:
    """Return "1 channel" or "64 channels"."""
    return "1 channel" if channels == 1 else f"{channels} channels"


def _real(values: ArrayLike, what: str) -> NDArray[np.generic]:
    """Return an array of real numbers; what is one already is not copied."""
    try:
        given = np.asarray(values)
        if given.dtype.kind not in "fiub":
            raise TypeError(f"dtype {given.dtype}")
    except (TypeError, ValueError) as error:
        raise FilterError(f"The {what} are not an array of real numbers ({error}).") from error
    return given


def _frozen(given: NDArray[np.generic], what: str, filters: Sequence[str]) -> NDArray[np.float32]:
    """Return a fresh read-only float32 array of finite numbers; its first axis counts the filters."""
    # Numbers beyond float32 become infinite, which is told below in a sentence of ours.
    with np.errstate(over="ignore", invalid="ignore"):
        array = np.array(given, dtype=np.float32, order="C")
    finite = np.isfinite(array)
    if not finite.all():
        number, *place = (int(i) for i in np.unravel_index(int(finite.argmin()), array.shape))
        value = given[(number, *place)].item()
        where = f" at (t, y, x, channel) = {tuple(place)}, counted from 0" if place else ""
        allowed = f"numbers up to {np.finfo(np.float32).max:.1e}" if np.isfinite(value) else "finite numbers"
        raise FilterError(f"{filters[number]} has the {what} {value}{where}; only {allowed} can be used.")
    array.setflags(write=False)
    return array


def check_bank_shape(shape: tuple[int, ...]) -> None:
    """Refuse a shape (N, kT, kH, kW, C) that no bank has.

    Raises
    ------
    FilterError
        With the number that is too small or too large and what is allowed.
    """
    if len(shape) != 5:
        raise FilterError(f"Weights have five axes (N, kT, kH, kW, C), not {len(shape)}: {shape}.")
    count, *sides, channels = shape
    if not 1 <= count <= MAX_FILTERS:
        raise FilterError(f"A bank has 1 to {MAX_FILTERS} filters, not {count}.")
    if not all(1 <= side <= MAX_KERNEL_SIDE for side in sides):
        size = "x".join(map(str, sides))
        raise FilterError(f"A kernel has 1 to {MAX_KERNEL_SIDE} taps along each axis, not {size}.")
    if not 1 <= channels <= MAX_CHANNELS:
        raise FilterError(f"A kernel has 1 to {MAX_CHANNELS} channels, not {channels}.")
    if math.prod(shape) > MAX_WEIGHTS:
        raise FilterError(f"A bank has at most {MAX_WEIGHTS} weights, not {math.prod(shape)}.")
