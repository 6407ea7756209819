"""The report on a machine, and the question whether a window can open."""

import ctypes
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest

from core import desktop, doctor
from core.desktop import OPENCV_LIBRARIES, QT_LIBRARIES, X11_LIBRARIES, apt_line, display_problem
from core.doctor import Report, Row, report

DEBIAN_12 = {"ID": "debian", "VERSION_ID": "12"}
LINUX = pytest.mark.skipif(not desktop.uses_display_server(), reason="X11 and Wayland systems")


def without(*missing: str) -> Callable[[str], object]:
    """Return a loader of shared libraries that does not find some."""

    def load(name: str) -> object:
        if name in missing:
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        return object()

    return load


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Take every display away."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return monkeypatch


@pytest.fixture
def x_server() -> Iterator[str]:
    """Run a real X server without a screen."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not on this machine")
    # It chooses a free display itself and tells when it is ready.
    command = [program, "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().decode().strip()}"
        server.terminate()


# can a window open?


def test_no_display_names_the_headless_command(bare: pytest.MonkeyPatch) -> None:
    problem = display_problem(without())
    assert problem is not None
    assert "no display" in problem
    assert "main.py export" in problem
    assert problem.endswith(".")


@LINUX
def test_a_display_that_nobody_serves(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("DISPLAY", ":4711")
    problem = display_problem()
    assert problem is not None
    assert "No X server answers on DISPLAY=:4711" in problem
    assert "main.py export" in problem


@LINUX
def test_a_display_that_is_served(bare: pytest.MonkeyPatch, x_server: str) -> None:
    bare.setenv("DISPLAY", x_server)
    assert display_problem() is None
    # Qt tries the other one when the first does not answer.
    bare.setenv("WAYLAND_DISPLAY", "wayland-4711")
    assert display_problem() is None
    bare.setenv("QT_QPA_PLATFORM", "wayland")
    assert display_problem() is not None
    bare.setenv("QT_QPA_PLATFORM", "wayland;xcb")
    assert display_problem() is None


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600", "xcb;offscreen"])
def test_platforms_that_need_no_display(platform: str, bare: pytest.MonkeyPatch) -> None:
    bare.setenv("QT_QPA_PLATFORM", platform)
    assert display_problem(without()) is None


def test_a_platform_that_this_qt_does_not_have(bare: pytest.MonkeyPatch) -> None:
    bare.setattr(desktop, "_unknown_plugins", lambda names: names)
    bare.setenv("QT_QPA_PLATFORM", "nonsense")
    problem = display_problem(without())
    assert problem is not None
    assert "nonsense" in problem


@LINUX
def test_the_wheel_knows_its_platforms() -> None:
    assert desktop._unknown_plugins(["xcb", "offscreen", "wayland", "nonsense"]) in (["nonsense"], [])


@pytest.mark.parametrize("name", [*OPENCV_LIBRARIES, *QT_LIBRARIES, *X11_LIBRARIES])
def test_each_missing_library_is_named_with_its_package(name: str, bare: pytest.MonkeyPatch) -> None:
    bare.setenv("DISPLAY", ":0")
    bare.setattr(desktop, "_os_release", lambda: DEBIAN_12)
    bare.setattr(desktop, "x11_answers", lambda: True)
    problem = display_problem(without(name))
    assert problem is not None
    assert name in problem
    package = (OPENCV_LIBRARIES | QT_LIBRARIES | X11_LIBRARIES)[name]
    assert f"apt-get install -y {package}" in problem


def test_libraries_count_before_the_missing_display(bare: pytest.MonkeyPatch) -> None:
    problem = display_problem(without("libEGL.so.1"))
    assert problem is not None
    assert "libEGL.so.1" in problem


def test_without_opencv_s_libraries_the_headless_command_is_not_promised(bare: pytest.MonkeyPatch) -> None:
    problem = display_problem(without("libGL.so.1"))
    assert problem is not None
    assert "export" not in problem


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_macos_and_windows_bring_their_display(system: str, bare: pytest.MonkeyPatch) -> None:
    bare.setattr(sys, "platform", system)
    assert display_problem(without("libGL.so.1")) is None


def test_a_pyside_that_crashes_this_python_is_refused(bare: pytest.MonkeyPatch) -> None:
    bare.setattr(desktop, "_installed_qt", lambda: "6.12.0")
    bare.setattr(sys, "version_info", (3, 11, 7))
    assert "6.12.0" in (display_problem(without()) or "")
    bare.setattr(desktop, "_installed_qt", lambda: "6.11.3")
    assert desktop.known_crash() is None
    bare.setattr(desktop, "_installed_qt", lambda: "6.12.0")
    bare.setattr(sys, "version_info", (3, 12, 1))
    assert desktop.known_crash() is None


def test_the_version_of_qt_is_read_from_its_folder() -> None:
    assert desktop._installed_qt() == metadata.version("PySide6-Essentials")


@LINUX
def test_wayland_answers_only_where_somebody_listens(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.chdir(tmp_path)
    bare.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    bare.setenv("WAYLAND_DISPLAY", "wayland-9")
    assert not desktop.wayland_answers()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("wayland-9")
        server.listen()
        assert desktop.wayland_answers()
        assert display_problem(without()) is None


# what mends it


def test_apt_line_names_each_package_once() -> None:
    line = apt_line(["libglib-2.0.so.0", "libgthread-2.0.so.0", "libGL.so.1"], DEBIAN_12)
    assert line.endswith("apt-get install -y libglib2.0-0 libgl1")


@pytest.mark.parametrize(
    ("release", "package"),
    [
        (DEBIAN_12, "libglib2.0-0"),
        ({"ID": "debian", "VERSION_ID": "13"}, "libglib2.0-0t64"),
        ({"ID": "debian"}, "libglib2.0-0t64"),  # testing has no number
        ({"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_ID": "22.04"}, "libglib2.0-0"),
        ({"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_ID": "24.04"}, "libglib2.0-0t64"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian", "VERSION_ID": "22"}, "libglib2.0-0"),
    ],
)
def test_glib_was_renamed(release: dict[str, str], package: str) -> None:
    assert apt_line(["libglib-2.0.so.0"], release).endswith(f" {package}")


def test_no_apt_line_where_there_is_no_apt() -> None:
    assert apt_line(["libGL.so.1"], {"ID": "fedora", "VERSION_ID": "42"}) == ""
    assert apt_line([], DEBIAN_12) == ""


@LINUX
def test_the_table_of_libraries_is_complete() -> None:
    """Everything that Qt's X11 plugin and OpenCV load from the system is in the tables or always there."""
    pyside = Path(str(pytest.importorskip("PySide6").__file__)).parent
    plugin = pyside / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if not plugin.exists() or shutil.which("readelf") is None:
        pytest.skip("no wheel of PySide6, or no readelf")
    files = [
        plugin,
        *(pyside / "Qt" / "lib" / f"libQt6{name}.so.6" for name in ("XcbQpa", "Gui", "Core", "DBus")),
    ]
    said = subprocess.run(
        ["readelf", "-d", *map(str, files)], capture_output=True, text=True, check=True
    ).stdout
    needed = {line.split("[")[1].rstrip("]") for line in said.splitlines() if "(NEEDED)" in line}
    always = (
        "libQt6",
        "libicu",
        "libc.",
        "libm.",
        "libgcc_s",
        "libstdc++",
        "ld-linux",
        "libz.",
        "libzstd",
        "libpthread",
    )
    rest = {name for name in needed if not name.startswith(always)}
    assert rest <= {*OPENCV_LIBRARIES, *QT_LIBRARIES, *X11_LIBRARIES}


