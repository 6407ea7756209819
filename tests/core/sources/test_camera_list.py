from types import SimpleNamespace

import pytest

from core.sources import camera_list
from core.sources.camera_list import CameraInfo, backends, list_cameras, same_camera


def raw(index, name, path="", vid=0x46D, pid=0x82D):
    return SimpleNamespace(index=index, name=name, path=path, vid=vid, pid=pid)


@pytest.fixture
def plugged(monkeypatch):
    """Plug in: a dict from backend to the package's answers; a value may be an exception."""
    answers = {}

    def enumerate_cameras(backend):
        answer = answers.get(backend, [])
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(camera_list, "_enumerate", enumerate_cameras)
    return answers


def two_backends(monkeypatch):
    monkeypatch.setattr(camera_list, "backends", lambda: (1400, 700))


def test_the_real_machine_answers_with_a_tuple():
    assert isinstance(list_cameras(), tuple)


def test_every_system_has_its_backends(monkeypatch):
    from core.cv import cv2

    expected = {
        "linux": (cv2.CAP_V4L2,), "darwin": (cv2.CAP_AVFOUNDATION,), "win32": (cv2.CAP_MSMF, cv2.CAP_DSHOW),
    }  # fmt: skip
    for platform, wanted in expected.items():
        monkeypatch.setattr("sys.platform", platform)
        assert backends() == wanted


@pytest.mark.parametrize("failure", [RuntimeError("driver"), ImportError("no package"), OSError("dev")])
def test_a_failure_means_no_cameras(plugged, failure):
    plugged[backends()[0]] = failure
    assert list_cameras() == ()


def test_cameras_come_in_the_order_of_their_indices(plugged):
    plugged[backends()[0]] = [raw(2, "B", "/dev/video2"), raw(0, "A", "/dev/video0")]
    assert [(c.index, c.name) for c in list_cameras()] == [(0, "A"), (2, "B")]


def test_repeats_of_one_node_are_dropped_and_equal_names_told_apart(plugged):
    plugged[backends()[0]] = [
        raw(0, "C920", "/dev/video0"), raw(0, "C920", "/dev/video0"), raw(2, "C920", "/dev/video2"),
    ]  # fmt: skip
    names = [camera.name for camera in list_cameras()]
    assert names == ["C920", "C920 (2)"]
    assert len({camera.key for camera in list_cameras()}) == 2


def test_a_camera_without_a_name_gets_one(plugged):
    plugged[backends()[0]] = [raw(3, None), raw(4, "  ")]
    assert [camera.name for camera in list_cameras()] == ["Camera 3", "Camera 4"]


def test_the_second_backend_only_adds_what_the_first_does_not_have(plugged, monkeypatch):
    two_backends(monkeypatch)
    plugged[1400] = [raw(0, "C920")]
    plugged[700] = [raw(0, "OBS", vid=None, pid=None), raw(1, "C920")]
    assert [(c.name, c.backend, c.index) for c in list_cameras()] == [("C920", 1400, 0), ("OBS", 700, 0)]


def test_the_key_survives_a_new_index_and_another_backend():
    first = CameraInfo("C920", 0, 1400, 0x46D, 0x82D, "a")
    later = CameraInfo("C920", 5, 700, 0x46D, 0x82D, "b")
    assert first.key == later.key == "046d:082d:C920"
    assert CameraInfo("OBS", 0, 1).key == "----:----:OBS"


def test_a_camera_is_found_again_under_its_new_index(plugged, monkeypatch):
    two_backends(monkeypatch)
    camera = CameraInfo("C920", 0, 1400, 0x46D, 0x82D, "a")
    plugged[1400] = [raw(0, "other", "z"), raw(4, "C920", "a")]
    plugged[700] = [raw(1, "C920", "b")]
    assert [(c.backend, c.index) for c in same_camera(camera)] == [(1400, 4), (700, 1)]
    plugged.clear()
    assert same_camera(camera) == ()
