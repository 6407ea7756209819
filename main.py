"""Wavecube: see what 3-D convolution does to your own video. ``main.py --help`` tells the rest."""

import sys

from core.cli import run


def _open_window(arguments: list[str]) -> int:
    """Open the window; Qt is imported only now, so that headless commands never load it."""
    from gui.app import run_window

    return run_window(arguments)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], _open_window))
