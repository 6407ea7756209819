"""Sentences about a comparison: true of the numbers, and sensible where there are none."""

import numpy as np
import pytest

from core.analysis import compare, remarks
from core.analysis.compare import Answer
from core.analysis.energies import energy_recipe
from core.analysis.probes import frozen_clip, least_energy
from core.analysis.traces import Trace
from core.filters import edit
from core.filters.builtin import make_bank
from core.filters.kernel import Kernel
from core.settings import ConvolutionSettings
from tests.motion_banks import rolled

PLAIN = ConvolutionSettings()
CLIP = rolled(0, frames=9, side=14)


def kernel_of(weights):
    return Kernel(np.asarray(weights, np.float32))


def noise_kernel(size=(3, 3, 3)):
    return make_bank("raw", filters=1, kernel=size, channels=1, seed=2)[0]


def found(steps):
    return {step.key: step for step in steps if isinstance(step, Answer)}


def dimensions(kernel, clip=CLIP):
    made = found(compare.dimension_answers(compare.dimension_variants(clip, kernel), PLAIN))
    return remarks.about_dimensions(kernel, made, least_energy(kernel, PLAIN)), made


def test_dimensions_say_the_shares():
    sentence, made = dimensions(noise_kernel())
    inflated, rest = (
        remarks.percent(made[key].energy / made["full"].energy) for key in ("inflated", "difference")
    )
    assert f"has {inflated} of the full answer's energy, the difference {rest};" in sentence


def test_dimensions_of_special_kernels():
    assert "Every weight is 0" in dimensions(kernel_of(np.zeros((3, 2, 2, 1))))[0]
    assert "has one frame" in dimensions(noise_kernel((1, 3, 3)))[0]
    flat = kernel_of(edit.middle_frame_only(noise_kernel().weights))
    assert "Only one frame of this kernel has weights" in dimensions(flat)[0]
    change = kernel_of(edit.zero_sum_in_time(noise_kernel().weights))
    sentence, made = dimensions(change)
    assert "nothing is left" in sentence
    assert made["inflated"].energy <= least_energy(change, PLAIN)
    # Nothing answers: no share is made up.
    still = frozen_clip(CLIP)
    assert "0 % of the full" not in dimensions(change, still)[0]
    assert remarks.about_dimensions(noise_kernel(), {}, 0.0).endswith("the full filter.")
    assert (
        "All frames of this kernel are alike"
        in dimensions(kernel_of(edit.inflated(noise_kernel().weights)))[0]
    )
    assert remarks.about_dimensions(noise_kernel(), {}, 0.0, still=True).startswith("The clip stands still")


def test_time_says_the_static_index():
    kernel = noise_kernel()
    made = found(compare.answers(compare.time_variants(CLIP, kernel), PLAIN))
    least = least_energy(kernel, PLAIN)
    ratio = made["frozen"].energy / made["original"].energy
    assert remarks.about_time(made, least, False).startswith(f"Static index {ratio:.3g}"[:17])
    flipped = kernel_of(edit.time_reversed(kernel.weights))
    twin = found(compare.answers(compare.time_variants(CLIP, flipped), PLAIN))["original"].energy
    share = remarks.percent(twin / made["original"].energy)
    assert f"Reversed, it gets {share}:" in remarks.about_time(made, least, False)
    assert remarks.about_time({}, least, False) == ""
    assert "Static index 1. This clip stands still" in remarks.about_time(
        {"original": made["frozen"], "frozen": made["frozen"]}, least, True
    )
    refused = {"original": Answer("original", None, refused="Too long."), "frozen": made["frozen"]}
    assert remarks.about_time(refused, least, False) == "Too long."


