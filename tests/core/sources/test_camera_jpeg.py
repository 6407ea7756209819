import numpy as np
import pytest

from core.cv import cv2
from core.sources.jpeg import is_whole_jpeg
from tests.mjpeg_server import picture


def coded(*options: int) -> bytes:
    return cv2.imencode(".jpg", picture(5), list(options))[1].tobytes()


def whole(data: bytes) -> bool:
    return is_whole_jpeg(np.frombuffer(data, np.uint8))


@pytest.mark.parametrize(
    "options", [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1), (cv2.IMWRITE_JPEG_RST_INTERVAL, 2)]
)
def test_every_kind_of_whole_picture_passes(options):
    assert whole(coded(*options))
    assert whole(coded(*options) + b"\0\0\r\n"), "padding after the end is harmless"


def test_real_pictures_pass(real_wave):
    assert all(whole(path.read_bytes()) for path in real_wave.glob("*.jpg"))


def test_every_cut_is_found():
    data = coded()
    assert not any(whole(data[:length]) for length in range(len(data) - 1))


def test_rubbish_is_found():
    assert not whole(b"this is not a picture" * 50)
    assert not whole(b"\xff\xd8" + b"\0" * 100)
    assert not whole(b"\xff\xd8\xff")


def test_a_code_that_cannot_be_in_the_data_is_found():
    data = bytearray(coded())
    data[len(data) // 2 : len(data) // 2 + 2] = b"\xff\xc0"
    assert not whole(bytes(data))
