import numpy as np
import pytest

from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.filters.networks import gabor_plane
from core.filters.presets_2d import PRESETS
from tests.core.filters.dtft import dsi, moving_texture
from tests.core.filters.test_elementary import run


def test_the_two_stages_multiplied_are_the_weights_to_the_last_bit():
    bank = make_bank("2plus1d", temporal="all", spatial="all")
    assert len(bank) == 30
    stages = bank.views[0].stages
    product = np.zeros_like(bank.weights)
    for n, courses in enumerate(stages.temporal):
        for m, plane in enumerate(stages.spatial):
            product[n] += courses[:, :, :, m, None] * plane
    assert np.array_equal(product, bank.weights)


def test_combinations_are_named_and_see_no_direction():
    bank = make_bank("2plus1d", temporal="all", spatial="all")
    assert bank.names[:2] == ("Gaussian · identity", "d/dx · identity")
    assert all(abs(dsi(one.weights)) < 1e-5 for one in bank if "central" in one.name)
    one = make_bank("2plus1d", temporal="biphasic", spatial="gabor")
    assert one.names == ("Gabor · biphasic",)
    assert one.views[0].names == one.names


def test_sums():
    bank = make_bank("2plus1d", temporal="all", spatial="all")
    for one in bank:
        plane, course = one.name.split(" · ")
        keeps = plane == "Gaussian" and course in ("identity", "blur")
        assert one.total == pytest.approx(float(keeps), abs=1e-5), one.name


@pytest.mark.parametrize("sigma", [0.5, 0.55, 1.0])
@pytest.mark.parametrize("columns", [6, 7])
def test_a_narrow_gabor_is_still_a_wave(columns, sigma):
    plane = gabor_plane(5, columns, sigma)
    assert np.allclose(plane, -plane[:, ::-1], atol=1e-12)
    right = plane[2, (columns + 1) // 2]
    assert right == plane.max() > 0.4
    assert np.linalg.norm(plane) == pytest.approx(1)


def test_stages_without_the_relu_give_the_linear_answer():
    bank = make_bank("2plus1d", kernel=(3, 5, 5))
    stages = bank.views[0].stages
    noise = np.random.RandomState(1).randint(0, 256, (6, 11, 12))
    linear = run(bank, noise)
    first = run(FilterBank.from_weights(stages.spatial), noise)
    for n, courses in enumerate(stages.temporal):
        planes = np.lib.stride_tricks.sliding_window_view(first, 3, axis=1)
        second = np.einsum("mtyxi,im->tyx", planes, courses[:, 0, 0].astype(np.float64))
        assert np.allclose(second, linear[n], atol=1e-2)


def test_a_relu_between_keeps_one_polarity_and_still_sees_no_direction_in_one_course():
    stages = make_bank("2plus1d", temporal="biphasic", spatial="d/dx", kernel=(5, 5, 5)).views[0].stages
    plane, course = stages.spatial[0, 0, :, :, 0], stages.temporal[0, :, 0, 0, 0]

    def answer(clip):
        wide = np.pad(clip, ((0, 0), (2, 2), (2, 2)), mode="wrap")
        windows = np.lib.stride_tricks.sliding_window_view(wide, (5, 5), axis=(1, 2))
        rectified = np.maximum(np.einsum("tyxij,ij->tyx", windows, plane), 0)
        return np.einsum(
            "tyxi,i->tyx", np.lib.stride_tricks.sliding_window_view(rectified, 5, axis=0), course
        )

    clip = moving_texture(1, 0)
    assert np.abs(answer(-clip) + answer(clip)).max() > 0.1  # linear filters would cancel
    right, left = (np.square(answer(moving_texture(v, 0))).sum() for v in (1, -1))
    assert right == pytest.approx(left, rel=1e-9)


@pytest.mark.parametrize("frames", [1, 3, 16])
def test_an_inflated_kernel_answers_to_a_still_clip_as_its_2d_origin(frames):
    picture = np.random.RandomState(2).randint(0, 256, (9, 10))
    clip = np.broadcast_to(picture, (17, 9, 10))
    inflated = run(make_bank("inflated", frames=frames), clip)
    flat = run(make_bank("presets-2d"), clip)
    assert inflated.shape[1] == 18 - frames
    assert np.allclose(inflated, flat[:, :1], atol=2e-3)


def test_one_preset_can_be_inflated():
    bank = make_bank("inflated", preset="sobel-left", frames=4)
    assert bank.names == ("Sobel left",)
    assert np.allclose(bank.weights[0, ..., 0], PRESETS["Sobel left"] / 4)
