import tracemalloc
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image

from core.errors import SourceError
from core.progress import run
from core.sources.images import AnimationSource
from core.sources.load import ClipSelection, load_clip
from tests.core.sources.making_media import bare_gif, few_colours, numbered_frames, write_animation


def stamps_ms(path: Path) -> list[float]:
    return [timed.timestamp_ns / 1e6 for timed in AnimationSource(path).frames()]


def read(path: Path) -> np.ndarray:
    return np.stack([timed.frame for timed in AnimationSource(path).frames()])


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp"])
def test_frames_are_exact(tmp_path: Path, suffix: str) -> None:
    assert np.array_equal(
        read(write_animation(tmp_path / f"a{suffix}", few_colours(), [50] * 5)), few_colours()
    )


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp"])
def test_every_frame_has_its_own_duration(tmp_path: Path, suffix: str) -> None:
    path = write_animation(tmp_path / f"a{suffix}", few_colours(), [30, 200, 10, 70, 500])
    assert stamps_ms(path) == [0, 30, 230, 240, 310]


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_no_duration_counts_as_100_ms(tmp_path: Path, suffix: str) -> None:
    assert stamps_ms(write_animation(tmp_path / f"a{suffix}", few_colours(3), [0, 0, 0])) == [0, 100, 200]


def test_apng_durations_are_fractions(tmp_path: Path) -> None:
    path = write_animation(tmp_path / "a.png", few_colours(4), [10] * 4)
    content = path.read_bytes()
    # The delay of each frame control chunk: 1/30 s instead of 10/1000 s; Pillow checks no sum in it.
    import struct
    import zlib

    position = 0
    while (position := content.find(b"fcTL", position + 1)) >= 0:
        data = (
            content[position : position + 24]
            + struct.pack(">HH", 1, 30)
            + content[position + 28 : position + 30]
        )
        content = content[:position] + data + struct.pack(">I", zlib.crc32(data)) + content[position + 34 :]
    path.write_bytes(content)
    assert [t.timestamp_ns for t in AnimationSource(path).frames()] == [0, 33333333, 66666667, 100000000]


def test_apng_cover_picture_is_not_a_frame(tmp_path: Path) -> None:
    pictures = [Image.fromarray(frame) for frame in few_colours(4)]
    path = tmp_path / "a.png"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], default_image=True, duration=40)
    assert AnimationSource(path).length() == 3
    assert np.array_equal(read(path), few_colours(4)[1:])


@pytest.mark.parametrize("disposal", [1, 2, 3])
def test_gif_disposal(tmp_path: Path, disposal: int) -> None:
    """A small square moves over a ground; what it leaves behind depends on the disposal."""
    ground, square = [255, 0, 0], [0, 0, 255]
    head = (
        b"GIF89a"
        + (8).to_bytes(2, "little") * 2
        + b"\x91\x03\x00"
        + bytes([*ground, *square, 0, 255, 0, 9, 9, 9])
    )
    from PIL import GifImagePlugin

    def frame(x: int, side: int, colour: int, disposal: int) -> bytes:
        image = Image.new("P", (side, side), colour)
        data = GifImagePlugin.getdata(image)  # image descriptor, then LZW data
        body = b"".join(data)
        size = side.to_bytes(2, "little") * 2
        start = body.index(b"\x2c")
        descriptor = b"\x2c" + x.to_bytes(2, "little") + b"\x00\x00" + size + b"\x00"
        return b"\x21\xf9\x04" + bytes([disposal << 2, 5, 0, 0, 0]) + descriptor + body[start + 10 :]

    path = tmp_path / "a.gif"
    path.write_bytes(head + frame(0, 8, 0, 1) + frame(1, 2, 1, disposal) + frame(5, 2, 1, disposal) + b"\x3b")
    frames = read(path)
    expected = np.full((3, 8, 8, 3), ground, np.uint8)
    expected[1, :2, 1:3] = square
    expected[2, :2, 5:7] = square
    if disposal == 1:
        expected[2, :2, 1:3] = square
    if disposal == 2:  # to the background colour of the header
        expected[2, :2, 1:3] = 9
    assert np.array_equal(frames, expected)


