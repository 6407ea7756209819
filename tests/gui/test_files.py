"""Small rules of the File menu."""

from pathlib import Path

import pytest

from core.sources.base import is_address
from gui.files import with_chosen_suffix

APNG, GIF = "APNG animation (*.png)", "GIF animation (*.gif)"


@pytest.mark.parametrize(
    ("typed", "kind", "saved"),
    [
        ("wave.gif", GIF, "wave.gif"),
        ("wave.gif", APNG, "wave.png"),
        ("wave", APNG, "wave.png"),
        ("my.wave.npz", APNG, "my.wave.npz"),
        ("wave 1.5", "", "wave 1.5"),
        ("wave", "", "wave.gif"),
    ],
)
def test_the_kind_that_was_picked_names_the_suffix(typed: str, kind: str, saved: str) -> None:
    assert with_chosen_suffix(Path(typed), kind, ".gif") == Path(saved)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("http://a/b", True), ("RTSPS://a", True), ("rtmp://a", False), ("C:\\a.mp4", False), ("http", False)],
)
def test_addresses_of_cameras(text: str, expected: bool) -> None:
    assert is_address(text) is expected
