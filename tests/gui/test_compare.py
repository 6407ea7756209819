"""The page of comparisons: it fills, plays in step, follows the session, and says what is to be seen."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.analysis.energies import energy_recipe
from core.analysis.probes import every_second_frame, half_speed_clip
from core.clip import Clip
from core.convolution.definition import convolve
from core.filters import edit
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.settings import ContrastSettings, ConvolutionSettings
from gui.compare_films import Films, number_texts
from gui.main_window import MainWindow

MOVING = "stimulus:drifting-texture?frames=10&width=40&height=30"
STILL = "stimulus:still-texture?frames=12&width=40&height=30"
KEYS = {
    "dimensions": ["middle", "inflated", "full", "difference"],
    "time": ["original", "reversed", "frozen", "shuffled", "half speed", "every second"],
    "flips": ["correlation", "convolution", "time flipped"],
    "after": ["raw", "relu", "abs", "square", "energy"],
}
OpenWindow = Callable[..., MainWindow]


def settled(qtbot: QtBot, window: MainWindow) -> None:
    page = window.explain.page("compare")
    qtbot.waitUntil(lambda: not page.busy and not window.session.computing, timeout=10_000)


@pytest.fixture
def shown(open_window: OpenWindow, qtbot: QtBot):
    """Open the page over a clip; returns the window, its page and the panel."""

    def make(
        source: str = MOVING, kind: str = "dimensions", bank: FilterBank | None = None
    ) -> SimpleNamespace:
        window = open_window(source)
        window.resize(1280, 800)
        if bank is not None:
            window.session.set_bank(bank)
        qtbot.waitUntil(lambda: window.session.clip is not None and not window.session.computing)
        window.driver.pause()
        window.driver.seek(4)
        window.explain.show("compare")
        page = window.explain.page("compare")
        if page.widget.comparison != kind:
            choose(page, kind)
        settled(qtbot, window)
        return SimpleNamespace(window=window, page=page, panel=page.widget, session=window.session)

    return make


def choose(page, kind: str) -> None:
    button = page.widget.findChild(QPushButton, f"compare_{kind}")
    button.click()


def films(panel):
    return {key: column.response.film for key, column in panel.columns.columns.items()}


def test_every_comparison_fills_its_columns_on_one_scale(shown, qtbot):
    opened = shown(bank=make_bank("gabor", directions=4, kernel=(5, 7, 7)))
    for kind, keys in KEYS.items():
        choose(opened.page, kind)
        settled(qtbot, opened.window)
        found, answers = films(opened.panel), opened.page.answers
        assert list(found) == keys
        assert all(film.volume is answers[key].volume for key, film in found.items())
        squares = {"square", "energy"} if kind == "after" else set()
        for group in (set(found) - squares, squares):
            assert len({(found[key].limits, found[key].table.name) for key in group}) <= 1
        assert opened.panel.squares_legend.isVisible() == bool(squares)
        assert opened.panel.legend.toolTip()
        columns = opened.panel.columns.columns.values()
        assert all(column.number.text() and column.place.text().startswith("here") for column in columns)
        assert all(column.input.isVisible() == (kind == "time") for column in columns)
        assert all(column.strip.isVisible() == (kind in ("dimensions", "flips")) for column in columns)
        assert opened.panel.remark.text()
        assert len(opened.panel.plot.curves) == 3
        if kind == "flips":
            assert [column.response.arrow[0] for column in columns] == pytest.approx([0, 0, 180], abs=2)
            assert all("DSI" in column.number.text() for column in columns)
        else:
            assert not any(column.response.arrow for column in columns)
    # A scale of its own for each filter is none for each column: it stays that of all of them.
    common = films(opened.panel)["relu"].limits
    opened.session.set_contrast(ContrastSettings(shared=False))
    assert films(opened.panel)["relu"].limits == common
    # Contrast and colours are those of the window; the squares keep a table of their own.
    opened.session.set_contrast(ContrastSettings(mode="manual", manual_limit=0.25, diverging="PuOr"))
    looks = {
        key: (film.limits.low, film.limits.high, film.table.name) for key, film in films(opened.panel).items()
    }
    assert looks["raw"] == looks["relu"] == looks["abs"] == (-0.25, 0.25, "PuOr")
    assert looks["square"] == looks["energy"] == (0, 0.25, "cividis")


def test_columns_play_in_step_each_on_its_own_clip(shown, qtbot):
    opened = shown(kind="time")
    columns, clip = opened.panel.columns.columns, opened.session.working_clip
    assert np.array_equal(columns["half speed"].input.film.clip.frames, half_speed_clip(clip).frames)
    assert np.array_equal(columns["every second"].input.film.clip.frames, every_second_frame(clip).frames)
    for frame in (2, 7):
        opened.window.driver.seek(frame)
        for key, column in columns.items():
            ended = key == "every second" and frame >= 5
            assert column.input.shown_frame == ((4, False) if ended else (frame, True))
    # A kernel of five frames: its first response is that of the third frame.
    assert columns["original"].response.shown_frame == (5, True)
    opened.window.explain.show("volumes")
    opened.window.driver.seek(3)
    assert columns["original"].input.shown_frame == (7, True)  # nobody sees it
    opened.window.explain.show("compare")
    assert columns["original"].input.shown_frame == (3, True)
    # Another order on demand.
    column = columns["shuffled"]
    before, note = column.input.film.clip.frames, column.note.text()
    opened.panel.shuffle_button.click()
    settled(qtbot, opened.window)
    assert not np.array_equal(column.input.film.clip.frames, before)
    assert column.note.text() != note


def test_the_page_follows_selection_bank_clip_and_settings(shown, qtbot):
    opened = shown()
    window, session, page = opened.window, opened.session, opened.page

    def fits() -> bool:
        kernel, how = session.bank[window.display.selected], session.convolution
        wanted = convolve(
            session.working_clip, session.bank.for_channels(3)[window.display.selected].weights, None, how
        )
        volume = page.answers["full"].volume
        return volume.data.shape == wanted.shape and np.allclose(volume.data, wanted, atol=1e-3 * kernel.norm)

    assert fits()
    window.display.select(3)
    settled(qtbot, window)
    assert fits()
    assert opened.panel.filter_combo.currentText() == "filter 4"
    session.set_bank(make_bank("raw", filters=5, kernel=(4, 3, 2), seed=9))
    settled(qtbot, window)
    assert fits()
    session.set_convolution(ConvolutionSettings("same", (2, 1, 1), activation="relu"))
    settled(qtbot, window)
    assert fits()
    assert opened.panel.columns.columns["difference"].note.text() == "Of the two, each after its ReLU"
    session.set_clip(Clip.from_frames(session.clip.frames[::-1, :20, ::2], fps=9))
    settled(qtbot, window)
    assert fits()
    # While another page is in front nothing is computed, and nothing old is kept.
    window.explain.show("volumes")
    window.display.select(1)
    assert not page.busy
    assert page.answers == {}
    window.explain.show("compare")
    settled(qtbot, window)
    assert fits()


def test_freezing_the_clip_leaves_nothing_of_the_difference(shown, qtbot):
    opened = shown()
    assert opened.page.answers["difference"].energy > 1e-6
    opened.panel.freeze_button.click()
    settled(qtbot, opened.window)
    answers = opened.page.answers
    assert answers["difference"].energy < 1e-12
    assert np.allclose(answers["inflated"].volume.data, answers["full"].volume.data, atol=1e-5)
    assert "energy 0 %" in opened.panel.columns.columns["difference"].number.text()
    assert "stands still" in opened.panel.remark.text()
    # It belongs to this comparison alone.
    choose(opened.page, "flips")
    settled(qtbot, opened.window)
    moving = opened.page.answers["correlation"].volume.data
    assert np.ptp(moving, axis=0).max() > 0.01


def test_on_a_still_clip_the_static_index_is_1(shown, open_window, qtbot):
    opened = shown(STILL, "time")
    assert opened.panel.remark.text().startswith("Static index 1. ")
    numbers = [column.number.text() for column in opened.panel.columns.columns.values()]
    assert numbers[1:] == ["energy 100 %"] * 5
    assert [column.level.share for column in opened.panel.columns.columns.values()] == pytest.approx(
        [1] * 6, rel=1e-4
    )
    # The next window begins with the same comparison.
    opened.window.close()
    window = open_window(STILL)
    window.explain.show("compare")
    assert window.explain.page("compare").widget.comparison == "time"
    settled(qtbot, window)


def test_all_filters_are_ranked_and_one_is_chosen(shown, qtbot):
    noise = make_bank("raw", filters=1, kernel=(3, 3, 3), seed=1).weights[0]
    zero = np.zeros_like(noise)
    bank = FilterBank.from_weights([edit.zero_sum_in_time(noise), zero, edit.middle_frame_only(noise)])
    opened = shown(kind="time", bank=bank)
    opened.panel.rank_button.click()
    settled(qtbot, opened.window)
    table = opened.panel.table
    assert table.isVisible()
    assert not opened.panel.columns.isVisible()
    assert table.filters == (2, 0, 1)
    assert [table.item(row, 2).text() for row in (1, 2)] == ["0", "no answer"]
    assert float(table.item(0, 2).text()) == pytest.approx(1, abs=0.3)
    table.setCurrentCell(0, 0)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    settled(qtbot, opened.window)
    assert opened.window.display.selected == 2
    assert opened.panel.columns.isVisible()
    assert opened.panel.filter_combo.currentIndex() == 2
    assert len(opened.page.answers) == 6


def test_without_a_partner_banks_of_pairs_are_offered(shown, qtbot):
    opened = shown(kind="after")
    assert opened.panel.columns.columns["energy"].response.film is None
    assert "no partner" in opened.panel.columns.columns["energy"].response.message
    assert len(opened.panel.plot.curves) == 1
    button = opened.panel.findChild(QPushButton, "compare_bank_gabor")
    assert button.isVisible()
    button.click()
    settled(qtbot, opened.window)
    assert opened.session.bank.kind == "gabor"
    assert opened.panel.columns.columns["energy"].response.film is not None
    assert not button.isVisible()
    assert [curve.name for curve in opened.panel.plot.curves] == ["response r", "its partner", "√energy"]
    # A tile that is made of several filters shows the first of them, and the same energy.
    opened.session.set_view("energy")
    opened.window.display.select(2)
    settled(qtbot, opened.window)
    assert opened.panel.filter_combo.currentText().startswith("5  ")
    assert "one of the 2 filters" in opened.panel.filter_label.text
    energy = opened.page.answers["energy"].volume.data
    assert np.allclose(energy, opened.session.volumes[2].data, rtol=1e-4, atol=1e-6)
    # Its other filter can be chosen, here as in the ranking.
    opened.panel.filter_combo.setFocus()
    QTest.keyClick(opened.panel.filter_combo, Qt.Key.Key_Down)
    settled(qtbot, opened.window)
    assert opened.window.display.selected == 2
    assert np.array_equal(
        opened.page._show.request.bank[opened.page._show.request.index].weights,
        opened.session.bank[5].weights,
    )
    opened.session.undo_stack.undo()
    settled(qtbot, opened.window)
    assert energy_recipe(opened.session.bank, 0) is None
    assert opened.panel.columns.columns["energy"].response.film is None


def test_cursor_and_pinned_place_are_shared(shown):
    opened = shown(kind="time")
    window, columns = opened.window, opened.panel.columns.columns
    viewer = columns["reversed"].response
    QTest.mouseMove(viewer, viewer.picture_rect().center().toPoint())
    assert columns["original"].response._cross is not None
    assert columns["frozen"].input._cross == columns["original"].response._cross
    t, y, x = window.explain.probe.voxel
    assert t == viewer.shown_frame[0]
    QTest.mouseClick(viewer, Qt.MouseButton.LeftButton, pos=viewer.picture_rect().center().toPoint())
    assert window.explain.probe.pinned
    # What the page says of the place may have moved the pictures since: the click counts.
    _, y, x = window.explain.probe.voxel
    for key, column in columns.items():
        (mark,) = column.response._marks
        assert (mark.first, mark.last) == ((y, x), (y, x))
        value = opened.page.answers[key].volume.data[t : t + 1, y, x]
        text = column.place.text().replace("−", "-").removeprefix("here ")
        if len(value):
            assert float(text) == pytest.approx(float(value[0]), rel=1e-3)
            (field,) = column.input._marks
            assert (field.first, field.last) == ((y, x), (y + 4, x + 4))
            assert field.frames == frozenset(range(t, t + 5))
        else:
            assert text == "no frame"
            assert column.input._marks == ()
    # A key moves the place, and all follow; the film stops there.
    QTest.keyClick(opened.panel, Qt.Key.Key_Right)
    (mark,) = columns["frozen"].response._marks
    assert mark.first == (y, x + 1)
    assert opened.panel.plot.curves[0].trace.values[t] == pytest.approx(
        float(opened.page.answers["original"].volume.data[t, y, x + 1])
    )
    window.explain.probe.release()
    assert columns["frozen"].response._marks == ()


def test_what_cannot_be_compared_is_said_in_a_sentence(shown, qtbot):
    opened = shown(bank=make_bank("zero-mean", filters=1, kernel=(11, 3, 3)))
    assert "spans 11 frames" in opened.panel.remark.text()
    messages = [column.response.message for column in opened.panel.columns.columns.values()]
    assert all("spans 11 frames" in message for message in messages)
    for kind in ("time", "flips", "after"):
        choose(opened.page, kind)
        settled(qtbot, opened.window)
        assert opened.panel.columns.columns[KEYS[kind][0]].response.film is None
    choose(opened.page, "time")
    opened.panel.rank_button.click()
    settled(qtbot, opened.window)
    assert "spans 11 frames" in opened.panel.message.text()
    assert opened.panel.message.isVisible()
    opened.panel.rank_button.click()
    opened.session.set_bank(make_bank("identity"))
    settled(qtbot, opened.window)
    assert opened.panel.columns.isVisible()
    assert len(opened.page.answers) == 6
    # One grey frame, then the largest kernel over it.
    opened.session.set_clip(Clip.from_frames(opened.session.clip.frames[:1, ..., :1]))
    for kind, keys in KEYS.items():
        choose(opened.page, kind)
        settled(qtbot, opened.window)
        assert opened.page.answers[keys[0]].volume is not None
    opened.session.set_convolution(ConvolutionSettings("same"))
    opened.session.set_bank(make_bank("raw", filters=1, kernel=(16, 16, 16), channels=1))
    settled(qtbot, opened.window)
    assert opened.page.answers["raw"].volume.data.shape == (1, 30, 40)


def test_a_probe_that_is_over_says_so(shown):
    opened = shown(kind="time")
    made = films(opened.panel)
    assert "is over" in made["every second"].absence
    assert "is over" not in made["original"].absence + made["half speed"].absence
    opened.window.driver.seek(9)  # of 10; every second frame are 5
    assert opened.panel.columns.columns["every second"].response.shown_frame[1] is False
    assert "end" in opened.panel.columns.columns["every second"].input.film.absence


def test_a_large_window_gives_the_pictures_the_room(shown, qtbot):
    """Five columns stand in two rows where that makes pictures larger; kernels grow where they do not."""
    opened = shown(kind="after")
    columns = opened.panel.columns
    assert columns.across == 5
    opened.window.resize(1920, 1200)
    qtbot.waitUntil(lambda: columns.across == 3)
    responses = [column.response for column in columns.columns.values()]
    qtbot.waitUntil(lambda: len({viewer.y() for viewer in responses}) == 2)
    assert responses[0].picture_rect().width() > 1.15 * (columns.width() / 5)
    assert max(v.geometry().bottom() for v in responses) < opened.panel.plot.y()
    choose(opened.page, "flips")
    settled(qtbot, opened.window)
    assert columns.across == 3
    qtbot.waitUntil(lambda: all(column.strip.height() > 70 for column in columns.columns.values()))
    assert len({column.response.y() for column in columns.columns.values()}) == 1
    opened.window.resize(1280, 800)
    choose(opened.page, "after")
    settled(qtbot, opened.window)
    qtbot.waitUntil(lambda: columns.across == 5)


def test_no_clip_is_said(open_window, qtbot):
    window = open_window("no/such/file.mp4")
    window.explain.show("compare")
    page = window.explain.page("compare")
    assert "no clip yet" in page.widget.message.text()
    qtbot.waitUntil(lambda: not window.files.opener.busy)
    assert not page.busy


def test_numbers_say_nothing_about_nothing():
    films = Films()
    films.kind = "time"
    nothing = SimpleNamespace(volume=None, energy=0.0, profile=None)
    silent = SimpleNamespace(volume=object(), energy=1e-20, profile=None)
    texts = number_texts(films, {"original": silent, "frozen": nothing}, SimpleNamespace(least=1e-12))
    assert texts["frozen"] == ("", "", None)
    assert texts["original"][0] == "energy 0"
    assert texts["original"][2] == 0


def test_hidden_it_finds_no_scales_and_shown_again_it_has_the_new_colours(shown, monkeypatch):
    opened = shown()
    opened.window.explain.show("volumes")
    before = films(opened.panel)
    with monkeypatch.context() as patch:
        patch.setattr("gui.compare_films.limits_for", None)
        opened.session.change_contrast(diverging="PuOr")
    opened.window.explain.show("compare")
    for key, film in films(opened.panel).items():
        assert before[key].table != film.table == opened.session.table
