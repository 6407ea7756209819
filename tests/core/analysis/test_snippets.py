"""The programs that the inspector hands out are run, and give the same number."""

import contextlib
import importlib.util
import io
import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples

from core.analysis.inspect_tile import account
from core.analysis.inspector import applied_kernel, inspect
from core.analysis.snippets import channel_names, numpy_snippet, text_table, torch_snippet
from core.combine import find_view
from core.convolution.engine import convolve_bank
from core.filters.builtin import make_bank
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings
from tests.core.analysis.inspecting import Case, cases, marked_clip
from tests.core.convolution.judges import noise, random_bank


def run(program: str) -> float:
    """Execute a program and return the number that it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "snippet", "exec"), {})
    return float(printed.getvalue())


class Tensor:
    """As much of a tensor as the snippets use, over an array."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def double(self) -> "Tensor":
        return Tensor(self.array.astype(np.float64))

    def permute(self, *axes: int) -> "Tensor":
        return Tensor(self.array.transpose(axes))

    def unsqueeze(self, axis: int) -> "Tensor":
        return Tensor(np.expand_dims(self.array, axis))

    def item(self) -> float:
        return self.array.item()

    def __truediv__(self, number: float) -> "Tensor":
        assert self.array.dtype == np.float64, "PyTorch would divide in float32"
        return Tensor(self.array / number)

    def __add__(self, number: float) -> "Tensor":
        return Tensor(self.array + number)


def conv3d(clip: Tensor, kernel: Tensor) -> Tensor:
    """Correlate as PyTorch's conv3d does, in the plainest way."""
    video, weights = clip.array, kernel.array
    assert video.ndim == weights.ndim == 5
    assert video.dtype == weights.dtype == np.float64
    steps = [v - w + 1 for v, w in zip(video.shape[2:], weights.shape[2:], strict=True)]
    out = np.zeros((len(video), len(weights), *steps))
    for n, f, t, y, x in np.ndindex(out.shape):
        box = tuple(slice(p, p + w) for p, w in zip((t, y, x), weights.shape[2:], strict=True))
        out[n, f, t, y, x] = (video[n][(slice(None), *box)] * weights[f]).sum()
    return Tensor(out)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``import torch`` find a few lines of NumPy with PyTorch's names."""
    torch, nn, functional = (ModuleType(name) for name in ("torch", "torch.nn", "torch.nn.functional"))
    torch.uint8, torch.float32, torch.float64 = np.uint8, np.float32, np.float64
    torch.tensor = lambda values, dtype: Tensor(np.array(values, dtype=dtype))
    torch.abs = lambda t: Tensor(np.abs(t.array))
    torch.square = lambda t: Tensor(np.square(t.array))
    torch.relu = lambda t: Tensor(np.maximum(t.array, 0))
    functional.conv3d, nn.functional, torch.nn = conv3d, functional, nn
    for module in (torch, nn, functional):
        monkeypatch.setitem(sys.modules, module.__name__, module)


@examples(max_examples=40, deadline=None)
@given(case=cases())
def test_the_numpy_program_prints_exactly_this_number(case: Case):
    (volume,) = convolve_bank(case.clip, case.bank, case.settings)
    found = case.inspection(float(volume.data[case.voxel]))
    assert run(numpy_snippet(found)) == found.output


@pytest.mark.parametrize("activation", ["none", "relu", "abs", "square"])
def test_the_torch_program_runs_on_a_stand_in(stand_in, activation):
    clip, bank = noise((3, 5, 6, 3)), random_bank(1, (2, 3, 4))
    how = ConvolutionSettings("same", activation=activation, border="reflect")
    found = inspect(clip, bank[0], how, (2, 4, 0))
    assert run(torch_snippet(found)) == pytest.approx(found.output, rel=1e-12, abs=1e-12)


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@examples(max_examples=10, deadline=None)
@given(case=cases())
def test_the_torch_program_runs_on_torch(case: Case):
    found = case.inspection()
    assert run(torch_snippet(found)) == pytest.approx(found.output, rel=1e-12, abs=1e-12)


def test_the_second_of_two_stages_can_be_taken_along_too(stand_in):
    bank = make_bank("2plus1d", kernel=(3, 3, 3))
    view, clip, how = find_view(bank, "relu"), noise((4, 5, 6, 3)), ConvolutionSettings()
    second = account(clip, bank, view, 1, how, (1, 2, 3), 0.0).parts[0].inspection
    assert run(numpy_snippet(second)) == second.output
    assert run(torch_snippet(second)) == pytest.approx(second.output, rel=1e-12)


def test_comments_say_where_the_number_comes_from():
    kernel = Kernel(np.ones((2, 1, 3, 3), np.float32), name="edge\nimport os")
    how = ConvolutionSettings("same", stride=(1, 2, 1))
    found = inspect(marked_clip(), kernel, how, (4, 1, 0), 0.25)
    program = numpy_snippet(found, "my\nwave")
    assert program == numpy_snippet(found, "my wave"), "a name never leaves its comment"
    assert "\nimport os" not in program
    for said in (
        "# input frames: 4, 5 (outside: counts 0)",
        "# input rows: 2",
        "# input columns: -1 (outside: counts 0), 0, 1",
        "stride (t, y, x) = (1, 2, 1)",
        "4 of 6 places lie outside the clip",
        "stored as float32: 0.25",
    ):
        assert said in program
    assert max(len(line) for line in program.splitlines()) <= 110


def test_the_table_has_a_line_for_each_term_and_the_sums():
    clip, bank = marked_clip(), random_bank(1, (2, 2, 2))
    (volume,) = convolve_bank(clip, bank, ConvolutionSettings(activation="relu"))
    found = inspect(
        clip,
        applied_kernel(bank, 0, 3),
        ConvolutionSettings(activation="relu"),
        (3, 4, 5),
        float(volume.data[3, 4, 5]),
    )
    lines = text_table(found, "marks").splitlines()
    start = next(n for n, line in enumerate(lines) if line.split()[:4] == ["i", "j", "k", "channel"])
    rows = [line.split() for line in lines[start + 1 : start + 1 + 24]]
    assert rows[-1][:7] == ["1", "1", "1", "B", "4", "5", "6"]
    assert sum(float(row[10]) for row in rows) == pytest.approx(found.total, abs=1e-12)
    assert all(int(row[7]) / 255 * float(np.float32(row[9])) == float(row[10]) for row in rows)
    assert f"sum of 24 products: {found.total!r}" in lines
    assert f"relu -> {found.output!r}" in lines
    assert lines[-1].startswith("stored: ")
    assert "(agrees within" in lines[-1]
    wrong = text_table(replace(found, stored=found.output + 1), "marks")
    assert "DOES NOT AGREE" in wrong.splitlines()[-1]


def test_channels_have_the_names_that_kernels_have():
    assert [channel_names(count) for count in (1, 3, 2)] == [("grey",), ("R", "G", "B"), ("1", "2")]
