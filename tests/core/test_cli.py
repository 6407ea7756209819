"""The command line as a person meets it: exit codes, sentences, what it tells."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import cli
from core.commands import output, parser
from core.commands.parser import box, padding, sizes, steps
from core.doctor import Report, Row, program_version
from core.errors import SourceError
from core.filters.builtin import bank_kinds, make_bank
from core.filters.kinds import BankKind
from core.progress import Progress
from core.settings import WorkingSize
from core.sources.synthetic import stimulus_names
from tests.core.cli_calls import ROOT, STIMULUS, LostTerminal, Terminal, Windows, call, sentence
from tests.mjpeg_server import MjpegServer

pytestmark = pytest.mark.usefixtures("in_tmp")


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
    for kind in bank_kinds():
        at = next(i for i, line in enumerate(lines) if line.startswith(f"  {kind.name} "))
        assert kind.description[:20] in lines[at]
        heading = next(line for line in reversed(lines[:at]) if line.endswith(":") and line[0] != " ")
        assert heading == f"{kind.group}:"
    assert lines[0] == "Random:"
    assert sum("(default)" in line for line in lines) == 1
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("kind", bank_kinds(), ids=lambda kind: kind.name)
def test_banks_tells_all_about_every_bank(kind: BankKind, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("banks", kind.name) == 0
    text = " ".join(capsys.readouterr().out.split())
    bank = make_bank(kind.name)
    for words in (kind.description, kind.answers, kind.blind, kind.hint, kind.source, *bank.warnings):
        assert " ".join(words.split()) in text
    for parameter in kind.parameters:
        assert parameter.hidden or f" {parameter.name} " in text
    for view in bank.views:
        assert f" {view.key} {view.title}" in text
    for name, number in zip(bank.names, range(1, len(bank) + 1), strict=True):
        assert f" {number} {name} " in text


def test_parameters_stand_behind_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("banks", "Zero_Mean?count=2&size=3x4x5&seed=4294967295") == 0
    assert "zero-mean: 2 filters, 3x4x5 (TxHxW) on RGB, seed 4294967295" in capsys.readouterr().out
    assert call("banks", "raw?kernel=1", "--filters", "3", "--seed", "2") == 0
    assert "raw: 3 filters, 1x1x1 (TxHxW) on RGB, seed 2" in capsys.readouterr().out


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


def test_banks_prints_the_bias_and_any_number_of_channels(capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("layer2.npz", weights=np.ones((2, 1, 2, 2, 64), np.float32), bias=[0.25, -7.5])
    assert call("banks", "layer2.npz") == 0
    title, _, header, first, second = capsys.readouterr().out.splitlines()
    assert title == "file: 2 filters, 1x2x2 (TxHxW) on 64 channels"
    assert "bias" in header
    assert "+0.25" in first
    assert "-7.5" in second


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
    assert sizes(text) == steps(text) == padding(text) == value


def test_padding_is_a_name_or_three_numbers() -> None:
    assert padding("valid") == "valid"
    assert padding(" SAME") == "same"
    assert padding("0,1,2") == (0, 1, 2)


def test_box() -> None:
    assert box("320x240") == WorkingSize(320, 240, enlarge=True)
    assert box("96") == WorkingSize(96, 96, enlarge=True)
