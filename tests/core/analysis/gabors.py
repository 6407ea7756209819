"""Kernels with known answers, and clips that move."""

import numpy as np

from core.filters.kernel import Kernel

EIGHT = tuple(range(0, 360, 45))


def kernel(weights, name="filter"):
    array = np.asarray(weights, np.float32)
    return Kernel(array[..., None] if array.ndim == 3 else array, 0.0, name)


def gabor(direction, f=0.2, ft=0.2, *, phase=0.0, size=(7, 9, 9), sigma=2.0, tau=1.5):
    """Return a kernel for a grating of f cycles/px that drifts towards `direction` at ft / f px/frame."""
    t, y, x = np.meshgrid(*(np.arange(n) - (n - 1) / 2 for n in size), indexing="ij")
    angle = np.radians(direction)
    along = np.cos(angle) * x + np.sin(angle) * y
    envelope = np.exp(-(x**2 + y**2) / (2 * sigma**2) - t**2 / (2 * tau**2))
    # A pattern that moves with v is I(along - v t).
    return kernel(envelope * np.cos(2 * np.pi * (f * along - ft * t) + phase), f"{direction}°")


def steps(direction):
    """Return (dx, dy), each -1, 0 or 1: one step to the neighbouring pixel in one of eight directions."""
    angle = np.radians(direction)
    return tuple(int(np.sign(round(float(part), 6))) for part in (np.cos(angle), np.sin(angle)))


def rolled(texture, direction, frames):
    """Return (T, H, W, 1): a periodic texture that goes to the neighbouring pixel with each frame."""
    dx, dy = steps(direction)
    return np.stack([np.roll(texture, (t * dy, t * dx), (0, 1)) for t in range(frames)])[..., None]


def shifted(texture, velocity, frames):
    """Return (T, H, W, 1): a periodic texture moved by (vx, vy) px/frame, also between pixels."""
    fy, fx = np.fft.fftfreq(texture.shape[0])[:, None], np.fft.fftfreq(texture.shape[1])
    waves = np.fft.fft2(texture) * (np.abs(fy) < 0.5) * (np.abs(fx) < 0.5)
    phases = [np.exp(-2j * np.pi * t * (fx * velocity[0] + fy * velocity[1])) for t in range(frames)]
    return np.stack([np.fft.ifft2(waves * phase).real for phase in phases])[..., None]


def grating(frequency, shape, phase=0.0):
    """Return (T, H, W, 1): cos(2 pi (ft t + fy y + fx x) + phase)."""
    t, y, x = np.meshgrid(*(np.arange(n) for n in shape), indexing="ij")
    ft, fy, fx = frequency
    return np.cos(2 * np.pi * (ft * t + fy * y + fx * x) + phase)[..., None]
