"""Saving is all or nothing, whatever goes wrong and whenever."""

import errno
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from core import atomic
from core.atomic import replacing
from core.errors import ExportError

ROOT = Path(__file__).parents[2]
OLD, NEW = b"the old file", b"the new file"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "film.gif"
    path.write_bytes(OLD)
    yield path
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_new_file_takes_the_old_ones_place(old: Path) -> None:
    with replacing(old) as part:
        part.write_bytes(NEW)
        assert old.read_bytes() == OLD
        assert part.parent == old.parent
    assert old.read_bytes() == NEW
    assert names(old.parent) == {old.name}


def test_a_file_that_was_not_there_appears_only_when_complete(tmp_path: Path) -> None:
    with replacing(tmp_path / "new.npz") as part:
        part.write_bytes(NEW)
        assert names(tmp_path) == {part.name}
    assert names(tmp_path) == {"new.npz"}


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_any_failure_leaves_the_old_file_and_is_passed_on(old: Path, failure: type[BaseException]) -> None:
    with pytest.raises(failure), replacing(old) as part:
        part.write_bytes(NEW)
        raise failure
    assert old.read_bytes() == OLD


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "no space left on device"),
        (errno.EACCES, "not writable"),
        (errno.EROFS, "read-only file system"),
        (errno.EIO, "input/output error"),
        (errno.EDQUOT, "quota"),
    ],
)
def test_what_the_system_refuses_becomes_a_sentence(old: Path, code: int, words: str) -> None:
    with pytest.raises(ExportError, match=rf"film.gif was not saved: .*{words}.*\.$"), replacing(old):
        raise OSError(code, os.strerror(code))
    assert old.read_bytes() == OLD


def test_a_disk_that_refuses_the_last_byte_leaves_the_old_file(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(ExportError, match="no space left"), replacing(old) as part:
        part.write_bytes(NEW)
    assert old.read_bytes() == OLD


def test_a_missing_folder_a_file_as_folder_and_a_folder_as_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    for folder in (tmp_path / "nowhere", tmp_path / "file"):
        words = rf"there is no folder .*{folder.name}\."
        with pytest.raises(ExportError, match=words), replacing(folder / "film.gif") as part:
            part.write_bytes(NEW)
    with pytest.raises(ExportError, match=r"is a folder, not a file\."), replacing(tmp_path):
        pass


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder where nobody can create files")
def test_a_folder_that_is_there_is_not_called_missing() -> None:
    with pytest.raises(ExportError) as caught, replacing(Path("/proc/film.gif")) as part:
        part.write_bytes(NEW)
    assert "there is no folder" not in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always Unicode")
def test_names_that_the_system_encoding_cannot_spell(tmp_path: Path) -> None:
    code = (
        "import sys; from core.atomic import replacing\nwith replacing(sys.argv[1]) as p: p.write_bytes(b'x')"
    )
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)}
    path = os.fsencode(tmp_path) + "/ö.gif".encode()
    subprocess.run([sys.executable, "-c", code, path], env=environment, check=True)
    assert [os.fsencode(entry.name) for entry in tmp_path.iterdir()] == ["ö.gif".encode()]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ExportError, match="not writable"), replacing(tmp_path / "film.gif") as part:
            part.write_bytes(NEW)
    finally:
        tmp_path.chmod(0o700)


def test_two_saves_of_one_file_at_a_time_do_not_touch_each_other(old: Path) -> None:
    def save(content: bytes) -> Generator[Path, None, None]:
        with replacing(old) as part:
            part.write_bytes(content)
            yield part

    cancelled, later = save(b"cancelled"), save(NEW)
    assert next(cancelled) != next(later)
    cancelled.close()
    assert next(later, None) is None
    assert old.read_bytes() == NEW


@pytest.mark.skipif(os.name == "nt", reason="links need privileges on Windows")
def test_a_link_stays_a_link(old: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.gif"
    link.symlink_to(old)
    with replacing(link) as part:
        part.write_bytes(NEW)
    assert link.is_symlink() and old.read_bytes() == NEW


@pytest.mark.skipif(os.name == "nt", reason="no such permissions on Windows")
def test_permissions_of_the_old_file_are_kept(old: Path) -> None:
    old.chmod(0o640)
    with replacing(old) as part:
        part.write_bytes(NEW)
    assert old.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "name", ["[a]*?.gif" if os.name != "nt" else "[a].gif", "é" * 120 + ".gif", "x" * 251 + ".gif"]
)
def test_unusual_names_work_and_are_swept(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    stale = atomic._part(target)
    stale.write_bytes(b"torn")
    with replacing(target) as part:
        part.write_bytes(NEW)
    assert names(tmp_path) == {name}


def test_only_leftovers_of_dead_processes_and_of_the_same_file_are_swept(old: Path) -> None:
    folder, dead = old.parent, 4_194_305  # one more than the largest process number of Linux
    parent = os.getppid()
    (folder / f".film.gif.{dead}-1.part").write_bytes(b"torn")
    keep = {f".film.gif.{parent}-1.part", f".other.gif.{dead}-1.part", ".film.gif.notes.part"}
    for name in keep:
        (folder / name).write_bytes(b"in use")
    with replacing(old) as part:
        part.write_bytes(NEW)
    assert names(folder) == {old.name, *keep}
    for name in keep:
        (folder / name).unlink()


def test_a_killed_process_leaves_the_old_file_and_the_next_save_cleans_up(old: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from core.atomic import replacing\n"
        "with replacing(Path(sys.argv[1])) as part:\n"
        "    file = part.open('wb'); file.write(b'x' * 100_000); file.flush()\n"
        "    print('writing', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(old)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None and process.stdout.readline().strip() == b"writing"
        process.kill()
    assert old.read_bytes() == OLD
    assert len(names(old.parent)) == 2
    with replacing(old) as part:
        part.write_bytes(NEW)
    assert names(old.parent) == {old.name}


@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="a system that takes no advice")
def test_the_disk_begins_before_the_file_is_complete(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(atomic, "_AHEAD", 1000)
    monkeypatch.setattr(atomic.os, "posix_fadvise", lambda fd, *_: asked.append(os.fstat(fd).st_size))

    def work(part: Path) -> Iterator[int]:
        with part.open("wb", buffering=0) as file:
            for step in range(6):
                file.write(b"x" * 600)
                yield step

    with replacing(old) as part:
        assert list(atomic.written_ahead(work(part), part)) == list(range(6))
    assert asked == [1200, 2400, 3600]


def test_writing_ahead_closes_the_work(tmp_path: Path) -> None:
    closed = []

    def work() -> Iterator[int]:
        try:
            yield from range(3)
        finally:
            closed.append(True)

    steps = atomic.written_ahead(work(), tmp_path / "not there yet")
    assert next(steps) == 0
    steps.close()  # type: ignore[attr-defined]
    assert closed == [True]
