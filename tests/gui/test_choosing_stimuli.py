"""File > Stimulus…: from the menu to the clip, and what is kept for the next time."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from core.sources.synthetic import make_stimulus, stimulus_names
from gui.main_window import MainWindow
from gui.widgets.stimulus_dialog import StimulusDialog

STIMULUS = "stimulus:moving-bar?frames=8&width=24&height=16&velocity=3"


def opened(qtbot: QtBot, window: MainWindow, name: str) -> None:
    qtbot.waitUntil(
        lambda: window.session.clip is not None and window.session.clip.name == name, timeout=20_000
    )
    qtbot.waitUntil(lambda: window.session.complete, timeout=20_000)


def shown(window: MainWindow) -> StimulusDialog:
    dialog = window.stimuli.dialog
    assert dialog is not None
    return dialog


def test_a_stimulus_is_adjusted_and_opened(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    window = open_window(STIMULUS)
    opened(qtbot, window, "moving-bar")
    entries = [action.text() for action in window.menus.samples.actions() if not action.isSeparator()]
    assert len(entries) == 1 + len(stimulus_names()) + 1
    assert entries[-1] == "&Choose and adjust…"
    window.menus.samples.actions()[-1].trigger()
    dialog = shown(window)
    window.named_actions["stimulus"].trigger()
    assert shown(window) is dialog  # one is enough
    # It begins with what is open.
    assert dialog.source.name == "moving-bar"
    assert dialog.source.values["velocity"] == 3
    dialog.list.setCurrentRow(stimulus_names().index("plaid"))
    dialog.film_form.fields["frames"].stepBy(-1)
    with qtbot.waitSignal(window.files.clip_opened, timeout=20_000):
        dialog.open_button.click()
    opened(qtbot, window, "plaid")
    clip = window.session.clip
    assert clip is not None
    assert (clip.frames == make_stimulus("plaid", frames=7, width=24, height=16).frames).all()
    assert window.stimuli.dialog is None
    assert not window.findChildren(StimulusDialog)  # gone, with its timers
    window.workspace.filter_panel.stimulus_requested.emit("stimulus:flicker?frames=20&width=24&height=16")
    opened(qtbot, window, "flicker")
    clip = window.session.clip
    assert clip is not None and len(clip) == 20  # what shows a bank best comes whole, not as 16 frames


def test_what_was_set_is_kept_and_cancel_opens_nothing(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    window = open_window(STIMULUS)
    opened(qtbot, window, "moving-bar")
    window.stimuli.choose()
    dialog = shown(window)
    dialog.list.setCurrentRow(stimulus_names().index("dots"))
    dialog.form.fields["coherence"].stepBy(1)
    coherence = dialog.source.values["coherence"]
    with qtbot.assertNotEmitted(window.files.clip_opened):
        dialog.reject()
    window.stimuli.choose()
    again = shown(window)
    assert again.source.name == "dots"
    assert again.source.values["coherence"] == coherence != 0.5
    window.close()  # and nothing plays on without the window
    assert not again.preview.playing
    assert not again.isVisible()
