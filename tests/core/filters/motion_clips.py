"""Moving noise for the banks of motion, and what a view makes of responses, by the products themselves.

Noise is rolled (`np.roll`) on a grid ten times as fine and then sampled, so that it moves by any tenth of a
pixel in all eight directions at one speed. All its gratings have their full strength (only the phases are
drawn), so that no direction is favoured by chance.
"""

import re

import numpy as np

FINE = 10
ARROWS = dict(zip("→↘↓↙←↖↑↗", range(0, 360, 45), strict=True))


def texture(size=32, fine=1, grain=0.8, seed=3):
    """Return noise (size * fine, size * fine) that goes on across its edges, blurred by `grain` pixels."""
    spectrum = np.fft.fft2(np.random.RandomState(seed).randn(size * fine, size * fine))
    f = np.fft.fftfreq(size * fine) * fine
    blur = np.exp(-2 * np.pi**2 * grain**2 * (f[:, None] ** 2 + f**2))
    return np.fft.ifft2(spectrum / np.abs(spectrum) * blur).real * size


_TEXTURE = texture(fine=FINE)


def moving(direction, speed, frames):
    """Return noise (T, 32, 32) that moves to a direction (degrees) at a speed (px/frame)."""
    vx, vy = speed * np.cos(np.deg2rad(direction)), speed * np.sin(np.deg2rad(direction))
    steps = [(round(vy * t * FINE), round(vx * t * FINE)) for t in range(frames)]
    return np.stack([np.roll(_TEXTURE, step, axis=(0, 1))[::FINE, ::FINE] for step in steps])


def respond(bank, clip, only=slice(None)):
    """Return the responses (N, H, W) of filters to the first kT frames of a clip that wraps around."""
    kernels = bank.weights[only].mean(axis=4, dtype=np.float64)
    count = kernels.shape[1]
    spectrum = np.fft.fft2(kernels, clip.shape[1:]).conj() * np.fft.fft2(clip[:count])
    return np.fft.ifft2(spectrum.sum(axis=1)).real


def mean_of(products, responses):
    """Return the mean over all places of a sum of products."""
    return sum(p.weight * (responses[p.first] * responses[p.second]).mean() for p in products)


def means(view, responses):
    """Return the mean of each sum of a view."""
    return np.array([mean_of(products, responses) for products in view.products])


def view(bank, key):
    """Return a bank's view."""
    return next(each for each in bank.views if each.key == key)


def named_direction(name):
    """Return the direction (degrees) that a name begins with, or None."""
    first = name.split()[0]
    if first in ARROWS:
        return float(ARROWS[first])
    degrees = re.fullmatch(r"([\d.]+)°", first)
    return float(degrees.group(1)) if degrees else None


def pointed(view, responses):
    """Return the direction (degrees) that a view's sums point to on average."""
    angles = np.deg2rad(view.directions)
    sums = means(view, responses)
    return np.rad2deg(np.arctan2((sums * np.sin(angles)).sum(), (sums * np.cos(angles)).sum())) % 360


def apart(one, other):
    """Return how many degrees lie between two directions."""
    return abs((one - other + 180) % 360 - 180)
