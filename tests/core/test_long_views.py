"""Views of clips that lie on the disk: to the last bit those of clips in memory."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core import long_clips
from core.clip import Clip
from core.combine import find_view, view_steps
from core.filters.bank import FilterBank
from core.filters.views import Stages, View
from core.long_clips import Plan, check_long, convolve_long_clip
from core.progress import Progress
from core.settings import ConvolutionSettings, ExportSettings
from core.spool import Spool
from core.volume import FeatureVolume
from tests.motion_banks import motion_bank, rolled

CLIP = rolled(90, frames=9, side=20)
SAME = ConvolutionSettings("same", border="reflect", activation="relu")


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def two_frames_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_clips, "_PIECE", 4 * 16 * 20 * 20 * 2)


def of_steps(steps: Iterator[Progress | FeatureVolume]) -> list[FeatureVolume]:
    return [step for step in steps if isinstance(step, FeatureVolume)]


@pytest.mark.parametrize("key", ["energy", "opponent", "direction", "shares"])
def test_tiles_are_those_of_a_clip_in_memory(key: str, spool: Spool) -> None:
    bank = motion_bank()
    view = find_view(bank, key)
    assert view is not None
    expected = of_steps(view_steps(CLIP, bank, view, SAME))
    made = of_steps(convolve_long_clip(CLIP, bank, SAME, spool, view))
    for volume, whole in zip(made, expected, strict=True):
        assert (volume.index, volume.name, volume.axes) == (whole.index, whole.name, whole.axes)
        assert np.array_equal(volume.data, whole.data)
        assert (volume.minimum, volume.maximum) == (whole.minimum, whole.maximum)
        assert np.array_equal(volume.magnitudes, whole.magnitudes)
        assert (volume.angles is None) == (whole.angles is None)
        if whole.angles is not None and volume.angles is not None:
            assert np.array_equal(volume.angles, whole.angles)


def test_two_stages_with_their_relu(rng: np.random.Generator, spool: Spool) -> None:
    spatial = rng.normal(size=(3, 1, 3, 3, 1)).astype(np.float32)
    temporal = rng.normal(size=(2, 3, 1, 1, 3)).astype(np.float32)
    view = View("relu", "ReLU", ("a", "b"), signed=True, stages=Stages(spatial, temporal))
    bank = FilterBank.from_weights(np.ones((2, 3, 3, 3, 1)), [0.5, 1.0], views=(view,))
    for clip in (CLIP, Clip.from_frames(CLIP.frames.repeat(3, axis=3))):
        for how in (SAME, ConvolutionSettings(stride=(2, 1, 2), dilation=(2, 1, 1))):
            expected = of_steps(view_steps(clip, bank, view, how))
            made = of_steps(convolve_long_clip(clip, bank, how, spool, view))
            for volume, whole in zip(made, expected, strict=True):
                assert (volume.name, volume.axes) == (whole.name, whole.axes)
                np.testing.assert_allclose(volume.data, whole.data, atol=1e-5)


def test_what_lies_on_the_disk_is_counted(tmp_path: Path) -> None:
    bank = motion_bank()
    volume = 1000
    counts = {}
    for key in ("responses", "energy", "direction", "shares"):
        plan = Plan(bank, SAME, ExportSettings(), (tmp_path / "a.npz",), find_view(bank, key))
        counts[key] = plan.disk_bytes(volume)
    assert counts == {
        "responses": (16_000, 16_000),
        "energy": (8_000, 8_000),
        "direction": (2_000, 2_000),
        "shares": (9_000, 17_000),
    }


def test_a_long_clip_of_a_view_is_checked_before_it_is_read(tmp_path: Path, spool: Spool) -> None:
    bank = motion_bank()
    plan = Plan(bank, SAME, ExportSettings(), (tmp_path / "a.gif",), find_view(bank, "direction"))
    check_long((900, 20, 20), plan, spool, loaded=False)
    outlined = plan.outlined((900, 20, 20))
    assert [volume.name for volume in outlined.volumes] == ["direction"]
    assert outlined.volumes[0].angles is not None