# the report


def test_the_real_report() -> None:
    found = report()
    rows = {row.what: row for row in found.rows}
    assert rows["Wavecube"].detail == doctor.program_version()
    for name in doctor.PACKAGES:
        assert rows[name].ok, rows[name]
        assert rows[name].detail == metadata.version(name)
    assert rows["display"].ok  # the tests run offscreen
    for what in ("processor", "memory", "numpy computes with", "OpenCV computes with"):
        assert rows[what].ok, rows[what]
    for name in doctor.FASTER:
        assert rows[name].ok is not False, rows[name]
    assert "numpy" in rows["convolution"].detail
    assert any(what.startswith("camera") for what in rows)
    assert found.text().splitlines()[0].startswith("ok    Wavecube")


@pytest.mark.parametrize(
    ("variable", "ok"),
    [("", None), ("DISPLAY", False), ("WAYLAND_DISPLAY", False), ("QT_QPA_PLATFORM", False)],
)
def test_a_machine_without_a_display_is_no_broken_one(
    variable: str, ok: bool | None, bare: pytest.MonkeyPatch
) -> None:
    if variable:
        bare.setenv(variable, ":4711")
    (row,) = doctor._display()
    assert (row.ok, row.what) == (ok, "display")
    assert row.detail


def test_report_text_marks_what_fails_and_how_to_mend_it() -> None:
    text = Report((Row(True, "a", "1"), Row(False, "library", "missing", "apt-get install it"))).text()
    assert text.splitlines() == [
        "ok    a        1",
        "FAIL  library  missing",
        "               -> apt-get install it",
        "The window cannot work until every FAIL above is mended.",
    ]


