import numpy as np
import pytest

from core.errors import CameraError, CameraFault
from core.sources.camera_watch import CameraWatch

MS = 1_000_000
STILL = np.zeros((24, 32, 3), np.uint8)


def noisy(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (24, 32, 3), np.uint8)


def fault_of(action) -> CameraFault:
    with pytest.raises(CameraError) as caught:
        action()
    assert str(caught.value).endswith(".")
    return caught.value.fault


def test_three_misses_in_a_row_are_an_unplugged_camera():
    watch = CameraWatch("C", 0)
    watch.good(STILL, 0)
    for now in (1, 2):
        watch.missed(now * MS)
    assert fault_of(lambda: watch.missed(3 * MS)) is CameraFault.UNPLUGGED


def test_a_good_frame_forgives_misses():
    watch = CameraWatch("C", 0)
    for now in range(30):
        (watch.good(noisy(now), now * MS) if now % 3 == 0 else watch.missed(now * MS))


def test_one_miss_after_a_long_silence_is_enough_and_has_its_own_sentence():
    watch = CameraWatch("C", 0)
    watch.good(STILL, 0)
    with pytest.raises(CameraError, match="sent nothing for 2 s") as caught:
        watch.missed(2000 * MS)
    assert caught.value.fault is CameraFault.UNPLUGGED


def test_a_device_may_miss_reads_until_its_first_frame_but_not_for_ever():
    watch = CameraWatch("C", 0, patient=True)
    for now in range(0, 2000, 50):
        watch.missed(now * MS)
    assert watch.starting
    assert fault_of(lambda: watch.missed(2000 * MS)) is CameraFault.BUSY


def test_a_device_that_started_late_is_well():
    watch = CameraWatch("C", 0, patient=True)
    for now in range(0, 1000, 50):
        watch.missed(now * MS)
    watch.good(STILL, 1001 * MS)
    assert not watch.starting


def test_the_same_picture_for_more_than_three_seconds_is_frozen():
    watch = CameraWatch("C", 0)
    for now in range(0, 3001, 30):
        watch.good(STILL.copy(), now * MS)
    assert fault_of(lambda: watch.good(STILL.copy(), 3030 * MS)) is CameraFault.FROZEN


def test_one_different_voxel_is_life():
    watch = CameraWatch("C", 0)
    for now in range(0, 9000, 30):
        frame = STILL.copy()
        frame[13, 17, 1] = now // 30 % 2
        watch.good(frame, now * MS)


def test_a_reader_that_pauses_does_not_make_a_frozen_camera():
    watch = CameraWatch("C", 0)
    watch.good(STILL, 0)
    watch.good(STILL, 10_000 * MS)


def test_only_damaged_frames_are_damage_within_two_seconds():
    watch = CameraWatch("C", 0)
    for now in range(33, 1500, 33):
        watch.damaged(now * MS)
    assert fault_of(lambda: [watch.damaged(now * MS) for now in range(1500, 2100, 33)]) is CameraFault.DAMAGED


def test_one_frame_in_three_is_too_many():
    watch = CameraWatch("C", 0)

    def stream() -> None:
        for k in range(90):
            watch.damaged(k * 33 * MS) if k % 3 == 2 else watch.good(noisy(k), k * 33 * MS)

    assert fault_of(stream) is CameraFault.DAMAGED


def test_a_rare_damaged_frame_is_only_counted():
    watch = CameraWatch("C", 0)
    for k in range(300):
        watch.damaged(k * 33 * MS) if k % 30 == 2 else watch.good(noisy(k), k * 33 * MS)
    assert watch.damaged_count == 10


def test_a_picture_of_another_size_is_not_the_same_picture():
    watch = CameraWatch("C", 0)
    for k in range(200):
        watch.good(STILL if k % 2 else STILL[:12], k * 33 * MS)
