import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.cv import cv2
from core.errors import SourceError
from core.sources.pictures import MARGIN, fitted, read_picture
from tests.core.sources.making_media import numbered_frames


def read(path: Path) -> np.ndarray:
    picture = read_picture(path, path.name)
    assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3
    return picture


def png(width: int, height: int, body: bytes = b"") -> bytes:
    """Return a PNG whose header says what it likes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(body))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".ppm", ".webp", ".tga"])
def test_lossless_formats_are_exact(tmp_path: Path, suffix: str) -> None:
    frame = numbered_frames(1)[0]
    more = {"lossless": True} if suffix == ".webp" else {}
    Image.fromarray(frame).save(tmp_path / f"a{suffix}", **more)
    assert np.array_equal(read(tmp_path / f"a{suffix}"), frame)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_as_opencv_applies_it(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a.jpg"
    Image.fromarray(numbered_frames(1, 48, 32)[0]).save(path, exif=exif, quality=95)
    theirs = cv2.imread(str(path))[..., ::-1]
    assert read(path).shape == theirs.shape
    assert np.abs(read(path).astype(int) - theirs).max() <= 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("mode", "suffix"), [("L", ".png"), ("P", ".png"), ("L", ".tif"), ("CMYK", ".tif")])
def test_exif_orientation_of_other_modes(tmp_path: Path, mode: str, suffix: str, orientation: int) -> None:
    """A grey JPEG, a palette, an uncompressed TIFF: each takes another way through the decoder."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    frame = np.where(numbered_frames(1, 48, 32)[0, ..., :1] > 100, 255, 0).repeat(3, axis=2).astype(np.uint8)
    path = tmp_path / f"a{suffix}"
    Image.fromarray(frame).convert(mode).save(path, exif=exif)
    turned = frame.transpose(1, 0, 2) if orientation >= 5 else frame
    turned = turned[::-1] if orientation in (3, 4, 7, 8) else turned
    turned = turned[:, ::-1] if orientation in (2, 3, 6, 7) else turned
    assert np.array_equal(read(path), turned)


def test_sixteen_bit_grey_is_divided_down(tmp_path: Path) -> None:
    values = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    cv2.imwrite(str(tmp_path / "a.png"), values)
    assert np.array_equal(read(tmp_path / "a.png"), np.repeat((values // 257)[..., None], 3, axis=2))


def test_sixteen_bit_colour_is_divided_down(tmp_path: Path) -> None:
    values = np.random.RandomState(1).randint(0, 65536, (8, 9, 3)).astype(np.uint16)
    cv2.imwrite(str(tmp_path / "a.png"), values[..., ::-1])
    assert np.abs(read(tmp_path / "a.png") - values / 257).max() <= 1.0


def test_float_tiff(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0.0, 0.5, 1.0], [np.nan, -1.0, 0.25]], np.float32)).save(tmp_path / "a.tif")
    assert read(tmp_path / "a.tif")[..., 0].tolist() == [[0, 128, 255], [0, 0, 64]]


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "LA", "RGBA"])
def test_modes_give_the_colours_that_were_saved(tmp_path: Path, mode: str) -> None:
    grey = np.where(np.indices((12, 16)).sum(0) % 5 < 2, 255, 0).astype(np.uint8)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    Image.fromarray(grey).convert("RGB").convert(mode).save(path)
    assert np.array_equal(read(path), np.repeat(grey[..., None], 3, axis=2))


def test_transparency_is_composed_on_white(tmp_path: Path) -> None:
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[..., 0] = 200
    rgba[0, :, 3] = (0, 128, 255)
    rgba[1, :, 3] = 255
    Image.fromarray(rgba).save(tmp_path / "a.png")
    picture = read(tmp_path / "a.png")
    assert picture[0].tolist() == [[255, 255, 255], [227, 127, 127], [200, 0, 0]]
    assert (picture[1] == (200, 0, 0)).all()


def test_palette_with_a_transparent_colour(tmp_path: Path) -> None:
    image = Image.fromarray(np.array([[0, 1], [1, 0]], np.uint8), mode=None).convert("P")
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.save(tmp_path / "a.png", transparency=0)
    assert read(tmp_path / "a.png").tolist() == [[[255] * 3, [40, 50, 60]], [[40, 50, 60], [255] * 3]]


def test_header_over_the_limit_is_refused_before_decoding(tmp_path: Path) -> None:
    for width, height in ((9000, 9000), (12_000, 12_000), (60_000, 60_000)):
        (tmp_path / "a.png").write_bytes(png(width, height))
        with pytest.raises(SourceError, match=r"a\.png (is|has) .*limit.*million\.$"):
            read(tmp_path / "a.png")


def test_header_that_lies_about_the_size(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(4000, 4000, b"\x00" * 40))
    with pytest.raises(SourceError, match=r"a\.png is damaged"):
        read(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".gif", ".webp", ".tif", ".bmp"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_files_have_one_sentence(
    tmp_path: Path, suffix: str, share: float, rng: np.random.Generator
) -> None:
    path = tmp_path / f"a{suffix}"
    Image.fromarray(rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value) in (
        f"a{suffix} is damaged: it cannot be read to its end.",
        f"a{suffix} is not a picture that can be read.",
    )


def test_postscript_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    )
    with pytest.raises(SourceError, match="is not a picture"):
        read(tmp_path / "a.png")


@pytest.mark.parametrize(("size", "inner"), [((40, 10), (20, 5)), ((10, 40), (4, 16)), ((5, 4), (20, 16))])
def test_fitting_keeps_the_proportions(size: tuple[int, int], inner: tuple[int, int]) -> None:
    picture = np.full((size[1], size[0], 3), 7, np.uint8)
    frame = fitted(picture, 20, 16)
    assert frame.shape == (16, 20, 3)
    covered = (frame == 7).all(axis=-1)
    assert (int(covered.any(axis=0).sum()), int(covered.any(axis=1).sum())) == inner
    assert (frame[~covered] == MARGIN).all()
