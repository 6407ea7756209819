"""The contestants: each turns a case into a `Runner`, choosing by measurement among its own best ways."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from contest.cases import Case, Problem
from contest.libraries import CORES, Compiled, OnnxRuntime, OpenVINO, Torch
from contest.windows import FrameWindow, PixelRing, PlaneWindow

# Beyond this SciPy takes many seconds.
SCIPY_PRODUCTS = 1e9
ENVIRONMENTS = {"torch": {"THP_MEM_ALLOC_ENABLE": "1"}}  # large pages, as NumPy has them without asking


class UnableError(Exception):
    """This contestant does not take part in this case; the text says why."""


class Runner(Protocol):
    """One contestant in one case.

    Parameters
    ----------
    note
        Which of its ways it takes.
    """

    note: str

    def call(self) -> object:
        """Do what is timed: one clip, or one new frame."""

    def delivered(self) -> NDArray[np.float32]:
        """Return the clip's volumes (F, T', H', W'), or the output frame of the clip's last frames."""


class ClipRunner:
    """The whole clip in one call; see `Runner`."""

    def __init__(
        self, call: Callable[[], Any], volumes: Callable[[Any], NDArray[np.float32]], note: str = ""
    ) -> None:
        self.call, self._volumes, self.note = call, volumes, note

    def delivered(self) -> NDArray[np.float32]:
        return np.ascontiguousarray(self._volumes(self.call()))


class LiveRunner:
    """One frame after the other, round and round; see `Runner`."""

    def __init__(
        self, case: Case, push: Callable[[Any], Any], volumes: Callable[[Any], Any], note: str = ""
    ) -> None:
        self._frames, self._push, self._volumes, self.note = case.frames(), push, volumes, note
        self._next = 0

    def call(self) -> object:
        frame = self._frames[self._next]
        self._next = (self._next + 1) % len(self._frames)
        return self._push(frame)

    def delivered(self) -> NDArray[np.float32]:
        self._next = 0
        results = [self.call() for _ in self._frames]
        frame: NDArray[np.float32] = np.ascontiguousarray(self._volumes(results[-1]))
        return frame.reshape(len(frame), 1, *frame.shape[-2:])


def ours(case: Case, rounds: int) -> Runner:
    """Return what a person gets."""
    from core.convolution.engine import convolve_bank
    from core.convolution.streaming import StreamingConvolver

    bank = case.bank()
    if case.live:
        return LiveRunner(case, StreamingConvolver(bank, case.settings).push, lambda answer: answer)
    clip = case.clip()
    return ClipRunner(
        lambda: list(convolve_bank(clip, bank, case.settings)),
        lambda volumes: np.stack([volume.data for volume in volumes]),
    )


def torch(case: Case, rounds: int) -> Runner:
    if case.live:
        return _quickest_live(
            case,
            rounds,
            {
                "frames, conv3d": ("frames", partial(Torch, last=True)),
                "frames, oneDNN by name": ("frames", partial(Torch, last=True, direct=True)),
                "float planes, conv2d": ("planes", partial(Torch, last=False)),
                "float pixels, conv2d channels last": ("pixels", partial(Torch, last=True)),
            },
        )
    return _quickest_clip(
        case,
        rounds,
        {
            "conv3d contiguous": ("frames", partial(Torch, last=False)),
            "conv3d channels last": ("frames", partial(Torch, last=True)),
            "oneDNN by name, channels last": ("frames", partial(Torch, last=True, direct=True)),
        },
    )


def openvino(case: Case, rounds: int) -> Runner:
    if case.live:
        return _quickest_live(
            case,
            rounds,
            {
                "frames, 3-D": ("frames", OpenVINO),
                "frames, 3-D, result channels last": ("frames", partial(OpenVINO, last=True)),
                "float planes, 2-D": ("planes", OpenVINO),
                "float pixels, 2-D, result channels last": (
                    "pixels",
                    partial(OpenVINO, variable=True, last=True),
                ),
            },
        )
    return _quickest_clip(
        case,
        rounds,
        {
            "frames, constant weights": ("frames", OpenVINO),
            "frames, weights as input": ("frames", partial(OpenVINO, variable=True)),
            "frames, constant weights, result channels last": ("frames", partial(OpenVINO, last=True)),
            "planes converted by NumPy, constant weights": ("planes", OpenVINO),
        },
    )


def onnxruntime(case: Case, rounds: int) -> Runner:
    if case.live:
        ways = {"frames, 3-D": ("frames", OnnxRuntime), "float planes, 2-D": ("planes", OnnxRuntime)}
        return _quickest_live(case, rounds, ways)
    return _quickest_clip(
        case,
        rounds,
        {
            "cast, transpose": ("frames", OnnxRuntime),
            "transpose, cast": ("frames", partial(OnnxRuntime, late=True)),
            "planes converted by NumPy": ("planes", OnnxRuntime),
        },
    )


