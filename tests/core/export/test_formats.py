"""One table of writers; and whatever goes wrong, the old file is as it was."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.clip import Clip
from core.errors import ExportError, UsageError
from core.export import formats
from core.export.formats import ExportJob, save_dialog_filter, suffixes, write, writer_for
from core.filters.bank import FilterBank
from core.progress import Progress, run
from core.settings import ExportSettings
from core.volume import FeatureVolume

ROOT = Path(__file__).parents[3]
OLD = b"the old file"
KINDS = (".gif", ".npz", ".png", ".mp4")

# A process of its own: writes until it is in the middle of each file, says so and waits to be killed.
WRITE_AND_WAIT = """
import sys
import numpy as np
from core.clip import Clip
from core.export.formats import ExportJob, write
clip = Clip.from_frames(np.random.default_rng(0).integers(0, 2, (9, 400, 400, 1), np.uint8))
works = [write(ExportJob(clip), path) for path in sys.argv[1:]]
for work in works:
    while next(work).done < 1:
        pass
print("writing", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def job(rng: np.random.Generator) -> ExportJob:
    clip = Clip.from_frames(rng.integers(0, 100, (9, 60, 80, 1), dtype=np.uint8))
    volumes = tuple(FeatureVolume(rng.normal(size=(5, 60, 80)).astype(np.float32), i) for i in range(2))
    return ExportJob(clip, FilterBank.from_weights(np.ones((2, 1, 1, 1, 3))), volumes)


@pytest.fixture(params=KINDS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """An older file of each kind; afterwards it is as it was and nothing lies beside it."""
    path = tmp_path / f"old{request.param}"
    path.write_bytes(OLD)
    yield path
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_the_table_serves_dialog_and_messages() -> None:
    assert suffixes() == KINDS
    assert save_dialog_filter() == (
        "GIF animation (*.gif);;numpy arrays (*.npz);;APNG animation (*.png);;MP4 video (*.mp4)"
    )
    assert save_dialog_filter((".mp4", ".gif")) == "MP4 video (*.mp4);;GIF animation (*.gif)"
    assert writer_for("a/b.GIF").suffix == ".gif"
    assert writer_for(Path("a.b.npz")).suffix == ".npz"


@pytest.mark.parametrize("name", ["film.mp5", "film", ".gif", "film.gif.txt", ""])
def test_an_unknown_suffix_lists_the_known_ones(job: ExportJob, name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.gif or \.npz or \.png or \.mp4, not '.*'\.$"):
        writer_for(name)
    with pytest.raises(UsageError):
        run(write(job, tmp_path / name))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_progress_rises_and_the_path_comes_last(job: ExportJob, tmp_path: Path, kind: str) -> None:
    *steps, path = write(job, str(tmp_path / f"new{kind}"))
    assert path == tmp_path / f"new{kind}" and path.stat().st_size > 1000
    assert all(isinstance(step, Progress) for step in steps) and len(steps) > 5
    fractions = [step.fraction for step in steps if isinstance(step, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", KINDS)
def test_an_old_file_is_replaced(job: ExportJob, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"old{kind}"
    path.write_bytes(OLD * 10_000_0)
    run(write(job, path))
    assert (
        path.read_bytes()[:3] in (b"GIF", b"PK\x03", b"\x89PN", b"\0\0\0") and path.stat().st_size < 900_000
    )


def test_cancelling_at_any_step_leaves_the_old_file(job: ExportJob, old: Path) -> None:
    total = len(list(write(job, old.with_name(f"other{old.suffix}"))))
    old.with_name(f"other{old.suffix}").unlink()
    for step in {1, total // 2, total - 1}:  # the last is the path: then it is saved
        work = write(job, old)
        for _ in range(step):
            assert isinstance(next(work), Progress)
        work.close()  # type: ignore[attr-defined]
        assert old.read_bytes() == OLD


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes there")
def test_a_full_disk_leaves_the_old_file(job: ExportJob, old: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(ExportError, match=rf"{old.name} was not saved: .*\.$"):
            run(write(job, old))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_a_device_that_is_full_is_named(job: ExportJob, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The writer is led to a device on which every write fails for want of space.
    writer = writer_for(old)
    led = formats.Writer(writer.suffix, writer.title, lambda j, _: writer.write(j, Path("/dev/full")))
    monkeypatch.setitem(formats._WRITERS, old.suffix, led)
    with pytest.raises(ExportError, match=r"no space left on device\."):
        run(write(job, old))


def test_a_folder_that_cannot_be_written_is_named(
    job: ExportJob, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    # Root may write everywhere, so the refusal is played.
    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr("core.export.arrays.ZipFile", refused)
    with pytest.raises(ExportError, match=r"the folder .* or the file is not writable\."):
        run(write(job, old))
    monkeypatch.undo()


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_folder_and_a_folder_as_target_are_named(job: ExportJob, tmp_path: Path, kind: str) -> None:
    with pytest.raises(ExportError, match=r"there is no folder .*nowhere\."):
        run(write(job, tmp_path / "nowhere" / f"a{kind}"))
    (tmp_path / f"folder{kind}").mkdir()
    with pytest.raises(ExportError, match=r"is a folder, not a file\."):
        run(write(job, tmp_path / f"folder{kind}"))
    assert [path.name for path in tmp_path.iterdir()] == [f"folder{kind}"]


def test_a_job_that_cannot_be_written_leaves_the_old_file(job: ExportJob, old: Path) -> None:
    wrong = ExportJob(job.clip, job.bank, (), export=ExportSettings(content="feature"))
    with pytest.raises(ExportError):
        run(write(wrong, old))


@pytest.mark.parametrize("kind", [".gif", ".png", ".mp4"])
@pytest.mark.parametrize("channels", [2, 4])
def test_a_clip_that_is_no_picture_is_refused_with_the_number(
    job: ExportJob, tmp_path: Path, kind: str, channels: int
) -> None:
    odd = Clip.from_frames(np.zeros((3, 60, 80, channels), np.uint8))
    for shown in (replace(job, clip=odd), ExportJob(odd)):
        with pytest.raises(ExportError, match=f"{channels} channels is no picture .* save it as .npz"):
            list(write(shown, tmp_path / f"a{kind}"))
        list(write(shown, tmp_path / "a.npz"))
    one = replace(job, clip=odd, export=ExportSettings(content="feature"))
    assert list(write(one, tmp_path / f"a{kind}"))[-1] == tmp_path / f"a{kind}"


def test_kill_in_the_middle_of_a_write_leaves_the_old_file(job: ExportJob, tmp_path: Path) -> None:
    targets = [tmp_path / f"old{kind}" for kind in KINDS]
    for target in targets:
        target.write_bytes(OLD)
    command = [sys.executable, "-c", WRITE_AND_WAIT, *map(str, targets)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None and process.stdout.readline().strip() == b"writing"
        for target in targets:
            (part,) = tmp_path.glob(f".{target.name}.{process.pid}-*.part")
            assert part.stat().st_size > 0, "it is in the middle of the file"
        process.kill()
    for target in targets:
        assert target.read_bytes() == OLD
        run(write(job, target))
    assert sorted(tmp_path.iterdir()) == sorted(targets)
