"""What the bundled lessons say is true: every number in their texts is computed here."""

import cv2
import numpy as np
import pytest

from core.analysis.profile import profile
from core.clip import Clip
from core.convolution.definition import convolve
from core.convolution.engine import convolve_bank
from core.convolution.field import receptive_field
from core.filters.bank import FilterBank
from core.lessons.lesson import Step
from core.settings import Triple
from tests.core.lessons.showing import bank_of, clip_of, step, volumes_of


def powers(shown: Step) -> np.ndarray:
    """Return the mean square of each volume."""
    return np.array([np.square(volume.data, dtype=np.float64).mean() for volume in volumes_of(shown)])


def terms_at_pin(shown: Step) -> np.ndarray:
    """Return the products that the pinned response is the sum of, in float64."""
    clip, preset = clip_of(shown), shown.preset
    bank = bank_of(shown).for_channels(clip.channels)
    assert preset.pin is not None
    shape: Triple = (len(clip), clip.height, clip.width)
    field = receptive_field(preset.pin, shape, bank.kernel_size, preset.convolution)
    seen = clip.frames[np.ix_(*(axis.positions for axis in field.axes))] / 255.0
    return seen * bank.weights[preset.select].astype(np.float64)


def says(shown: Step, *words: str) -> None:
    """Check that a text still says what is computed here."""
    for word in words:
        assert word in shown.text


def power_over_mean(bank) -> np.ndarray:
    """Return for each kernel the largest power of its luminance's spectrum over the mean power."""
    spectra = [
        np.abs(np.fft.fftn(kernel.mean(axis=3), (32, 64, 64), axes=(0, 1, 2))) ** 2 for kernel in bank.weights
    ]
    return np.array([spectrum.max() / spectrum.mean() for spectrum in spectra])


# 1 A stack of frames is a volume


def test_the_stack_has_so_many_places() -> None:
    frames = clip_of(step(1, 3)).frames
    t, y, x, channels = frames.shape
    assert channels == 3
    says(step(1, 1), "sixteen pictures")
    says(step(1, 3), f"{t} × {y} × {x} = {t * y * x:,} places", "three numbers")


def test_the_door_post_stands_still_in_the_cut_and_the_hand_does_not() -> None:
    says(step(1, 4), "door post on the right stands still")
    row = clip_of(step(1, 4)).frames[:, 120].astype(float)  # where the slice cuts at first
    change = row.std(axis=0).max(axis=1)
    assert change[296:].max() < 4 < 40 < change[60:260].max()
    edge = np.abs(np.diff(row.mean(axis=(0, 2))))[290:].max()
    assert edge > 20  # it is to be seen


# 2 One number


def test_the_ramp_gives_one_number_everywhere() -> None:
    ramp = step(2, 1)
    grey = clip_of(ramp).frames[:, 0, 0, 0].astype(int)
    (volume,) = volumes_of(ramp)
    assert set(np.diff(grey)) == {4}
    assert f"{volume.data.min():.4f}" == f"{volume.data.max():.4f}" == "0.0157"
    says(ramp, "by 4 of 255", "0.0157")


def test_the_first_number_taken_apart() -> None:
    pinned = step(2, 2)
    terms = terms_at_pin(pinned).sum(axis=(1, 2, 3))
    assert bank_of(pinned).weights.ravel().tolist() == [-1.0, 1.0]
    first, second = terms
    says(pinned, f"−{-first:.4f} + {second:.4f} = {first + second:.4f}", "a third of it for each colour")


@pytest.mark.parametrize(
    ("number", "products"), [(3, "3 frames × 3 rows × 3 columns"), (4, "5 × 5 × 5 × 3 = 375 products")]
)
def test_so_many_products(number: int, products: str) -> None:
    pinned = step(2, number)
    terms = terms_at_pin(pinned)
    assert terms.size == {3: 81, 4: 375}[number]
    says(pinned, products, f"{terms.size} products")
    assert terms.sum() == pytest.approx(
        volumes_of(pinned)[pinned.preset.select].data[pinned.preset.pin], abs=1e-5
    )


def test_it_stands_on_the_left_edge_of_the_picture_on_the_wall() -> None:
    pinned = step(2, 3)
    t, y, x = pinned.preset.pin
    across = volumes_of(pinned)[2].data[t, y, :60]
    says(pinned, "left edge of the picture on the wall", "left against right")
    assert np.abs(across).argmax() == x and bank_of(pinned).names[2] == "d/dx"


