"""Clips of any length: the numbers and files of a short one, at a memory that does not grow."""

import signal
import subprocess
import sys
import tracemalloc
from collections import namedtuple
from collections.abc import Generator
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from core import long_clips, volume
from core import spool as spool_module
from core.clip import Clip
from core.convolution.backends import usable_names
from core.convolution.engine import convolve_bank
from core.display import palette
from core.errors import BudgetError, ExportError, FilterError, SourceError, UsageError
from core.export.formats import suffixes
from core.export.job import ExportJob
from core.filters.builtin import make_bank
from core.long_clips import Plan, check_long, convolve_long_clip, load_long_clip
from core.pipeline import export, working_clip
from core.progress import Progress, run
from core.settings import ConvolutionSettings, ExportSettings, Padding, Triple, WorkingSize
from core.sources.base import TimedFrame
from core.sources.load import ClipSelection, load_clip
from core.sources.synthetic import StimulusSource
from core.spool import Spool
from core.volume import FeatureVolume
from tests.core.cli_calls import call, sentence
from tests.core.sources.making_media import numbered_frames, write_pictures, write_video

ROOT = Path(__file__).parents[2]
Usage = namedtuple("Usage", "total used free")


class Film:
    """Frames of noise, with times of their own and a length that may be unknown."""

    name = "film"
    live = False

    def __init__(self, frames: int, known: int | None = None, width: int = 30, height: int = 20) -> None:
        self.total, self.known, self.size = frames, known, (height, width, 3)
        self.notes: tuple[str, ...] = ()
        self.closed = False

    def length(self) -> int | None:
        return self.known

    def frames(self) -> Generator[TimedFrame, None, None]:
        rng = np.random.default_rng(4)
        try:
            for index in range(self.total):
                picture = rng.integers(0, 64, self.size, dtype=np.uint8)
                yield TimedFrame(picture, 1_000_000 * (index * index + 5))
            self.notes = ("3 frames are damaged.",)
        finally:
            self.closed = True


@pytest.fixture
def spool(tmp_path: Path) -> Generator[Spool, None, None]:
    with Spool(tmp_path) as spool:
        yield spool
    assert list(tmp_path.iterdir()) == []


def load(source: object, selection: ClipSelection, spool: Spool, size: WorkingSize | None = None) -> Clip:
    steps = load_long_clip(source, selection, size or WorkingSize(), spool, lambda _: None)  # type: ignore[arg-type]
    return run(steps)


def convolve(clip: Clip, settings: ConvolutionSettings, spool: Spool, **bank: object) -> list[FeatureVolume]:
    steps = convolve_long_clip(clip, make_bank("raw", **bank), settings, spool)  # type: ignore[arg-type]
    return [step for step in steps if isinstance(step, FeatureVolume)]


def plan(output: Path, padding: Padding = "same", scale: int = 1) -> Plan:
    bank = make_bank("raw", filters=2)
    return Plan(bank, ConvolutionSettings(padding), ExportSettings(scale=scale), (output,))


# the frames


@pytest.mark.parametrize("size", [WorkingSize(), WorkingSize(12, 12), WorkingSize(45, 45, enlarge=True)])
@pytest.mark.parametrize("choice", [(20, 0, 1), (6, 2, 3), (9, 15, 1)])
def test_frames_are_those_of_a_short_clip(size: WorkingSize, choice: Triple, spool: Spool) -> None:
    short = working_clip(run(load_clip(Film(20), ClipSelection(*choice))), size)
    long = load(Film(20), ClipSelection(*choice), spool, size)
    assert np.array_equal(long.frames, short.frames)
    assert long.frames.flags.c_contiguous and not long.frames.flags.writeable
    assert (long.timestamps_ns, long.name, long.note) == (short.timestamps_ns, short.name, short.note)


def test_all_frames_are_all_that_there_are(spool: Spool) -> None:
    source = Film(70)
    clip = load(source, ClipSelection.all_frames(start=4, step=3), spool)
    assert len(clip) == 22 and source.closed
    assert clip.note == "3 frames are damaged."  # and nothing about how many there are