def test_what_padding_does_to_a_still_clip_is_said():
    """Zeros before and after it are change: something is left of the difference."""
    kernel, how, still = noise_kernel(), ConvolutionSettings("same"), frozen_clip(CLIP)
    made = found(compare.dimension_answers(compare.dimension_variants(still, kernel), how))
    least = least_energy(kernel, how)
    assert made["difference"].energy > least
    ends = made["difference"].volume.data
    assert np.abs(ends[1:-1]).max() < 1e-6 < np.abs(ends[[0, -1]]).max()
    said = remarks.about_dimensions(kernel, made, least, still=True, zeros=True)
    assert "nothing is left" not in said
    assert "there it begins and ends" in said
    assert remarks.about_dimensions(kernel, made, least, zeros=True).endswith("count as change.")


def test_reversing_names_the_flipped_kernel_only_where_it_lies_alike():
    kernel = noise_kernel((2, 3, 3))
    how = ConvolutionSettings(stride=(2, 1, 1))  # the ninth frame is left over at the end
    made = found(compare.answers(compare.time_variants(CLIP, kernel), how))
    said = remarks.about_time(made, least_energy(kernel, how), False, mirrored=False)
    assert "Reversed, it gets" in said
    assert "flipped" not in said


def test_an_activation_hides_the_sign_and_nearly_odd_is_not_odd():
    odd = make_bank("gabor", directions=4)[1]
    assert "change sign before their activation" in remarks.about_flips(odd, {}, "relu")
    bent = odd.weights.copy()
    bent[0, 0, 0] += 0.02 * np.abs(bent).max()
    assert "is nearly odd" in remarks.about_flips(kernel_of(bent), {})
    assert "but for the bias" in remarks.about_flips(Kernel(odd.weights, bias=0.5), {})


def test_flips_say_sign_and_direction():
    bank = make_bank("gabor", directions=4)
    sentences = {}
    for index in (0, 1):
        variants = compare.flip_variants(CLIP, bank[index])
        sentences[index] = remarks.about_flips(bank[index], found(compare.flip_answers(variants, PLAIN)))
    assert "is even" in sentences[0]
    assert "is odd" in sentences[1]
    for sentence in sentences.values():
        stays, reverses = sentence.split("; with time alone turned round it is ")
        assert "stays →" in stays
        assert reverses.startswith("←")
    assert "neither even nor odd" in remarks.about_flips(noise_kernel(), {})
    blur = make_bank("gaussian-blur")[0]
    made = found(compare.flip_answers(compare.flip_variants(CLIP, blur), PLAIN))
    assert "no direction to lose" in remarks.about_flips(blur, made)
    # Before anything is computed, only what the kernel itself says.
    assert remarks.about_flips(bank[1], {}).endswith("change sign.")
    assert "nothing to turn" in remarks.about_flips(kernel_of(np.zeros((2, 2, 2, 1))), {})


def test_after_says_how_steady_the_energy_is():
    recipe = energy_recipe(make_bank("gabor"), 0)
    raw, root = Trace((-2.0, 1.5, 2.0), (0, 1, 2)), Trace((1.9, 2.0, 2.1), (0, 1, 2))
    sentence = remarks.about_after(recipe, raw, root)
    assert "r runs from −2 to 2, the root of the energy from 1.9 to 2.1" in sentence
    assert "runs from" not in remarks.about_after(recipe, None, None)
    assert "runs from" not in remarks.about_after(recipe, raw, Trace((0.0, 0.0, 0.0), (0, 1, 2)))
    assert "try one that has" in remarks.about_after(None, raw, None)
    assert "Try pairs" in remarks.about_after(energy_recipe(make_bank("g3"), 0), raw, root)


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0, "0 %"),
        (0.0004, "< 0.1 %"),
        (0.034, "3.4 %"),
        (0.5, "50 %"),
        (1, "100 %"),
        (2.5, "250 %"),
        (40, "40 ×"),
    ],
)
def test_percent(fraction, text):
    assert remarks.percent(fraction) == text


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 2, 0.5), (1e-9, 2, 0), (1, 1e-9, None), (1, float("nan"), None)]
)
def test_shares(part, whole, share):
    assert remarks.share(part, whole, 1e-6) == share
