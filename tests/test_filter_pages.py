"""docs/filters.md says of every bank what the program says, and shows a picture of each."""

import importlib.util
from pathlib import Path

import pytest

from core.filters.builtin import bank_names

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.fixture(scope="module")
def pages():
    spec = importlib.util.spec_from_file_location("make_filter_pages", DOCS / "make_filter_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_command_writes(pages):
    written = "\n".join(pages.page()) + "\n"
    assert (DOCS / "filters.md").read_text(encoding="utf-8") == written, (
        "the banks' texts have changed: uv run docs/make_filter_pages.py"
    )


def test_every_bank_has_a_picture_and_every_picture_a_bank():
    assert {path.stem for path in (DOCS / "filters").glob("*.webp")} == set(bank_names())


def test_a_picture_shows_kernels_and_both_clips(pages, monkeypatch):
    shown = []
    monkeypatch.setattr(pages, "flow", lambda parts: shown.extend(parts))
    kind = next(kind for kind in pages.bank_kinds() if kind.name == "dct")
    pages.picture(kind)
    assert [title.partition(":")[2].strip() for title, _ in shown[1:]] == ["sample:wave", "drifting-texture"]
    assert all(part.ndim == 3 and part.std() > 1 for _, part in shown)


def test_a_filter_that_sees_the_mean_does_not_drown_the_others(pages):
    clip = pages.load("stimulus:drifting-texture?width=24&height=20&frames=6", (24, 20))
    for name, shared in (("dct", False), ("sobel", True)):
        bank = pages.make_bank(name)
        volumes = tuple(
            step
            for step in pages.convolve_clip(clip, bank, pages.SAME, pages.WorkingSize(24, 20))
            if isinstance(step, pages.FeatureVolume)
        )
        assert pages.scale_for(volumes, None).shared is shared, name