def test_a_package_that_does_not_import_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", {"numpy": "numpy.nonsense", "no-such-thing": "x"})
    broken, absent = doctor._packages()
    assert broken.ok is False
    assert "ModuleNotFoundError" in broken.detail
    assert absent.ok is False
    assert absent.detail == "not installed"


def test_what_only_makes_convolution_faster_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor, "FASTER", {"no-such-thing": "x", "numpy": "numpy.nonsense", "psutil": "psutil"}
    )
    absent, broken, there, ways = doctor._convolution()
    assert (absent.ok, absent.detail) == (None, "not installed: NumPy and OpenCV do the work")
    assert broken.ok is None
    assert "ModuleNotFoundError" in broken.detail
    assert broken.detail.endswith("NumPy and OpenCV do the work")
    assert (there.ok, there.detail) == (True, metadata.version("psutil"))
    assert ways.what == "convolution"


@pytest.mark.parametrize(
    ("asked", "ok", "told"),
    [
        ("numpy", True, "numpy, as WAVECUBE_ENGINE asks for"),
        ("gpu", None, "native, openvino, numpy, not 'gpu'"),
    ],
)
def test_the_way_that_is_asked_for_is_told(
    monkeypatch: pytest.MonkeyPatch, asked: str, ok: bool | None, told: str
) -> None:
    monkeypatch.setattr(doctor, "FASTER", {})
    monkeypatch.setenv("WAVECUBE_ENGINE", asked)
    (row,) = doctor._convolution()
    assert (row.ok, row.what) == (ok, "convolution")
    assert told in row.detail


def test_ways_are_told_in_the_order_in_which_they_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FASTER", {})
    said = '{"ways": ["native", "openvino", "numpy"], "forced": null, "error": ""}'
    monkeypatch.setattr(doctor, "_child", lambda *_: said)
    (row,) = doctor._convolution()
    assert row.detail == "native; openvino, numpy where that does not suit"
    monkeypatch.setattr(doctor, "_child", lambda *_: said.replace('"native", "openvino", ', ""))
    (row,) = doctor._convolution()
    assert row.detail == "numpy"
    monkeypatch.setattr(doctor, "_child", lambda *_: "")
    assert list(doctor._convolution()) == []


def test_a_package_that_kills_the_process_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "killer.py").write_text("import os; os.abort()")
    monkeypatch.setattr(doctor, "ROOT", tmp_path)
    faults = doctor._import_faults(["json", "killer", "zlib"])
    assert faults == {"json": "", "killer": "the process died", "zlib": ""}


def test_a_defect_in_the_doctor_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def _thing() -> Iterator[Row]:
        raise ZeroDivisionError("oops")

    (row,) = doctor._safely(_thing)
    assert (row.ok, row.what) == (None, "thing")
    assert "oops" in row.detail


def test_missing_system_libraries_are_rows_with_the_apt_line(bare: pytest.MonkeyPatch) -> None:
    bare.setattr(desktop, "missing_libraries", lambda names: [n for n in names if n == "libxcb-cursor.so.0"])
    bare.setattr(desktop, "_os_release", lambda: DEBIAN_12)
    (row,) = doctor._system_libraries()
    assert row.ok is False
    assert row.detail == "X11 window misses libxcb-cursor.so.0"
    assert row.remedy.endswith("apt-get install -y libxcb-cursor0")
    bare.setattr(desktop, "wayland_answers", lambda: True)
    (row,) = doctor._system_libraries()
    assert row.ok is None


def test_one_apt_line_mends_all_libraries(bare: pytest.MonkeyPatch) -> None:
    bare.setattr(desktop, "missing_libraries", lambda names: list(names)[:1])
    bare.setattr(desktop, "_os_release", lambda: DEBIAN_12)
    (row,) = doctor._system_libraries()
    assert row.ok is False
    assert row.remedy.endswith("apt-get install -y libgl1 libegl1 libxcb1")


@LINUX
def test_missing_libraries_asks_the_system() -> None:
    assert desktop.missing_libraries(["libc.so.6", "libnonsense.so.99"], ctypes.CDLL) == ["libnonsense.so.99"]
