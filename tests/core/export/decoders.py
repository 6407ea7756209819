"""Other people's decoders, as judges of what we write."""

from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageSequence


def by_pillow(path: Path) -> np.ndarray:
    """Return (T, H, W, 3) frames."""
    with Image.open(path) as film:
        return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)])


def by_ffmpeg(path: Path) -> np.ndarray:
    """Return (T, H, W, 3) frames."""
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])
