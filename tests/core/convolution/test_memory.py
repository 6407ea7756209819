"""What a convolution takes beside its result, as the system counts it: Python does not see all of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.convolution import engine, streaming
from core.convolution.backends import usable_names
from core.convolution.engine import convolve_bank
from core.convolution.streaming import StreamingConvolver
from core.cv import cv2
from core.errors import BudgetError
from tests.core.convolution.judges import noise, random_bank

# A process each: those that are seldom chosen go with the long runs.
WAYS = [pytest.param(name, marks=[pytest.mark.slow] * (n > 0)) for n, name in enumerate(usable_names())]
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import numpy as np
from core.clip import Clip
from core.convolution.engine import convolve_bank
from core.convolution.streaming import StreamingConvolver
from core.filters.bank import FilterBank
from core.settings import ConvolutionSettings

def now(kind):
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith(kind)).split()[1]) * 1024

how = ConvolutionSettings("same")
frames = np.zeros((8, 480, 640, 3), np.uint8)
clip, bank = Clip.from_frames(frames), FilterBank.from_weights(np.ones((9, 3, 5, 5, 3)))
tiny = Clip.from_frames(frames[:, :20, :20])
with StreamingConvolver(bank, how) as stream:
    # Everything is loaded, and has taken what it takes once.
    list(convolve_bank(tiny, bank, how)), [stream.push(frame) for frame in tiny.frames]
    before = now("VmRSS")
    open("/proc/self/clear_refs", "w").write("5")
    {work}
    print(now("VmHWM") - before - sum(result.nbytes for result in results))
"""
WORK = {
    "clip": "results = [volume.data for volume in convolve_bank(clip, bank, how)]",
    "stream": "results = [answer for frame in frames if (answer := stream.push(frame)) is not None]",
}


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="only Linux tells the peak")
@pytest.mark.parametrize("kind", ["clip", "stream"])
@pytest.mark.parametrize("way", WAYS)
def test_no_more_than_64_mb_beside_the_result(way, kind):
    environment = {**os.environ, "WAVECUBE_ENGINE": way}
    script = SCRIPT.replace("{work}", WORK[kind])
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    assert int(answer.stdout) < 64e6


def out_of_memory(code: int = cv2.Error.StsNoMem) -> cv2.error:
    error = cv2.error("Failed to allocate")
    error.code = code
    return error


@pytest.mark.parametrize("failure", [MemoryError("no more"), out_of_memory()])
def test_memory_that_the_system_refuses_is_told_in_a_sentence(failure, monkeypatch):
    class Refused:
        def __init__(self, *_):
            pass

        def jobs(self, frames, times, out):
            def job():
                yield 0
                raise failure

            return [job]

    for module in (engine, streaming):
        monkeypatch.setattr(module, "method_for", Refused)
    clip, bank = noise((4, 5, 6, 3)), random_bank(2, (1, 2, 2))
    with pytest.raises(BudgetError, match=r"^There is not enough memory .*\.$"):
        list(convolve_bank(clip, bank))
    with StreamingConvolver(bank) as stream, pytest.raises(BudgetError, match="not enough memory"):
        stream.push(clip.frames[0])


def test_another_failure_of_opencv_stays_what_it_is(monkeypatch):
    def broken(*_):
        raise out_of_memory(cv2.Error.StsBadArg)

    monkeypatch.setattr(engine, "method_for", broken)
    with pytest.raises(cv2.error):
        list(convolve_bank(noise((4, 5, 6, 3)), random_bank(2, (1, 2, 2))))
