"""The convolution's speed, ways side by side in one run; prints the tables of docs/performance.md.

Run: pytest -m benchmark -s tests/benchmarks/test_convolution_speed.py
Every way is called in turn, round after round, so that a busy machine is equally unfair to all.
"""

import os
import platform
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
import pytest
from scipy import ndimage

from core.clip import Clip
from core.convolution.columns import ColumnsMethod, Layout
from core.convolution.engine import convolve_bank, convolve_steps, required_bytes
from core.convolution.planes import PlanesMethod
from core.convolution.streaming import StreamingConvolver
from core.convolution.team import shared, workers
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings

pytestmark = pytest.mark.benchmark

ROUNDS = 9
CASES = [
    ((16, 256, 256, 3), 1, (5, 5, 5)),
    ((16, 240, 320, 3), 8, (3, 3, 3)),
    ((16, 240, 320, 1), 8, (3, 3, 3)),
    ((16, 240, 320, 3), 8, (5, 5, 5)),
    ((16, 240, 320, 3), 16, (5, 5, 5)),
    ((16, 112, 112, 3), 64, (3, 7, 7)),
    ((16, 480, 640, 3), 8, (3, 3, 3)),
]
SLOW = 1e9  # products beyond which SciPy is left out


def clip_of(shape: tuple[int, int, int, int]) -> Clip:
    return Clip.from_frames(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))


def title(shape: tuple[int, ...], filters: int, kernel: tuple[int, ...]) -> str:
    return f"{','.join(map(str, shape))} F{filters} {'x'.join(map(str, kernel))}"


def in_turn(ways: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Return the milliseconds of every call; the first round is not counted."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            begin = perf_counter()
            way()
            if number:
                times[name].append((perf_counter() - begin) * 1e3)
    return times


def by(
    method: ColumnsMethod | PlanesMethod, clip: Clip, bank: FilterBank, out: np.ndarray
) -> Callable[[], object]:
    return lambda: sum(shared(method.jobs(clip.frames, bank.weights, bank.bias, out)))


def with_scipy(clip: Clip, bank: FilterBank) -> np.ndarray:
    video = clip.as_float()
    return np.stack(
        [
            sum(
                ndimage.correlate(video[..., c], k.weights[..., c], mode="constant")
                for c in range(clip.channels)
            )
            for k in bank
        ]
    )


def cell(times: list[float] | None) -> str:
    return "–" if times is None else f"{median(times):.0f} ({min(times):.0f})"


def test_ways_side_by_side() -> None:
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    print("median (best) ms\n")
    print("| clip, filters, kernel | engine | columns | planes | SciPy ndimage | engine : best | GFLOP/s |")
    print("|---|---|---|---|---|---|---|")
    for shape, filters, kernel in CASES:
        clip, bank = clip_of(shape), make_bank(filters=filters, kernel=kernel, channels=shape[3])
        layout = Layout.of(shape[:3], kernel, shape[3], ConvolutionSettings())
        out = np.empty((filters, *layout.output), np.float32)
        ways: dict[str, Callable[[], object]] = {
            "engine": lambda clip=clip, bank=bank: list(convolve_bank(clip, bank)),
            "columns": by(ColumnsMethod(layout, workers()), clip, bank, out),
            "planes": by(PlanesMethod(layout, workers()), clip, bank, out),
        }
        products = out.size * layout.rows
        times = in_turn(ways)
        if products < SLOW:
            times |= in_turn({"scipy": lambda clip=clip, bank=bank: with_scipy(clip, bank)}, 2)
        best = min(median(times[way]) for way in ("columns", "planes"))
        print(
            f"| {title(shape, filters, kernel)} | {cell(times['engine'])} | {cell(times['columns'])} "
            f"| {cell(times['planes'])} | {cell(times.get('scipy'))} "
            f"| {median(times['engine']) / best:.2f} | {2 * products / median(times['engine']) / 1e6:.0f} |"
        )


def test_first_volume_longest_wait_and_memory() -> None:
    print("\n| clip, filters, kernel | first volume ms | all ms | longest wait ms | peak MB | announced MB |")
    print("|---|---|---|---|---|---|")
    for shape, filters, kernel in [*CASES, ((16, 240, 320, 3), 64, (5, 5, 5))]:
        clip, bank = clip_of(shape), make_bank(filters=filters, kernel=kernel, channels=shape[3])
        firsts, totals, waits = [], [], []
        for _ in range(5):
            begin = last = perf_counter()
            first, longest = None, 0.0
            for step in convolve_steps(clip, bank):
                now = perf_counter()
                longest, last = max(longest, now - last), now
                if first is None and not hasattr(step, "fraction"):
                    first = now - begin
            firsts.append(first or 0.0)
            totals.append(last - begin)
            waits.append(longest)
        tracemalloc.start()
        list(convolve_bank(clip, bank))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(
            f"| {title(shape, filters, kernel)} | {median(firsts) * 1e3:.0f} | {median(totals) * 1e3:.0f} "
            f"| {median(waits) * 1e3:.0f} | {peak / 1e6:.0f} | {required_bytes(clip, bank) / 1e6:.0f} |"
        )


def test_a_stream() -> None:
    print("\n| frames, filters, kernel | ms for one new frame: median (best) |")
    print("|---|---|")
    for shape, filters, kernel in CASES:
        clip, bank = clip_of(shape), make_bank(filters=filters, kernel=kernel, channels=shape[3])
        stream = StreamingConvolver(bank)
        times = []
        for frame in [*clip.frames, *clip.frames]:
            begin = perf_counter()
            answered = stream.push(frame) is not None
            if answered:
                times.append((perf_counter() - begin) * 1e3)
        print(f"| {title(shape[1:], filters, kernel)} | {median(times):.1f} ({min(times):.1f}) |")
