"""Quadrature pairs of Gabor filters for eight directions, made here: tests of views need no other bank."""

import numpy as np

from core.clip import Clip
from core.filters.bank import FilterBank
from core.filters.views import Product, View, pair_energy

EIGHT = tuple(range(0, 360, 45))
NAMES = ("right", "down right", "down", "down left", "left", "up left", "up", "up right")


def opponent(*pairs: tuple[tuple[int, int], float]) -> tuple[Product, ...]:
    """Return the products of a weighted sum of pair energies, each given as ((even, odd), weight)."""
    return tuple(Product(i, i, weight) for (even, odd), weight in pairs for i in (even, odd))


def motion_bank(side: int = 9, frames: int = 7) -> FilterBank:
    """Return 16 grey filters, (even, odd) for motion of 1 pixel per frame along each of `EIGHT`.

    The envelope is a Gaussian; cos and sin of the same phase make the pair. Cross-correlation answers to a
    pattern that looks like the kernel, so a kernel whose stripes move right answers to motion to the right.
    """
    t, y, x = np.indices((frames, side, side)) - np.array([frames // 2, side // 2, side // 2]).reshape(
        3, 1, 1, 1
    )
    envelope = np.exp(-(t**2) / 4.0 - (y**2 + x**2) / 6.0)
    made = []
    for degrees in EIGHT:
        along = x * np.cos(np.radians(degrees)) + y * np.sin(np.radians(degrees))
        speed = np.hypot(np.rint(np.cos(np.radians(degrees))), np.rint(np.sin(np.radians(degrees))))
        phase = 2 * np.pi / 6 * (along - speed * t)
        even = envelope * np.cos(phase)
        made += [even - envelope * even.sum() / envelope.sum(), envelope * np.sin(phase)]
    energies = tuple(pair_energy(2 * i, 2 * i + 1) for i in range(8))
    views = (
        View("energy", "Energy", NAMES, energies, explanation="Where something moves that way."),
        View(
            "opponent",
            "Opponent energy",
            ("right - left",),
            (opponent(((0, 1), 1), ((8, 9), -1)),),
            signed=True,
        ),
        View("direction", "Direction", ("direction",), energies, directions=tuple(map(float, EIGHT))),
        View("shares", "Shares", (*NAMES, "no structure"), energies, pooling=1.0, floor=0.01),
    )
    names = [f"{name} {phase}" for name in NAMES for phase in ("even", "odd")]
    return FilterBank.from_weights(np.stack(made)[..., np.newaxis], names=names, kind="test", views=views)


def rolled(degrees: int, frames: int = 12, side: int = 24) -> Clip:
    """Return a clip of coarse noise that moves one pixel per frame; diagonally, one along both axes."""
    rng = np.random.default_rng(degrees + 5)
    noise = rng.normal(size=(side, side))
    for axis in (0, 1):
        noise = sum(np.roll(noise, shift, axis) for shift in (-1, 0, 1))
    noise = np.clip(127.5 + 60 * noise / noise.std(), 0, 255).astype(np.uint8)
    dx, dy = (int(np.rint(f(np.radians(degrees)))) for f in (np.cos, np.sin))
    pictures = [np.roll(noise, (t * dy, t * dx), (0, 1)) for t in range(frames)]
    return Clip.from_frames(np.stack(pictures)[..., np.newaxis], fps=12, name=f"texture to {degrees}")
