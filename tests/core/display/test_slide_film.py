"""The picture of a sliding kernel: its numbers are the true ones, it fills as it goes, nothing overlaps."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from core.analysis.slide import Route, Slide, space_scan, time_scan
from core.clip import Clip
from core.convolution.engine import convolve_bank
from core.display.canvas import DARK, LIGHT, Box, Canvas
from core.display.colormap import KERNEL_TABLE, color_table
from core.display.contrast import limits_for, table_for
from core.display.render import colorize, quantise
from core.display.slide_film import SlideLook, SlidePicture, slide_film, title
from core.display.slide_layout import LEAST, SlideLayout, slide_layout
from core.display.slide_look import Scene, closely, steady, steady_decimals
from core.export.formats import FilmJob, write
from core.filters.bank import FilterBank
from core.progress import run
from core.settings import ContrastSettings, ConvolutionSettings, ExportSettings, Triple

SIZE = (960, 540)


def make(
    kernel: Triple = (3, 3, 3),
    shape: Triple = (6, 16, 20),
    channels: int = 3,
    convolution: ConvolutionSettings = ConvolutionSettings(),  # noqa: B008
    name: str = "filter 1",
) -> Slide:
    """Return a slide over every output, with a bias."""
    random = np.random.default_rng(7)
    clip = Clip.from_frames(random.integers(0, 256, (*shape, channels), dtype=np.uint8))
    weights = random.normal(size=(1, *kernel, channels)) / np.sqrt(np.prod(kernel))
    bank = FilterBank.from_weights(weights, [0.25], [name])
    (volume,) = convolve_bank(clip, bank, convolution)
    t, y, x = volume.data.shape
    return Slide(clip, bank[0], convolution, volume, space_scan((t, y, x), Route.ALL))


def look_for(slide: Slide, **changes: object) -> SlideLook:
    signed = slide.convolution.activation == "none"
    contrast = ContrastSettings(percentile=100)
    limits = limits_for([slide.volume], contrast, signed)[0]
    look = SlideLook(limits, table_for(contrast, signed), color_table("vik"))
    return replace(look, **changes)  # type: ignore[arg-type]


def in_time(slide: Slide, y: int, x: int) -> Slide:
    return replace(slide, scan=time_scan(slide.scan.shape, (y, x)))


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is written, as it is written."""
    written: list[str] = []
    real = Canvas.text

    def text(self: Canvas, at: tuple[int, int], words: str, *rest: object, **more: object) -> None:
        written.append(words)
        real(self, at, words, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Canvas, "text", text)
    return written


# What stands in it


@pytest.mark.parametrize("activation", ["none", "relu", "square"])
def test_the_numbers_of_a_step_are_the_stored_ones(texts: list[str], activation: str) -> None:
    slide = make(convolution=ConvolutionSettings(activation=activation))  # type: ignore[arg-type]
    picture = SlidePicture(slide, look_for(slide), *SIZE)
    for step in (0, 101, slide.scan.count - 1):
        texts.clear()
        picture.draw(step)
        found, voxel = slide.inspection(step), slide.scan.voxel(step)
        decimals = steady_decimals(look_for(slide).limits.high)
        for number in (*found.subtotals, found.total, 0.25, slide.volume.data[voxel]):
            assert steady(float(number), decimals) in texts
        assert f"output (t, y, x) = {voxel},  step {step + 1} of {slide.scan.count}" in texts
        assert [f"t = {t}" for t in range(voxel[0], voxel[0] + 3)] == [s for s in texts if s[:4] == "t = "]
        assert ("square" in texts, "ReLU" in texts) == (activation == "square", activation == "relu")


def test_a_stored_number_that_is_not_the_sum_is_told(texts: list[str]) -> None:
    slide = make()
    data = slide.volume.data.copy()
    data[0, 0, 0] += 0.5
    wrong = replace(slide, volume=replace(slide.volume, data=data))
    picture = SlidePicture(wrong, look_for(wrong), *SIZE)
    picture.draw(1)
    assert not any("computed!" in text for text in texts) and "rounded" in texts
    picture.draw(0)
    assert any(text.endswith(" computed!") for text in texts)


def test_numbers_stand_in_cells_that_are_large_enough(texts: list[str]) -> None:
    slide = make((1, 2, 2), channels=1)
    SlidePicture(slide, look_for(slide), 1500, 900).draw(5)
    found = slide.inspection(5)
    decimals = steady_decimals(float(np.abs(found.weights).max()), 2)
    for number in (*found.weights.flat, *found.products.flat):
        assert steady(float(number), decimals) in texts
    assert all(steady(float(value), 2) in texts for value in found.patch.values.flat)


