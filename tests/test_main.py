"""The program as a process: what it imports, what it leaves in the environment, how it fails."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
SPOILED = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM")


def python(*arguments: object, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in the project's folder, with a few environment variables of our own."""
    inherited = {name: value for name, value in os.environ.items() if name not in (*SPOILED, *DISPLAYS)}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=inherited | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("before", [{}, dict.fromkeys(SPOILED, "/somewhere")])
def test_the_environment_is_what_it_was(before: dict[str, str]) -> None:
    code = (
        "import json, os, main, core.cv; core.cv.cv2.__version__;"
        f"print(json.dumps({{n: os.environ.get(n) for n in {SPOILED}}}))"
    )
    done = python("-c", code, **before)
    assert json.loads(done.stdout) == {name: before.get(name) for name in SPOILED}


def test_importing_main_imports_nothing_heavy() -> None:
    done = python("-c", "import main, sys; print(*sys.modules)")
    assert not {"numpy", "cv2", "PySide6", "av", "argparse"} & set(done.stdout.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "stimulus:impulse?width=16&height=16", "{tmp}/out.gif", "{tmp}/out.npz", "--filters", "1"],
        ["record", "{tmp}/out.gif", "--camera", "http://127.0.0.1:9/nobody"],
        ["banks", "He"],
        ["--doctor"],
        ["--version"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_headless_commands_never_import_qt(arguments: list[str], tmp_path: Path) -> None:
    words = [word.format(tmp=tmp_path) for word in arguments]
    code = (
        "import main, sys; code = main.run(sys.argv[1:], main.open_window);"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in ('PySide6', 'shiboken6', 'gui')))"
    )
    done = python("-c", code, *words)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_a_command_from_another_folder(tmp_path: Path) -> None:
    command = [
        sys.executable,
        ROOT / "main.py",
        "export",
        "sample:wave",
        "w.npz",
        "--filters",
        "1",
        "--quiet",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    with np.load(tmp_path / "w.npz") as file:
        assert file["clip"].shape == (16, 240, 320, 3)


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="these systems bring their display")
@pytest.mark.parametrize("variables", [{}, {"DISPLAY": ":4711"}, {"WAYLAND_DISPLAY": "wayland-4711"}])
def test_without_a_display_the_window_command_says_so(variables: dict[str, str]) -> None:
    done = python("main.py", **variables)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "main.py export" in done.stderr
