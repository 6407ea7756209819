"""The command line as a person meets it: exit codes, sentences, files."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import cli
from core.commands import output, parser
from core.commands.parser import box, sizes, steps
from core.convolution.definition import convolve
from core.doctor import Report, Row, program_version
from core.errors import SourceError
from core.filters.builtin import bank_names, make_bank
from core.playback import order
from core.progress import Progress
from core.settings import ConvolutionSettings, WorkingSize
from core.sources.synthetic import stimulus_names
from tests.mjpeg_server import MjpegServer, is_mirrored

ROOT = Path(__file__).resolve().parents[2]
STIMULUS = "stimulus:drifting-texture?width=48&height=36"


class Windows:
    """Takes note of what the window was asked to show."""

    def __init__(self) -> None:
        self.opened: list[list[str]] = []

    def __call__(self, arguments: list[str]) -> int:
        self.opened.append(arguments)
        return 0


class Terminal(io.StringIO):
    """A stderr that is a terminal."""

    def isatty(self) -> bool:
        return True


class LostTerminal(Terminal):
    """A stderr whose reader has gone away."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts = 0

    def write(self, text: str) -> int:
        self.attempts += 1
        raise BrokenPipeError


@pytest.fixture
def windows() -> Windows:
    return Windows()


@pytest.fixture(autouse=True)
def in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*arguments: str) -> int:
    def no_window(arguments: list[str]) -> int:
        raise AssertionError("a command opened the window")

    return cli.run(list(arguments), no_window)


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the last line of stderr, which must be one sentence."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    *before, last = captured.err.strip().splitlines()
    # Wrong usage is told behind the usage; a failure has the stage for itself.
    assert not before or before[0].startswith("usage:")
    assert last.startswith("main.py")
    assert last.endswith((".", "?"))
    return last


# the window


@pytest.mark.parametrize(
    "arguments", [[], ["--camera", "0"], [STIMULUS], [STIMULUS, "--camera", "http://x/y"]]
)
def test_without_a_command_the_window_opens(arguments: list[str], windows: Windows) -> None:
    assert cli.run(arguments, windows) == 0
    assert windows.opened == [arguments]


def test_a_file_called_like_a_command_opens_in_the_window(windows: Windows) -> None:
    Image.new("RGB", (8, 6)).save("export", format="PNG")
    assert cli.run(["./export"], windows) == 0
    assert windows.opened == [["./export"]]


def test_an_input_that_is_not_there_is_told_without_a_window(
    windows: Windows, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["nowhere.mp4"], windows) == 1
    assert "nowhere.mp4" in sentence(capsys)
    assert windows.opened == []


def test_two_inputs_name_the_commands(windows: Windows, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["exprt", "a.mp4", "b.gif"], windows) == 2
    assert "export, record, banks" in sentence(capsys)


def test_what_the_window_returns_is_the_exit_code() -> None:
    assert cli.run([], lambda arguments: 5) == 5


# information


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--version") == 0
    assert capsys.readouterr().out == f"Wavecube {program_version()}\n"


@pytest.mark.parametrize("command", ["", *parser.COMMANDS])
def test_help_fits_a_terminal_and_has_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(*filter(None, [command]), "--help") == 0
    text = capsys.readouterr().out
    assert "examples:" in text
    assert max(map(len, text.splitlines())) <= 90


def test_help_on_a_terminal_that_knows_ascii_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert call("export", "--help") == 0
    sys.stdout.flush()
    assert b"OUTPUT" in raw.getvalue()


