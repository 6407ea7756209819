import numpy as np
import pytest

from core.cv import cv2
from core.sources.jpeg import JpegDecoder, is_whole_jpeg
from tests.mjpeg_server import picture, read_counter


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


def decoded(decoder: JpegDecoder, data: bytes):
    return decoder.decode(np.frombuffer(data, np.uint8))


def test_whole_pictures_become_rgb_frames_whatever_their_kind_and_size():
    decoder = JpegDecoder()
    for size in [(160, 120), (64, 48), (160, 120)]:
        for options in [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1), (cv2.IMWRITE_JPEG_RST_INTERVAL, 2)]:
            sent = picture(9, size)
            frame = decoded(decoder, cv2.imencode(".jpg", sent[..., ::-1], options)[1].tobytes())
            assert (frame.shape, frame.dtype) == (sent.shape, np.uint8)
            assert np.abs(frame.astype(int) - sent).mean() < 8
            assert read_counter(frame) == 9


def test_colours_agree_with_another_decoder(real_wave):
    data = (real_wave / "frame1.jpg").read_bytes()
    other = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)
    frame = decoded(JpegDecoder(), data)
    assert np.abs(frame - other).mean() < 1.0
    assert frame.flags.owndata


def test_a_grey_picture_becomes_rgb():
    frame = decoded(JpegDecoder(), cv2.imencode(".jpg", picture(9)[..., 1])[1].tobytes())
    assert frame.shape == (120, 160, 3)
    assert np.array_equal(frame[..., 0], frame[..., 2])


def test_damage_is_found_and_nothing_is_printed(capfd):
    decoder, data = JpegDecoder(), coded()
    assert decoded(decoder, data) is not None
    found = 0
    for seed in range(60):
        found += decoded(decoder, with_noise(seed)) is None
    assert found >= 20
    assert decoded(decoder, data[:-900]) is None
    assert decoded(decoder, data) is not None, "one damaged picture does not spoil the next"
    assert capfd.readouterr().err == ""


def test_a_camera_that_always_breaks_a_rule_is_accepted_in_the_end():
    noisy = next(
        data for seed in range(99) if decoded(JpegDecoder(), data := with_noise(seed)) is None and whole(data)
    )
    decoder = JpegDecoder()
    results = [decoded(decoder, noisy) is not None for _ in range(8)]
    assert results == [False] * 5 + [True] * 3


def with_noise(seed: int) -> bytes:
    data = bytearray(coded())
    data[3000:3080] = np.random.default_rng(seed).bytes(80)
    return bytes(data)
