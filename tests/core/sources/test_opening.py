import os
from pathlib import Path

import numpy as np
import pytest

from core.errors import SourceError, UsageError, WavecubeError
from core.progress import run
from core.sources import camera
from core.sources.images import AnimationSource, PictureFolderSource
from core.sources.load import load_clip
from core.sources.opening import CAMERA_SCHEMES, SUPPORTED_SUFFIXES, file_dialog_filter, open_source
from core.sources.synthetic import StimulusSource
from core.sources.video_file import VideoFileSource
from tests.core.sources.making_media import (
    few_colours,
    numbered_frames,
    write_animation,
    write_pictures,
    write_video,
)


def test_kinds(tmp_path: Path) -> None:
    assert isinstance(
        open_source(str(write_video(tmp_path / "a.mp4", numbered_frames(2), "mpeg4"))), VideoFileSource
    )
    assert isinstance(
        open_source(str(write_animation(tmp_path / "a.gif", few_colours(2), [9, 9]))), AnimationSource
    )
    assert isinstance(
        open_source(str(write_pictures(tmp_path / "f", numbered_frames(2)))), PictureFolderSource
    )
    assert isinstance(open_source("stimulus:flicker"), StimulusSource)
    assert isinstance(open_source("sample:Wave"), AnimationSource)


def test_addresses_are_those_that_cameras_take() -> None:
    assert CAMERA_SCHEMES == camera.SCHEMES
    with pytest.raises(UsageError, match="rtmp: is no kind of input"):
        open_source("rtmp://192.168.1.20/live")


@pytest.mark.parametrize("suffix", ["", ".txt", ".gif", ".mp4"])
def test_content_counts_not_the_suffix(tmp_path: Path, suffix: str) -> None:
    film = write_video(tmp_path / "film.mkv", numbered_frames(3)).rename(tmp_path / f"film{suffix}")
    picture = write_animation(tmp_path / "p.webp", numbered_frames(3), [40] * 3).rename(
        tmp_path / f"p{suffix}"
    )
    assert isinstance(open_source(str(film)), VideoFileSource)
    assert isinstance(open_source(str(picture)), AnimationSource)
    assert len(run(load_clip(open_source(str(film))))) == len(run(load_clip(open_source(str(picture))))) == 3


def test_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_pictures(tmp_path / "wave", numbered_frames(2))
    assert open_source("~/wave").length() == 2


@pytest.mark.parametrize("name", ["plain", "with space", "50% off", "größe", "a#b"])
def test_file_addresses(tmp_path: Path, name: str) -> None:
    folder = write_pictures(tmp_path / name, numbered_frames(2))
    assert open_source(folder.as_uri()).length() == 2
    assert open_source(str(folder)).length() == 2


def test_file_address_with_a_host(tmp_path: Path) -> None:
    assert open_source(f"file://localhost{tmp_path.as_posix()}").name == tmp_path.name


@pytest.mark.parametrize("text", [r"C:\films\wave.mp4", "c:/films/wave.mp4", r"\\server\share\wave.mp4"])
def test_windows_paths_are_no_schemes(text: str) -> None:
    with pytest.raises(SourceError, match="There is no file"):
        open_source(text)


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:8080/video", "https://cam/x", "rtsp://user:pw@cam:554/1", "HTTP://cam/"]
)
def test_addresses_are_cameras(text: str) -> None:
    source = open_source(text)
    assert type(source).__name__ == "CameraSource"
    assert source.live


@pytest.mark.parametrize(
    ("text", "error", "parts"),
    [
        ("", UsageError, ["No input"]),
        ("   ", UsageError, ["No input"]),
        ("sample:wvae", UsageError, ["'wvae'", "sample:wave", "Did you mean wave?"]),
        ("stimulus:flickr", UsageError, ["Did you mean flicker?"]),
        ("stimulos:flicker", UsageError, ["Did you mean stimulus?"]),
        ("ftp://x/y.mp4", UsageError, ["ftp: is no kind of input"]),
        ("http:/x", UsageError, ["no whole address"]),
        ("concat:a.mp4|b.mp4", UsageError, ["concat: is no kind of input"]),
        ("nothing.mp4", SourceError, ["There is no file nothing.mp4."]),
        ("a\0b", UsageError, ["null character"]),
        ("x" * 5000, SourceError, ["is too long for a path."]),
    ],
)
def test_sentences(text: str, error: type[WavecubeError], parts: list[str]) -> None:
    with pytest.raises(error) as caught:
        open_source(text)
    for part in parts:
        assert part in str(caught.value)
    assert str(caught.value)[-1] in ".?" and "Errno" not in str(caught.value)


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"")
    with pytest.raises(SourceError, match="empty"):
        open_source(str(tmp_path / "a.gif"))


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such names")
def test_name_with_a_colon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pictures(tmp_path / "take:2", numbered_frames(2))
    assert open_source("take:2").length() == 2


def test_dialog_filter_names_every_suffix() -> None:
    groups = file_dialog_filter().split(";;")
    assert groups[0].startswith("Videos and pictures (*.mp4 ")
    assert groups[-1] == "All files (*)"
    assert all(f"*{suffix}" in groups[0] for suffix in SUPPORTED_SUFFIXES)
    assert len(set(SUPPORTED_SUFFIXES)) == len(SUPPORTED_SUFFIXES)


def test_filters_that_are_opened_as_a_clip_are_told_where_they_belong(tmp_path: Path) -> None:
    np.savez(tmp_path / "bank.npz", weights=np.ones((1, 1, 2, 2, 1), np.float32))
    with pytest.raises(
        SourceError, match=r"^bank\.npz is no clip; if it holds filters, open it as a bank\.$"
    ):
        open_source(str(tmp_path / "bank.npz"))
