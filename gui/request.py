"""A computation as a value: what the session wants of its worker."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.clip import Clip
from core.filters.bank import FilterBank
from core.filters.views import View
from core.pipeline import convolve_clip, working_clip
from core.progress import Progress
from core.settings import ConvolutionSettings, WorkingSize
from core.volume import FeatureVolume


@dataclass(frozen=True, slots=True)
class Request:
    """All that a computation needs: a value, so the worker needs no locks."""

    clip: Clip
    bank: FilterBank
    convolution: ConvolutionSettings
    size: WorkingSize
    view: View | None = None

    def work(self) -> Iterator[Progress | Clip | FeatureVolume]:
        """Yield the working clip, then the feature volumes or tiles; runs in the worker thread."""
        clip = working_clip(self.clip, self.size)
        yield clip
        yield from convolve_clip(clip, self.bank, self.convolution, self.size, self.view)
