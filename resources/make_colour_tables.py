"""Write the colour tables that the program bundles, from the published maps in the package cmap.

Run it from the top of the project after a change in core/display/colormap.py:
``uv run resources/make_colour_tables.py``; it writes colour_tables.npy beside itself. A test holds it to the
published maps.
"""

import sys
from pathlib import Path

import numpy as np
from cmap import Colormap
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.display.colormap import LEVELS, published_names


def tables() -> NDArray[np.uint8]:
    """Return (maps, 127, 3) uint8 in the order of `published_names`."""
    made = []
    for full_name, backwards in published_names().values():
        rgba = np.asarray(Colormap(full_name).lut(LEVELS))[:: -1 if backwards else 1]
        made.append(np.round(rgba[:, :3] * 255.0).astype(np.uint8))
    return np.stack(made)


if __name__ == "__main__":
    np.save(Path(__file__).with_name("colour_tables.npy"), tables())
