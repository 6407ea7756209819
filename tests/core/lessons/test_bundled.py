"""The lessons that come with the program: each opens, computes, and asks for something in the end."""

import json

import numpy as np
import pytest

from core.lessons.lesson import OWN_CLIP, Step
from core.lessons.preparing import Prepared, prepare
from core.lessons.reading import read_lesson
from tests.core.lessons.showing import FOLDER, bank_of, clip_of, lessons, volumes_of

STEPS = [(lesson, number) for lesson in lessons() for number in range(len(lesson.steps))]
NAMES = [f"{lesson.key}-{number + 1}" for lesson, number in STEPS]


def test_there_are_ten_in_their_order() -> None:
    keys = [lesson.key for lesson in lessons()]
    assert [key[:2] for key in keys] == [f"{number:02}" for number in range(1, 11)]
    assert {path.suffix for path in FOLDER.iterdir()} == {".toml"}
    assert [lesson.key for lesson in lessons() if lesson.waits_for] == ["10-learned"]


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.key)
def test_each_is_short_and_ends_with_something_to_try(lesson) -> None:
    least = 3 if lesson.waits_for else 4
    assert least <= len(lesson.steps) <= 7
    words = sum(len(step.text.split()) for step in lesson.steps)
    assert words <= 110 * lesson.minutes  # read slowly, with time to look
    last = lesson.steps[-1]
    assert last.attempt is not None and last.preset.clip == OWN_CLIP
    for step in lesson.steps:
        assert step.text.endswith((".", "?", "…")) and len(step.text) <= 260


@pytest.mark.parametrize(("lesson", "number"), STEPS, ids=NAMES)
def test_every_step_computes(lesson, number) -> None:
    step: Step = lesson.steps[number]
    volumes = volumes_of(step)
    assert step.preset.select < len(volumes)
    assert all(np.isfinite(volume.data).all() for volume in volumes)
    assert step.preset.frame < len(clip_of(step))
    assert not bank_of(step).warnings
    if step.preset.pin is not None:
        assert volumes[0].data[step.preset.pin] is not None
    # Something is to be seen, but where a text says that nothing is.
    assert any(volume.data.any() for volume in volumes) or "dark" in step.text


def test_the_example_for_teachers_is_a_lesson(tmp_path) -> None:
    page = FOLDER.parents[1] / "docs" / "lessons.md"
    if not page.exists():
        pytest.skip("the page for teachers is not written yet")
    path = tmp_path / "example.toml"
    path.write_text(page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert len(read_lesson(path).steps) == 5


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.key)
def test_a_step_needs_none_before_it(lesson, tmp_path) -> None:
    """Jumping to a step shows what going there shows: its preset, written out, is the same step."""
    path = tmp_path / "one.toml"
    for step in lesson.steps:
        p = step.preset
        c = p.convolution
        padding = f'"{c.padding}"' if isinstance(c.padding, str) else list(c.padding)
        lines = [
            'title = "a"', 'summary = "b"', "minutes = 1", "[[steps]]", f"text = '''{step.text}'''",
            f"clip = '{p.clip}'", f"bank = '{p.bank}'", f"show = '{p.show}'", f"select = {p.select + 1}",
            f"page = '{p.page}'", f"frame = {p.frame + 1}", f"play = {str(p.play).lower()}", f"fps = {p.fps}",
            f"pin = {list(p.pin or ())}",
            f"convolution = {{ padding = {padding}, border = '{c.border}', stride = {list(c.stride)}, "
            f"dilation = {list(c.dilation)}, activation = '{c.activation}' }}",
            "page_options = { "
            + ", ".join(f"{key} = {json.dumps(value)}" for key, value in p.page_options.items())
            + " }",
        ]  # fmt: skip
        path.write_text("\n".join(lines), encoding="utf-8")
        assert read_lesson(path).steps[0].preset == p


@pytest.mark.parametrize(("lesson", "number"), STEPS[:9], ids=NAMES[:9])
def test_a_step_is_prepared_as_it_is_asked_for(lesson, number) -> None:
    step = lesson.steps[number]
    (both,) = [made for made in prepare(lesson, number) if isinstance(made, Prepared)]
    (neither,) = list(prepare(lesson, number, clip=False, bank=False))
    assert both.number == neither.number == number
    assert neither.opened is None and neither.bank is None
    assert both.bank is not None and np.array_equal(both.bank.weights, bank_of(step).weights)
    if step.preset.clip == OWN_CLIP:
        assert both.opened is None
    else:
        assert both.opened is not None and np.array_equal(both.opened.clip.frames, clip_of(step).frames)
