"""Where a tile's value comes from: energies, differences, arrows and two stages, against the stored tiles."""

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.inspect_tile import Account, account
from core.clip import Clip
from core.combine import find_view, view_steps
from core.convolution.engine import convolve_bank
from core.errors import FilterError
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.filters.views import Product, View
from core.settings import ConvolutionSettings
from core.volume import FeatureVolume
from tests.core.convolution.judges import noise, random_bank

SLIDING = [
    ConvolutionSettings(activation="relu"),  # views look at linear responses
    ConvolutionSettings("same", stride=(2, 3, 1), border="reflect"),
    ConvolutionSettings((1, 2, 0), stride=(1, 1, 2), dilation=(2, 1, 1), border="replicate"),
]
CLEAR = [
    ("sobel", "energy"),
    ("2plus1d", "relu"),
    ("g2h2", "energy"),
    ("g2h2", "opponent"),
    ("g2h2", "direction"),
]


@pytest.fixture(scope="module")
def clip() -> Clip:
    return noise((13, 12, 11, 3), seed=5)


def tiles(clip: Clip, bank: FilterBank, view: View, how: ConvolutionSettings) -> list[FeatureVolume]:
    return [step for step in view_steps(clip, bank, view, how) if isinstance(step, FeatureVolume)]


def accounts(
    clip: Clip, bank: FilterBank, view: View, how: ConvolutionSettings, some: int = 6
) -> list[Account]:
    """Return the accounts of some voxels of every tile."""
    rng = np.random.default_rng(3)
    found = []
    for tile, volume in enumerate(tiles(clip, bank, view, how)):
        for flat in rng.integers(0, volume.data.size, some):
            voxel = tuple(int(i) for i in np.unravel_index(flat, volume.data.shape))
            stored = float(volume.data[voxel])
            found.append(account(clip, bank, view, tile, how, voxel, stored))
    return found


@pytest.mark.parametrize("how", SLIDING)
@pytest.mark.parametrize(("kind", "key"), CLEAR)
def test_a_tile_is_what_its_account_says(clip, kind, key, how):
    bank = make_bank(kind) if kind != "2plus1d" else make_bank(kind, kernel=(3, 3, 3))
    view = find_view(bank, key)
    assert view is not None
    made = accounts(clip, bank, view, how, some=3 if kind == "g2h2" else 6)
    for found in made:
        assert found.agrees
        assert not replace(found, stored=found.stored + 3 * found.tolerance + 1e-30).agrees
    # The bounds exclude something: a few places aside where almost nothing is answered.
    assert np.median([found.tolerance / (abs(found.value or 0.0) + 1e-30) for found in made]) < 0.02


@pytest.mark.parametrize(
    ("kind", "key", "said"),
    [
        ("sobel", "opponent", "σ = 2 px"),
        ("velocity-adapted", "direction", "arrows"),
        ("simoncelli-heeger", "normalised", "whole clip"),
    ],
)
def test_where_more_than_one_voxel_enters_a_sentence_says_so(clip, kind, key, said):
    bank = make_bank(kind)
    view = find_view(bank, key)
    assert view is not None
    found = account(clip, bank, view, len(view.names) - 1, ConvolutionSettings("same"), (2, 3, 4), 0.5)
    assert said in found.sentence
    assert found.value is None
    assert found.agrees is None
    assert [part.title for part in found.parts] == [bank.names[m] for m in view.members(len(view.names) - 1)]


def test_an_energy_is_the_sum_of_two_squares(clip):
    bank = make_bank("g2h2")
    view = find_view(bank, "energy")
    found = account(clip, bank, view, 3, ConvolutionSettings("same"), (4, 5, 6), 0.0)
    even, odd = (part.inspection.output for part in found.parts)
    assert found.value == pytest.approx(even**2 + odd**2, rel=1e-12)
    assert [(term.first, term.second) for term in found.sums[0]] == [(even, even), (odd, odd)]
    assert found.sums[0][0].names == (bank.names[6], bank.names[6])


def test_arrows_say_where_they_point():
    sums = ((Product(0, 0),), (Product(1, 1),))
    view = View("direction", "Direction", ("direction",), sums, directions=(0.0, 90.0))
    weights = np.zeros((2, 1, 1, 1, 1), np.float32)
    weights[1] = 2.0
    white = Clip.from_frames(np.full((1, 1, 1, 1), 255, np.uint8))
    found = account(white, FilterBank.from_weights(weights), view, 0, ConvolutionSettings(), (0, 0, 0), 4.0)
    assert found.agrees
    assert "towards 90° (down)" in found.sentence


def test_what_rounding_leaves_of_equal_energies_is_0():
    # The same pattern with and without a hundred-thousandth more: the tile takes the difference for rounding.
    weights = np.array([1.0, 1.000001], np.float32).reshape(2, 1, 1, 1, 1)
    view = View("opponent", "Opponent", ("right",), ((Product(0, 0), Product(1, 1, -1.0)),), signed=True)
    bank, grey = FilterBank.from_weights(weights), noise((2, 3, 4, 1))
    (volume,) = tiles(grey, bank, view, ConvolutionSettings())
    found = account(grey, bank, view, 0, ConvolutionSettings(), (1, 1, 1), float(volume.data[1, 1, 1]))
    assert found.stored == 0.0 != found.value
    assert found.agrees
    assert "counts as nothing" in found.sentence
    assert not replace(found, stored=0.5).agrees


def test_both_stages_can_be_looked_into(clip):
    bank = make_bank("2plus1d", kernel=(3, 3, 3))
    view, how = find_view(bank, "relu"), ConvolutionSettings("same")
    assert view is not None
    found = account(clip, bank, view, 1, how, (0, 3, 4), 0.0)
    second, *firsts = (part.inspection for part in found.parts)
    # At the first frame one of three lies outside: it is padding, and there is no first stage to it.
    assert list(second.patch.padded[:, 0, 0]) == [True, False, False]
    used = [(i, m) for i in (1, 2) for m in range(second.patch.shape[3]) if second.weights[i, 0, 0, m]]
    assert [second.patch.values[i, 0, 0, m] for i, m in used] == [first.output for first in firsts]
    assert all(first.output >= 0 for first in firsts)
    assert found.parts[1].title == "in frame 2: spatial filter 2, then ReLU"


def test_a_plain_response_is_its_own_account(clip):
    bank, how = random_bank(2, (3, 2, 3)), ConvolutionSettings(activation="abs")
    volume = list(convolve_bank(clip, bank, how))[1]
    found = account(clip, bank, None, 1, how, (5, 6, 7), float(volume.data[5, 6, 7]))
    (part,) = found.parts
    assert found.agrees
    assert part.inspection.agrees
    assert (found.value, part.title) == (part.inspection.output, "filter 2")


def test_filters_that_do_not_fit_the_clip_are_refused_in_a_sentence(clip):
    with pytest.raises(FilterError, match="2 channels"):
        account(clip, random_bank(1, (1, 1, 1), channels=2), None, 0, ConvolutionSettings(), (0, 0, 0), 0.0)