def test_the_newest_point_of_a_trace_is_told(texts: list[str]) -> None:
    slide = in_time(make(), 4, 5)
    picture = SlidePicture(slide, look_for(slide), *SIZE)
    for step in range(slide.scan.count):
        texts.clear()
        picture.draw(step)
        largest = float(np.abs(slide.volume.data[:, 4, 5]).max())
        assert steady(float(slide.volume.data[step, 4, 5]), steady_decimals(largest)) in texts
        assert f"input, t = {step + 1}" in texts, "the frame of the kernel's middle"


def test_the_title_names_the_filter_and_how_it_is_applied() -> None:
    assert title(make()) == "A 3×3×3 kernel slides over x, then y, then t"
    strided = ConvolutionSettings(padding="same", stride=(1, 2, 2), dilation=(1, 2, 1))
    slide = in_time(make((1, 3, 5), convolution=strided, name="edge"), 0, 0)
    assert title(slide) == "edge: a 1×3×5 kernel slides through time, stride 1,2,2, dilation 1,2,1, same"
    assert "padding 1,0,2" in title(make(convolution=ConvolutionSettings(padding=(1, 0, 2))))


# What is drawn


def empty_share(pixels: np.ndarray, box: Box) -> float:
    """Return the share of a box that is still to come."""
    part = pixels[box.y : box.bottom, box.x : box.right]
    return float((part == LIGHT.line).all(axis=-1).mean())


