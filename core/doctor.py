"""What ``main.py --doctor`` tells: versions, libraries, cameras, display, ways to compute.

Nothing here may crash: packages are imported in a process of their own, so a broken one becomes a row of
the report.
"""

import importlib
import json
import os
import platform
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from core import desktop
from core.desktop import display_problem
from core.paths import ROOT

__all__ = ["Report", "Row", "display_problem", "program_version", "report"]

# distribution -> module that proves that it works
PACKAGES = {
    "PySide6-Essentials": "PySide6.QtWidgets",
    "numpy": "numpy",
    "opencv-python": "core.cv",
    "imageio": "imageio.v3",
    "pillow": "PIL.Image",
    "av": "av",
    "cv2-enumerate-cameras": "cv2_enumerate_cameras",
    "natsort": "natsort",
    "psutil": "psutil",
}
# What makes convolution faster where it is there; without it nothing is missing.
FASTER = {"llvmlite": "llvmlite.binding", "openvino": "openvino"}
REPAIR = "uv sync"

# Runs in a child: says what it is about to import before it does, so that a crash has a name.
_PROBE = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
for module in sys.argv[2:]:
    print(json.dumps({"module": module, "error": "the process died"}), flush=True)
    try:
        importlib.import_module(module)
        error = ""
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    print(json.dumps({"module": module, "error": error}), flush=True)
"""
_PROBE_TIMEOUT_S = 60

_COMPUTE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import numpy
from core.cv import cv2
blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
print(json.dumps({
    "blas": f"{blas.get('name', 'none')} {blas.get('version', '')}".strip(),
    "cv2_threads": cv2.getNumThreads(), "cv2_cores": cv2.getNumberOfCPUs(),
    "features": cv2.getCPUFeaturesLine(),
}))
"""

_WAYS = """
import json, sys
sys.path.insert(0, sys.argv[1])
from core.convolution.backends import forced, usable_names
from core.errors import UsageError
try:
    said = {"ways": usable_names(), "forced": forced(), "error": ""}
except UsageError as error:
    said = {"ways": usable_names(), "forced": None, "error": str(error)}
print(json.dumps(said))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One finding.

    Parameters
    ----------
    ok
        False for what keeps the program from working; None for what a person may want to know.
    what, detail
        The subject, and what was found.
    remedy
        What mends it, or "".
    """

    ok: bool | None
    what: str
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, in the order in which they are read."""

    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing that the window needs is missing."""
        return all(row.ok is not False for row in self.rows)

    def text(self) -> str:
        """Return the report as lines for a terminal."""
        marks = {True: "ok", False: "FAIL", None: "note"}
        width = max(len(row.what) for row in self.rows)
        lines = []
        for row in self.rows:
            lines.append(f"{marks[row.ok]:<5} {row.what:<{width}}  {row.detail}")
            if row.remedy:
                lines.append(f"{'':<5} {'':<{width}}  -> {row.remedy}")
        good = "Nothing that Wavecube needs is missing."
        verdict = good if self.ok else "The window cannot work until every FAIL above is mended."
        return "\n".join([*lines, verdict])


def report() -> Report:
    """Look at everything; takes about a second, mostly for importing each package once."""
    parts = (_program, _packages, _system_libraries, _display, _cameras, _compute, _convolution)
    return Report(tuple(row for part in parts for row in _safely(part)))


def program_version() -> str:
    """Return Wavecube's version, from the project file that comes with it."""
    try:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return "unknown"


def _safely(part: "type[Iterator[Row]] | object") -> Iterator[Row]:
    """Yield the rows of one part; a defect in it becomes a row."""
    assert callable(part)
    try:
        yield from part()
    except Exception as error:
        name = getattr(part, "__name__", "?").strip("_").replace("_", " ")
        yield Row(None, name, f"could not be looked at: {type(error).__name__}: {error}")


def _program() -> Iterator[Row]:
    yield Row(True, "Wavecube", program_version())
    good = sys.version_info >= (3, 11)
    yield Row(
        good, "Python", f"{platform.python_version()} ({sys.executable})", "" if good else "Python 3.11"
    )
    yield Row(True, "system", platform.platform())


def _packages() -> Iterator[Row]:
    faults = _import_faults(list(PACKAGES.values()))
    for name, module in PACKAGES.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Row(False, name, "not installed", REPAIR)
            continue
        fault = faults.get(module, "")
        detail = f"{version}, but it cannot be imported: {fault}" if fault else version
        yield Row(not fault, name, detail, REPAIR if fault and ".so" not in fault else "")
    if crash := desktop.known_crash():
        yield Row(False, "known defect", crash, REPAIR)