def test_a_random_sum_is_a_small_difference_of_large_ones() -> None:
    pinned = step(2, 4)
    terms = terms_at_pin(pinned)
    up, down = terms[terms > 0].sum(), terms[terms < 0].sum()
    says(pinned, f"add up to {up:.2f}", f"to −{-down:.2f}", f"difference, {up + down:.2f}")


def test_relu_makes_a_negative_sum_0() -> None:
    pinned = step(2, 5)
    says(pinned, f"the sum is −{-terms_at_pin(pinned).sum():.2f}", "below 0 into 0")
    assert volumes_of(pinned)[0].data[pinned.preset.pin] == 0


# 3 Slide


@pytest.mark.parametrize("number", [1, 4, 5, 6])
def test_the_volume_has_so_many_places(number: int) -> None:
    shown = step(3, number)
    t, y, x = volumes_of(shown)[0].data.shape
    clip = clip_of(shown)
    assert (len(clip), clip.height, clip.width) == (16, 36, 48)
    assert bank_of(shown).kernel_size == (3, 3, 3)
    plain = volumes_of(step(3, 1))[0].data.shape[0]
    words = {
        1: f"16 × 36 × 48 at {t} × {y} × {x} places",
        4: f"as large as the film, {t} × {y} × {x}",
        5: f"{t} frames remain of {plain}",
        6: f"span {3 * 2 + 1}, and the volume has {t}",
    }
    says(shown, words[number])
    says(step(3, 2), f"the same {3**3}")


def test_every_second_answer_is_left_out() -> None:
    every, second = volumes_of(step(3, 1))[2].data, volumes_of(step(3, 5))[2].data
    assert np.array_equal(every[::2], second)


def test_padding_answers_to_the_edge_of_the_film() -> None:
    inside, padded = volumes_of(step(3, 1))[2].data, volumes_of(step(3, 4))[2].data
    assert np.allclose(padded[1:-1, 1:-1, 1:-1], inside, atol=1e-6)
    assert clip_of(step(3, 4)).frames.min() == 0  # black outside the bar: the edge shows where the bar is
    assert np.abs(padded[0]).max() > 0.1
    silent, answering = volumes_of(step(3, 1))[1].data, volumes_of(step(3, 4))[1].data
    assert np.abs(silent).max() < 1e-6 and np.abs(answering[:, [0, -1]]).max() > 0.1
    assert np.abs(answering[:, 1:-1]).max() < 1e-6
    says(step(3, 4), "d/dy, which was silent, answers where the bar meets the edge")


# 4 Blur and difference


def test_the_mean_of_five_frames_smears_the_hand_alone() -> None:
    shown = step(4, 1)
    grey = clip_of(shown).frames.mean(axis=3) / 255.0
    (volume,) = volumes_of(shown)
    assert np.allclose(volume.data, np.stack([grey[t : t + 5].mean(axis=0) for t in range(12)]), atol=1e-6)
    change = np.abs(volume.data - grey[2:14])
    assert change[:, :, 285:].max() < 0.05 < 0.2 < change[:, 120, 80:250].max()
    says(shown, "mean of five frames", "wall stays as it was")


def test_blur_in_time_leaves_a_still_film_as_it_is() -> None:
    shown = step(4, 2)
    grey = clip_of(shown).frames.mean(axis=3)[2:14] / 255.0
    assert np.abs(volumes_of(shown)[0].data - grey).max() < 1e-6
    says(shown, "the blur changes nothing")


def test_the_difference_is_the_next_frame_minus_this_one() -> None:
    shown = step(4, 3)
    grey = clip_of(shown).frames.mean(axis=3) / 255.0
    assert np.allclose(volumes_of(shown)[0].data, np.diff(grey, axis=0), atol=1e-6)
    (sizes,) = volumes_of(step(4, 4))
    assert np.allclose(sizes.data, np.abs(np.diff(grey, axis=0)), atol=1e-6)
    # The hand against the plain wall over it, which only trembles with noise.
    assert sizes.data[:, 100:180, 60:260].mean() > 5 * sizes.data[:, 5:50, 100:220].mean() > 0


def test_a_still_camera_gives_0() -> None:
    assert not volumes_of(step(4, 5))[0].data.any()
    says(step(4, 5), "every single answer is 0")