def opencv(case: Case, rounds: int) -> Runner:
    """Return a loop over `cv2.filter2D`, a thread for each core."""
    from core.cv import cv2

    if case.filters > 1 or case.live or not _plain(case):
        raise UnableError("a loop for one dense filter")
    kernels = np.ascontiguousarray(Problem.of(case).weights[0].transpose(1, 0, 2, 3))
    frames, (_, height, width) = case.frames(), case.output
    pool = ThreadPoolExecutor(CORES)
    cv2.setNumThreads(1)

    def one(t: int, planes: NDArray[np.float32], out: NDArray[np.float32]) -> None:
        sums = np.zeros(planes.shape[2:], np.float32)
        for tap, kernel in enumerate(kernels):
            for plane, weights in zip(planes[t + tap], kernel, strict=True):
                cv2.accumulate(cv2.filter2D(plane, cv2.CV_32F, weights, anchor=(0, 0)), sums)
        out[t] = sums[:height, :width]

    def call() -> NDArray[np.float32]:
        out = np.empty(case.output, np.float32)
        planes = np.empty((len(frames), case.shape[3], *case.shape[1:3]), np.float32)
        np.copyto(planes, frames.transpose(0, 3, 1, 2))
        list(pool.map(lambda t: one(t, planes, out), range(len(out))))
        return out

    return ClipRunner(call, lambda out: out[None], "filter2D on float planes, a thread for each core")


def scipy(case: Case, rounds: int) -> Runner:
    """Return `scipy.ndimage.correlate`, a thread for each core."""
    from scipy import ndimage

    if case.live or not _plain(case) or case.products > SCIPY_PRODUCTS:
        raise UnableError("too slow, or not a dense convolution of a clip")
    problem, frames = Problem.of(case), case.frames()
    pool = ThreadPoolExecutor(CORES)
    # Its centre is k // 2, so the whole receptive fields begin there.
    inside = tuple(slice(k // 2, k // 2 + n) for k, n in zip(case.kernel, case.output, strict=True))

    def correlate(pair: tuple[NDArray[np.float32], NDArray[np.float32]]) -> NDArray[np.float32]:
        answer: NDArray[np.float32] = ndimage.correlate(*pair, mode="constant")
        return answer[inside]

    def call() -> NDArray[np.float32]:
        planes = frames.transpose(3, 0, 1, 2).astype(np.float32)
        pairs = [
            (plane, taps) for kernel in problem.weights for plane, taps in zip(planes, kernel, strict=True)
        ]
        answers = np.stack(list(pool.map(correlate, pairs)))
        return answers.reshape(problem.weights.shape[:2] + case.output).sum(axis=1)

    return ClipRunner(call, lambda out: out, "ndimage.correlate for each channel, a thread for each core")


MAKERS: dict[str, Callable[[Case, int], Runner]] = {
    "ours": ours,
    "torch": torch,
    "openvino": openvino,
    "onnxruntime": onnxruntime,
    "opencv": opencv,
    "scipy": scipy,
}
PEERS = tuple(name for name in MAKERS if name != "ours")

Ways = Mapping[str, tuple[str, Callable[..., Compiled]]]


def _plain(case: Case) -> bool:
    steps = (*case.settings.stride, *case.settings.dilation)
    return steps == (1,) * 6 and case.settings.padding == "valid"


def _quickest_clip(case: Case, rounds: int, ways: Ways) -> Runner:
    problem, frames = Problem.of(case), case.frames()[None]
    planes = np.empty((1, problem.channels, *problem.size), np.float32)

    def with_numpy(compiled: Compiled) -> object:
        np.copyto(planes, np.moveaxis(frames, -1, 1))
        return compiled(planes)

    runners: list[Runner] = []
    for note, (feed, make) in ways.items():
        compiled = make(problem, feed)
        call = partial(with_numpy if feed == "planes" else partial(_fed, frames), compiled)
        runners.append(ClipRunner(call, compiled.volumes, note))
    return _quickest(runners, rounds)


def _fed(frames: NDArray[np.uint8], compiled: Compiled) -> object:
    return compiled(frames)


def _quickest_live(case: Case, rounds: int, ways: Ways) -> Runner:
    windows = {"frames": FrameWindow, "planes": PlaneWindow, "pixels": PixelRing}
    runners: list[Runner] = []
    for note, (feed, make) in ways.items():
        window = windows[feed](case, make)
        runners.append(LiveRunner(case, window.push, window.compiled.volumes, note))
    return _quickest(runners, 4 * rounds)


def _quickest(runners: list[Runner], rounds: int) -> Runner:
    """Return the runner with the lowest median of some rounds in turn."""
    times: list[list[float]] = [[] for _ in runners]
    for number in range(rounds + 2):
        for runner, spent in zip(runners, times, strict=True):
            begin = perf_counter()
            runner.call()
            if number > 1:
                spent.append(perf_counter() - begin)
    medians = [median(spent) for spent in times]
    chosen = runners[medians.index(min(medians))]
    others = [
        f"{r.note} {m / min(medians):.2f}x" for r, m in zip(runners, medians, strict=True) if r is not chosen
    ]
    chosen.note += f" ({'; '.join(others)})"
    return chosen
