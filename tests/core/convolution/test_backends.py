"""The choice between the ways to compute: by name, by the environment, and when one fails."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.convolution import backends
from core.convolution.backends import NAMES, VARIABLE, method_for, usable_names
from core.convolution.columns import ColumnsMethod
from core.convolution.layout import Layout
from core.convolution.planes import PlanesMethod
from core.errors import UsageError
from core.settings import ConvolutionSettings

ROOT = Path(__file__).resolve().parents[3]


def made(filters: int = 8, name: str | None = None) -> object:
    layout = Layout.of((4, 9, 9), (2, 3, 3), 3, ConvolutionSettings())
    weights = np.zeros((filters, 2, 3, 3, 3), np.float32)
    return method_for(layout, weights, np.zeros(filters, np.float32), 2, name)


MAKER = backends._maker


@pytest.fixture
def no_maker_is_remembered():
    yield
    MAKER.cache_clear()
    backends._tell_once.cache_clear()


def test_numpy_works_everywhere():
    assert usable_names()[-1] == "numpy"
    assert set(usable_names()) <= set(NAMES)
    assert isinstance(made(name="numpy"), ColumnsMethod)


@pytest.mark.skipif("openvino" not in usable_names(), reason="OpenVINO is not installed")
@pytest.mark.parametrize(("channels", "first"), [(3, "native"), (63, "native"), (64, "openvino")])
def test_hundreds_of_channels_go_another_way(channels, first):
    layout = Layout.of((4, 40, 40), (2, 3, 3), channels, ConvolutionSettings())
    assert next(backends._preferred(layout, 8)) == first
    assert next(backends._preferred(layout, 1)) == "native"


def test_the_environment_forces_a_way(monkeypatch):
    monkeypatch.setenv(VARIABLE, "numpy")
    assert isinstance(made(), ColumnsMethod)
    monkeypatch.setenv(VARIABLE, "")
    made()
    monkeypatch.setenv(VARIABLE, "abacus")
    with pytest.raises(UsageError, match=r"WAVECUBE_ENGINE is one of native, .* not 'abacus'\."):
        made()


def test_a_way_that_is_not_there_is_no_choice(monkeypatch, no_maker_is_remembered):
    monkeypatch.setitem(sys.modules, "core.convolution.openvino_way", None)
    monkeypatch.setitem(sys.modules, "core.convolution.native.method", None)
    MAKER.cache_clear()
    assert usable_names() == ("numpy",)
    assert isinstance(made(), ColumnsMethod)
    monkeypatch.setenv(VARIABLE, "openvino")
    with pytest.raises(UsageError, match="asks for openvino, which does not work"):
        made()


def test_a_way_that_fails_is_told_once_and_the_next_one_takes_its_place(
    monkeypatch, caplog, no_maker_is_remembered
):
    def broken(*_):
        raise RuntimeError("unsupported processor")

    monkeypatch.setattr(backends, "_maker", lambda name: MAKER(name) if name == "numpy" else broken)
    with caplog.at_level(logging.WARNING):
        assert isinstance(made(), ColumnsMethod)
        told = len(caplog.records)
        assert isinstance(made(), ColumnsMethod)
    assert len(caplog.records) == told >= 1
    with pytest.raises(RuntimeError, match="unsupported processor"):
        made(name="openvino")


def test_openvino_is_the_second_choice_where_it_is_the_faster_one(monkeypatch, no_maker_is_remembered):
    pytest.importorskip("openvino")
    monkeypatch.setitem(sys.modules, "core.convolution.native.method", None)
    MAKER.cache_clear()
    assert type(made(8)).__name__ == "OpenVinoMethod"
    assert isinstance(made(1), PlanesMethod)


def test_too_little_memory_is_no_reason_to_try_another_way(monkeypatch):
    def greedy(*_):
        raise MemoryError

    monkeypatch.setattr(backends, "_maker", lambda name: greedy)
    with pytest.raises(MemoryError):
        made()


def test_openvino_comes_without_threads_and_without_telling_anyone():
    """`import openvino` alone starts a thread that reports to its makers."""
    pytest.importorskip("core.convolution.openvino_way", exc_type=ImportError)
    script = (
        "import sys, threading, core.convolution.openvino_way\n"
        "assert not [m for m in sys.modules if 'telemetry' in m], 'telemetry'\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
    subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=ROOT, env=environment, check=True)


def test_nothing_that_computes_is_imported_before_it_is_needed():
    script = (
        "import sys, core.convolution.engine, core.convolution.streaming\n"
        "assert 'openvino' not in sys.modules and 'llvmlite' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
