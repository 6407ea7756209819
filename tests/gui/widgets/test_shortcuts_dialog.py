"""The list of shortcuts can be searched."""

from gui.widgets.shortcuts_dialog import ShortcutsDialog

ROWS = [("Play or pause", "Space"), ("Record", "R"), ("New random filters", "N")]


def test_rows_are_found_by_word_and_by_key(qtbot):
    dialog = ShortcutsDialog(ROWS)
    qtbot.addWidget(dialog)
    assert dialog.visible_rows == [what for what, _ in ROWS]
    qtbot.keyClicks(dialog.filter_edit, "RANDOM")
    assert dialog.visible_rows == ["New random filters"]
    dialog.filter_edit.clear()
    qtbot.keyClicks(dialog.filter_edit, "space")
    assert dialog.visible_rows == ["Play or pause"]