def test_a_source_that_ends_early_is_told(spool: Spool) -> None:
    clip = load(Film(70), ClipSelection(80), spool)
    assert clip.note == "3 frames are damaged. The clip has 70 frames instead of 80: film has no more."


@pytest.mark.parametrize(
    ("known", "selection", "total"),
    [
        (70, ClipSelection.all_frames(), 70),
        (70, ClipSelection.all_frames(10, 7), 9),
        (70, ClipSelection(5000), 70),
        (5000, ClipSelection(100), 100),
        (None, ClipSelection(100), 100),
        (None, ClipSelection.all_frames(), 0),
    ],
)
def test_progress_tells_what_is_known(
    known: int | None, selection: ClipSelection, total: int, spool: Spool
) -> None:
    seen: list[Triple] = []
    steps = list(load_long_clip(Film(70, known), selection, WorkingSize(), spool, seen.append))
    progress = [step for step in steps if isinstance(step, Progress)]
    assert {step.total for step in progress} == {total}
    assert seen == [(total or 2, 20, 30)]
    assert progress[-1].text == ("reading frames" if total else "reading frame 71")


def test_a_single_picture_needs_a_number(spool: Spool) -> None:
    with pytest.raises(SourceError, match=r"^film is a single picture; say how many times"):
        load(Film(1), ClipSelection.all_frames(), spool)
    clip = load(Film(1), ClipSelection(70), spool)
    assert len(clip) == 70 and (clip.frames == clip.frames[:1]).all()
    assert clip.note.endswith("film is a single picture, repeated 70 times: nothing moves.")


def test_what_has_no_end_needs_a_number(spool: Spool) -> None:
    flicker = StimulusSource("flicker", width=8, height=8)
    with pytest.raises(UsageError, match=r"^flicker has no last frame: say how many frames to take\.$"):
        load(flicker, ClipSelection.all_frames(), spool)
    assert len(load(flicker, ClipSelection(300), spool)) == 300
    chosen = StimulusSource("flicker", width=8, height=8, frames=90)
    assert len(load(chosen, ClipSelection.all_frames(), spool)) == 90


def test_memory_takes_no_long_clip() -> None:
    with pytest.raises(UsageError, match=r"up to 64 frames, not 65\.$"):
        run(load_clip(Film(99), ClipSelection(65)))


def test_cancelling_closes_the_source_and_leaves_nothing(spool: Spool) -> None:
    source = Film(1000)
    loading = load_long_clip(source, ClipSelection(900), WorkingSize(), spool, lambda _: None)
    for _ in range(10):
        next(loading)
    loading.close()  # type: ignore[attr-defined]
    assert source.closed


# the volumes

GEOMETRIES = [
    ConvolutionSettings(padding, (stride, 1, 2), (dilation, 2, 1), border=border)
    for padding, border in [
        ("valid", "zero"),
        *product(("same", (5, 0, 1)), ("zero", "replicate", "reflect")),
    ]
    for stride, dilation in ((1, 1), (2, 1), (1, 3), (3, 2))
]


@pytest.mark.parametrize("way", usable_names())
def test_volumes_are_those_of_the_engine_to_the_last_bit(
    way: str, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_clips, "_PIECE", 20_000)  # three or four frames at a time
    monkeypatch.setenv("WAVECUBE_ENGINE", way)
    clip = load(Film(20), ClipSelection(20), spool)
    bank = make_bank("raw", filters=5, kernel=(4, 3, 3))
    for settings in GEOMETRIES:
        long = convolve(clip, settings, spool, filters=5, kernel=(4, 3, 3))
        for mine, other in zip(long, convolve_bank(clip, bank, settings), strict=True):
            assert np.array_equal(mine.data, other.data), settings
            assert (mine.index, mine.name, mine.axes) == (other.index, other.name, other.axes)


