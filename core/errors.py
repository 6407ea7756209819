"""Failures that a person can understand.

Every exception here carries one clear sentence as ``str(error)``: the window shows it in its message
bar, the command line prints it to stderr. Everything else that escapes is a defect of ours.
"""

from enum import StrEnum


class WavecubeError(Exception):
    """The root of all failures whose text is meant for a person."""


class UsageError(WavecubeError):
    """A request that is worded wrongly: the command line answers it with exit code 2."""


class SourceError(WavecubeError):
    """Frames could not be had: no such file, not a video, damaged, too large."""


class CameraFault(StrEnum):
    """What is wrong with a camera, each with its own sentence (`core.sources.camera`)."""

    MISSING = "missing"
    BUSY = "busy"
    REFUSED = "refused"
    SLOW = "slow"
    UNPLUGGED = "unplugged"
    NEW_SIZE = "new-size"
    DAMAGED = "damaged"
    FROZEN = "frozen"


class CameraError(SourceError):
    """A camera does not deliver frames.

    Parameters
    ----------
    fault
        Which of the known faults it is.
    sentence
        What to tell the person.
    """

    def __init__(self, fault: CameraFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


class FilterError(WavecubeError):
    """A filter bank could not be made or read."""


class BudgetError(WavecubeError):
    """A request would not fit into memory; the sentence carries the numbers."""


class ExportError(WavecubeError):
    """A file could not be written; the old file, if any, is whole."""


class LessonError(WavecubeError):
    """A lesson could not be read; the sentence names the file, the step and the key."""
