"""A second, slow way to a kernel's spectrum and its direction selectivity: the sum itself, no FFT of ours."""

import numpy as np


def grey(weights):
    """Return (kT, kH, kW) of a kernel with or without channels: the mean over them."""
    array = np.asarray(weights, np.float64)
    return array.mean(axis=3) if array.ndim == 4 else array


def amplitude(weights, ft, fy, fx):
    """Return the complex DTFT of a kernel about its middle at frequencies (cycles per sample), broadcast."""
    kernel = grey(weights)
    ft, fy, fx = np.broadcast_arrays(*(np.asarray(f, np.float64) for f in (ft, fy, fx)))
    waves = [
        np.exp(-2j * np.pi * f.ravel()[:, None] * (np.arange(n) - (n - 1) / 2))
        for f, n in zip((ft, fy, fx), kernel.shape, strict=True)
    ]
    return np.einsum("ijk,ni,nj,nk->n", kernel, *waves, optimize=True).reshape(ft.shape)


def power(weights, ft, fy, fx):
    """Return |DTFT|² of a kernel at frequencies (cycles per sample), broadcast."""
    return np.abs(amplitude(weights, ft, fy, fx)) ** 2


def peak(weights, size=32):
    """Return (ft, fy, fx) of the largest power, ft any sign, on a grid of `size` and then finer around it."""
    kernel = grey(weights)
    spectrum = np.abs(np.fft.fftn(kernel, (size, size, size), axes=(0, 1, 2))) ** 2
    place = np.array([np.fft.fftfreq(size)[i] for i in np.unravel_index(spectrum.argmax(), spectrum.shape)])
    step = 1 / size
    while step > 1e-4:
        offsets = np.array([-1.0, -0.5, 0, 0.5, 1.0]) * step
        grid = np.meshgrid(*(f + offsets for f in place), indexing="ij")
        values = power(kernel, *grid)
        best = np.unravel_index(values.argmax(), values.shape)
        place, step = np.array([axis[best] for axis in grid]), step / 2
    return tuple(float(f) for f in place)


def dsi(weights, frequency=None):
    """Return (P(f) - P(f')) / (P(f) + P(f')), f' the same grating drifting the other way; f: the peak."""
    ft, fy, fx = peak(weights) if frequency is None else frequency
    there, back = power(weights, ft, fy, fx), power(weights, -ft, fy, fx)
    return float((there - back) / (there + back))


def moving_texture(vx, vy, frames=16, size=32, seed=7):
    """Return noise (T, H, W) that is rolled by (vy, vx) whole pixels a frame: the judge of left and right."""
    noise = np.random.RandomState(seed).randn(size, size)
    return np.stack([np.roll(noise, (vy * t, vx * t), axis=(0, 1)) for t in range(frames)])


def responses(weights, clip):
    """Return valid responses (N, T', H', W') of grey kernels to a clip (T, H, W), by the sum itself."""
    kernels = np.stack([grey(one) for one in weights])
    windows = np.lib.stride_tricks.sliding_window_view(clip, kernels.shape[1:])
    return np.einsum("tyxijk,nijk->ntyx", windows, kernels, optimize=True)
