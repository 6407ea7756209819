"""What long exports cost: time, memory and disk, for films of growing length."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

import av
import numpy as np
import pytest

from core.playback import order
from core.progress import run
from core.sources.load import load_clip
from core.sources.opening import open_source

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak"),
]
ROOT = Path(__file__).parents[2]
LENGTHS = (100, 1000, 3000)

# The command in a process of its own, which tells its peak when it is done.
EXPORT = """
import re, sys
from pathlib import Path
from core import cli
code = cli.run(["export", *sys.argv[1:]], None)
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
sys.exit(code)
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled wave, forwards and backwards, as a video of 3000 frames."""
    clip = run(load_clip(open_source("sample:wave")))
    path = tmp_path_factory.mktemp("film") / "wave.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
        for t in np.resize(order(len(clip), ping_pong=True), max(LENGTHS)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(clip.frames[t], format="rgb24")))
        container.mux(stream.encode())
    return path


def test_long_exports(film: Path, tmp_path: Path) -> None:
    print("\n| frames | file | s | ms per frame | peak MB | file MB |\n|---|---|---|---|---|---|")
    for suffix in (".npz", ".gif"):
        for frames in LENGTHS:
            target = tmp_path / f"out{suffix}"
            words = [str(film), str(target), "--frames", str(frames), "--quiet"]
            start = perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", EXPORT, *words], cwd=ROOT, capture_output=True, text=True, check=True
            )
            seconds, size = perf_counter() - start, target.stat().st_size
            target.unlink()
            print(
                f"| {frames} | {suffix} | {seconds:.1f} | {1000 * seconds / frames:.0f} "
                f"| {int(done.stdout) * 1024 / 1e6:.0f} | {size / 1e6:.0f} |",
                flush=True,
            )
