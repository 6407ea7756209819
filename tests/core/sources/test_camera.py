import subprocess
import sys
import threading
from contextlib import closing
from itertools import islice, pairwise

import numpy as np
import pytest

from core.cv import cv2
from core.errors import CameraError, CameraFault, UsageError
from core.sources import camera as camera_module
from core.sources.base import FrameSource
from core.sources.camera import CameraSource, resolve_camera
from core.sources.camera_list import CameraInfo, backends
from tests.fake_camera import Clock, FakeCamera, noise
from tests.mjpeg_server import MjpegServer, is_mirrored, picture, read_counter

INFO = CameraInfo("C920", 3, backends()[0], 0x46D, 0x82D, "somewhere")


def url_source(server: MjpegServer, timeout_ms: int = 5000) -> CameraSource:
    return CameraSource(server.url, open_timeout_ms=timeout_ms, read_timeout_ms=timeout_ms)


def take(source: CameraSource, count: int) -> list[np.ndarray]:
    with closing(source.frames()) as frames:
        return [timed.frame for timed in islice(frames, count)]


def failure(source: CameraSource) -> CameraError:
    with pytest.raises(CameraError) as caught, closing(source.frames()) as frames:
        for _ in frames:
            pass
    return caught.value


@pytest.fixture
def plugged(monkeypatch):
    """Have one C920 in the list, found at index 5 when it is opened."""
    place = CameraInfo("C920", 5, backends()[0], 0x46D, 0x82D, "somewhere")
    monkeypatch.setattr(camera_module, "same_camera", lambda info: (place,))
    monkeypatch.setattr(camera_module, "list_cameras", lambda: (INFO,))


def test_it_is_a_live_source():
    source = CameraSource("http://anna:secret@10.0.0.5:8080/video")
    assert isinstance(source, FrameSource)
    assert (source.live, source.name, source.notes) == (True, "10.0.0.5:8080/video", ())


def test_every_frame_arrives_in_order_in_rgb_and_not_mirrored():
    with MjpegServer(fps=200) as server, closing(url_source(server).frames()) as frames:
        timed = list(islice(frames, 20))
    assert [read_counter(t.frame) for t in timed] == list(range(20))
    assert not is_mirrored(timed[0].frame)
    assert timed[3].frame.shape == (120, 160, 3)
    assert np.abs(timed[3].frame.astype(int) - picture(3)).mean() < 8
    assert not timed[0].frame.flags.writeable
    assert all(later.timestamp_ns > earlier.timestamp_ns for earlier, later in pairwise(timed))


def test_times_increase_even_if_the_clock_stands_still():
    source = CameraSource(0, capture=FakeCamera(map(noise, range(5))), clock_ns=Clock(), pause=lambda s: None)
    source._places = lambda: (INFO,)
    with closing(source.frames()) as frames:
        times = [timed.timestamp_ns for timed in islice(frames, 5)]
    assert np.diff(times).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("scene", "after", "fault", "words"),
    [
        ("unplug", 5, CameraFault.UNPLUGGED, "was unplugged or switched off"),
        ("unplug", 0, CameraFault.MISSING, "Nothing answers"),
        ("stall", 5, CameraFault.UNPLUGGED, "sent nothing"),
        ("never-answers", 0, CameraFault.SLOW, "did not answer within 0.4 s"),
        ("404", 0, CameraFault.MISSING, "404"),
        ("truncated", 5, CameraFault.DAMAGED, "damaged pictures"),
        ("garbage", 5, CameraFault.DAMAGED, "damaged pictures"),
        ("frozen", 5, CameraFault.FROZEN, "the same picture"),
    ],
)
def test_every_fault_of_an_address_is_told(scene, after, fault, words, monkeypatch):
    monkeypatch.setattr("core.sources.camera_watch.FROZEN_S", 0.3)
    monkeypatch.setattr("core.sources.camera_watch.SILENT_S", 0.4)
    with MjpegServer(scene, fps=100, after=after) as server:
        error = failure(url_source(server, timeout_ms=400))
    assert error.fault is fault
    assert words in str(error)
    assert server.url.removeprefix("http://") in str(error)


def test_a_new_size_is_passed_on():
    with MjpegServer("new-size", fps=200, after=3) as server:
        shapes = [frame.shape[:2] for frame in take(url_source(server), 6)]
    assert shapes == [(120, 160)] * 3 + [(60, 80)] * 3


def test_few_damaged_frames_are_left_out_and_told():
    with MjpegServer("truncated", fps=100, after=3) as server:
        source = url_source(server)
        with closing(source.frames()) as frames:
            first = [read_counter(next(frames).frame) for _ in range(3)]
            server.wait_until(lambda: server.sent >= 5)
            server.show("normal")
            later = read_counter(next(frames).frame)
    assert first == [0, 1, 2]
    assert later >= 5
    assert source.notes[0].endswith("left out.")


def test_it_can_be_opened_again_after_the_camera_was_away():
    with MjpegServer(fps=200) as server:
        source = url_source(server)
        first = read_counter(take(source, 4)[-1])
        server.unplug()
        assert failure(source).fault is CameraFault.MISSING
        server.replug()
        assert read_counter(take(source, 1)[0]) > first


def test_an_address_that_sends_another_kind_of_video_is_decoded_by_opencv():
    fake = FakeCamera(map(noise, range(3)))
    frames = take(CameraSource("rtsp://10.0.0.5/live", capture=fake), 3)
    assert all(np.array_equal(frame[..., ::-1], noise(k)) for k, frame in enumerate(frames))
    url, backend, limits = fake.arguments
    assert (url, backend) == ("rtsp://10.0.0.5/live", cv2.CAP_FFMPEG)
    assert limits == [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 5000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 2000]


