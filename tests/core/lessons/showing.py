"""What the steps of the bundled lessons show, computed as the window computes it, each thing once."""

from functools import cache

from core.clip import Clip
from core.combine import find_view
from core.filters.bank import FilterBank
from core.lessons.lesson import OWN_CLIP, Lesson, Step
from core.lessons.library import bundled_folder, lesson_files
from core.lessons.named import OpenedClip, lesson_bank, open_clip
from core.lessons.reading import read_lesson
from core.pipeline import convolve_clip
from core.settings import ConvolutionSettings, WorkingSize
from core.volume import FeatureVolume

FOLDER = bundled_folder()
# A person who has recorded nothing yet has this clip.
FIRST_CLIP = "sample:wave"


@cache
def lessons() -> tuple[Lesson, ...]:
    return tuple(read_lesson(path) for path in lesson_files(FOLDER))


def step(lesson: int, number: int) -> Step:
    """Return a step, both counted from 1 as in the texts."""
    return lessons()[lesson - 1].steps[number - 1]


@cache
def _clip(text: str) -> Clip:
    return next(made.clip for made in open_clip(text, FOLDER) if isinstance(made, OpenedClip))


@cache
def _bank(text: str) -> FilterBank:
    return lesson_bank(text, FOLDER)


def clip_of(shown: Step) -> Clip:
    text = shown.preset.clip
    return _clip(FIRST_CLIP if text == OWN_CLIP else text)


def bank_of(shown: Step) -> FilterBank:
    return _bank(shown.preset.bank)


@cache
def _volumes(clip: str, bank: str, show: str, settings: ConvolutionSettings) -> tuple[FeatureVolume, ...]:
    view = find_view(_bank(bank), show)
    work = convolve_clip(_clip(clip), _bank(bank), settings, WorkingSize(), view)
    return tuple(made for made in work if isinstance(made, FeatureVolume))


def volumes_of(shown: Step) -> tuple[FeatureVolume, ...]:
    """Return what the window shows at a step: feature volumes, or the tiles of its view."""
    preset = shown.preset
    clip = FIRST_CLIP if preset.clip == OWN_CLIP else preset.clip
    return _volumes(clip, preset.bank, preset.show, preset.convolution)
