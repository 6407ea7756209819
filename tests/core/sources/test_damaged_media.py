"""Files with random damage: frames or one sentence, and nothing else."""

import random
from pathlib import Path

import pytest
from PIL import Image

from core.errors import WavecubeError
from core.progress import run
from core.sources.load import length_of, load_clip
from core.sources.opening import open_source
from tests.core.sources.making_media import numbered_frames, write_animation, write_video


def whole_files(folder: Path) -> list[Path]:
    frames = numbered_frames(8, 48, 32)
    files = [
        write_video(folder / "a.mp4", frames, "mpeg4"),
        write_video(folder / "a.mkv", frames),
        write_video(folder / "a.avi", frames, "mpeg4"),
        *(write_animation(folder / f"a{suffix}", frames, [40] * 8) for suffix in (".gif", ".png", ".webp")),
    ]
    for suffix in (".jpg", ".tif", ".bmp", ".ico", ".ppm"):
        Image.fromarray(frames[0]).save(folder / f"b{suffix}")
        files.append(folder / f"b{suffix}")
    return files


def damaged(content: bytes, luck: random.Random) -> bytes:
    """Return the content with a few bytes changed, often in the header, and sometimes cut."""
    result = bytearray(content)
    for _ in range(luck.choice([1, 3, 20])):
        result[luck.randrange(luck.choice([min(100, len(result)), len(result)]))] = luck.randrange(256)
    return bytes(result[: luck.randrange(len(result))] if luck.random() < 0.2 else result)


def _try_damaged_files(folder: Path, seed: int, rounds: int) -> None:
    luck = random.Random(seed)
    contents = {path: path.read_bytes() for path in whole_files(folder)}
    for _ in range(rounds):
        for path, content in contents.items():
            path.write_bytes(damaged(content, luck))
            try:
                source = open_source(str(path))
                length_of(source)
                clip = run(load_clip(source))
            except WavecubeError as error:
                assert str(error).endswith(".") and "\n" not in str(error)
            else:
                assert 2 <= len(clip) <= 16


def test_damaged_files(tmp_path: Path) -> None:
    _try_damaged_files(tmp_path, seed=1, rounds=8)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 6))
def test_many_damaged_files(tmp_path: Path, seed: int) -> None:
    _try_damaged_files(tmp_path, seed, rounds=200)