def test_gif_frames_with_their_own_tables_and_transparency(tmp_path: Path) -> None:
    """What is transparent shows the frame before, whatever number the colour has in either table."""
    a, b, c, d = [10, 20, 30], [40, 50, 60], [70, 80, 90], [200, 210, 220]
    head = b"GIF89a" + (2).to_bytes(2, "little") * 2 + b"\x80\x00\x00" + bytes([*a, *b])
    body = b""
    for indices, flags, table in (([0, 1, 1, 0], 0, bytes([*c, *d])), ([1, 0, 1, 0], 1, b"")):
        pixels = Image.fromarray(np.array(indices, np.uint8).reshape(2, 2)).tobytes("gif", "L", 8, 0)
        body += b"\x21\xf9\x04" + bytes([4 | flags, 5, 0, 0, 0])  # transparent: index 0 of the frame's table
        body += b"\x2c" + bytes(4) + (2).to_bytes(2, "little") * 2 + (b"\x80" + table if table else b"\x00")
        body += b"\x08" + pixels + b"\x00"
    path = tmp_path / "a.gif"
    path.write_bytes(head + body + b"\x3b")
    iio.imread(path)  # whoever reads a GIF in another way leaves ours as it is
    assert read(path).tolist() == [[[c, d], [d, c]], [[b, d], [b, c]]]


def test_damage_behind_the_first_frame_leaves_it_as_it_is(tmp_path: Path) -> None:
    path = write_animation(tmp_path / "a.gif", few_colours(), [50] * 5)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    assert np.array_equal(read(path)[:2], few_colours()[:2])


@pytest.mark.parametrize("suffix", [".webp", ".png"])
def test_transparent_animation_shows_white(tmp_path: Path, suffix: str) -> None:
    pictures = []
    for index in range(3):
        rgba = np.zeros((6, 9, 4), np.uint8)
        rgba[:, 3 * index : 3 * index + 3] = (10, 20, 30, 255)
        pictures.append(Image.fromarray(rgba))
    path = tmp_path / f"a{suffix}"
    more = {"lossless": True} if suffix == ".webp" else {"disposal": 1}
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=50, **more)
    for index, frame in enumerate(read(path)):
        expected = np.full((6, 9, 3), 255, np.uint8)
        expected[:, 3 * index : 3 * index + 3] = (10, 20, 30)
        assert np.array_equal(frame, expected)


def test_bomb_is_refused_from_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(bare_gif(9000, 9000, 3000))
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(
            SourceError, match=r"^a\.gif is 9000x9000 pixels, 81 million; the limit is 67 million\.$"
        ):
            list(AnimationSource(path).frames())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_bomb_within_the_limit_is_read_frame_by_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(bare_gif(1200, 1000, 3000))
    assert AnimationSource(path).length() == 3000
    clip = run(load_clip(AnimationSource(path), ClipSelection(frames=4)))
    assert clip.frames.shape == (4, 1000, 1200, 3)
    assert clip.note == "The clip is frames 1 to 4 of 3000."


def test_frame_larger_than_its_canvas(tmp_path: Path) -> None:
    content = bytearray(bare_gif(10, 10, 2))
    at = content.rindex(b"\x2c")
    content[at + 5 : at + 9] = (65000).to_bytes(2, "little") * 2
    (tmp_path / "a.gif").write_bytes(content)
    source = AnimationSource(tmp_path / "a.gif")
    assert [timed.frame.shape for timed in source.frames()] == [(10, 10, 3)]
    assert source.notes == ("1 of 2 frames; the rest of the file is damaged.",)


@pytest.mark.parametrize("suffix", [".gif", ".png"])
def test_truncated_animation(tmp_path: Path, suffix: str) -> None:
    path = write_animation(tmp_path / f"a{suffix}", numbered_frames(8), [50] * 8)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    source = AnimationSource(path)
    count = len(list(source.frames()))
    assert 2 <= count < 8
    assert source.notes and source.notes[0].endswith("the rest of the file is damaged.")


def test_phone_pictures_with_a_second_picture_inside_are_stills(tmp_path: Path) -> None:
    pictures = [Image.fromarray(frame) for frame in numbered_frames(2)]
    pictures[0].save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=pictures[1:])
    source = AnimationSource(tmp_path / "a.jpg")
    assert source.length() == 1
    assert len(list(source.frames())) == 1


def test_one_pixel(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), (1, 2, 3)).save(tmp_path / "a.png")
    clip = run(load_clip(AnimationSource(tmp_path / "a.png")))
    assert clip.frames.shape == (16, 1, 1, 3)
    assert clip.frames[0, 0, 0].tolist() == [1, 2, 3]