# 5 Random filters


def test_raw_filters_show_the_film_and_its_negative() -> None:
    shown = step(5, 1)
    grey = clip_of(shown).frames.mean(axis=3)[2:14, 2:-2, 2:-2].ravel()
    like = [np.corrcoef(volume.data.ravel(), grey)[0, 1] for volume in volumes_of(shown)]
    assert min(like[2], like[3]) > 0.65 and max(like[4], like[5]) < -0.65
    sums = bank_of(shown).weights.sum(axis=(1, 2, 3, 4))
    assert np.abs(sums).min() > 1
    says(shown, "Eight kernels", "Filters 3 and 4 show the film, 5 and 6 its negative")


def test_without_a_mean_the_film_shines_through_no_longer() -> None:
    shown = step(5, 2)
    grey = clip_of(shown).frames.mean(axis=3)[2:14, 2:-2, 2:-2].ravel()
    assert np.abs(bank_of(shown).weights.sum(axis=(1, 2, 3, 4))).max() < 1e-5
    assert max(abs(np.corrcoef(v.data.ravel(), grey)[0, 1]) for v in volumes_of(shown)) < 0.3
    # How much of the scale, which is one for all tiles, the plain wall takes.
    before, after = (
        max(np.abs(v.data[:, 5:45, 90:230].mean()) for v in volumes)
        / max(np.abs(v.data).max() for v in volumes)
        for volumes in (volumes_of(step(5, 1)), volumes_of(shown))
    )
    assert before > 0.4 and after < 0.1
    says(shown, "the wall turns pale")


def strength_maps(shown: Step) -> np.ndarray:
    """Return where each filter is strong: the mean square over time, blurred."""
    energy = shown.preset.show == "energy"  # squares already
    maps = [(v.data if energy else np.square(v.data)).mean(axis=0) for v in volumes_of(shown)]
    return np.array([cv2.GaussianBlur(each, (0, 0), 5).ravel() for each in maps])


def typical_likeness(maps: np.ndarray) -> float:
    return float(np.median(np.corrcoef(maps)[np.triu_indices(len(maps), 1)]))


def test_random_filters_look_alike_and_directions_differ() -> None:
    random, designed = strength_maps(step(5, 3)), strength_maps(step(5, 5))
    assert typical_likeness(random) > 0.75 > 0.7 > typical_likeness(designed)
    says(step(5, 3), "all eight look alike", "weak where the wall is plain")
    wall = np.array([np.abs(volume.data[:, 5:45, 90:230]).mean() for volume in volumes_of(step(5, 3))])
    hand = np.array([np.abs(volume.data[:, 100:180, 60:260]).mean() for volume in volumes_of(step(5, 3))])
    assert (hand > 1.5 * wall).all()


def test_a_random_filter_wants_nothing_in_particular() -> None:
    shown = step(5, 4)
    random = power_over_mean(bank_of(shown))
    assert (random < 11).all() and round(random[shown.preset.select]) == 10
    says(shown, "some 10 times the mean power")
    assert (power_over_mean(bank_of(step(5, 5))) > 90).all()
    says(step(5, 5), "more than 90 times", "every direction has a picture of its own")


# 6 Speed is slope


@pytest.mark.parametrize(("number", "pixels"), [(1, 1), (2, 3), (3, -1)])
def test_the_bar_goes_so_many_pixels_in_every_frame(number: int, pixels: int) -> None:
    shown = step(6, number)
    row = clip_of(shown).frames[:, 36, :, 0].astype(float)
    places = (row * np.arange(row.shape[1])).sum(axis=1) / row.sum(axis=1)
    inside = row.sum(axis=1) > 0.999 * row.sum(axis=1).max()  # all of the bar is on the picture
    assert inside.sum() > 16
    assert np.diff(places)[inside[1:] & inside[:-1]] == pytest.approx(pixels)
    words = {
        1: "1 pixel to the right for each frame",
        2: "3 pixels to the right for each frame",
        3: "to the left",
    }
    says(shown, words[number])


def test_the_kernels_stripes_go_1_pixel_in_every_frame() -> None:
    shown = step(6, 4)
    assert shown.preset.select == 0
    cut = bank_of(shown).weights[0, :, 4, :, 0].astype(float)
    best = max((-1, 0, 1), key=lambda by: float((cut[2:-3] * np.roll(cut[3:-2], -by, axis=1)).sum()))
    assert best == 1
    says(shown, "1 pixel to the right for each frame")


