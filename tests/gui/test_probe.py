"""The probe stays inside the volumes, follows keys, and stops the film where it looks."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from core.clip import Clip
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings
from gui.display import Display
from gui.films import PictureCache
from gui.playback import PlaybackDriver
from gui.probe import Probe
from gui.session import Session
from gui.workspace import Workspace


@pytest.fixture
def probe(qtbot: QtBot, session: Session, small_clip: Clip) -> Iterator[Probe]:
    """A probe over two 3x3x3 filters on nine frames of 14x11: volumes of (7, 9, 12)."""
    workspace = Workspace(PictureCache())
    qtbot.addWidget(workspace)
    driver = PlaybackDriver(workspace)
    display = Display(session, driver, workspace)
    made = Probe(session, driver, display)
    with qtbot.waitSignal(session.computing_finished):
        session.set_clip(small_clip)
    yield made
    driver.pause()


def test_the_mouse_moves_it_until_it_is_pinned(probe: Probe, qtbot: QtBot) -> None:
    probe.hover((2, 3, 4))
    assert probe.voxel == (2, 3, 4)
    with qtbot.waitSignals([probe.voxel_changed, probe.pinned_changed]):
        probe.pin((1, 1, 1))
    probe.hover((2, 3, 4))
    probe.hover(None)
    assert probe.voxel == (1, 1, 1)
    probe.release()
    probe.hover(None)
    assert probe.voxel is None


@pytest.mark.parametrize("place", [(7, 0, 0), (0, 9, 0), (0, 0, 12), (-1, 0, 0)])
def test_there_is_nothing_outside(probe: Probe, place: tuple[int, int, int]) -> None:
    probe.hover(place)
    assert probe.voxel is None
    probe.pin(place)
    assert not probe.pinned


def test_moving_stops_at_the_ends_and_the_film_follows(probe: Probe) -> None:
    probe.pin((3, 4, 5))
    probe.move(1, -1, 10)
    assert probe.voxel == (4, 3, 11)
    assert probe._driver.frame == 5  # the middle of frames 4, 5, 6
    probe.move(100, 100, 100)
    assert probe.voxel == (6, 8, 11)


def test_without_a_place_it_takes_the_strongest_of_the_moment(probe: Probe, session: Session) -> None:
    probe._driver.seek(4)
    probe._display.select(1)
    probe.ensure()
    data = session.volumes[1].data
    assert probe.voxel is not None
    assert probe.voxel[0] == 3
    assert abs(data[probe.voxel]) == abs(data[3]).max()


def test_smaller_volumes_keep_it_inside(probe: Probe, session: Session, qtbot: QtBot) -> None:
    probe.pin((6, 8, 11))
    with qtbot.waitSignal(probe.voxel_changed):
        session.set_convolution(ConvolutionSettings(stride=(2, 2, 2)))
    assert probe.shape == (4, 5, 6)
    assert probe.voxel == (3, 4, 5)
    assert probe.pinned


def test_a_kernel_that_does_not_fit_leaves_nothing(probe: Probe, session: Session) -> None:
    probe.pin((0, 0, 0))
    session.set_bank(make_bank("zero-mean", filters=1, kernel=(16, 3, 3)))
    assert probe.shape is None
    assert probe.voxel is None
    assert not probe.pinned
    probe.ensure()
    probe.move(0, 0, 1)
    assert probe.voxel is None


def test_an_input_outside_the_clip_is_none(probe: Probe) -> None:
    probe.look_at_source((8, 10, 13))
    assert probe.source == (8, 10, 13)
    probe.look_at_source((9, 0, 0))
    assert probe.source is None
