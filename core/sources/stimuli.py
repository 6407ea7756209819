"""The table of stimuli: films with closed forms, in the order in which they are offered."""

from core.sources.dots import DOTS
from core.sources.gratings import GRATINGS
from core.sources.shapes import FIELDS, SHAPES
from core.sources.stimulus import COMMON, Stimulus
from core.sources.textures import TEXTURES

STIMULI: tuple[Stimulus, ...] = (*GRATINGS, *SHAPES, *TEXTURES, *DOTS, *FIELDS)

__all__ = ["COMMON", "STIMULI"]