@pytest.mark.parametrize("size", [(3, 20, 30), (20, 60, 80), (40, 30, 31)])
def test_extremes_and_samples_are_those_of_the_whole(
    size: Triple, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_clips, "_PIECE", 3 * 4 * size[1] * size[2])
    frames, height, width = size
    clip = load(Film(frames, width=width, height=height), ClipSelection(frames), spool)
    for made in convolve(clip, ConvolutionSettings("same"), spool, filters=2, kernel=(3, 3, 3)):
        whole = FeatureVolume(np.array(made.data))
        assert (made.minimum, made.maximum) == (whole.minimum, whole.maximum)
        assert np.array_equal(made.magnitudes, whole.magnitudes)


def test_progress_of_the_convolution_ends_at_all(spool: Spool) -> None:
    clip = load(Film(20), ClipSelection(20), spool)
    steps = list(convolve_long_clip(clip, make_bank("raw", filters=2), ConvolutionSettings(), spool))
    done = [step.done for step in steps if isinstance(step, Progress)]
    total = {step.total for step in steps if isinstance(step, Progress)}
    assert done == sorted(done) and total == {done[-1]}


def test_closing_the_convolution_ends_it(spool: Spool) -> None:
    clip = load(Film(70), ClipSelection(70), spool)
    work = convolve_long_clip(clip, make_bank("raw", filters=2), ConvolutionSettings(), spool)
    assert isinstance(next(work), Progress)
    work.close()


def test_a_kernel_that_does_not_fit_is_refused(spool: Spool, tmp_path: Path) -> None:
    clip = load(Film(3), ClipSelection(3), spool)
    with pytest.raises(FilterError, match="spans 5 frames but the clip has only 3"):
        convolve(clip, ConvolutionSettings(), spool)
    with pytest.raises(FilterError, match="only 30x4"):
        check_long((9, 4, 30), plan(tmp_path / "a.gif", "valid"), spool, loaded=False)


def test_an_animation_that_is_too_large_is_refused_before_anything_is_read(
    spool: Spool, tmp_path: Path
) -> None:
    large = (90, 2000, 2000)
    check_long(large, plan(tmp_path / "a.npz", scale=8), spool, loaded=False)
    with pytest.raises(ExportError, match="choose a smaller scale or fewer filters"):
        check_long(large, plan(tmp_path / "a.gif", scale=8), spool, loaded=False)


# memory and disk


