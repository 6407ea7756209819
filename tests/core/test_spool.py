"""Arrays on the disk: what was written is seen, memory is let go of, and nothing is ever left."""

import errno
import os
import subprocess
import sys
import tempfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import spool as spool_module
from core.errors import BudgetError, ExportError
from core.spool import Spool, check_disk

ROOT = Path(__file__).parents[2]
Usage = namedtuple("Usage", "total used free")


def test_what_was_written_in_any_order_is_seen(tmp_path: Path, rng: np.random.Generator) -> None:
    data = rng.normal(size=(3, 4, 50, 60)).astype(np.float32)
    with Spool(tmp_path) as spool:
        file = spool.file()
        for n in (2, 0, 1):
            file.write(n * data[0].nbytes, data[n])
        seen = file.array(data.shape, np.float32)
        assert np.array_equal(seen, data)
        assert not seen.flags.writeable and seen.flags.c_contiguous
        spool.release()
        assert np.array_equal(seen, data)


def test_it_has_no_name_and_leaves_nothing(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        for _ in range(3):
            file = spool.file()
            file.write(0, np.arange(1000))
            assert list(tmp_path.iterdir()) == []
        kept = file.array((1000,), np.int64)
    assert list(tmp_path.iterdir()) == []
    assert kept[-1] == 999  # an array that is still held stays readable


def test_the_disk_space_comes_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    file: Any = spool.file()
    spool.close()
    assert file._file.closed
    spool.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there the system deletes it with its last handle")
def test_a_killed_process_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import sys, numpy as np; from pathlib import Path; from core.spool import Spool\n"
        "file = Spool(Path(sys.argv[1])).file(); file.write(0, np.zeros(10**6))\n"
        "seen = file.array((10**6,), np.float64)\n"
        "print('written', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None and process.stdout.readline().strip() == b"written"
        process.kill()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells what is resident")
def test_what_was_looked_at_does_not_stay_in_memory(tmp_path: Path) -> None:
    def resident() -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("RssFile"))

    with Spool(tmp_path) as spool:
        file = spool.file()
        file.write(0, np.ones(4 * 2**20))
        data = file.array((32, 2**17), np.float64)
        before = resident()
        assert data.sum() == data.size
        assert resident() > before + data.nbytes / 2
        for _ in spool.during(row.sum() for row in data):
            assert resident() < before + 4 * 2**20


def test_during_closes_the_work(tmp_path: Path) -> None:
    closed = []

    def work() -> Iterator[int]:
        try:
            yield from range(9)
        finally:
            closed.append(True)

    steps = Spool(tmp_path).during(work())
    assert next(steps) == 0
    steps.close()
    assert closed == [True]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"cannot be kept in .*nowhere: no such file or directory\.$"):
        Spool(tmp_path / "nowhere").file()


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        """Takes half of what it is given, then no more."""

        def __init__(self) -> None:
            self.taken = 0

        def seek(self, offset: int) -> None: ...

        def write(self, part: memoryview) -> int:
            if self.taken:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.taken = len(part) // 2
            return self.taken

        def close(self) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Full())
    with Spool(tmp_path) as spool, pytest.raises(ExportError) as caught:
        spool.file().write(0, np.zeros(100))
    what = "The frames and feature volumes of a long clip cannot be kept"
    assert str(caught.value) == f"{what} in {tmp_path}: no space left on device."


def test_the_disk_is_asked_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    monkeypatch.setattr(spool_module.shutil, "disk_usage", lambda _: Usage(10**9, 0, 5_000_000))
    check_disk({tmp_path / "a": 2_000_000, tmp_path / "b": 3_000_000}, "Nine frames")
    with pytest.raises(BudgetError) as caught:
        check_disk({tmp_path / "a": 2_000_000, tmp_path / "b": 4_000_000}, "Nine frames")
    assert str(caught.value) == (
        f"Nine frames need 6 MB on the disk of {tmp_path / 'a'}, where 5 MB are free; "
        "choose fewer frames, fewer filters or a smaller --resize."
    )
