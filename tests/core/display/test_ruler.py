"""A ruler reads px/frame: laid along a crest of a drifting grating it reads the grating's speed."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.profile import profile
from core.convolution.definition import convolve
from core.convolution.geometry import axis_maps
from core.display.ruler import Point, Ruler, read, stripe_velocity
from core.display.sections import Extent
from core.display.slices import Plane, section
from core.filters.builtin import make_bank
from core.settings import ConvolutionSettings
from core.sources.synthetic import make_stimulus

FEW = settings(max_examples=20, deadline=None)
WINDOW = (Extent(-0.5, 15.5), Extent(-0.5, 99.5))


def crest(row: np.ndarray, near: float) -> float:
    """Return where the brightest place of a row of samples is, near a place, by a parabola through three."""
    start = max(round(near) - 4, 1)
    at = start + int(np.argmax(row[start : start + 9]))
    before, top, after = row[at - 1 : at + 2]
    return at + 0.5 * (before - after) / (before - 2 * top + after)


@pytest.mark.parametrize("velocity", [-2.5, -1.0, 0.0, 0.5, 1.25])
@pytest.mark.parametrize(("plane", "direction"), [(Plane.XT, 0.0), (Plane.YT, 90.0)])
def test_laid_along_a_crest_it_reads_the_speed(velocity: float, plane: Plane, direction: float) -> None:
    clip = make_stimulus(
        "drifting-grating",
        frames=8,
        width=96,
        height=96,
        frequency=0.05,
        velocity=velocity,
        direction=direction,
    )
    picture = section(clip.frames, plane, 40).mean(axis=2)
    first = crest(picture[0], 48)
    last = crest(picture[7], first + 7 * velocity)
    read_off = Ruler((0.0, first), (7.0, last)).velocity
    assert read_off is not None and math.isclose(read_off, velocity, abs_tol=0.05)


@pytest.mark.parametrize("velocity", [-1.5, 0.5, 2.0])
@pytest.mark.parametrize(
    "slide",
    [
        ConvolutionSettings(),
        ConvolutionSettings(padding="same", dilation=(1, 1, 2)),
        ConvolutionSettings(stride=(2, 1, 1), padding=(1, 0, 3)),
    ],
)
def test_the_responses_drift_as_fast_as_what_they_answer_to(
    velocity: float, slide: ConvolutionSettings, rng: np.random.Generator
) -> None:
    """Laid over the responses where they lie in the clip, also with stride, dilation and padding."""
    x, t = np.arange(120), np.arange(11)[:, None]
    video = np.cos(2 * np.pi * (x - velocity * t) / 24)[:, None, :, None]
    kernel = rng.normal(size=(3, 1, 5, 1))
    responses = convolve(video, kernel, settings=slide)[:, 0]
    time, _, place = axis_maps((11, 1, 120), (3, 1, 5), slide)
    rows = [i for i in range(len(responses)) if 1 <= time.to_input(i) <= 9]  # untouched by padding
    first_t, last_t = (time.to_input(rows[i]) for i in (0, -1))
    first = crest(responses[rows[0]], 40 + int(np.argmax(responses[rows[0], 40:64])))
    last = crest(responses[rows[-1]], first + velocity * (last_t - first_t))
    ends = ((first_t, place.offset + first), (last_t, place.offset + last))
    assert Ruler(*ends).velocity == pytest.approx(velocity, abs=0.06)


@FEW
@given(
    t=st.tuples(st.floats(0, 15), st.floats(0, 15)).filter(lambda t: abs(t[0] - t[1]) > 0.01),
    start=st.floats(0, 90),
    velocity=st.floats(-20, 20),
)
def test_the_order_of_the_ends_does_not_matter(t: tuple[float, float], start: float, velocity: float) -> None:
    first, second = (t[0], start), (t[1], start + velocity * (t[1] - t[0]))
    there, back = Ruler(first, second).velocity, Ruler(second, first).velocity
    assert there == back
    assert there is not None and math.isclose(there, velocity, abs_tol=1e-3)


SAID = (
    ((0, 10), (8, 20), Plane.XT, "→ 1.25 px/frame = 37.5 px/s", "To the right, 10 px in 8 frames."),
    ((8, 10), (0, 20), Plane.XT, "← 1.25 px/frame = 37.5 px/s", "To the left, 10 px in 8 frames."),
    ((0, 10), (8, 20), Plane.YT, "↓ 1.25 px/frame = 37.5 px/s", "Downwards, 10 px in 8 frames."),
    ((0, 20), (8, 10), Plane.YT, "↑ 1.25 px/frame = 37.5 px/s", "Upwards, 10 px in 8 frames."),
    ((0, 7), (8, 7), Plane.XT, "stands still: 0 px/frame", "An upright line stands still."),
    ((3, 7), (3, 9), Plane.XT, "no time passes", "A level line is everywhere at once: no finite speed."),
    ((3, 7), (3, 7), Plane.XT, "–", "Both ends are at one place: pull them apart."),
)


@pytest.mark.parametrize(("first", "second", "plane", "text", "words"), SAID)
def test_what_it_says(first: Point, second: Point, plane: Plane, text: str, words: str) -> None:
    reading = read(Ruler(first, second), plane, 30.0)
    assert (reading.text, reading.words) == (text, words)


@pytest.mark.parametrize("velocity", [-30.0, -1.0, 0.0, 0.3, 12.0, math.inf])
@FEW
@given(centre=st.tuples(st.floats(-5, 20), st.floats(-50, 150)))
def test_a_ruler_of_a_given_speed_lies_in_the_window(velocity: float, centre: tuple[float, float]) -> None:
    ruler = Ruler.through(centre, velocity, WINDOW)
    found = ruler.velocity
    assert found is not None and (found == velocity or math.isclose(found, velocity, rel_tol=1e-9))
    for end in (ruler.first, ruler.second):
        assert all(extent.contains(place) for extent, place in zip(WINDOW, end, strict=True))
    # Long enough to be taken hold of.
    spans = [abs(a - b) / e.length for a, b, e in zip(ruler.first, ruler.second, WINDOW, strict=True)]
    assert max(spans) >= 0.49


@FEW
@given(by=st.tuples(st.floats(-40, 40), st.floats(-200, 200)))
def test_it_never_bends_when_it_is_pushed_against_an_edge(by: tuple[float, float]) -> None:
    ruler = Ruler((2.0, 10.0), (10.0, 30.0))
    moved = ruler.shifted(by, WINDOW)
    assert math.isclose(moved.velocity or 0.0, 2.5)
    for axis, extent in enumerate(WINDOW):
        ends = sorted((moved.first[axis], moved.second[axis]))
        assert extent.low - 1e-9 <= ends[0] and ends[1] <= extent.high + 1e-9
        by_there = moved.first[axis] - ruler.first[axis]
        free = (extent.low - min(2.0, 10.0) if axis == 0 else extent.low - 10.0) <= by[axis]
        assert not free or by_there <= by[axis] + 1e-9


@FEW
@given(velocity=st.floats(-40, 40))
def test_turned_it_keeps_its_middle_and_stays_in_the_window(velocity: float) -> None:
    ruler = Ruler((2.0, 10.0), (10.0, 30.0))
    turned = ruler.turned(velocity, WINDOW)
    assert turned.middle == pytest.approx(ruler.middle)
    assert turned.velocity == pytest.approx(velocity, abs=1e-4)
    ends = (turned.first, turned.second)
    assert all(e.low - 1e-9 <= p <= e.high + 1e-9 for end in ends for e, p in zip(WINDOW, end, strict=True))
    assert abs(velocity) > 5 or turned.second[0] - turned.first[0] == pytest.approx(8)


def test_an_end_goes_where_it_is_pulled_but_not_beyond_the_edge() -> None:
    ruler = Ruler((2.0, 10.0), (10.0, 30.0))
    assert ruler.moved(0, (3.0, 50.0), WINDOW) == Ruler((3.0, 50.0), (10.0, 30.0))
    assert ruler.moved(1, (99.0, -7.0), WINDOW) == Ruler((2.0, 10.0), (15.5, -0.5))
    assert ruler.end(0) == ruler.first and ruler.end(1) == ruler.second


@pytest.mark.parametrize("velocity", [-1.0, 0.5, 2.0])
def test_a_gratings_stripes_have_the_slope_of_its_speed(velocity: float) -> None:
    """A pattern moving with (vx, vy) has energy only where ft = -(fx vx + fy vy)."""
    assert stripe_velocity((-0.1 * velocity, 0.0, 0.1), Plane.XT) == pytest.approx(velocity)
    assert stripe_velocity((-0.1 * velocity, 0.1, 0.0), Plane.YT) == pytest.approx(velocity)
    assert math.isinf(stripe_velocity((-0.2, 0.1, 0.0), Plane.XT))
    assert stripe_velocity((0.0, 0.1, 0.1), Plane.XT) == 0


@pytest.mark.parametrize(("direction", "plane"), [(0.0, Plane.XT), (180.0, Plane.XT), (90.0, Plane.YT)])
def test_the_preferred_stripes_of_a_filter_follow_from_its_profile(direction: float, plane: Plane) -> None:
    bank = make_bank("gabor", kernel=(9, 9, 9))
    profiles = (profile(kernel) for kernel in bank)
    wanted = next(
        p for p in profiles if p.direction is not None and abs(p.direction - direction) < 1 and p.speed
    )
    slope = stripe_velocity(wanted.frequency, plane)
    assert abs(slope) == pytest.approx(wanted.speed, rel=1e-3)
    assert (slope > 0) == (direction < 180)
