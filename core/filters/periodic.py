"""The periodic detector: a Gaussian in space by a quadrature pair of Gabor functions in time.

    even   -cos(2 pi w t) exp(-t²/s²)      + + - - - + +  (its mean subtracted)
    odd    -sin(2 pi w t) exp(-t²/s²)      - - + 0 - + +

R = even² + odd² marks where something swings at about w: a waving hand, a beating wing. Dollár's paper has
w = 4/tau, which lies above half a cycle per frame for small tau; his toolbox has w = 1/(2 tau), s = 2 tau and
4 tau + 1 frames, and so have we: the one knob is w. The kernels are divided by their sum of absolute
values, as in the toolbox.

Source: Dollár, Rabaud, Cottrell & Belongie, Behavior recognition via sparse spatio-temporal features,
VS-PETS 2005; filterGabor1d and stfeatures_periodic of Piotr's toolbox.
"""

from math import ceil, pi

import numpy as np

from core.filters.kinds import BankKind, Design, Values, Weights
from core.filters.pairs import Energy, energy_view
from core.filters.parts import gaussian, outer
from core.filters.views import pair_energy
from core.parameters import Parameter


def temporal_pair(frequency: float) -> Weights:
    """Return even and odd (2, frames), for a frequency in cycles/frame: sum 0, sum of absolute values 1."""
    tau = 0.5 / frequency
    reach = ceil(2 * tau - 1e-9)
    t = np.arange(-reach, reach + 1.0)
    window = np.exp(-(t**2) / (2 * tau) ** 2)
    pair = -window * np.stack([np.cos(2 * pi * frequency * t), np.sin(2 * pi * frequency * t)])
    pair -= pair.mean(axis=1, keepdims=True)
    return np.asarray(pair / np.abs(pair).sum(axis=1, keepdims=True))


def _build(values: Values) -> Design:
    sigma = values["sigma"]
    blur = gaussian(2 * ceil(2.5 * sigma) + 1, sigma)
    kernels = np.stack([outer(part, blur, blur) for part in temporal_pair(values["frequency"])])
    text = "Bright where something swings at about the chosen frequency, whichever way it moves."
    view = energy_view([Energy("periodic", pair_energy(0, 1))], text=text)
    return Design(kernels[..., None], ("even", "odd"), (view,))


KINDS = (
    BankKind(
        "periodic",
        "Periodic (Dollár)",
        "Motion",
        "a spatial blur by a quadrature pair in time: a detector of flicker and swinging",
        "What comes and goes at the chosen frequency: flicker, waving, walking.",
        "The direction of motion (the filters are separable), still pictures, and steady brightness.",
        "Film a waving hand, show Energy and let the frequency slide until the hand lights up.",
        (
            Parameter("frequency", 1 / 6, 1 / 7, 0.4, "cycles/frame", tip="How often per frame it swings"),
            Parameter("sigma", 2.0, 0.5, 2.8, "px", tip="Width of the blur in space"),
        ),
        _build,
        "Dollár, Rabaud, Cottrell & Belongie, VS-PETS 2005",
        "stimulus:flicker?frequency=1/6&frames=32",
    ),
)