def _convolution() -> Iterator[Row]:
    """Tell which ways there are to convolve, and which one is taken."""
    faults = _import_faults(list(FASTER.values()))
    for name, module in FASTER.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Row(None, name, "not installed: NumPy and OpenCV do the work")
            continue
        fault = faults.get(module, "")
        detail = f"{version}, but it cannot be imported ({fault}): NumPy and OpenCV do the work"
        yield Row(None if fault else True, name, detail if fault else version)
    output = _child(_WAYS)
    if not output:
        return  # a package that cannot be imported has its row already
    said = json.loads(output)
    if said["error"]:
        yield Row(None, "convolution", said["error"])
    elif said["forced"]:
        yield Row(True, "convolution", f"{said['forced']}, as WAVECUBE_ENGINE asks for")
    else:
        first, *others = said["ways"]
        rest = f"; {', '.join(others)} where that does not suit" if others else ""
        yield Row(True, "convolution", f"{first}{rest}")


def _import_faults(modules: list[str]) -> dict[str, str]:
    """Import modules in child processes; return what went wrong by module, "" where nothing did."""
    faults: dict[str, str] = {}
    rest = modules
    while rest:
        output = _child(_PROBE, *rest)
        for line in output.splitlines():
            if line.startswith("{"):
                said = json.loads(line)
                faults[said["module"]] = said["error"]
        # A child that died is followed by another one for the modules after the culprit.
        reached = [module for module in rest if module in faults]
        rest = rest[len(reached) :] if reached else []
    return faults


def _child(code: str, *arguments: str) -> str:
    """Run code in a fresh interpreter without a display; return what it printed."""
    environment = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PROBE_TIMEOUT_S,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


def _system_libraries() -> Iterator[Row]:
    if not desktop.uses_display_server():
        return
    needs = {
        "OpenCV": desktop.OPENCV_LIBRARIES,
        "Qt": desktop.QT_LIBRARIES,
        "X11 window": desktop.X11_LIBRARIES,
    }
    missing = {what: desktop.missing_libraries(names) for what, names in needs.items()}
    lost = [name for names in missing.values() for name in names]
    if not lost:
        yield Row(True, "system libraries", f"all {sum(map(len, needs.values()))} found")
        return
    # On a Wayland desktop X11 is the second choice only.
    needed = missing["OpenCV"] or missing["Qt"] or not desktop.wayland_answers()
    detail = "; ".join(f"{what} misses {', '.join(names)}" for what, names in missing.items() if names)
    remedy = desktop.apt_line(lost) or "install them with the system's package manager"
    yield Row(False if needed else None, "system libraries", detail, remedy)


def _display() -> Iterator[Row]:
    problem = display_problem()
    if problem:
        # A machine without any display is no broken one: the commands are made for it.
        yield Row(False if desktop.display_announced() else None, "display", problem)
    elif desktop.uses_display_server():
        names = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
        found = ", ".join(f"{name}={os.environ[name]}" for name in names if os.environ.get(name))
        yield Row(True, "display", f"answers ({found})")
    else:
        yield Row(True, "display", "the system's own")


def _cameras() -> Iterator[Row]:
    from core.sources.camera_list import list_cameras

    cameras = list_cameras()
    for camera in cameras:
        yield Row(True, f"camera {camera.index}", f"{camera.name} {camera.path}".strip())
    if not cameras:
        yield Row(None, "cameras", "none found; clips come from files, addresses and the sample as well")
    for device in sorted(Path("/dev").glob("video*")) if sys.platform == "linux" else []:
        if not os.access(device, os.R_OK | os.W_OK):
            remedy = "sudo usermod -aG video $USER, then log in again"
            yield Row(None, "permission", f"{device} may not be opened by this user", remedy)


def _compute() -> Iterator[Row]:
    psutil = importlib.import_module("psutil")
    cores, memory = psutil.cpu_count(logical=False) or "?", psutil.virtual_memory()
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Row(True, "processor", f"{cores} cores, {usable} threads usable; {platform.machine()}")
    gigabytes = f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free"
    yield Row(True, "memory", gigabytes)
    output = _child(_COMPUTE)
    if not output:
        return  # a package that cannot be imported has its row already
    said = json.loads(output)
    threads = next(
        (os.environ[n] for n in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS") if n in os.environ), usable
    )
    yield Row(True, "numpy computes with", f"{said['blas']}, {threads} threads")
    yield Row(True, "OpenCV computes with", f"{said['cv2_threads']} threads; {said['features']}")