def test_help_names_every_stimulus(capsys: pytest.CaptureFixture[str]) -> None:
    call("export", "--help")
    text = capsys.readouterr().out
    assert [name for name in stimulus_names() if name not in text] == []


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (None, 0), (False, 1)])
def test_doctor_fails_only_for_what_is_needed(
    ok: bool | None, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("core.doctor.report", lambda: Report((Row(ok, "thing", "seen", "do this"),)))
    assert call("--doctor") == code
    said = capsys.readouterr()
    assert "do this" in said.out
    assert len(said.err.splitlines()) == code  # a failure is one sentence on stderr


# banks


def test_banks_lists_every_bank(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("banks") == 0
    lines = capsys.readouterr().out.splitlines()
    for name in bank_names():
        assert any(line.startswith(name) for line in lines)
    assert "(default)" in lines[0]


def test_banks_prints_the_original_experiment(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("banks", "raw", "--seed", "5", "--filters", "1") == 0
    text = capsys.readouterr().out
    weights = np.random.RandomState(5).randn(5, 5, 5, 3) * 0.5
    assert " ".join(f"{w:+.4f}" for w in weights.flat[:5]) in text
    assert "1 filter, 5x5x5" in text
    assert "seed 5" in text


def test_banks_prints_a_file_and_nothing_that_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("mine.npz", weights=np.ones((1, 1, 2, 2, 1), np.float32), names=["\x1b[2Jevil"])
    assert call("banks", "mine.npz") == 0
    text = capsys.readouterr().out
    assert "1x2x2 (TxHxW) on grey" in text
    assert "\x1b" not in text
    assert "evil" in text


def test_banks_survives_a_reader_that_goes_away() -> None:
    with subprocess.Popen(
        [sys.executable, ROOT / "main.py", "banks", "He", "--filters", "64"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


# export


def test_npz_holds_what_the_definition_says(capsys: pytest.CaptureFixture[str]) -> None:
    options = (
        "--filters 2 --kernel 3x4x3 --seed 9 --padding same --stride 1,2,2 --dilation 1,2,1 --activation abs"
    )
    assert call("export", STIMULUS, "out.npz", *options.split()) == 0
    with np.load("out.npz", allow_pickle=False) as file:
        clip, weights, bias, volumes, names = (
            file[k] for k in ("clip", "weights", "bias", "volumes", "names")
        )
    assert clip.shape == (16, 36, 48, 3)
    assert clip.dtype == np.uint8
    np.testing.assert_array_equal(
        weights, make_bank("zero-mean", filters=2, kernel=(3, 4, 3), seed=9).weights
    )
    assert weights.dtype == bias.dtype == volumes.dtype == np.float32
    assert len(names) == 2
    settings = ConvolutionSettings("same", (1, 2, 2), (1, 2, 1), "abs")
    for kernel, offset, volume in zip(weights, bias, volumes, strict=True):
        expected = convolve(clip.astype(np.float32) / 255, kernel, offset, settings)
        np.testing.assert_allclose(volume, expected, atol=1e-4)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Saved out.npz\n2 feature volumes of 16 frames, 24x18")


def test_several_outputs_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.convolution import engine

    calls = []

    def counting(*arguments: object) -> Iterator[object]:
        calls.append(arguments)
        return convolve_steps(*arguments)

    convolve_steps = engine.convolve_steps
    monkeypatch.setattr(engine, "convolve_steps", counting)
    assert call("export", STIMULUS, "a.gif", "--filters", "2", "b.npz", "c.GIF") == 0
    assert len(calls) == 1
    assert Path("a.gif").read_bytes() == Path("c.GIF").read_bytes()


def gif_facts(path: str) -> tuple[tuple[int, int], int, int]:
    """Return size, frames and total time in ms of a GIF."""
    with Image.open(path) as picture:
        total = 0
        for index in range(picture.n_frames):
            picture.seek(index)
            total += int(picture.info["duration"])
        return picture.size, picture.n_frames, total


def test_gif_plays_at_the_clip_s_own_rate_or_at_the_chosen_one() -> None:
    assert call("export", f"{STIMULUS}&fps=20", "own.gif", "--filters", "1") == 0
    assert call("export", f"{STIMULUS}&fps=20", "slow.gif", "--filters", "1", "--fps", "8") == 0
    assert call("export", f"{STIMULUS}&fps=200", "fast.gif", "--filters", "1") == 0
    size, frames, total = gif_facts("own.gif")
    assert (frames, total) == (16, 800)
    assert gif_facts("slow.gif") == (size, 16, 2000)
    # Players slow delays below 20 ms down, so no GIF is faster than that.
    assert gif_facts("fast.gif")[2] == 320


def test_gif_options_reach_the_file() -> None:
    assert call("export", STIMULUS, "plain.gif", "--filters", "1", "--frames", "6", "--no-captions") == 0
    words = "--filters 1 --frames 6 --no-captions --scale 2 --ping-pong --once --colormap VIK --limit 0.5"
    assert call("export", STIMULUS, "large.gif", *words.split()) == 0
    (width, height), frames, _ = gif_facts("plain.gif")
    (wide, high), more, _ = gif_facts("large.gif")
    assert frames == 6
    assert more == len(order(6, ping_pong=True))
    assert wide > 1.5 * width
    assert high > 1.5 * height
    with Image.open("plain.gif") as plain, Image.open("large.gif") as once:
        assert plain.info.get("loop") == 0
        assert "loop" not in once.info


def test_resize_fits_into_the_box_and_keeps_proportions() -> None:
    for text, shape in {"24x24": (18, 24), "96x72": (72, 96), "12": (9, 12)}.items():
        assert call("export", STIMULUS, "out.npz", "--filters", "1", "--kernel", "3", "--resize", text) == 0
        with np.load("out.npz") as file:
            assert file["clip"].shape == (16, *shape, 3)


def test_start_and_step_choose_frames() -> None:
    stimulus = f"{STIMULUS}&frames=40"
    assert call("export", stimulus, "all.npz", "--frames", "40", "--filters", "1") == 0
    words = "--frames 5 --start 3 --step 7 --filters 1 --kernel 3"
    assert call("export", stimulus, "some.npz", *words.split()) == 0
    with np.load("all.npz") as whole, np.load("some.npz") as part:
        np.testing.assert_array_equal(part["clip"], whole["clip"][3:34:7])


def test_a_bank_from_a_file(rng: np.random.Generator) -> None:
    weights = rng.normal(size=(2, 2, 3, 3, 3)).astype(np.float32)
    np.savez("mine.npz", weights=weights, bias=np.array([0.5, -1], np.float32), names=["one", "two"])
    assert call("export", STIMULUS, "out.npz", "--bank", "mine.npz") == 0
    with np.load("out.npz") as file:
        np.testing.assert_array_equal(file["weights"], weights)
        assert list(file["names"]) == ["one", "two"]
        expected = convolve(file["clip"] / np.float32(255), weights[1], -1.0)
        np.testing.assert_allclose(file["volumes"][1], expected, atol=1e-4)


def test_the_real_frames_in_natural_order(real_wave: Path) -> None:
    assert call("export", str(real_wave), "out.npz", "--filters", "1", "--resize", "64x48") == 0
    with np.load("out.npz") as file, Image.open(real_wave / "frame2.jpg") as second:
        ours = file["clip"][1].astype(float)
        small = np.asarray(second.convert("RGB").resize((64, 48), Image.Resampling.BOX), float)
    assert np.abs(ours - small).mean() < 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("export", "INPUT"),
        ("export sample:wave", "OUTPUT"),
        ("export sample:wave out.xyz", ".gif or .npz"),
        ("export sample:wave out", ".gif or .npz"),
        ("export sample:nothing out.gif", "nothing"),
        ("export stimulus:nothing out.gif", "nothing"),
        ("export sample:wave out.gif --frames 1", "2 to 64"),
        ("export sample:wave out.gif --frames 65", "2 to 64"),
        ("export sample:wave out.gif --frames many", "whole number"),
        ("export sample:wave out.gif --start -1", "-1"),
        ("export sample:wave out.gif --step 0", "0"),
        ("export sample:wave out.gif --resize 0x5", "0x5"),
        ("export sample:wave out.gif --resize wide", "WxH"),
        ("export sample:wave out.gif --bank nothing", "zero-mean, raw, He"),
        ("export sample:wave out.gif --bank some.npz --seed 3", "--seed"),
        ("export sample:wave out.gif --filters 0", "1 to 64"),
        ("export sample:wave out.gif --filters 65", "1 to 64"),
        ("export sample:wave out.gif --kernel 17", "1 to 16"),
        ("export sample:wave out.gif --kernel 5x5", "TxHxW"),
        ("export sample:wave out.gif --seed -1", "-1"),
        ("export sample:wave out.gif --padding full", "full"),
        ("export sample:wave out.gif --stride 1,0,1", "1 to 64"),
        ("export sample:wave out.gif --dilation 1,2", "T,H,W"),
        ("export sample:wave out.gif --activation tanh", "tanh"),
        ("export sample:wave out.gif --fps 0", "1 to 60"),
        ("export sample:wave out.gif --fps nan", "1 to 60"),
        ("export sample:wave out.gif --scale 9", "1 to 8"),
        ("export sample:wave out.gif --percentile 20", "50 to 100"),
        ("export sample:wave out.gif --limit 0", "above 0"),
        ("export sample:wave out.gif --limit inf", "above 0"),
        ("export sample:wave out.gif --limit 1 --percentile 90", "exclude"),
        ("export sample:wave out.gif --colormap jet", "vik"),
        ("export sample:wave out.gif --colormap vik --activation relu", "cividis"),
        ("export sample:wave out.gif --nonsense", "--nonsense"),
        ("export sample:wave out.gif out.gif", "twice"),
        ("record", "OUTPUT"),
        ("record out.gif --frames 1", "2 to 64"),
        ("record out.gif --fps 0", "0.1 to 240"),
        ("record out.gif --countdown 99", "60"),
        ("record out.txt --camera 0", ".gif or .npz"),
        ("banks nothing", "zero-mean, raw, He"),
        ("banks raw --filters 99", "1 to 64"),
        ("banks --seed 3", "name"),
        ("--nonsense", "--nonsense"),
    ],
)
def test_wrong_usage_is_code_2_and_one_sentence(
    words: str, told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert call(*words.split()) == 2
    assert told in sentence(capsys)
    assert list(tmp_path.iterdir()) == []


def test_failures_are_code_1_and_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Path("text.mp4").write_text("this is no video")
    Path("empty.gif").touch()
    Path("folder").mkdir()
    Image.new("RGB", (1, 1)).save("single.png")
    np.savez("nothing.npz", a=np.zeros(3))
    before = sorted(tmp_path.iterdir())
    for words, told in {
        "export nowhere.mp4 out.gif": "nowhere.mp4",
        "export text.mp4 out.gif": "text.mp4",
        "export empty.gif out.gif": "empty.gif",
        "export folder out.gif": "folder",
        f"export {STIMULUS} missing/out.gif": "missing",
        f"export {STIMULUS} out.gif --bank nothing.npz": "nothing.npz",
        f"export {STIMULUS} out.gif --bank missing.npz": "missing.npz",
        f"export {STIMULUS} out.gif --frames 4": "5",
        "export sample:wave out.gif --frames 4": "frames 1 to 4 of 16",
        "export single.png out.gif": "5x5",
        f"export {STIMULUS} out.gif --resize 4x4": "5",
    }.items():
        assert call(*words.split()) == 1, words
        assert told in sentence(capsys)
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_is_written_over_what_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("mine.npz", weights=np.ones((1, 1, 2, 2, 3), np.float32))
    before = Path("mine.npz").read_bytes()
    assert call("export", STIMULUS, "mine.npz", "--bank", "mine.npz") == 2
    assert "mine.npz" in sentence(capsys)
    assert Path("mine.npz").read_bytes() == before


# record


def test_record_writes_frames_as_the_camera_sends_them(capsys: pytest.CaptureFixture[str]) -> None:
    with MjpegServer(fps=60) as server:
        assert call("record", "a.gif", "a.npz", "--camera", server.url, "--frames", "6") == 0
    with np.load("a.npz") as file:
        assert file["clip"].shape == (6, 120, 160, 3)
        assert not is_mirrored(file["clip"][0])
        assert "volumes" not in file
    assert gif_facts("a.gif")[1] == 6
    assert "jitter" in capsys.readouterr().err


def test_record_mirrors_and_resizes_on_request() -> None:
    with MjpegServer(fps=60) as server:
        words = f"--camera {server.url} --frames 3 --mirror --resize 80x60 --quiet"
        assert call("record", "a.npz", *words.split()) == 0
    with np.load("a.npz") as file:
        assert file["clip"].shape == (3, 60, 80, 3)
        assert is_mirrored(file["clip"][0])


def test_record_tells_what_is_wrong_with_the_camera(capsys: pytest.CaptureFixture[str]) -> None:
    with MjpegServer(scene="404") as server:
        assert call("record", "a.npz", "--camera", server.url) == 1
    assert "127.0.0.1" in sentence(capsys)
    assert not Path("a.npz").exists()


def test_record_without_any_camera(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.commands import record

    monkeypatch.setattr(record, "list_cameras", tuple)
    assert call("record", "a.npz") == 1
    assert "No camera was found" in sentence(capsys)


# what may come from anywhere


def test_ctrl_c_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    real = output.ProgressLine.show

    def interrupted(line: output.ProgressLine, progress: Progress) -> None:
        if "writ" in progress.text and list(tmp_path.glob(".*.part")):
            raise KeyboardInterrupt
        real(line, progress)

    monkeypatch.setattr(output.ProgressLine, "show", interrupted)
    assert call("export", STIMULUS, "a.npz", "--filters", "1") == 130
    assert "Stopped" in sentence(capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_stops_a_recording_for_real(tmp_path: Path) -> None:
    # A shell that starts the tests in the background makes children ignore SIGINT: ask for it.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from core.cli import run; sys.exit(run(sys.argv[1:], lambda arguments: 99))"
    )
    with MjpegServer(fps=30) as server:
        words = ["record", "a.npz", "--camera", server.url, "--countdown", "60"]
        process = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        server.wait_until(lambda: server.sent >= 3, timeout_s=30)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.decode().splitlines() == ["main.py: Stopped; files that were not complete have been removed."]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ZeroDivisionError("division by zero"), "please report it"),
        (MemoryError(), "memory"),
        (OSError(28, "No space left on device"), "no space left on device"),
        (PermissionError(13, "Permission denied", "/etc/x"), "permission denied: /etc/x"),
        (SourceError("The sentence itself."), "The sentence itself."),
        (ModuleNotFoundError("No module named 'numpy'", name="numpy"), "uv run main.py"),
        (ImportError("something else"), "--doctor"),
    ],
)
def test_what_goes_wrong_inside_is_a_sentence(
    error: Exception, told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(arguments: list[str]) -> int:
        raise error

    monkeypatch.delenv("WAVECUBE_DEBUG", raising=False)
    assert cli.run([], fail) == 1
    assert told in sentence(capsys)
    monkeypatch.setenv("WAVECUBE_DEBUG", "1")
    assert cli.run([], fail) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_missing_system_library_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(arguments: list[str]) -> int:
        raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("core.desktop.missing_libraries", lambda names: ["libGL.so.1"])
    assert cli.run([], fail) == 1
    assert "libGL.so.1" in sentence(capsys)


# progress


def test_progress_rewrites_one_line_on_a_terminal_and_takes_it_away() -> None:
    terminal = Terminal()
    with output.ProgressLine(stream=terminal) as line:
        line.show(Progress(1, 4, "computing filters"))
        line.show(Progress(4, 4, "writing"))
        line.say("Saved x.gif")
    text = terminal.getvalue()
    assert "\rcomputing filters  25%" in text
    assert text.count("\n") == 1
    # What is left of the rewritten line is blank.
    assert text.split("\r")[-1] == "Saved x.gif\n"


def test_progress_elsewhere_is_sentences_only() -> None:
    stream = io.StringIO()
    with output.ProgressLine(stream=stream) as line:
        line.show(Progress(1, 4, "computing"))
        line.say("Saved x.gif")
    assert stream.getvalue() == "Saved x.gif\n"


def test_quiet_says_nothing_and_a_lost_reader_stops_nothing() -> None:
    quiet = Terminal()
    with output.ProgressLine(quiet=True, stream=quiet) as line:
        line.show(Progress(1, 4, "computing"))
        line.say("Saved x.gif")
    assert quiet.getvalue() == ""
    gone = LostTerminal()
    with output.ProgressLine(stream=gone) as line:
        for step in range(3):
            line.show(Progress(step, 4, "computing"))
    assert gone.attempts == 1


# words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3x5x7", (3, 5, 7)),
        ("3X5X7", (3, 5, 7)),
        ("3×5×7", (3, 5, 7)),
        ("3,5,7", (3, 5, 7)),
        ("4", (4, 4, 4)),
    ],
)
def test_sizes_and_steps(text: str, value: tuple[int, int, int]) -> None:
    assert sizes(text) == steps(text) == value


def test_box() -> None:
    assert box("320x240") == WorkingSize(320, 240, enlarge=True)
    assert box("96") == WorkingSize(96, 96, enlarge=True)
