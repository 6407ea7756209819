import errno
import os
import socket

import pytest

from core.errors import CameraFault
from core.sources import camera_faults as faults
from tests.mjpeg_server import MjpegServer

EVERY = [
    faults.missing("C"), faults.busy("C"), faults.refused("C"), faults.slow("C", 5), faults.unplugged("C"),
    faults.silent("C", 2), faults.new_size("C", (4, 3), (2, 1)), faults.damaged("C"), faults.frozen("C", 3),
]  # fmt: skip


def test_every_fault_has_a_sentence_of_its_own():
    assert {error.fault for error in EVERY} == set(CameraFault)
    sentences = [str(error) for error in EVERY]
    assert len(set(sentences)) == len(EVERY)
    assert all(s.startswith("The camera C ") and s.endswith(".") and len(s) < 160 for s in sentences)


@pytest.mark.parametrize(
    ("platform", "words"),
    [("linux", 'group "video"'), ("darwin", "Privacy & Security"), ("win32", "permission")],
)
def test_the_remedy_fits_the_system(monkeypatch, platform, words):
    monkeypatch.setattr("sys.platform", platform)
    assert words in str(faults.refused("C"))
    assert ("Settings, Privacy" in str(faults.busy("C"))) == (platform == "win32")


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.EACCES, CameraFault.REFUSED), (errno.EPERM, CameraFault.REFUSED),
        (errno.EBUSY, CameraFault.BUSY), (errno.ENOENT, CameraFault.MISSING),
        (errno.ENODEV, CameraFault.MISSING),
    ],
)  # fmt: skip
def test_a_device_node_tells_why(monkeypatch, number, fault):
    def no(path, flags):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", no)
    assert faults.why_no_device("C", "/dev/video7").fault is fault


def test_other_paths_tell_nothing(tmp_path):
    assert faults.why_no_device("C", "") is None
    assert faults.why_no_device("C", "\\\\?\\usb#vid_046d") is None
    assert faults.why_no_device("C", "/dev/null") is None


def test_an_address_is_shown_without_password_and_query():
    url = "http://anna:secret@10.0.0.5:8080/video/?token=abc"
    assert faults.place(url) == "10.0.0.5:8080/video"


def test_nobody_at_the_address():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for scheme in ("http", "rtsp"):
        error = faults.why_no_stream(f"{scheme}://127.0.0.1:{port}/x")
        assert error.fault is CameraFault.MISSING
        assert f"Nothing answers at 127.0.0.1:{port}/x" in str(error)


def test_an_address_that_is_none():
    assert faults.why_no_stream("http://127.0.0.1:99999/x").fault is CameraFault.MISSING
    assert faults.why_no_stream("http:///x").fault is CameraFault.MISSING


def test_what_the_server_answers_counts():
    with MjpegServer("404") as server:
        assert "has no video there (404)" in str(faults.why_no_stream(server.url))
        assert "sends no video" in str(faults.why_no_stream(server.url.replace("http", "rtsp")))
    with MjpegServer() as server:
        assert "not a video" in str(faults.why_no_stream(server.url))


@pytest.mark.parametrize(
    ("status", "fault"), [(401, CameraFault.REFUSED), (403, CameraFault.REFUSED), (503, CameraFault.BUSY)]
)
def test_a_status_is_understood(status, fault, monkeypatch):
    monkeypatch.setattr(faults, "_http_status", lambda *parts: status)
    error = faults.why_no_stream("http://anna:secret@10.0.0.5/")
    assert error.fault is fault
    assert "secret" not in str(error)


def test_a_server_that_takes_the_call_and_says_nothing_is_slow(monkeypatch):
    monkeypatch.setattr(faults, "_PROBE_S", 0.05)
    with MjpegServer("never-answers") as server:
        assert faults.why_no_stream(server.url).fault is CameraFault.SLOW