def test_the_filters_for_the_other_direction_get_less_than_a_thousandth() -> None:
    shown = step(6, 5)
    right, right_odd, left, left_odd = powers(shown)
    assert [name[0] for name in bank_of(shown).names] == ["→", "→", "←", "←"]
    assert max(left, left_odd) < min(right, right_odd) / 1000
    says(shown, "less than a thousandth")


def test_the_dsi_is_above_99_hundredths() -> None:
    bank = bank_of(step(6, 6))
    assert min(profile(bank[i]).dsi for i in range(len(bank))) > 0.99
    says(step(6, 6), "more than 0.99")


def test_the_sample_hand_turns_back_where_opponent_energy_changes_its_sign() -> None:
    means = [frame.mean() for frame in volumes_of(step(6, 7))[0].data]
    assert max(means[:6]) < 0 < min(means[6:])
    # Frame 7 of the volume is the clip's tenth: there the hand is farthest left.
    skin = clip_of(step(6, 7)).frames.astype(int)
    hand = (skin[..., 0] - skin[..., 2] > 60) & (np.arange(320) > 62)
    places = [np.flatnonzero(frame[80:180].any(axis=0)).mean() for frame in hand]
    assert abs(int(np.argmin(places)) - 9) <= 1


# 7 Separable


def test_every_kernel_is_one_picture_times_one_course() -> None:
    bank = bank_of(step(7, 1))
    for kernel in bank.weights:
        values = np.linalg.svd(kernel.reshape(len(kernel), -1).astype(np.float64), compute_uv=False)
        assert values[1] < 1e-6 * values[0]
    assert [profile(bank[i]).dsi for i in range(len(bank))] == pytest.approx([0] * 4, abs=1e-7)
    says(step(7, 4), "DSI is 0", "just as strongly")
    says(step(7, 5), "Their DSI is 0, too")


def test_left_and_right_are_answered_alike() -> None:
    right, left = step(7, 3), step(7, 4)
    assert bank_of(right) is bank_of(left) and len(bank_of(left)) == 4
    assert powers(right) == pytest.approx(powers(left), rel=1e-5)
    says(right, "to the right", "four tiles")
    says(left, "to the left")


def test_two_blind_kernels_added_see() -> None:
    blind, seeing = step(7, 5), step(7, 6)
    sixth, last = bank_of(blind)[5], bank_of(blind)[23]
    assert (sixth.name, last.name) == ("t1 y0 x1", "t2 y0 x2")
    says(blind, "filter 6 is a half wave in x times a half wave in t, filter 24 a whole wave")
    for kernel in (sixth, last):
        assert profile(kernel).dsi == pytest.approx(0, abs=1e-7)
    total = (sixth.weights + last.weights).astype(np.float64)
    shown = bank_of(seeing).weights[0].astype(np.float64)
    assert np.allclose(total / np.linalg.norm(total), shown / np.linalg.norm(shown), atol=1e-6)
    says(seeing, f"DSI {profile(bank_of(seeing)[0]).dsi:.2f}", "more than twice the power of its partner ←")
    difference = (sixth.weights - last.weights).astype(np.float64)
    partner = bank_of(seeing).weights[1].astype(np.float64)
    assert abs((difference * partner).sum()) / np.linalg.norm(difference) / np.linalg.norm(partner) > 0.999999
    to, back = powers(seeing)[:2]
    assert to > 2 * back and bank_of(seeing).names[1].startswith("←")


# 8 Motion energy


def test_a_response_swings_and_its_partner_is_a_quarter_wave_off() -> None:
    even, odd = (volume.data.astype(np.float64) for volume in volumes_of(step(8, 1))[:2])
    for response in (even, odd):
        at_one_place = response[:, 20, 25]
        assert at_one_place.min() < -0.5 * even.max() and at_one_place.max() > 0.5 * even.max()
    silent = np.abs(even) < 0.02 * np.abs(even).max()
    if silent.any():
        assert np.abs(odd[silent]).min() > 0.95 * np.abs(odd).max()
    assert np.abs((even * odd).mean()) < 0.01 * np.square(even).mean()
    says(step(8, 2), "a quarter of a wave")


