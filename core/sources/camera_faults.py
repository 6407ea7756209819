"""What can be wrong with a camera, in a sentence that says what to do, and how to find out.

OpenCV only says "not opened" or "no frame"; the reason is looked for here, with the system's own means.
Addresses may carry a password (``http://user:secret@…``): sentences never repeat it.
"""

import errno
import os
import socket
import sys
from contextlib import closing
from urllib.parse import urlsplit

from core.errors import CameraError, CameraFault

_PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
_PROBE_S = 1.0


def place(url: str) -> str:
    """Return an address as people may see it: without scheme, user, password and query."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] + parts.path.rstrip("/")


def missing(name: str) -> CameraError:
    """Return the failure: no such camera."""
    return CameraError(
        CameraFault.MISSING, f"The camera {name} is not there: plug it in, or choose another one."
    )


def busy(name: str) -> CameraError:
    """Return the failure: it exists but does not let itself be opened."""
    sentence = f"The camera {name} is in use: close the other program that uses it, and try again."
    if sys.platform == "win32":
        sentence = (
            f"The camera {name} cannot be opened: close other programs that use it, and allow desktop "
            "apps to use the camera under Settings, Privacy, Camera."
        )
    return CameraError(CameraFault.BUSY, sentence)


def refused(name: str) -> CameraError:
    """Return the failure: the system does not let this person use it."""
    remedy = "ask for the permission to use it"
    if sys.platform == "darwin":
        remedy = "allow it under System Settings, Privacy & Security, Camera"
    elif sys.platform.startswith("linux"):
        remedy = 'add yourself to the group "video" (sudo usermod -aG video $USER) and log in again'
    return CameraError(CameraFault.REFUSED, f"The camera {name} may not be used: {remedy}.")


def slow(name: str, seconds: float) -> CameraError:
    """Return the failure: opening it took too long."""
    return CameraError(
        CameraFault.SLOW,
        f"The camera {name} did not answer within {seconds:g} s: check that it is switched on and connected.",
    )


def unplugged(name: str) -> CameraError:
    """Return the failure: it ended in the middle."""
    return CameraError(
        CameraFault.UNPLUGGED, f"The camera {name} was unplugged or switched off: connect it again."
    )


def silent(name: str, seconds: float) -> CameraError:
    """Return the failure: it is connected but nothing comes any more; to us that is unplugged, too."""
    return CameraError(
        CameraFault.UNPLUGGED,
        f"The camera {name} has sent nothing for {max(seconds, 1):.0f} s: check its cable or its network.",
    )


def new_size(name: str, old: tuple[int, int], new: tuple[int, int]) -> CameraError:
    """Return the event: frames of another (width, height) come from now on."""
    return CameraError(
        CameraFault.NEW_SIZE,
        f"The camera {name} changed its picture from {old[0]}x{old[1]} to {new[0]}x{new[1]}.",
    )


def damaged(name: str) -> CameraError:
    """Return the failure: too many frames are broken."""
    return CameraError(
        CameraFault.DAMAGED, f"The camera {name} sends damaged pictures: check its cable or its network."
    )


def frozen(name: str, seconds: float) -> CameraError:
    """Return the failure: the same picture, bit for bit, over and over."""
    return CameraError(
        CameraFault.FROZEN,
        f"The camera {name} has sent the same picture for {seconds:.0f} s: uncover its lens, "
        "or unplug it and plug it in again.",
    )


def why_no_device(name: str, path: str) -> CameraError | None:
    """Ask Linux about a device node; None if nothing speaks against opening it (or elsewhere)."""
    if not path.startswith("/dev/"):
        return None
    try:
        os.close(os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0)))
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            return refused(name)
        return busy(name) if error.errno == errno.EBUSY else missing(name)
    return None


def why_no_stream(url: str) -> CameraError:
    """Ask an address that FFmpeg could not open what is the matter; takes at most about two seconds."""
    from http.client import HTTPException  # 15 ms that only a fault need pay

    parts = urlsplit(url)
    shown, host = place(url), parts.hostname or ""
    try:
        port = parts.port or _PORTS.get(parts.scheme.lower(), 80)
        if parts.scheme.lower() not in ("http", "https"):
            socket.create_connection((host, port), _PROBE_S).close()
            return CameraError(
                CameraFault.MISSING,
                f"{shown} answers, but sends no video: check the end of the address, user and password.",
            )
        status = _http_status(parts.scheme.lower(), host, port, parts.path, parts.query)
    except TimeoutError:
        return slow(shown, _PROBE_S)
    except (OSError, ValueError, HTTPException):
        return CameraError(
            CameraFault.MISSING,
            f"Nothing answers at {shown}: check the address, and that the camera is switched on.",
        )
    return _from_status(shown, status)


def _http_status(scheme: str, host: str, port: int, path: str, query: str) -> int:
    from http.client import HTTPConnection, HTTPSConnection

    kind = HTTPSConnection if scheme == "https" else HTTPConnection
    with closing(kind(host, port, timeout=_PROBE_S)) as connection:
        connection.request("GET", (path or "/") + (f"?{query}" if query else ""))
        return connection.getresponse().status


def _from_status(shown: str, status: int) -> CameraError:
    if status in (401, 403):
        return CameraError(
            CameraFault.REFUSED,
            f"{shown} asks for a password: write the address as http://user:password@host/path.",
        )
    if status in (429, 503):
        return busy(shown)
    if status >= 400:
        return CameraError(
            CameraFault.MISSING,
            f"{shown} answers, but has no video there ({status}): check the end of the address.",
        )
    return CameraError(CameraFault.MISSING, f"{shown} answers, but what it sends is not a video.")
