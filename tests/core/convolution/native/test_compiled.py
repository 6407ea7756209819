"""Machine code: for vectors of every width, and what happens where none can be made."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.convolution import backends
from core.convolution.definition import convolve
from core.convolution.layout import Layout
from core.convolution.native import compiled
from core.convolution.native.method import NativeMethod
from core.convolution.native.prepared import StripPlan, prepared
from core.convolution.team import shared
from core.settings import ConvolutionSettings
from tests.core.convolution.judges import noise, random_bank

pytest.importorskip("llvmlite")


@pytest.mark.parametrize("width", [4, 8, 16])
@pytest.mark.parametrize(("activation", "filters"), [("none", 1), ("none", 7), ("square", 1), ("relu", 7)])
def test_any_width_of_vectors_gives_the_same_answers(width, activation, filters):
    clip, bank = noise((5, 9, 41, 3)), random_bank(filters, (3, 4, 2))
    how = ConvolutionSettings("same", stride=(1, 2, 1), activation=activation)
    layout = Layout.of((5, 9, 41), (3, 4, 2), 3, how)
    method = NativeMethod(layout, bank.weights, bank.bias, 2, width)
    out = np.full((filters, *layout.output), np.nan, np.float32)
    assert sum(shared(method.jobs(clip.frames, range(5), out))) == out[0].size
    assert np.allclose(out, convolve(clip, bank.weights, bank.bias, how), rtol=1e-4, atol=1e-4)


def test_frames_that_lie_apart_in_memory_are_read_where_they_are():
    clip, bank = noise((4, 8, 30, 3)), random_bank(4, (2, 3, 3))
    layout = Layout.of((4, 8, 30), (2, 3, 3), 3, ConvolutionSettings())
    answers = []
    padded = np.zeros((4, 8, 64, 3), np.uint8)
    padded[:, :, 3:33] = clip.frames
    mixed = [clip.frames[0], padded[1, :, 3:33], clip.frames[2], padded[3, :, 3:33]]
    for frames in (clip.frames, padded[:, :, 3:33], clip.frames[:, :, ::-1].copy()[:, :, ::-1], mixed):
        out = np.empty((4, *layout.output), np.float32)
        for _ in shared(NativeMethod(layout, bank.weights, bank.bias, 1).jobs(frames, range(3), out)):
            pass
        answers.append(out)
    for other in answers[1:]:
        assert np.array_equal(answers[0], other)


def test_frames_that_lie_otherwise_than_those_before_are_read_where_they_are():
    """Planar frames of a stream whose channels lie further apart from one moment to the next."""
    layout, bank = Layout.of((6, 8, 30), (2, 3, 3), 3, ConvolutionSettings()), random_bank(4, (2, 3, 3))
    near = np.random.RandomState(4).rand(6, 3, 8, 30).astype(np.float32)
    far = np.zeros((6, 3, 20, 30), np.float32)
    far[:, :, :8] = near
    method = NativeMethod(layout, bank.weights, bank.bias, 1)
    answers = []
    for frames in ([near] * 5, [near, near, near, far[:, :, :8], near]):
        out = np.empty((4, *layout.output), np.float32)
        for t, held in enumerate(frames):
            for _ in shared(method.jobs(held, [t], out[:, t : t + 1])):
                pass
        answers.append(out)
    assert np.array_equal(*answers)


def test_code_is_made_once_for_all_kernels_clips_and_weights():
    made = []
    for kernel, seed in [((3, 3, 3), 1), ((3, 3, 3), 2), ((2, 7, 3), 3)]:
        clip, bank = noise((3, 20, 40, 3), seed), random_bank(8, kernel, seed=seed)
        layout = Layout.of((3, 20, 40), kernel, 3, ConvolutionSettings())
        out = np.empty((8, *layout.output), np.float32)
        method = NativeMethod(layout, bank.weights, bank.bias, 1)
        for _ in shared(method.jobs(clip.frames, range(layout.output[0]), out)):
            pass
        made.append(len(compiled._addresses))
    assert made[0] == made[1] == made[2]


def test_two_threads_that_prepare_the_same_use_the_same(monkeypatch):
    """The addresses of what one of them made would be those of nothing when the other's takes its place."""
    layout = Layout.of((3, 20, 40), (3, 3, 3), 3, ConvolutionSettings())
    prepared.cache_clear()
    strip, both = prepared(layout, 8, 2, None).strips[0], threading.Barrier(2)
    for name in ("_all_tables", "_answering", "_staging"):
        make = getattr(StripPlan, name)

        def together(self, *given, make=make):
            made = make(self, *given)
            both.wait(timeout=10)
            return made

        monkeypatch.setattr(StripPlan, name, together)
    with ThreadPoolExecutor(2) as pool:
        for ask in (
            lambda: strip.offsets((0, 1, 2)),
            lambda: strip.answering(4000, 160)[0],
            lambda: strip.staging(False)[1],
        ):
            one, other = pool.map(lambda _, ask=ask: ask(), range(2))
            assert one is other
    prepared.cache_clear()


def test_where_no_code_can_be_made_another_way_takes_over(monkeypatch, caplog):
    def refuse(what):
        raise RuntimeError("no memory may be executed")

    monkeypatch.setattr(compiled, "_compile", refuse)
    monkeypatch.setattr(compiled, "_addresses", {})
    for cached in (compiled.driver, compiled.usable, backends._maker):
        cached.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            assert "native" not in backends.usable_names()
        assert "no memory may be executed" in caplog.text
        assert backends.usable_names()
    finally:
        for cached in (compiled.driver, compiled.usable, backends._maker):
            cached.cache_clear()
