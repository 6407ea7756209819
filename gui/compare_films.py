"""From answers to what the columns of a comparison show: films on a common scale, numbers, boxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from core.convolution.field import receptive_field
from core.convolution.geometry import inside, output_shape
from core.display.colormap import ColorTable
from core.display.contrast import Limits, clipped_share, limits_for, table_for
from core.display.legend import format_response
from core.settings import ContrastSettings, ConvolutionSettings, Triple
from core.volume import FeatureVolume
from gui.compare_request import CompareRequest, Prepared
from gui.films import OUTSIDE, VolumeFilm
from gui.widgets.marks import Mark

if TYPE_CHECKING:
    from core.analysis.compare import Answer, Variant

Scale: TypeAlias = tuple[Limits, ColorTable, float]
# A probe's clip may be shorter than the clip whose frames the playhead counts.
OVER = "this clip is over,\nor the kernel would reach outside"
# What each comparison measures its energies by.
WHOLE = {"dimensions": "full", "time": "original", "flips": "correlation"}
NAMES = {"full": "full 3-D", "original": "the original", "correlation": "correlation"}


@dataclass(frozen=True, slots=True)
class Scales:
    """The scale of all responses, that of all squares, and the share of values beyond each."""

    responses: Scale | None
    squares: Scale | None


class Films:
    """The films of one comparison, all responses on one scale and all squares on another; GUI thread."""

    def __init__(self) -> None:
        self.weights = 1.0
        self.kind = ""
        self.signed = True
        self.squared: frozenset[str] = frozenset()
        self._short: frozenset[str] = frozenset()
        self._volumes: dict[str, FeatureVolume] = {}
        self._films: dict[str, VolumeFilm] = {}

    @property
    def weight_limits(self) -> Limits:
        """The scale of all kernels."""
        return Limits(-self.weights, self.weights)

    @property
    def top(self) -> float:
        """The largest response or root of an energy, without sign, of the whole clip."""
        found = [max(-v.minimum, v.maximum) for k, v in self._volumes.items() if k not in self.squared]
        energies = [v.maximum**0.5 for k, v in self._volumes.items() if k == "energy" and v.maximum > 0]
        return max([*found, *energies], default=1.0)

    def begin(self, request: CompareRequest, prepared: Prepared) -> None:
        """Forget the answers to another question."""
        self.kind = request.kind
        # A difference of activated responses has a sign again.
        linear = request.settings.activation == "none"
        self.signed = linear or request.kind in ("dimensions", "after")
        self.squared = frozenset(v.key for v in prepared.variants if v.squared)
        self.weights = max((v.kernel.limit for v in prepared.variants if v.kernel.weights.any()), default=1.0)
        self._short = frozenset(v.key for v in prepared.variants if len(v.clip) < len(request.clip))
        self._volumes, self._films = {}, {}

    def add(self, answer: "Answer") -> None:
        """Take an answer in."""
        if answer.volume is not None:
            self._volumes[answer.key] = answer.volume

    def film(self, key: str) -> VolumeFilm | None:
        """Return an answer on the scale that `scales` found, or None where there is none."""
        return self._films.get(key)

    def scales(self, contrast: ContrastSettings) -> Scales:
        """Find the common scales of what is there, and put every film on them."""
        squares = [key for key in self._volumes if key in self.squared]
        responses = [key for key in self._volumes if key not in self.squared]
        first = self._scale(responses, contrast, signed=self.signed)
        return Scales(first, self._scale(squares, contrast, signed=False))

    def _scale(self, keys: list[str], contrast: ContrastSettings, *, signed: bool) -> Scale | None:
        if not keys:
            return None
        volumes = [self._volumes[key] for key in keys]
        limits = limits_for(volumes, replace(contrast, shared=True), signed)[0]
        table = table_for(contrast, signed)
        for key, volume in zip(keys, volumes, strict=True):
            film = self._films.get(key)
            if film is None or (film.limits, film.table, film.volume) != (limits, table, volume):
                absence = OVER if key in self._short else OUTSIDE
                self._films[key] = VolumeFilm(volume, limits, table, absence)
        return limits, table, max(clipped_share(volume, limits) for volume in volumes)


def number_texts(
    films: Films, answers: "Mapping[str, Answer]", prepared: Prepared
) -> dict[str, tuple[str, str, float | None]]:
    """Return for each column its number, what that means, and the length of its bar."""
    there = {key: answer for key, answer in answers.items() if answer.volume is not None}
    made: dict[str, tuple[str, str, float | None]] = dict.fromkeys(answers, ("", "", None))
    if films.kind == "after":
        for key, answer in there.items():
            least = prepared.least if key in films.squared else prepared.least**0.5
            text = f"mean {format_response(answer.mean if abs(answer.mean) > least else 0.0)}"
            made[key] = text, f"The mean of all that this column shows: {answer.mean:.6g}", None
        return made
    from core.analysis.remarks import percent, share

    reference = WHOLE[films.kind]
    whole = there.get(reference)
    largest = max((each.energy for each in there.values()), default=0.0)
    for key, answer in there.items():
        counted = answer.energy if answer.energy > prepared.least else 0.0
        part = None if whole is None else share(answer.energy, whole.energy, prepared.least)
        tip = f"The mean of all squared responses: {answer.energy:.6g}"
        if part is None or key == reference:
            text = f"energy {format_response(counted)}"
        else:
            text = f"energy {percent(part)}"
            tip += f", which is {percent(part)} of that of {NAMES[reference]}"
        if answer.profile is not None:
            text += f", DSI {answer.profile.dsi:.2f}"
            tip += ". DSI: how much more the favourite grating gets than the same drifting back, 0 to 1"
        made[key] = text, f"{tip}.", counted / largest if largest > prepared.least else 0.0
    return made


def place_texts(volumes: Mapping[str, FeatureVolume], place: Triple | None) -> dict[str, str]:
    """Return for each column its response at a place (t, y, x)."""
    if place is None:
        return {}
    from core.analysis.compare import value_at

    values = {key: value_at(volume, place) for key, volume in volumes.items()}
    return {
        key: f"here {format_response(value, 4)}" if value is not None else "here no frame"
        for key, value in values.items()
    }


def field_marks(
    variants: "Sequence[Variant]", place: Triple, settings: ConvolutionSettings
) -> dict[str, tuple[Mark, ...]]:
    """Return for each column what its response at a place sees of its clip."""
    made: dict[str, tuple[Mark, ...]] = {}
    for variant in variants:
        clip, size = variant.clip, variant.kernel.weights.shape
        shape, kernel = (len(clip), clip.height, clip.width), (size[0], size[1], size[2])
        if inside(place, output_shape(shape, kernel, settings)):
            field = receptive_field(place, shape, kernel, settings)
            made[variant.key] = (Mark.over(field),)
    return made
