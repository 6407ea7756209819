"""Wavecube: see what 3-D convolution does to your own video. ``main.py --help`` tells the rest."""

import sys

from core.cli import run
from core.errors import WavecubeError


def open_window(arguments: list[str]) -> int:
    """Open the window; Qt is imported only now, so that headless commands never load it."""
    from core.desktop import display_problem

    # Qt would answer these by aborting the process.
    if problem := display_problem():
        raise WavecubeError(problem)
    from gui.app import run_window

    return run_window(arguments)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], open_window))
