"""What an export captures when it is asked for: later changes in the window do not reach it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from core.clip import Clip
from core.filters.bank import FilterBank
from core.filters.views import View
from core.settings import ContrastSettings, ConvolutionSettings, ExportSettings
from core.volume import FeatureVolume

if TYPE_CHECKING:
    from core.display.film import ColorFilm  # not at the start of the window


@dataclass(frozen=True, eq=False)
class ExportJob:
    """Everything that goes into a file.

    Parameters
    ----------
    clip
        The frames at the working size that the volumes were computed from (or as recorded, where
        there are no volumes).
    bank
        The filters as they were applied, or None for the clip alone.
    volumes
        The answers, in the order of the bank, or the tiles of the view; () for the clip alone.
    convolution, contrast, export
        How the volumes were made, how they are coloured, how the animation plays.
    view
        What the volumes are, where they are not the bank's responses.
    """

    clip: Clip
    bank: FilterBank | None = None
    volumes: tuple[FeatureVolume, ...] = ()
    convolution: ConvolutionSettings = field(default_factory=ConvolutionSettings)
    contrast: ContrastSettings = field(default_factory=ContrastSettings)
    export: ExportSettings = field(default_factory=ExportSettings)
    view: View | None = None

    @property
    def comment(self) -> str:
        """What a file says of itself, where it can: the filters that made it."""
        if self.bank is None or self.export.content == "input":
            return "Wavecube"
        size = "x".join(map(str, self.bank.kernel_size))
        seed = self.bank.parameters.get("seed")
        shown = "" if self.view is None else f", {self.view.key}"
        return f"Wavecube: {self.bank.kind} {size}" + ("" if seed is None else f", seed {seed}") + shown


@dataclass(frozen=True, eq=False)
class FilmJob:
    """A film that is given directly, drawn picture by picture: the sliding kernel, say.

    Parameters
    ----------
    film
        The pictures.
    export
        How it plays: ``fps`` and ``loop``; what is shown and how large is the film's own affair.
    comment
        What a file says of itself, where it can.
    """

    film: "ColorFilm"
    export: ExportSettings = field(default_factory=ExportSettings)
    comment: str = "Wavecube"


# What the writers of animations take.
Job: TypeAlias = ExportJob | FilmJob
