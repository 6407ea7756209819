"""What an export captures when it is asked for: later changes in the window do not reach it."""

from dataclasses import dataclass, field

from core.clip import Clip
from core.filters.bank import FilterBank
from core.filters.views import View
from core.settings import ContrastSettings, ConvolutionSettings, ExportSettings
from core.volume import FeatureVolume


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
