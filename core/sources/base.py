"""What every source of frames promises.

A source is a description ("this file", "that camera") that can be made, kept and compared for free.
`FrameSource.frames` opens it: a generator that delivers frames and releases everything when it ends or
is closed. So the thread that iterates owns whatever was opened, from open to release.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

# Beginnings of a network camera's address.
CAMERA_SCHEMES = ("http", "https", "rtsp", "rtsps")


def is_address(text: str) -> bool:
    """Tell whether a text is the address of a network camera, rather than a name or a file."""
    scheme, found, _ = text.partition("://")
    return bool(found) and scheme.lower() in CAMERA_SCHEMES


@dataclass(frozen=True, slots=True, eq=False)
class TimedFrame:
    """One frame and when it was taken.

    Parameters
    ----------
    frame
        (H, W, 3) uint8 RGB, owned by the receiver.
    timestamp_ns
        Nanoseconds; only differences within one source mean anything. Strictly increasing.
    """

    frame: NDArray[np.uint8]
    timestamp_ns: int


@runtime_checkable
class FrameSource(Protocol):
    """One place that frames come from."""

    @property
    def name(self) -> str:
        """A short title for people: "wave.mp4", "Logitech C920"."""

    @property
    def live(self) -> bool:
        """Whether frames keep coming for ever (a camera)."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the last reading met that a person should know, as sentences; () before it."""

    def frames(self) -> Generator[TimedFrame, None, None]:
        """Open, deliver frames in order, release.

        Raises
        ------
        SourceError
            While iterating: cannot be opened, damaged beyond use, over a limit.
        """