def test_the_energy_is_steady_within_one_per_cent() -> None:
    to_the_right = volumes_of(step(8, 3))[0].data
    assert to_the_right.max() < 1.01 * to_the_right.min()
    says(step(8, 3), "within 1 %")


@pytest.mark.parametrize(("number", "sign"), [(4, 1), (5, -1), (6, -1)])
def test_opponent_energy_says_right_and_falls_for_the_illusions(number: int, sign: int) -> None:
    shown = step(8, number)
    assert shown.preset.show == "opponent"
    data = volumes_of(shown)[0].data
    assert (np.sign(data) == sign).mean() > 0.98
    says(shown, "above 0" if sign > 0 else "says left")


def test_the_illusions_really_step_to_the_right() -> None:
    texture, reverse = clip_of(step(8, 4)).frames.astype(int), clip_of(step(8, 5)).frames.astype(int)
    assert np.array_equal(texture[1][:, 1:], texture[0][:, :-1])
    assert np.abs(255 - reverse[1][:, 1:] - reverse[0][:, :-1]).max() <= 1
    fluted = clip_of(step(8, 6)).frames
    assert np.abs(fluted[1][:, 6:].astype(int) - fluted[0][:, :-6]).max() <= 1  # a quarter of 24 pixels
    says(step(8, 6), "jumps a quarter of a wave to the right", "three times as fine")
    spectrum = np.abs(np.fft.rfft(fluted[0, 0, :144, 0] - 127.5))
    assert spectrum[:12].max() < 0.05 * spectrum.max() and spectrum.argmax() == 18  # 6 waves of 24, 18 of 8


# 9 2-D against 3-D


def test_2d_filters_see_each_frame_alone_and_inflated_ones_three() -> None:
    plain, inflated = step(9, 1), step(9, 2)
    assert bank_of(plain).kernel_size[0] == 1 and bank_of(inflated).kernel_size[0] == 3
    assert len(bank_of(plain)) == len(bank_of(inflated)) == 9
    assert np.allclose(bank_of(plain).weights / 3, bank_of(inflated).weights)
    says(plain, "Nine filters", f"16 frames in, {len(volumes_of(plain)[0])} frames out")
    says(inflated, f"{len(volumes_of(inflated)[0])} frames", "divided by 3")


def test_on_a_still_film_inflation_changes_nothing() -> None:
    still = step(9, 3)
    clip = clip_of(still)
    origin, inflation = bank_of(step(9, 1)).for_channels(3), bank_of(still).for_channels(3)
    small = clip.frames[:6, :20, :24]
    film = Clip.from_frames(small, fps=12)
    for index in (3, 7):
        plain = convolve(film, origin[index].weights)
        inflated = convolve(film, inflation[index].weights)
        assert np.abs(plain[1:-1] - inflated).max() < 1e-5
    assert (clip.frames == clip.frames[0]).all()


def test_nearly_all_of_the_answer_is_in_what_only_change_can_bring_about() -> None:
    shown = step(9, 4)
    clip, kernel = clip_of(shown), bank_of(shown).weights[shown.preset.select]
    mean = np.broadcast_to(kernel.mean(axis=0), kernel.shape)
    inflated, rest = convolve_bank(clip, FilterBank.from_weights([mean, kernel - mean]))
    whole = powers(shown)[shown.preset.select]
    assert np.square(inflated.data).mean() < 0.02 * whole
    assert np.square(rest.data).mean() > 0.9 * whole


def test_backwards_is_nearly_silent_for_the_3d_filter() -> None:
    shown = step(9, 4)
    forwards = powers(shown)[0]
    clip = clip_of(shown)
    backwards = Clip.from_frames(clip.frames[::-1], fps=clip.fps)
    back = next(iter(convolve_bank(backwards, bank_of(shown))))
    assert np.square(back.data).mean() < 0.02 * forwards
    says(step(9, 5), "stays nearly silent")


# 10 What is learned


def test_the_shape_of_the_first_layer() -> None:
    shown = step(10, 1)
    settings = shown.preset.convolution
    n, *size = bank_of(shown).weights.shape
    says(
        shown,
        f"{n} kernels of {' × '.join(map(str, size[:3]))} on red, green and blue",
        "a stride of 2 in rows",
    )
    assert size[3] == 3 and settings.stride == (1, 2, 2) and settings.activation == "relu"
    assert volumes_of(shown)[0].data.shape == (16, 120, 160)
