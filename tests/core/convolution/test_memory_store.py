import gc

import numpy as np
import pytest

from core.convolution import memory
from core.convolution.memory import Store

SHAPE = (4, 50, 400)


@pytest.fixture
def store() -> Store:
    return Store()


def test_memory_is_used_again_when_nobody_looks_at_it(store):
    first = store.empty(SHAPE)
    place = first.ctypes.data
    assert (first.shape, first.dtype, first.flags.c_contiguous, first.flags.writeable) == (
        SHAPE,
        np.float32,
        True,
        True,
    )
    del first
    assert store.kept_bytes == 4 * np.prod(SHAPE)
    assert store.empty(SHAPE).ctypes.data == place


def test_what_is_still_looked_at_is_never_overwritten(store):
    first = store.empty(SHAPE)
    first[...] = 7.0
    part = first[2, :, ::3]
    first.setflags(write=False)
    del first
    gc.collect()
    others = [store.empty(SHAPE) for _ in range(3)]
    for other in others:
        other[...] = 0.0
    assert (part == 7.0).all()
    assert store.kept_bytes == 0


def test_no_more_is_kept_than_is_useful(store, monkeypatch):
    size = 4 * int(np.prod(SHAPE))
    monkeypatch.setattr(memory, "KEPT_BYTES", 2 * size)
    monkeypatch.setattr(memory, "KEPT_BESIDE_BYTES", size)
    arrays = [store.empty(SHAPE) for _ in range(4)]
    arrays.clear()
    assert store.kept_bytes == 2 * size
    other = store.empty((5, 50, 400))  # of another size: new memory is taken
    assert store.kept_bytes == size
    del other
    assert store.kept_bytes <= 2 * size


def test_small_arrays_are_left_to_the_system(store):
    store.empty((3, 4))
    assert store.kept_bytes == 0
