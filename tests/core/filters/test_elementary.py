import numpy as np
import pytest

from core.clip import Clip
from core.convolution.engine import convolve_bank
from core.filters.builtin import make_bank
from core.filters.presets_2d import PRESETS
from core.settings import ConvolutionSettings

SAME = ConvolutionSettings(padding="same", border="replicate")


def run(bank, frames, settings=ConvolutionSettings()):  # noqa: B008 -- a frozen value
    """Return responses (N, T', H', W') to grey frames (T, H, W), times 255, through the engine."""
    clip = Clip.from_frames(np.repeat(np.uint8(frames)[..., None], 3, axis=3), fps=30)
    return np.stack([volume.data for volume in convolve_bank(clip, bank, settings)]) * 255.0


@pytest.fixture(scope="module")
def noise():
    return np.random.RandomState(3).randint(0, 256, (12, 14, 15)).astype(np.uint8)


@pytest.fixture(scope="module")
def ramp():
    return np.broadcast_to((3 * np.arange(12))[:, None, None], (12, 9, 9))


def test_identity_returns_the_clip(noise):
    assert np.allclose(run(make_bank("identity"), noise)[0], noise, atol=1e-3)


@pytest.mark.parametrize("delay", [-7, -2, 1, 3, 7])
def test_a_delay_shifts_the_clip(noise, delay):
    out = run(make_bank("identity", delay=delay), np.concatenate([noise, noise]), SAME)[0]
    clip = np.concatenate([noise, noise])
    inner = slice(7, 17)
    assert np.allclose(out[inner], clip[7 - delay : 17 - delay], atol=1e-3)


@pytest.mark.parametrize("delay", [0, 1, -1, 5])
def test_a_delay_says_so(delay):
    assert (
        make_bank("identity", delay=delay).names[0]
        == {
            0: "identity",
            1: "1 frame ago",
            -1: "1 frame ahead",
            5: "5 frames ago",
        }[delay]
    )


@pytest.mark.parametrize("bank", ["box-blur", "gaussian-blur"])
@pytest.mark.parametrize("along", ["all", "t", "xy", "xyt"])
def test_blurs_have_sum_1_and_keep_an_even_clip(bank, along):
    made = make_bank(bank, along=along)
    assert [one.total for one in made] == pytest.approx([1] * (3 if along == "all" else 1))
    out = run(made, np.full((7, 8, 9), 77))
    assert np.allclose(out, 77, atol=1e-3)


def test_a_box_is_the_mean_of_its_taps(noise):
    for along, size in (("t", (3, 1, 1)), ("xy", (1, 3, 3)), ("xyt", (3, 3, 3))):
        out = run(make_bank("box-blur", along=along, size=3), noise)[0]
        windows = np.lib.stride_tricks.sliding_window_view(noise.astype(float), size)
        assert np.allclose(out, windows.mean(axis=(3, 4, 5)), atol=1e-3)


def test_a_gaussian_has_its_widths():
    weights = make_bank("gaussian-blur", along="xyt", sigma=1.5, tau=0.8).weights[0, ..., 0]
    for axis, width in ((0, 0.8), (1, 1.5), (2, 1.5)):
        part = weights.sum(axis=tuple({0, 1, 2} - {axis}))
        x = np.arange(len(part)) - (len(part) - 1) / 2
        assert np.sqrt(part @ x**2) == pytest.approx(width, rel=0.03)


def test_a_gaussian_too_wide_for_a_kernel_is_told_where_it_counts():
    assert make_bank("gaussian-blur").warnings == ()
    assert "sigma 6" in make_bank("gaussian-blur", sigma=6).warnings[0]
    assert make_bank("gaussian-blur", sigma=6, along="t").warnings == ()
    assert len(make_bank("gaussian-blur", sigma=6, tau=6).warnings) == 2


@pytest.mark.parametrize("sigma", [0, 0.8])
def test_differences_give_slope_slope_and_0_to_a_ramp_and_0_to_a_still_clip(ramp, noise, sigma):
    bank = make_bank("temporal-difference", sigma=sigma)
    assert np.allclose(run(bank, ramp), np.array([3, 3, 0])[:, None, None, None], atol=1e-3)
    still = np.broadcast_to(noise[0], noise.shape)
    assert np.allclose(run(bank, still), 0, atol=1e-3)
    bend = np.broadcast_to((np.arange(12) ** 2)[:, None, None], (12, 9, 9))
    assert np.allclose(run(bank, bend)[2], 2, atol=1e-3)


@pytest.mark.parametrize(
    ("order", "taps"), [("first", [-1, 1]), ("central", [-0.5, 0, 0.5]), ("second", [1, -2, 1])]
)
def test_one_difference_alone_has_no_taps_to_spare(order, taps):
    assert make_bank("temporal-difference", order=order).weights.ravel().tolist() == taps


def test_presets_are_nine_with_sums_1_or_0_and_one_frame():
    bank = make_bank("presets-2d")
    sums = dict(zip(bank.names, (one.total for one in bank), strict=True))
    ones = {"identity", "blur", "sharpen", "emboss"}
    assert sums == pytest.approx({name: float(name in ones) for name in PRESETS})
    assert bank.kernel_size == (1, 3, 3)
    assert len(bank) == 9


def test_presets_face_the_sides_they_are_named_after():
    bank = make_bank("presets-2d")
    frames = np.zeros((2, 9, 9))
    frames[:, 3:6, 3:6] = 100  # a bright square: each Sobel answers positively to one of its four sides
    out = dict(zip(bank.names, run(bank, frames, SAME)[:, 0], strict=True))
    sides = {"left": (4, 6), "right": (4, 2), "top": (6, 4), "bottom": (2, 4)}
    for side, place in sides.items():
        assert out[f"Sobel {side}"][place] == pytest.approx(400, abs=1e-2)
    assert np.array_equal(out["Sobel left"], -out["Sobel right"])
    assert np.array_equal(out["Sobel top"], -out["Sobel bottom"])


def test_presets_do_not_see_time(noise):
    bank = make_bank("presets-2d")
    assert np.allclose(run(bank, noise[::-1]), run(bank, noise)[:, ::-1], atol=1e-3)