def test_a_failing_address_prints_nothing():
    with MjpegServer("404") as server:
        script = (
            "from core.sources.camera import CameraSource\n"
            f"try: next(CameraSource({server.url!r}).frames())\n"
            "except Exception as error: print(error)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "404" in done.stdout


def test_a_device_is_asked_in_the_order_that_drivers_need(plugged):
    fake = FakeCamera(map(noise, range(9)))
    frames = take(CameraSource(INFO, capture=fake, size=(320, 240), fps=15), 3)
    assert fake.arguments == (5, backends()[0])
    keys = [
        cv2.CAP_PROP_FOURCC, cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS,
    ]  # fmt: skip
    assert fake.settings == list(zip(keys, [cv2.VideoWriter.fourcc(*"MJPG"), 320, 240, 15], strict=True))
    assert all(np.array_equal(frame[..., ::-1], noise(k)) for k, frame in enumerate(frames))


def test_only_the_iterating_thread_touches_the_camera(plugged):
    fake = FakeCamera(map(noise, range(9)))
    source = CameraSource(INFO, capture=fake)
    thread = threading.Thread(target=take, args=(source, 3))
    thread.start()
    thread.join()
    assert len(fake.threads) == 1
    assert threading.get_ident() not in fake.threads
    assert fake.calls[-1] == "release"


def test_it_is_released_when_reading_raises(plugged):
    fake = FakeCamera([noise(1)])
    assert failure(CameraSource(INFO, capture=fake)).fault is CameraFault.UNPLUGGED
    assert fake.calls.count("release") == 1


def test_a_device_that_does_not_open_is_busy_and_released(plugged, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    fake = FakeCamera([], opens=False)
    error = failure(CameraSource(INFO, capture=fake))
    assert error.fault is CameraFault.BUSY
    assert "C920" in str(error)
    assert fake.calls[-1] == "release"


def test_on_a_mac_only_the_permission_keeps_a_camera_from_opening(plugged, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    assert failure(CameraSource(INFO, capture=FakeCamera([], opens=False))).fault is CameraFault.REFUSED


def test_the_second_backend_is_tried(monkeypatch):
    places = (CameraInfo("C920", 5, 1400), CameraInfo("C920", 1, 700))
    monkeypatch.setattr(camera_module, "same_camera", lambda info: places)
    monkeypatch.setattr(camera_module, "list_cameras", lambda: places)
    tried = []

    def capture(index, backend):
        tried.append((index, backend))
        return FakeCamera(map(noise, range(3)), opens=backend == 700)

    assert len(take(CameraSource(INFO, capture=capture), 2)) == 2
    assert tried == [(5, 1400), (1, 700)]


def test_a_camera_that_is_gone_is_missing(monkeypatch):
    monkeypatch.setattr(camera_module, "same_camera", lambda info: ())
    for target in (INFO, "no such camera", 999):
        error = failure(CameraSource(target, capture=FakeCamera([], opens=False)))
        assert error.fault is CameraFault.MISSING


def test_a_device_that_never_sends_is_busy(plugged):
    source = CameraSource(INFO, capture=FakeCamera([]), pause=lambda s: None, clock_ns=Clock(50_000_000))
    assert failure(source).fault is CameraFault.BUSY


@pytest.mark.parametrize(
    "rubbish",
    [np.zeros((24, 32, 3), np.uint16), np.zeros((0, 0, 3), np.uint8), np.zeros((24, 32, 2), np.uint8)],
)
def test_rubbish_from_a_driver_is_damage(plugged, rubbish):
    fake = FakeCamera([rubbish] * 99)
    assert failure(CameraSource(INFO, capture=fake, clock_ns=Clock(33_000_000))).fault is CameraFault.DAMAGED


def test_a_grey_camera_gives_rgb(plugged):
    grey = noise(1)[..., 0]
    (frame,) = take(CameraSource(INFO, capture=FakeCamera([grey])), 1)
    assert np.array_equal(frame, np.repeat(grey[..., np.newaxis], 3, axis=2))


@pytest.fixture
def three_cameras(monkeypatch):
    cameras = tuple(
        CameraInfo(name, index, 200, path=f"/dev/video{index}")
        for index, name in [(0, "Laptop Camera"), (2, "Logitech C920"), (4, "Logitech C920 (2)")]
    )
    monkeypatch.setattr(camera_module, "list_cameras", lambda: cameras)
    return cameras


def test_a_camera_is_resolved_by_index_name_path_or_address(three_cameras):
    laptop, logitech, second = three_cameras
    assert resolve_camera("0") == laptop
    assert resolve_camera("7") == 7
    assert resolve_camera("lapTOP") == laptop
    assert resolve_camera("logitech c920") == logitech, "a whole name beats a part of another"
    assert resolve_camera("(2)") == second
    assert resolve_camera("/dev/video2") == logitech
    assert resolve_camera(" rtsp://10.0.0.5/live ") == "rtsp://10.0.0.5/live"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("camera 9", CameraError, "found: Laptop Camera, Logitech C920"),
        ("logi", UsageError, "2 Logitech C920, 4 Logitech"),
        ("ftp://10.0.0.5/x", UsageError, "begins with http://"),
        ("", CameraError, "no camera"),
    ],
)
def test_what_cannot_be_resolved_is_told(three_cameras, text, kind, words):
    with pytest.raises(kind, match=words.replace("(", r"\(")):
        resolve_camera(text)
