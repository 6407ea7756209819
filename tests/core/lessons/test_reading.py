"""A lesson's file becomes a lesson, or one sentence that says where it is wrong."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import LessonError
from core.lessons.lesson import Lesson
from core.lessons.reading import STEP_KEYS, read_lesson
from core.progress import returned
from core.settings import ConvolutionSettings

HEAD = 'title = "A lesson"\nsummary = "What it is about."\nminutes = 2\n'
FIRST = '[[steps]]\ntext = "Look."\nclip = "stimulus:flicker?frames=12&width=20&height=16"\nbank = "sobel"\n'


def written(folder: Path, text: str | bytes, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, text: str) -> Lesson:
    return read_lesson(written(folder, text))


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(LessonError) as caught:
        read_lesson(written(folder, text))
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence) < 1500 and sentence.endswith((".", "?"))
    return sentence


def step(folder: Path, *lines: str) -> str:
    """Return how a second step of these lines is refused."""
    return refusal(folder, HEAD + FIRST + '[[steps]]\ntext = "Now."\n' + "\n".join(lines))


def test_all_of_a_step(tmp_path: Path) -> None:
    lesson = read(
        tmp_path,
        HEAD
        + FIRST.replace("sobel", "gabor?directions=4")
        + """
        show = "Energy"
        select = 3
        page = "compare"
        page_options = { comparison = "time", seeds = [1, 2] }
        frame = 5
        fps = 6.5
        pin = [1, 2, 3]
        convolution = { padding = "same", border = "reflect", stride = [1, 2, 2], activation = "relu" }
        anchor = "input_viewer"
        try = "new filters"
        """,
    )
    (only,) = lesson.steps
    preset = only.preset
    assert (lesson.title, lesson.summary, lesson.minutes) == ("A lesson", "What it is about.", 2)
    assert (lesson.key, lesson.folder, lesson.waits_for) == ("mine", tmp_path, "")
    assert (only.text, only.anchor, only.attempt) == ("Look.", "input_viewer", "new filters")
    assert (preset.show, preset.select, preset.page) == ("energy", 2, "compare")
    assert dict(preset.page_options) == {"comparison": "time", "seeds": [1, 2]}
    assert (preset.frame, preset.play, preset.fps, preset.pin) == (4, False, 6.5, (1, 2, 3))
    assert preset.convolution == ConvolutionSettings("same", (1, 2, 2), (1, 1, 1), "relu", "reflect")


def test_what_a_step_sets_stays_and_what_belongs_to_something_goes_with_it(tmp_path: Path) -> None:
    steps = read(
        tmp_path,
        HEAD
        + FIRST
        + 'select = 2\npage = "slide"\npage_options = { order = "time" }\npin = [1, 2, 3]\nfps = 5\n'
        + "convolution = { stride = [1, 2, 2] }\n"
        + '[[steps]]\ntext = "b"\nconvolution = { activation = "abs" }\nframe = 3\n'
        + '[[steps]]\ntext = "c"\nclip = "sample:wave"\n'
        + '[[steps]]\ntext = "d"\nplay = true\npin = [0, 1, 1]\nbank = "gabor"\nshow = "energy"\nselect = 4\n'
        + '[[steps]]\ntext = "e"\nshow = "responses"\npage = "slide"\npin = []\n',
    ).steps
    a, b, c, d, e = (each.preset for each in steps)
    assert a.select == 1 and a.pin == (1, 2, 3) and not a.play
    assert b.convolution == ConvolutionSettings(stride=(1, 2, 2), activation="abs")
    assert (b.select, b.page, b.fps, b.frame, b.pin) == (1, "slide", 5.0, 2, None)
    assert dict(b.page_options) == {"order": "time"}
    assert (c.clip, c.frame, c.select, c.play) == ("sample:wave", 0, 1, False)
    assert (d.play, d.pin, d.show, d.select) == (True, (0, 1, 1), "energy", 3)
    assert (e.show, e.select, e.pin, e.bank) == ("responses", 0, None, "gabor")
    assert dict(e.page_options) == {}


def test_texts_are_one_line_of_what_can_be_printed(tmp_path: Path) -> None:
    text = FIRST.replace('"Look."', '"""One.\n   Two\\u0007\\u202e three."""')
    assert read(tmp_path, HEAD + text).steps[0].text == "One. Two three."


def test_a_lesson_that_waits_needs_no_steps(tmp_path: Path) -> None:
    lesson = read(tmp_path, HEAD + 'waits_for = "learned layers"\n')
    assert lesson.steps == () and lesson.waits_for == "learned layers"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('clip = "stimulus:plad"', "clip: There is no stimulus 'plad'"),
        ('clip = "stimulus:plaid?frames=0"', "clip: frames is a whole number from 1"),
        ('clip = "sample:waves"', "clip: There is no sample 'waves'"),
        ('clip = "http://example.org/a.mp4"', "clip: 'http://example.org/a.mp4' cannot be used"),
        ('clip = "rtsp://camera/1"', "cannot be used"),
        ('clip = "file:///etc/hostname"', "cannot be used"),
        ('clip = "../secret.gif"', "clip: '../secret.gif' is no path within the lesson's own folder."),
        ("clip = 'a\\..\\..\\secret.gif'", "is no path within"),
        ('clip = "/etc/hostname"', "is no path within"),
        ("clip = 'C:\\secret.gif'", "is no path within"),
        ('clip = "~/secret.gif"', "is no path within"),
        ('clip = "absent.gif"', "clip: There is no file"),
        ('clip = ""', "clip: it is empty."),
        ("clip = 3", "clip: it is a text in quotes, not a number."),
        ('bank = "gabr"', "bank: There is no filter bank 'gabr'"),
        ('bank = "gabor?sped=2"', "has no parameter 'sped': it takes"),
        ('bank = "gabor?speed=99"', "bank: speed is a number from 0.1 to 8 px/frame, not 99."),
        ('bank = "../bank.npz"', "bank: '../bank.npz' is no path within"),
        ('bank = "absent.npz"', "bank: There is no file"),
        ('bank = "zero-mean?kernel=16x3x3"', "bank: The kernel spans 16 frames but the clip has only 12"),
        ('bank = "zero-mean?kernel=3x9x9"\nconvolution = { dilation = [1, 3, 3] }', "bank: The kernel spans"),
        ('show = "energi"', "show: The bank sobel cannot show 'energi': choose responses, energy, opponent."),
        ("select = 4", "select: it is a whole number from 1 to 3, not 4."),
        ("select = 0", "select: it is a whole number from 1 to 3, not 0."),
        ("select = true", "select: it is a whole number from 1 to 3, not true."),
        ('show = "opponent"\nselect = 3', "select: it is a whole number from 1 to 2, not 3."),
        ('page = "inspectr"', "page: it is one of volumes, inspector, sections, slide, compare, layers, not"),
        ("page = [1]", "page: it is one of volumes"),
        ("page_options = 3", "page_options: it is a table, not a number."),
        ("frame = 13", "frame: it is a whole number from 1 to 12, not 13."),
        ("frame = 0", "frame: it is a whole number from 1 to 64, not 0."),
        ("frame = 2.0", "frame: it is a whole number from 1 to 64, not 2.0."),
        ("play = 1", "play: it is true or false, not 1."),
        ("fps = 61", "fps: it is a number from 1 to 60, not 61."),
        ("fps = nan", "fps: it is a number from 1 to 60, not nan."),
        ('fps = "12"', "fps: it is a number from 1 to 60, not '12'."),
        ("pin = [1, 2]", "pin: it is three whole numbers [t, y, x] from 0 to 8191, not [1, 2]."),
        ("pin = [10, 0, 0]", "pin: there is no response [10, 0, 0] among [10, 14, 18]."),
        ("pin = [-1, 0, 0]", "pin: it is three whole numbers"),
        ("pin = [0, 0, 1.5]", "pin: it is three whole numbers"),
        ("convolution = 3", "convolution: convolution is a table of key = value, not a number."),
        ("convolution = { pading = 'same' }", "'pading' is no key of convolution; it takes padding"),
        ("convolution = { padding = 'full' }", "convolution, padding: it is one of valid, same, not 'full'."),
        ("convolution = { padding = [1, 2] }", "convolution, padding: it is three whole numbers"),
        ("convolution = { stride = [0, 1, 1] }", "convolution, stride: it is three whole numbers"),
        ("convolution = { stride = true }", "convolution, stride: it is three whole numbers"),
        ("convolution = { dilation = [1, 1, 65] }", "from 1 to 64, not [1, 1, 65]."),
        ("convolution = { border = 'wrap' }", "convolution, border: it is one of zero, replicate, reflect"),
        ("convolution = { activation = 'gelu' }", "convolution, activation: it is one of none, relu"),
        ('anchor = "input viewer"', "anchor: it is the name of a part of the window"),
        ('try = "dance"', "try: it is one of record, new filters, not 'dance'."),
        ("colour = 'red'", "'colour' is no key of a step; it takes text, clip, bank"),
        ("texts = 'a'", "Did you mean text?"),
        ("text = 'again'", "is not TOML"),
        (f"anchor = '{'a' * 90}'", "anchor: it has 90 characters; the most are 64."),
        (f"page = '{'x' * 9000}'", "page: it is one of"),
        ("pin = 1979-05-27", "pin: it is three whole numbers"),
        (f"frame = {'9' * 4000}", "frame: it is a whole number from 1 to 64, not"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_step_is_one_sentence(tmp_path: Path, lines: str, words: str) -> None:
    sentence = step(tmp_path, lines)
    assert words in sentence
    assert sentence.startswith("mine.toml is not TOML" if "not TOML" in words else "mine.toml, step 2")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, "mine.toml: there is no [[steps]]"),
        (HEAD + "steps = 3", "steps: each begins with [[steps]]; this is a number."),
        (HEAD + "steps = [1]", "mine.toml, step 1: a step is a table of key = value, not a number."),
        (HEAD + '[steps]\ntext = "a"', "steps: each begins with [[steps]]; this is a table."),
        (FIRST, "mine.toml: title and summary and minutes must be given."),
        (HEAD.replace("2", "0") + FIRST, "minutes: it is a whole number from 1 to 90, not 0."),
        (HEAD.replace("A lesson", "A" * 61) + FIRST, "title: it has 61 characters; the most are 60."),
        (HEAD.replace("title", "titel") + FIRST, "'titel' is no key of a lesson"),
        (HEAD + '[[steps]]\ntext = "Look."', "step 1: clip and bank must be given."),
        (HEAD + FIRST.replace('text = "Look."\n', ""), "step 1: text must be given."),
        (HEAD + FIRST.replace("Look.", "L" * 501), "text: it has 501 characters; the most are 500."),
        (HEAD + FIRST + 'try = "record"\n[[steps]]\ntext = "b"', "try: only the last step has something"),
        (HEAD + FIRST + '[[steps]]\ntext = "b"\n' * 100, "there are 101 steps; a lesson has at most 100."),
        ("title = ", "mine.toml is not TOML: "),
        (b"title = \xff", "mine.toml is not TOML: it is not written in UTF-8."),
        ("a = " + "[" * 20_000, "mine.toml is not TOML that is read here: it has too many brackets."),
        ("a = " + "9" * 9_000, "mine.toml is not TOML: "),
        ("# " + "a" * 256_000, "mine.toml is too large: a lesson has at most 256 kB."),
        (b"\x00\x01\x02", "mine.toml is not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(tmp_path: Path, text: str | bytes, words: str) -> None:
    assert words in refusal(tmp_path, text)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.toml", tmp_path):
        with pytest.raises(LessonError, match="There is no lesson"):
            read_lesson(path)


def test_files_lie_in_the_lessons_folder_and_links_do_not_lead_out_of_it(tmp_path: Path) -> None:
    from PIL import Image

    from core.filters.bank import FilterBank
    from core.filters.files import save_bank

    home = tmp_path / "home"
    (home / "films").mkdir(parents=True)
    for folder in (home / "films", tmp_path):
        Image.new("RGB", (12, 10)).save(folder / "film.png")
    save_bank(home / "own.npz", FilterBank.from_weights([[[[[1.0]]], [[[2.0]]]]]))
    text = HEAD + FIRST + '[[steps]]\ntext = "b"\nclip = "films/film.png"\nbank = "own.npz"\n'
    assert read(home, text).steps[1].preset.bank == "own.npz"
    (home / "out.png").symlink_to(tmp_path / "film.png")
    assert "is a link out of the lesson's own folder" in refusal(home, text.replace("films/film", "out"))


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*STEP_KEYS]),
        st.one_of(
            st.booleans(), st.integers(-9, 99), st.floats(), st.text(max_size=9), st.just([1, 2, 3]),
            st.dictionaries(st.sampled_from(["padding", "stride", "border"]), st.integers(), max_size=2),
        ),
    )
)  # fmt: skip
def test_whatever_stands_in_a_step_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, values: dict
) -> None:
    """Nothing but a LessonError ever comes out."""
    from core.lessons.reading import _Steps

    first = {"text": "a", "clip": "stimulus:flicker?frames=8&width=20&height=16", "bank": "sobel"}
    path = tmp_path_factory.getbasetemp() / "mine.toml"
    try:
        read_steps = returned(_Steps(path).read([first, values]))
    except LessonError as error:
        assert str(error).startswith("mine.toml, step 2")
    else:
        assert len(read_steps) == 2 and read_steps[1].text
