"""Settings say what is wrong with them in one sentence."""

import numpy as np
import pytest

from core.errors import UsageError
from core.limits import megabytes
from core.progress import Progress, run
from core.settings import ContrastSettings, ConvolutionSettings, ExportSettings, RecordSettings, WorkingSize


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: ConvolutionSettings(padding="full"), "valid, same or three .* T,H,W, not 'full'"),  # type: ignore[arg-type]
        (lambda: ConvolutionSettings(padding=(1, -1, 0)), r"padding .* from 0 to 64, not \(1, -1, 0\)"),
        (lambda: ConvolutionSettings(padding=(0, 0, 65)), "from 0 to 64"),
        (lambda: ConvolutionSettings(padding=(1, 1)), "padding"),  # type: ignore[arg-type]
        (lambda: ConvolutionSettings(padding=(0.5, 1, 1)), "padding"),  # type: ignore[arg-type]
        (lambda: ConvolutionSettings(padding=None), "padding"),  # type: ignore[arg-type]
        (lambda: ConvolutionSettings(border="wrap"), "zero, replicate, reflect"),  # type: ignore[arg-type]
        (lambda: ConvolutionSettings(activation="tanh"), "none, relu, abs, square"),  # type: ignore[arg-type]
        (lambda: ConvolutionSettings(stride=(1, 0, 1)), "stride"),
        (lambda: ConvolutionSettings(dilation=(1, 1)), "dilation"),  # type: ignore[arg-type]
        (lambda: ConvolutionSettings(stride=1.5), "stride"),  # type: ignore[arg-type]
        (lambda: ConvolutionSettings(stride=(1, 1.0, 1)), "stride"),  # type: ignore[arg-type]
        (lambda: ConvolutionSettings(dilation=65), "dilation"),  # type: ignore[arg-type]
        (lambda: RecordSettings(frames=1), "2 to 64"),
        (lambda: RecordSettings(frames=65), "2 to 64"),
        (lambda: RecordSettings(fps=0.0), "0.1 to 240"),
        (lambda: WorkingSize(0, 10), "0x10"),
        (lambda: ContrastSettings(percentile=10), "50 to 100"),
        (lambda: ContrastSettings(manual_limit=0), "above 0"),
        (lambda: ContrastSettings(manual_limit=float("inf")), "above 0"),
        (lambda: ExportSettings(fps=61), "1 to 60"),
        (lambda: ExportSettings(scale=9), "1 to 8"),
    ],
)
def test_wrong_settings_are_refused_with_what_is_allowed(make: object, text: str) -> None:
    with pytest.raises(UsageError, match=text) as caught:
        make()  # type: ignore[operator]
    assert str(caught.value).endswith(".")


def test_settings_are_values() -> None:
    assert ConvolutionSettings() == ConvolutionSettings()
    assert len({ConvolutionSettings(), ConvolutionSettings(), ConvolutionSettings(padding="same")}) == 2


@pytest.mark.parametrize("steps", [(2, 2, 2), [2, 2, 2], np.array([2, 2, 2]), 2, np.int64(2)])
def test_steps_become_three_plain_numbers(steps: object) -> None:
    settings = ConvolutionSettings(stride=steps, dilation=steps)  # type: ignore[arg-type]
    assert settings == ConvolutionSettings(stride=(2, 2, 2), dilation=(2, 2, 2))
    assert hash(settings) == hash(ConvolutionSettings(stride=(2, 2, 2), dilation=(2, 2, 2)))
    assert {type(step) for step in (*settings.stride, *settings.dilation)} == {int}


@pytest.mark.parametrize("voxels", [(0, 1, 2), [0, 1, 2], np.array([0, 1, 2])])
def test_explicit_padding_becomes_three_plain_numbers(voxels: object) -> None:
    settings = ConvolutionSettings(padding=voxels)  # type: ignore[arg-type]
    assert settings == ConvolutionSettings(padding=(0, 1, 2))
    assert hash(settings) == hash(ConvolutionSettings(padding=(0, 1, 2)))
    assert [settings.padding_of(axis) for axis in range(3)] == [0, 1, 2]
    assert ConvolutionSettings(padding=3).padding == (3, 3, 3)  # type: ignore[arg-type]
    assert ConvolutionSettings("same").padding_of(1) == "same"


@pytest.mark.parametrize(
    ("count", "text"), [(100, "1 kB"), (820_000, "820 kB"), (38_000_000, "38 MB"), (2_140_000_000, "2.1 GB")]
)
def test_bytes_are_told_as_people_read_them(count: int, text: str) -> None:
    assert megabytes(count) == text


def test_run_returns_the_last_result_and_tells_progress() -> None:
    told: list[float] = []
    work = iter([Progress(1, 2), "first", Progress(2, 2), "last"])
    assert run(work, lambda p: told.append(p.fraction)) == "last"
    assert told == [0.5, 1.0]
    with pytest.raises(RuntimeError):
        run(iter([Progress(0, 0)]))
    assert Progress(3, 0).fraction == 0.0
