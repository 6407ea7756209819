"""The exact spectrum of a kernel, and where it is largest.

A kernel w is a finite list of numbers, so its Fourier transform is known at every frequency, not only on
the grid of an FFT::

    K(ft, fy, fx) = SUM  w(t, y, x) exp(-2 pi i (ft t + fy y + fx x))
                   t,y,x

Convolution here is cross-correlation: a drifting grating cos(2 pi (ft t + fy y + fx x)) of amplitude 1 is
answered by a grating of amplitude |K(f)|. A pattern that moves with velocity (vx, vy) has energy only where
ft = -(fx vx + fy vy) (Adelson & Bergen, JOSA A 2 (1985) 284; Heeger, JOSA A 4 (1987) 1455).

Frequencies are in cycles/frame and cycles/pixel. f and -f are the same grating; of the two we take the one
with ft <= 0: its spatial part (fx, fy) then points where the grating moves to.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.filters.views import Product

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Frequency = tuple[float, float, float]

# Grid points for each tap: the main lobe of a kernel with k taps is 2/k wide.
_OVERSAMPLING = 4
# A peak between grid points is higher than its nearest point by at most this factor; others are looked into.
_OVERSHOOT = 1.2
_MOST_PEAKS = 8
_TIE = 1e-6
# Several kernels together may like a whole ring of gratings alike: a pattern's plane, whatever the pattern.
# Sampling leaves the ring uneven by up to 2 %.
_RIDGE = 0.03
_SLANTED = 0.1
_SNAP = 1e-6
_STEPS = 12
# Newton steps this short leave an error of about its square.
_CLOSE = 1e-6
_TEXTURE = 32


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The power of a kernel, or of what is combined from several, at any frequency.

    Parameters
    ----------
    weights
        (n, kT, kH, kW) float64.
    products
        The power is the sum of ``weight * Re(K_first conj(K_second))``: what the sum of those products of
        two responses is to a drifting grating, averaged over its phase (times 2).
    """

    weights: Floats
    products: tuple[Product, ...] = (Product(0, 0),)

    @property
    def size(self) -> tuple[int, int, int]:
        """(kT, kH, kW)."""
        _, t, y, x = self.weights.shape
        return t, y, x

    def grid(self, ft: Floats, fy: Floats, fx: Floats) -> Floats:
        """Return the power (A, B, C) where A, B and C frequencies cross."""
        t, y, x = (_waves(f, k) for f, k in zip((ft, fy, fx), self.size, strict=True))
        along_t = np.tensordot(t, self.weights, (1, 1))  # (A, n, kH, kW)
        along_y = np.matmul(y, along_t)  # (A, n, B, kW)
        return self._combined(np.moveaxis(np.matmul(along_y, x.T), 1, 0))

    def plane(self, ft: Floats, spatial: Floats) -> Floats:
        """Return the power (A, B) at A temporal frequencies of B gratings (fy, fx), given as (B, 2)."""
        return self._combined(np.matmul(_waves(ft, self.size[0]), self._spatial(spatial)))

    def points(self, frequencies: Floats) -> Floats:
        """Return the power (P,) at P frequencies (ft, fy, fx), given as (P, 3)."""
        frames = self._spatial(frequencies[:, 1:])  # (n, kT, P)
        return self._combined(np.einsum("pt,ntp->np", _waves(frequencies[:, 0], self.size[0]), frames))

    def at(self, frequency: Frequency) -> float:
        """Return the power at one frequency."""
        return float(self.points(np.array([frequency]))[0])

    def sampled(self) -> tuple[Floats, tuple[int, ...]]:
        """Return the power on a grid, (all ft, all fy, 0 <= fx <= 1/2), and the points to a cycle of each."""
        counts = tuple(_OVERSAMPLING * taps if taps > 1 else 1 for taps in self.size)
        return self._combined(np.fft.rfftn(self.weights, counts, axes=(1, 2, 3))), counts

    def texture(self, velocity: tuple[float, float]) -> tuple[float, float]:
        """Return the mean power for white texture that moves with (vy, vx) px/frame, and with its opposite.

        Parameters
        ----------
        velocity
            (vy, vx). All the energy of the texture is on the plane ft = -(fy vy + fx vx).
        """
        (fy, fx), share = _texture_grid()
        frames = np.fft.rfft2(self.weights, (_TEXTURE, _TEXTURE))  # (n, kT, H, W/2 + 1)
        ft = -(fy * velocity[0] + fx * velocity[1])
        waves = np.exp(np.multiply.outer(-2j * math.pi * np.arange(self.size[0]), ft))
        there, back = ((frames * w).sum(axis=1) for w in (waves, waves.conj()))
        return float((share * self._combined(there)).sum()), float((share * self._combined(back)).sum())

    def trimmed(self) -> "Spectrum":
        """Return the same powers from fewer taps: without frames, rows and columns of zeros at the ends."""
        used = np.abs(self.weights).max(axis=0)
        inside = []
        for axis in range(3):
            taps = np.flatnonzero(used.max(axis=tuple({0, 1, 2} - {axis})))
            inside.append(slice(int(taps[0]), int(taps[-1]) + 1) if len(taps) else slice(0, 1))
        return Spectrum(self.weights[:, inside[0], inside[1], inside[2]], self.products)

    def derivatives(self, frequencies: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the power (P,) at frequencies (P, 3), its gradients (P, 3) and curvatures (P, 3, 3)."""
        value, first = np.zeros(len(frequencies)), np.zeros((len(frequencies), 3))
        second = np.zeros((len(frequencies), 3, 3))
        transform, slope, bend = self._moments(frequencies)
        for product in self.products:
            k, dk, ddk = transform[product.first], slope[product.first], bend[product.first]
            m, dm, ddm = (part[product.second].conj() for part in (transform, slope, bend))
            cross = dk[:, :, None] * dm[:, None, :]
            value += product.weight * (k * m).real
            first += product.weight * (dk * m[:, None] + k[:, None] * dm).real
            second += product.weight * (ddk * m[:, None, None] + k[:, None, None] * ddm).real
            second += product.weight * (cross + cross.swapaxes(1, 2)).real
        return value, first, second

    def _moments(self, frequencies: Floats) -> tuple[Complexes, Complexes, Complexes]:
        """Return K (n, P), dK/df (n, P, 3) and its second derivatives (n, P, 3, 3)."""
        count, (_, height, width) = len(frequencies), self.size
        waves = []
        for axis, taps in enumerate(self.size):
            # Counted from the middle: the power is the same and the moments are small.
            place = -2j * math.pi * (np.arange(taps) - (taps - 1) / 2)
            wave = np.exp(frequencies[:, axis, None] * place)
            waves.append(np.stack([wave, wave * place, wave * place**2], axis=1))  # (P, 3, taps)
        m = np.matmul(waves[0].reshape(3 * count, -1), self.weights.reshape(*self.weights.shape[:2], -1))
        m = np.matmul(
            m.reshape(-1, count, 3, height, width).swapaxes(-1, -2), waves[1][:, None].swapaxes(2, 3)
        )
        m = np.matmul(m.swapaxes(-1, -2), waves[2][:, None].swapaxes(2, 3))  # (n, P, t, y, x)
        slope = np.stack([m[..., 1, 0, 0], m[..., 0, 1, 0], m[..., 0, 0, 1]], axis=-1)
        ty, tx, yx = m[..., 1, 1, 0], m[..., 1, 0, 1], m[..., 0, 1, 1]
        rows = ((m[..., 2, 0, 0], ty, tx), (ty, m[..., 0, 2, 0], yx), (tx, yx, m[..., 0, 0, 2]))
        bend = np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
        return m[..., 0, 0, 0], slope, bend

    def _spatial(self, spatial: Floats) -> Complexes:
        """Return (n, kT, B): the transform of every frame at B gratings (fy, fx)."""
        _, height, width = self.size
        waves = _waves(spatial[:, 0], height)[:, :, None] * _waves(spatial[:, 1], width)[:, None, :]
        flat = self.weights.reshape(*self.weights.shape[:2], -1).astype(np.complex128)
        # Not a matrix product: that would start threads, and these would wait for those of the engine.
        return np.asarray(np.einsum("ntk,pk->ntp", flat, waves.reshape(len(spatial), -1)))

    def _combined(self, transforms: Complexes) -> Floats:
        """Return the power (...) of transforms (n, ...)."""
        total = np.zeros(transforms.shape[1:])
        for product in self.products:
            a, b = transforms[product.first], transforms[product.second]
            total += product.weight * (a.real * b.real + a.imag * b.imag)
        return total


def preferred(spectrum: Spectrum) -> tuple[list[Frequency], float]:
    """Return the frequencies (ft, fy, fx) of largest power, exact to about 1e-6 cycles, and the asymmetry.

    The asymmetry is the share, 0 … 1, of the power at all frequencies that opposite gratings do not have in
    common: 0 only where the filter is blind to direction altogether.

    Of f and -f, which are one grating, the one with ft <= 0 is returned; where ft is 0 or 1/2 the one that
    points right or straight down. The first is the one that counts: of equal peaks the slowest and coarsest.
    What several kernels answer to together may be a whole ridge, nearly as high all along: several of its
    peaks are returned, and that one counts which knows its direction best.
    """
    small = spectrum.trimmed()
    power, counts = small.sampled()
    starts = _peaks(power)
    if not len(starts):
        return [(0.0, 0.0, 0.0)], 0.0
    heights, summits = _climbed(small, starts / np.array(counts))
    together = len(spectrum.products) > 1
    least = float(heights.max()) * (1.0 - (_RIDGE if together else _TIE))
    names = sorted({_canonical((ft, fy, fx)) for ft, fy, fx in summits[heights >= least].tolist()})
    if not together:
        return [min(names, key=_plainness)], _asymmetry(power)
    return sorted(names, key=lambda f: (-round(_selectivity(small, f), 2), *_plainness(f))), _asymmetry(power)


def velocities(frequencies: Sequence[Frequency]) -> list[tuple[float, float]]:
    """Return the velocities (vx, vy) of the first grating alone and of patterns of it and one of the others.

    Each grating allows the velocities with ft = -(fx vx + fy vy), a line. Alone it seems to move along its
    normal; a pattern moves as all of its gratings allow (intersection of constraints: Adelson & Movshon,
    Nature 300 (1982) 523). Flicker of the whole picture has no velocity: none is returned for it.
    """
    (ft, fy, fx), *others = frequencies
    length = math.hypot(fy, fx)
    if not length:
        return []
    found = [(-ft * fx / length**2, -ft * fy / length**2)]
    for gt, gy, gx in others:
        area = fx * gy - fy * gx
        # Nearly parallel gratings cross far away, or nowhere.
        if abs(area) > _SLANTED * length * math.hypot(gy, gx):
            vx, vy = (gt * fy - ft * gy) / area, (ft * gx - gt * fx) / area
            found.append((round(vx, 6) + 0.0, round(vy, 6) + 0.0))
    return list(dict.fromkeys(found))


def opposite(frequency: Frequency) -> Frequency:
    """Return the same grating drifting the other way."""
    ft, fy, fx = frequency
    return -ft, fy, fx


def _waves(frequencies: Floats, taps: int) -> Complexes:
    """Return (F, taps): exp(-2 pi i f n)."""
    return np.exp(-2j * math.pi * np.multiply.outer(frequencies, np.arange(taps)))


@cache
def _texture_grid() -> tuple[tuple[Floats, Floats], Floats]:
    """Return fy (H, 1) and fx (W/2 + 1,) of a real texture's transform, and each frequency's share."""
    fy = np.fft.fftfreq(_TEXTURE)[:, None].astype(np.float64)
    fx = np.fft.rfftfreq(_TEXTURE).astype(np.float64)
    # The mean of a texture does not move, and at half a cycle per pixel there is no direction.
    share: Floats = np.where(fx > 0, 2.0, 1.0) * (np.abs(fy) < 0.5) * (fx < 0.5) * ((fy != 0) | (fx != 0))
    return (fy, fx), share / share.sum()


def _peaks(power: Floats) -> NDArray[np.intp]:
    """Return (P, 3): the grid points near the maximum that no neighbour exceeds, the highest first."""
    top = float(power.max())
    if top <= 0.0:
        return np.zeros((0, 3), np.intp)
    candidates = np.argwhere(_OVERSHOOT * power >= top)
    value = power[tuple(candidates.T)]
    for axis, length in enumerate(power.shape):
        for step in (-1, 1) if length > 1 else ():
            there = candidates.copy()
            there[:, axis] += step
            # Over the edge of t and y the spectrum goes on at the other side; that of x is a mirror.
            there[:, axis] = np.clip(there[:, axis], 0, length - 1) if axis == 2 else there[:, axis] % length
            local = value >= power[tuple(there.T)]
            candidates, value = candidates[local], value[local]
    return candidates[np.argsort(-value, kind="stable")[:_MOST_PEAKS]]


def _asymmetry(power: Floats) -> float:
    """Return how much of the power on the grid (all ft, all fy, fx >= 0) opposite gratings do not share."""
    # Turned round and moved on by one, the axis of ft is that of -ft.
    back = np.roll(power[::-1], 1, 0)
    return float(np.abs(power - back).sum() / (np.abs(power) + np.abs(back)).sum())


def _climbed(spectrum: Spectrum, starts: Floats) -> tuple[Floats, Floats]:
    """Climb from grid points (P, 3) to the summits beside them, by Newton steps; heights (P,) and places."""
    free = np.flatnonzero(np.array(spectrum.size) > 1)
    # Never farther than a grid step at once.
    reach = 1.0 / (_OVERSAMPLING * np.array(spectrum.size, dtype=np.float64))
    f, trust = starts.copy(), np.ones(len(starts))
    value, gradient, curvature = spectrum.derivatives(f)
    if len(free) and (pass_ := _off_passes(gradient[:, free], curvature[:, free[:, None], free])).any():
        # A grid point may be a pass between two summits, exactly: there is no slope to follow.
        f[:, free] += 0.1 * float(reach[free].min()) * pass_
        value, gradient, curvature = spectrum.derivatives(f)
    for _ in range(_STEPS if len(free) else 0):
        step = np.zeros_like(f)
        step[:, free] = _newton(gradient[:, free], curvature[:, free[:, None], free])
        longest = (np.abs(step) / reach).max(axis=1)
        step *= np.minimum(1.0, trust / np.maximum(longest, 1e-300))[:, None]
        higher, slope, bend = spectrum.derivatives(f + step)
        better = higher >= value
        trust = np.where(better, 1.0, np.minimum(longest, trust) / 4)
        f[better] += step[better]
        value, gradient = np.where(better, higher, value), np.where(better[:, None], slope, gradient)
        curvature = np.where(better[:, None, None], bend, curvature)
        if float(np.abs(step).max()) < _CLOSE:
            break
    return value, f


def _off_passes(gradient: Floats, curvature: Floats) -> Floats:
    """Return directions (P, n) that lead up from points without a slope; 0 for all other points."""
    bends, directions = np.linalg.eigh(curvature)
    size = np.abs(bends).max(axis=1)
    stuck = (bends[:, -1] > 1e-3 * size) & (np.abs(gradient).max(axis=1) <= 1e-9 * size)
    return np.asarray(np.where(stuck[:, None], directions[:, :, -1], 0.0))


def _newton(gradient: Floats, curvature: Floats) -> Floats:
    """Return the steps uphill: along each axis of the curvature gradient / |curvature|, none where flat."""
    bends, directions = np.linalg.eigh(curvature)
    size = np.abs(bends)
    largest = np.maximum(size.max(axis=1, keepdims=True), 1e-300)
    along = np.matmul(gradient[:, None, :], directions)[:, 0] / np.maximum(size, 1e-9 * largest)
    along = np.where(size < 1e-7 * largest, 0.0, along)
    return np.asarray(np.matmul(directions, along[:, :, None])[:, :, 0])


def _selectivity(spectrum: Spectrum, frequency: Frequency) -> float:
    """Return how much more power a grating has than its opposite: -1 … 1."""
    there, back = spectrum.points(np.array([frequency, opposite(frequency)])).tolist()
    return float((there - back) / max(abs(there) + abs(back), 1e-300))


def _canonical(frequency: Frequency) -> Frequency:
    """Return of all names of one grating the one that we use."""
    ft, fy, fx = (_wrapped(f) for f in frequency)
    still = ft in (0.0, 0.5)
    if (still and not (0.0 < math.atan2(fy, fx) < math.pi or (fy == 0.0 and fx >= 0.0))) or (
        not still and ft > 0.0
    ):
        ft, fy, fx = -ft, _wrapped(-fy), _wrapped(-fx)
    return -abs(ft) + 0.0 if still else ft, fy + 0.0, fx + 0.0


def _wrapped(f: float) -> float:
    """Return a frequency in (-1/2, 1/2], exactly 0 or 1/2 where it is within rounding of them."""
    f -= math.ceil(f - 0.5)
    for exact in (0.0, 0.5, -0.5):
        if abs(f - exact) < _SNAP:
            return abs(exact)
    return f


def _plainness(frequency: Frequency) -> tuple[float, ...]:
    """Return what peaks of equal height are ordered by: slow, coarse, then rightwards."""
    ft, fy, fx = frequency
    return round(abs(ft), 5), round(math.hypot(fy, fx), 5), round(abs(fy), 5), -round(fx, 5), -round(fy, 5)
