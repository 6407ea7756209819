"""Whether a window can open here, found out without Qt.

Qt answers a missing library or a display that nobody serves by aborting the process. So both are looked
at before Qt is imported: each shared library by name, the display by connecting to it. All of it takes a
few milliseconds and concerns Linux and other X11 or Wayland systems only.
"""

import contextlib
import ctypes
import importlib.util
import os
import platform
import socket
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

HEADLESS = "main.py export INPUT OUTPUT"

# soname -> Debian package, by what needs them (measured by adding packages to a bare Debian 12).
OPENCV_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
}
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
}
X11_LIBRARIES = {
    "libxcb.so.1": "libxcb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}

Loader = Callable[[str], object]


def uses_display_server() -> bool:
    """Tell whether windows need X11 or Wayland here: not on macOS and Windows."""
    return sys.platform not in {"win32", "cygwin", "darwin"}


def missing_libraries(names: Iterable[str], load: Loader = ctypes.CDLL) -> list[str]:
    """Return the shared libraries that cannot be loaded, in the given order."""
    missing = []
    for name in names:
        try:
            load(name)
        except OSError:
            missing.append(name)
    return missing


def apt_line(sonames: Iterable[str], os_release: dict[str, str] | None = None) -> str:
    """Return the one command that installs libraries on Debian and its kin; "" elsewhere.

    Parameters
    ----------
    sonames
        Names from the tables of this module; others are left out.
    os_release
        The system's /etc/os-release; read if not given.
    """
    release = _os_release() if os_release is None else os_release
    family = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    known = OPENCV_LIBRARIES | QT_LIBRARIES | X11_LIBRARIES | WAYLAND_LIBRARIES
    packages = dict.fromkeys(known[name] for name in sonames if name in known)
    if not packages or not family & {"debian", "ubuntu"}:
        return ""
    names = [_package_name(package, release) for package in packages]
    root = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
    return f"{root}apt-get install -y {' '.join(names)}"


def missing_sentence(sonames: list[str]) -> str:
    """Return the sentence about missing libraries, with what mends it."""
    line = apt_line(sonames)
    remedy = f'install them with "{line}"' if line else "install them with the system's package manager"
    return f"Shared libraries are missing from this system ({', '.join(sonames)}); {remedy}"


def display_problem(load: Loader = ctypes.CDLL) -> str | None:
    """Return one sentence on why no window can open here, or None when it can.

    Takes a few milliseconds and never imports Qt. Does not judge displays on other machines beyond
    connecting to them.
    """
    crash = known_crash()
    if crash or not uses_display_server():
        return crash
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    names = [part.partition(":")[0] for part in wanted.split(";") if part]
    unknown = _unknown_plugins(names)
    if names and len(unknown) == len(names):
        return f'The environment sets QT_QPA_PLATFORM to "{wanted}", which this Qt does not have.'
    # Qt tries one after the other: what matters is whether any of them will do.
    tried = [name for name in names if name not in unknown] or _announced_platforms()
    base = missing_libraries(OPENCV_LIBRARIES | QT_LIBRARIES, load)
    problems = [_platform_problem(name, base, load) for name in tried]
    if None in problems:
        return None
    nowhere = missing_sentence(base) if base else _NO_DISPLAY
    problem = next(filter(None, problems), nowhere)
    if set(base) & set(OPENCV_LIBRARIES):
        return f"{problem}."
    return f'{problem}; "{HEADLESS}" works without a window.'


_NO_DISPLAY = "There is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are not set)"


def _installed_qt() -> str | None:
    """Return the version of PySide6 by the name of its folder: importlib.metadata takes 20 ms to import."""
    for folder in filter(os.path.isdir, sys.path):
        for entry in Path(folder).iterdir():
            name, _, rest = entry.name.partition("-")
            if name.lower() == "pyside6_essentials" and rest.endswith(".dist-info"):
                return rest.removesuffix(".dist-info")
    return None


def known_crash() -> str | None:
    """Return a sentence if the installed PySide6 is known to abort on this Python."""
    if sys.version_info >= (3, 12):
        return None
    version = _installed_qt()
    if version is None:
        return None
    if tuple(map(int, version.split(".")[:2])) < (6, 12):
        return None
    return (
        f"PySide6 {version} crashes Python {platform.python_version()} within seconds; "
        "install one below 6.12 (uv sync does) or use Python 3.12 or newer."
    )


# The newest connection of `x11_answers` by its xcb_disconnect; kept on purpose, see there.
_held: list[Callable[[], object]] = []


def x11_answers() -> bool:
    """Connect to the X server that DISPLAY names, with the person's authority.

    The connection stays open: a server without other clients (Xvfb) starts anew when its last one leaves,
    and Qt would be turned away if it came at that moment.
    """
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    close = partial(xcb.xcb_disconnect, connection)
    if xcb.xcb_connection_has_error(connection):
        close()
        return False
    older, _held[:] = _held[:], [close]
    for close_older in older:
        close_older()
    return True


def wayland_answers() -> bool:
    """Connect to the Wayland compositor's socket and hang up."""
    if os.environ.get("WAYLAND_SOCKET"):
        return True
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    path = Path(folder, os.environ.get("WAYLAND_DISPLAY") or "wayland-0")
    if not path.is_absolute():
        return False
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as client:
        client.settimeout(1.0)
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def display_announced() -> bool:
    """Tell whether a window is expected to open here: the system or the environment names a display."""
    return not uses_display_server() or bool(os.environ.get("QT_QPA_PLATFORM") or _announced_platforms())


def _announced_platforms() -> list[str]:
    """Return the platforms that the environment names a display for."""
    names = {"xcb": ("DISPLAY",), "wayland": ("WAYLAND_DISPLAY", "WAYLAND_SOCKET")}
    return [name for name, variables in names.items() if any(map(os.environ.get, variables))]


def _platform_problem(name: str, base: list[str], load: Loader) -> str | None:
    """Return why a Qt platform would fail, a sentence without its full stop, or None.

    `base` are the missing libraries that every platform needs.
    """
    wayland = name.startswith("wayland")
    extra = X11_LIBRARIES if name == "xcb" else WAYLAND_LIBRARIES if wayland else {}
    missing = [*base, *missing_libraries(extra, load)]
    if missing:
        return missing_sentence(missing)
    if name == "xcb" and not x11_answers():
        display = os.environ.get("DISPLAY")
        return f"No X server answers on DISPLAY={display}" if display else "DISPLAY is not set"
    if wayland and not wayland_answers():
        return f"No Wayland compositor answers (WAYLAND_DISPLAY={os.environ.get('WAYLAND_DISPLAY', '')})"
    return None


def _unknown_plugins(names: list[str]) -> list[str]:
    """Return the platforms that the installed wheel has no plugin for; [] if it is not a wheel."""
    found = importlib.util.find_spec("PySide6")
    for folder in found.submodule_search_locations or [] if found else []:
        plugins = Path(folder, "Qt", "plugins", "platforms")
        if plugins.is_dir():
            have = {path.stem.removeprefix("libq") for path in plugins.glob("libq*.so")}
            if "wayland" in have:
                have |= {"wayland-egl", "wayland-generic"}
            return [name for name in names if name not in have]
    return []


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _package_name(package: str, release: dict[str, str]) -> str:
    """Return a package's name in this release: the 64-bit time transition renamed glib's.

    Derived systems count their own versions; they get the old name, which the new package provides.
    """
    first = {"debian": 13, "ubuntu": 24}.get(release.get("ID", ""))
    version = release.get("VERSION_ID", "").partition(".")[0]
    # Debian's testing has no number.
    renamed = first is not None and (not version.isdigit() or int(version) >= first)
    return "libglib2.0-0t64" if package == "libglib2.0-0" and renamed else package