def test_the_map_fills_output_by_output_in_the_colours_of_the_responses() -> None:
    slide = make()
    look = look_for(slide)
    picture = SlidePicture(slide, look, *SIZE)
    box, each = picture._output._box, slide.scan.per_frame
    frame, columns, rows = 2, len(slide.scan.xs), len(slide.scan.ys)
    expected = colorize(quantise(slide.volume.data[frame], look.limits), look.table)
    for done in (1, columns, columns + 3, each // 2, each):
        pixels = picture.draw(frame * each + done - 1)
        assert abs(empty_share(pixels, box) - (1 - done / each)) < 0.04
        for number in range(done - 1):  # the last one has a frame around it
            y, x = divmod(number, columns)
            at = (
                box.y + (2 * y + 1) * box.height // (2 * rows),
                box.x + (2 * x + 1) * box.width // (2 * columns),
            )
            if max(abs(y - (done - 1) // columns), abs(x - (done - 1) % columns)) > 1:
                assert tuple(pixels[at]) == tuple(expected[y, x])


def test_a_row_draws_its_past_below_itself() -> None:
    slide = make()
    scan = space_scan(slide.scan.shape, Route.ROW, row=3)
    look = look_for(slide)
    picture = SlidePicture(replace(slide, scan=scan), look, *SIZE)
    box, pixels = picture._output._box, picture.draw(scan.count - 1)
    expected = colorize(quantise(slide.volume.data[:, 3], look.limits), look.table)
    for t, x in ((0, 0), (1, 7), (2, 10)):
        at = box.y + (2 * t + 1) * box.height // (2 * 4), box.x + (2 * x + 1) * box.width // (2 * 18)
        assert tuple(pixels[at]) == tuple(expected[t, x])
    assert empty_share(pixels, box) == 0 and empty_share(picture.draw(0), box) > 0.95


def test_the_trace_grows_and_later_outputs_are_not_drawn() -> None:
    slide = in_time(make(), 4, 5)
    picture = SlidePicture(slide, look_for(slide), *SIZE)
    layout = picture._scene.layout
    lines = []
    for step in range(slide.scan.count):
        pixels = picture.draw(step)
        x = [round(layout.time_x(slide.centre(t))) for t in range(slide.scan.count)]
        lane = pixels[layout.lane.y : layout.lane.bottom]
        drawn = [(lane[:, at - 2 : at + 3] == LIGHT.accent).all(axis=-1).any() for at in x]
        assert drawn == [t <= step for t in range(slide.scan.count)]
        lines.append(int((lane == LIGHT.accent).all(axis=-1).sum()))
    assert lines == sorted(lines)


def test_every_frame_under_the_kernel_is_marked_and_no_other() -> None:
    slide = make(convolution=ConvolutionSettings(dilation=(2, 1, 1)))
    picture = SlidePicture(slide, look_for(slide), *SIZE)
    layout = picture._scene.layout
    pixels = picture.draw(0)
    top = layout.strip.inner(1, picture._time._thumb.height).y - 2
    marked = [
        tuple(pixels[top, round(layout.time_x(position))]) == LIGHT.accent
        for position in range(len(slide.clip))
    ]
    assert marked == [position in (0, 2, 4) for position in range(6)]


def test_what_lies_outside_the_clip_is_hatched() -> None:
    slide = make(convolution=ConvolutionSettings(padding="same"))
    picture = SlidePicture(slide, look_for(slide), *SIZE)
    layout = picture._scene.layout
    assert (layout.first, layout.count) == (-1, 8)
    middle = layout.row(1, layout.columns[1])

    def hatched(step: int) -> int:
        part = picture.draw(step)[middle.y : middle.bottom, middle.x : middle.right]
        return int((part == LIGHT.hatch).all(axis=-1).sum())

    inside = slide.scan.step_of((0, 5, 5))
    assert hatched(slide.scan.step_of((0, 0, 5))) > hatched(inside) == 0


def test_drawing_leaves_no_trace_of_other_steps() -> None:
    for slide in (make(), in_time(make(), 3, 3)):
        picture = SlidePicture(slide, look_for(slide), *SIZE)
        last = slide.scan.count - 1
        first = picture.draw(0).copy()
        assert not np.array_equal(picture.draw(last), first)
        assert np.array_equal(picture.draw(0), first)


def test_weights_and_products_have_one_scale_for_all_frames() -> None:
    slide = make()
    scene = Scene.of(slide, look_for(slide), *SIZE)
    assert scene.layout.planes == 3
    assert scene.term_limits.high == pytest.approx(np.abs(slide.kernel.weights).max())
    zero, top = scene.term_colors(np.array([[0.0, scene.term_limits.high]]), scene.weight_table)[0]
    assert tuple(zero) == tuple(color_table(KERNEL_TABLE).rgb[63])
    assert tuple(top) == tuple(color_table(KERNEL_TABLE).rgb[126])
    folded = Scene.of(slide, look_for(slide, apart=False), *SIZE)
    assert folded.layout.planes == 1
    assert folded.term_limits.high == pytest.approx(np.abs(slide.kernel.weights).sum(axis=3).max())


def test_equal_weights_for_all_channels_see_their_mean(texts: list[str]) -> None:
    slide = make((1, 1, 1))
    weights = np.repeat(slide.kernel.weights[..., :1], 3, axis=3)
    (volume,) = convolve_bank(slide.clip, FilterBank.from_weights(weights[np.newaxis]))
    slide = replace(slide, kernel=replace(slide.kernel, weights=weights, bias=0.0), volume=volume)
    SlidePicture(slide, look_for(slide), *SIZE).draw(0)
    value = slide.clip.frames[0, 0, 0].mean() / 255
    assert "mean of RGB" in texts and steady(float(value), 2) in texts
    assert f"{3 * float(weights.flat[0]):.2f}".lstrip("-") in [text.lstrip("−") for text in texts]


# Any clip, kernel and size

KERNELS = st.tuples(st.integers(1, 16), st.integers(1, 16), st.integers(1, 16))


def parts(layout: SlideLayout) -> list[Box]:
    top, height = layout.rows[0]
    rows = [Box(layout.columns[0].x, t, 10, h) for t, h in layout.rows if h > 0]
    assert height >= 0 and top >= layout.columns[0].y
    return [
        layout.header, layout.strip, layout.ticks, layout.lane, layout.equation, layout.footer, layout.sums,
        layout.panel, *rows,
    ]  # fmt: skip


@given(
    kernel=KERNELS,
    size=st.tuples(st.integers(LEAST[0], 2600), st.integers(LEAST[1], 1700)),
    channels=st.sampled_from((1, 3)),
    only_time=st.booleans(),
    padding=st.sampled_from(("valid", "same")),
)
@settings(max_examples=60, deadline=None)
def test_everything_has_its_place(
    kernel: Triple, size: tuple[int, int], channels: int, only_time: bool, padding: str
) -> None:
    clip = Clip.from_frames(np.zeros((16, 30, 40, channels), np.uint8))
    convolution = ConvolutionSettings(padding=padding)  # type: ignore[arg-type]
    bank = FilterBank.from_weights(np.random.default_rng(0).normal(size=(1, *kernel, channels)))
    plan = Slide(clip, bank[0], convolution, None, None)  # type: ignore[arg-type]
    from core.convolution.geometry import output_shape

    made = output_shape(plan.clip_shape, kernel, convolution)
    scan = time_scan(made, (0, 0)) if only_time else space_scan(made)
    layout = slide_layout(replace(plan, scan=scan), *size)
    canvas = Box(0, 0, *size)
    for part in (*parts(layout), *layout.columns):
        assert part.x >= 0 and part.y >= 0 and part.right <= canvas.right and part.bottom <= canvas.bottom
        assert part.width > 0 and part.height > 0
    for one, other in combinations(parts(layout), 2):
        apart = one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
        assert apart, (one, other)
    assert layout.columns[-1].right <= layout.panel.x


@pytest.mark.parametrize(
    ("kernel", "shape", "convolution"),
    [
        ((1, 1, 1), (1, 1, 1), ConvolutionSettings()),
        ((1, 3, 3), (1, 9, 9), ConvolutionSettings()),
        ((16, 16, 16), (16, 17, 18), ConvolutionSettings()),
        ((16, 2, 16), (3, 5, 4), ConvolutionSettings(padding="same", border="reflect")),
        ((2, 4, 6), (7, 9, 11), ConvolutionSettings(padding=(2, 1, 3), stride=(3, 2, 1), border="replicate")),
        ((3, 3, 3), (9, 9, 30), ConvolutionSettings(dilation=(3, 2, 5), activation="square")),
        ((5, 1, 16), (64, 3, 20), ConvolutionSettings(padding="same", activation="abs")),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_any_kernel_and_any_way_to_apply_it_can_be_drawn(
    kernel: Triple, shape: Triple, convolution: ConvolutionSettings, channels: int
) -> None:
    slide = make(kernel, shape, channels, convolution)
    for shown in (slide, in_time(slide, 0, 0)):
        for size, inks in ((LEAST, LIGHT), (SIZE, DARK)):
            picture = SlidePicture(shown, look_for(slide, inks=inks), *size)
            assert picture.size == size
            for step in {0, shown.scan.count // 2, shown.scan.count - 1}:
                pixels = picture.draw(step)
                assert pixels.shape == (size[1], size[0], 3) and pixels.dtype == np.uint8


@pytest.mark.parametrize("value", [0.0, 1e-30, -3e30])
def test_numbers_of_any_size_can_be_drawn(value: float) -> None:
    slide = make()
    weights = np.full((3, 3, 3, 3), value, np.float32)
    kernel = replace(slide.kernel, weights=weights, bias=0.0)
    slide = replace(
        slide, kernel=kernel, volume=replace(slide.volume, data=slide.volume.data * np.float32(value))
    )
    for shown in (slide, in_time(slide, 0, 0)):
        SlidePicture(shown, look_for(slide), *SIZE).draw(0)


def test_few_pixels_fill_their_place_evenly() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3) + 1
    box, large = closely(pixels, Box(10, 20, 40, 50), (0, 0, 0))
    assert (box.width, box.height) == (39, 26) and large.shape == (26, 39, 3)
    assert box.x in (10, 11) and box.y == 32
    assert np.array_equal(large[6::13, 6::13], pixels) and not large[0].any() and not large[:, 13].any()
    assert closely(pixels, Box(0, 0, 7, 7), (0, 0, 0))[1].shape == (5, 7, 3)
    many = np.repeat(np.arange(64, dtype=np.uint8), 3).reshape(1, 64, 3)
    assert closely(many, Box(0, 0, 16, 9), (0, 0, 0))[1][0, :, 0].tolist() == [2 + 4 * i for i in range(16)]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.1234, 3, "0.123"), (-0.5, 2, "−0.50"), (-0.0001, 3, "0.000"), (7.0, 0, "7"), (2e-9, -1, "2e−9")],
)
def test_numbers_take_always_the_same_room(value: float, decimals: int, text: str) -> None:
    assert steady(value, decimals) == text


# Films


@pytest.fixture(scope="module")
def film_job() -> FilmJob:
    slide = make(shape=(6, 12, 12))
    return FilmJob(slide_film(slide, look_for(slide), (640, 360), range(0, 400, 37)), ExportSettings(fps=10))


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(np.float64) - b) ** 2)))


def test_a_gif_has_a_picture_of_every_step(film_job: FilmJob, tmp_path: Path) -> None:
    run(write(film_job, tmp_path / "slide.gif"))
    with Image.open(tmp_path / "slide.gif") as film:
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert len(frames) == len(film_job.film.order) == 11
    for shown, step in zip(frames, film_job.film.order, strict=True):
        exact = film_job.film.picture(step)
        assert psnr(shown, exact) > 35
        ground = (exact == LIGHT.ground).all(axis=-1)
        assert np.abs(shown[ground].astype(int) - LIGHT.ground).max() <= 2


def test_a_video_has_a_picture_of_every_step(film_job: FilmJob, tmp_path: Path) -> None:
    run(write(film_job, tmp_path / "slide.mp4"))
    with av.open(str(tmp_path / "slide.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 11
    exact = [film_job.film.picture(step) for step in film_job.film.order]
    for number, shown in enumerate(frames):
        likeness = [psnr(shown, picture) for picture in exact]
        assert max(likeness) == likeness[number] > 28
