"""Where the files that come with the program are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESOURCES = ROOT / "resources"


def resource(name: str) -> Path:
    """Return the path of a bundled file, for example ``resource("icon.png")``."""
    return RESOURCES / name