def peak(frames: int, folder: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the most bytes that Python and NumPy held during a whole export."""
    monkeypatch.setattr(long_clips, "_PIECE", 1)
    monkeypatch.setattr(palette, "_SAMPLES", 1 << 12)
    monkeypatch.setattr(volume, "_SAMPLES", 1 << 12)
    target = folder / f"{frames}{suffix}"
    tracemalloc.start()
    try:
        with Spool(folder) as spool:
            clip = load(Film(frames, width=60, height=40), ClipSelection(frames), spool)
            bank = make_bank("raw", filters=2, kernel=(3, 3, 3))
            volumes = tuple(convolve(clip, ConvolutionSettings(), spool, filters=2, kernel=(3, 3, 3)))
            for _ in spool.during(export(ExportJob(clip, bank, volumes), [target])):
                pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        target.unlink(missing_ok=True)


@pytest.mark.parametrize(
    "suffix",  # the animations share their film: one of them stands for both
    [pytest.param(s, marks=[pytest.mark.slow] * (s == ".png")) for s in suffixes()],
)
def test_memory_does_not_grow_with_the_clip(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peak(5, tmp_path, suffix, monkeypatch)  # whatever is made once for all
    few, many = (peak(frames, tmp_path, suffix, monkeypatch) for frames in (10, 60))
    # The 50 more and their responses take 1.3 MB.
    assert many - few < 200_000


def test_a_disk_that_is_too_small_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spool_module.shutil, "disk_usage", lambda _: Usage(10**9, 0, 30_000_000))
    words = "--frames 200 --filters 2 --kernel 3 --padding same"
    stimulus = "stimulus:drifting-texture?width=100&height=80"
    assert call("export", stimulus, str(tmp_path / "a.npz"), str(tmp_path / "a.gif"), *words.split()) == 1
    # 200 frames of 8000 pixels: 3 bytes and two responses each, once in the spool and once in the archive.
    assert sentence(capsys) == (
        "main.py: 200 frames of 100x80 and what 2 filters make of them need 35 MB on the disk of "
        f"{tmp_path}, where 30 MB are free; choose fewer frames, fewer filters or a smaller --resize."
    )
    assert call("export", stimulus, str(tmp_path / "a.gif"), *words.split()) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]


def test_the_exact_length_is_checked_once_it_is_known(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module.shutil, "disk_usage", lambda _: Usage(10**9, 0, 1_000_000))
    check_long((50, 20, 30), plan(tmp_path / "a.gif"), spool, loaded=False)
    with pytest.raises(BudgetError, match=r"need 1 MB on the disk"):
        check_long((250, 20, 30), plan(tmp_path / "a.gif"), spool, loaded=True)


# the command


STOP_IN = """
import sys
from core import cli
from core.commands import export
from core.progress import Progress
def stopping(work):
    for step in work:
        if isinstance(step, Progress) and step.text.startswith(sys.argv[1]):
            print("here", flush=True)
            sys.stdin.read()
        yield step
for name in ("load_long_clip", "convolve_long_clip"):
    made = getattr(export, name)
    setattr(export, name, lambda *a, made=made: stopping(made(*a)))
from core import pipeline
writing = pipeline.export
pipeline.export = lambda *a: stopping(writing(*a))
sys.exit(cli.run(sys.argv[2:], None))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
@pytest.mark.parametrize(
    "stage",
    [
        pytest.param("reading", marks=pytest.mark.slow),
        "convolving",
        pytest.param("choosing", marks=pytest.mark.slow),
        "writing",
    ],
)
def test_ctrl_c_leaves_the_old_file_and_nothing_else(stage: str, tmp_path: Path) -> None:
    old = tmp_path / "a.gif"
    old.write_bytes(b"old")
    words = "--frames 70 --filters 1 --kernel 3 --quiet"
    stimulus = "stimulus:drifting-texture?width=32&height=24"
    with subprocess.Popen(
        [sys.executable, "-c", STOP_IN, stage, "export", stimulus, str(old), *words.split()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().strip() == b"here"
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130
    assert told == b"main.py: Stopped; files that were not complete have been removed.\n"
    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]


@pytest.fixture(params=["video", "folder"])
def film(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Twenty frames in a video and in a folder."""
    frames = numbered_frames(20)
    if request.param == "video":
        return write_video(tmp_path / "film.mkv", frames)
    return write_pictures(tmp_path / "film", frames)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_all_frames_give_the_files_of_a_short_clip(film: Path, padding: str, tmp_path: Path) -> None:
    words = (
        f"--filters 2 --kernel 3 --stride 2,1,1 --padding {padding} --border reflect --resize 24x24 --quiet"
    )
    files: dict[str, list[Path]] = {}
    for frames in ("20", "all"):
        files[frames] = [tmp_path / f"{frames}{suffix}" for suffix in suffixes()]
        assert call("export", str(film), *map(str, files[frames]), "--frames", frames, *words.split()) == 0
    for short, long in zip(files["20"], files["all"], strict=True):
        if short.suffix == ".npz":
            with np.load(short) as few, np.load(long) as many:
                assert set(few) == set(many)
                assert all(np.array_equal(few[name], many[name]) for name in few)
        else:
            assert short.read_bytes() == long.read_bytes()


def test_more_frames_than_memory_is_planned_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "a.npz"
    stimulus = "stimulus:moving-bar?width=24&height=16&frames=90"
    assert call("export", stimulus, str(target), "--filters", "1", "--kernel", "3", "--frames", "all") == 0
    assert capsys.readouterr().err == (
        f"Saved {target}\n1 feature volume of 88 frames, 22x14, from 90 frames of 24x16.\n"
    )
    with np.load(target) as file:
        assert file["clip"].shape == (90, 16, 24, 3) and file["volumes"].shape == (1, 88, 14, 22)
