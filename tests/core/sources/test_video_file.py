import gc
import os
import socket
from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import SourceError
from core.progress import run
from core.sources import video_file
from core.sources.load import load_clip
from core.sources.video_file import VideoFileSource
from tests.core.sources.making_media import few_colours, numbered_frames, write_animation, write_video


def read(path: Path) -> np.ndarray:
    return np.stack([timed.frame for timed in VideoFileSource(path).frames()])


def times(path: Path) -> list[int]:
    return [timed.timestamp_ns for timed in VideoFileSource(path).frames()]


def test_lossless_video_is_read_exactly(tmp_path: Path) -> None:
    frames = numbered_frames(9, 34, 26)
    assert np.array_equal(read(write_video(tmp_path / "a.mkv", frames)), frames)


def test_frames_that_have_been_read_are_not_kept(tmp_path: Path) -> None:
    source = VideoFileSource(write_video(tmp_path / "a.mp4", numbered_frames(30), "mpeg4", rotation=90))
    gc.collect()
    gc.disable()
    try:
        for number, _ in enumerate(source.frames(), 1):
            if number == 30:
                assert sum(isinstance(thing, av.VideoFrame) for thing in gc.get_objects()) < 5
        assert number == 30
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("height", "tag", "weights"),
    [
        (720, 2, (0.2126, 0.0722)),
        (480, 2, (0.299, 0.114)),
        (480, 1, (0.2126, 0.0722)),
        (720, 5, (0.299, 0.114)),
    ],
)
def test_colours_follow_the_tag_and_else_the_size(
    tmp_path: Path, height: int, tag: int, weights: tuple[float, float]
) -> None:
    red, blue = weights
    r, g, b = 220 / 255, 60 / 255, 40 / 255
    y = red * r + (1 - red - blue) * g + blue * b
    planes = 16 + 219 * y, 128 + 112 * (b - y) / (1 - blue), 128 + 112 * (r - y) / (1 - red)
    flat = [np.full((height * part // 4, 1280), round(v)) for v, part in zip(planes, (4, 1, 1), strict=True)]
    frame = av.VideoFrame.from_ndarray(np.concatenate(flat).astype(np.uint8), format="yuv420p")
    frame.colorspace = tag
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=30)
        stream.width, stream.height, stream.pix_fmt = 1280, height, "yuv420p"
        stream.codec_context.colorspace = tag
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert np.abs(read(tmp_path / "a.mkv") - np.array([220.0, 60.0, 40.0])).max() <= 3


def test_times_of_a_variable_frame_rate_are_kept(tmp_path: Path) -> None:
    wanted = [0, 10, 50, 51, 200, 900]
    path = write_video(tmp_path / "a.mkv", numbered_frames(6), times_ms=wanted)
    source = VideoFileSource(path)
    assert [t.timestamp_ns for t in source.frames()] == [ms * 1_000_000 for ms in wanted]
    assert source.notes == ()


def test_times_of_a_fraction_are_rounded_once(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", numbered_frames(31), "mpeg4", rate=30)
    assert times(path) == [round(i * 1e9 / 30) for i in range(31)]


@pytest.mark.parametrize("degrees", [0, 90, -90, 180])
def test_rotation_is_applied_as_opencv_applies_it(tmp_path: Path, degrees: int) -> None:
    path = write_video(tmp_path / "a.mp4", numbered_frames(2), "mpeg4", rotation=degrees)
    plain = read(write_video(tmp_path / "b.mp4", numbered_frames(2), "mpeg4"))
    turned = read(path)
    assert np.array_equal(turned, np.rot90(plain, degrees // 90, axes=(1, 2)))
    theirs = [t.frame for t in video_file.opencv_frames(path, "a.mp4")]
    assert np.abs(turned.astype(int) - np.stack(theirs)).mean() < 2


@pytest.mark.parametrize(
    ("matrix", "place"),
    [  # where the top left pixel goes: x' = a x + c y, y' = b x + d y
        (((1, 0), (0, 1)), (0, 0)),
        (((-1, 0), (0, 1)), (0, -1)),
        (((1, 0), (0, -1)), (-1, 0)),
        (((-1, 0), (0, -1)), (-1, -1)),
        (((0, 1), (1, 0)), (0, 0)),
        (((0, 1), (-1, 0)), (0, -1)),
        (((0, -1), (1, 0)), (-1, 0)),
        (((0, -1), (-1, 0)), (-1, -1)),
    ],
)
def test_every_display_matrix_moves_the_corner(matrix: tuple, place: tuple[int, int]) -> None:
    picture = np.zeros((4, 6, 3), np.uint8)
    picture[0, 0] = 255
    full = np.zeros((3, 3), np.int32)
    full[:2, :2] = np.array(matrix) * 65536
    moved = video_file._transformed(picture, full)
    assert moved.shape == ((6, 4, 3) if matrix[0][0] == 0 else (4, 6, 3))
    assert moved[place].tolist() == [255, 255, 255]


def test_opencv_reads_the_same_where_av_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.avi", numbered_frames(8), "mpeg4", rate=25)
    expected, stamps = read(path), times(path)

    def refuse(_path: Path) -> None:
        raise video_file._UnopenedError("no such decoder")

    monkeypatch.setattr(video_file, "_opened", refuse)
    assert np.abs(read(path).astype(int) - expected).mean() < 2
    assert np.abs(np.subtract(times(path), stamps)).max() < 1_000_000


def test_frames_passed_over_are_none_and_the_others_equal(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", numbered_frames(10))
    everything = list(VideoFileSource(path).frames())
    chosen = list(VideoFileSource(path).selected(start=2, step=3))
    assert [i for i, t in enumerate(chosen) if t is not None] == [2, 5, 8]
    for index in (2, 5, 8):
        assert np.array_equal(chosen[index].frame, everything[index].frame)
        assert chosen[index].timestamp_ns == everything[index].timestamp_ns


@pytest.mark.parametrize("suffix", [".avi", ".mkv", ".mp4"])
def test_truncated_file_gives_what_there_is_and_a_note(
    tmp_path: Path, suffix: str, rng: np.random.Generator
) -> None:
    noise = rng.integers(0, 256, (60, 48, 64, 3), dtype=np.uint8)
    options = {"movflags": "faststart"} if suffix == ".mp4" else None
    path = write_video(tmp_path / f"a{suffix}", noise, "mpeg4", options=options)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    source = VideoFileSource(path)
    count = len(list(source.frames()))
    assert 20 <= count < 60
    about = "about " if suffix == ".mkv" else ""
    (note,) = source.notes
    assert note.startswith(f"{count} of {about}")
    assert note.endswith(" frames; the rest of the file is damaged.")
    assert abs(int(note.removeprefix(f"{count} of {about}").split()[0]) - 60) <= 3


def test_damage_in_the_middle_is_passed_over(tmp_path: Path, rng: np.random.Generator) -> None:
    noise = rng.integers(0, 256, (60, 48, 64, 3), dtype=np.uint8)
    path = write_video(tmp_path / "a.mp4", noise, "mpeg4")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 9000] = bytes(rng.integers(0, 256, 9000, dtype=np.uint8))
    path.write_bytes(content)
    source = VideoFileSource(path)
    assert len(list(source.frames())) > 30
    assert "damaged" in source.notes[0]


def sentence(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        list(VideoFileSource(path).frames())
    text = str(caught.value)
    assert text.endswith(".") and "\n" not in text and "Errno" not in text
    return text


def test_sentences(tmp_path: Path) -> None:
    assert sentence(tmp_path / "none.mp4").startswith("There is no file")
    assert sentence(tmp_path).endswith("is a folder, not a file.")
    (tmp_path / "empty.mp4").write_bytes(b"")
    assert sentence(tmp_path / "empty.mp4").endswith("is empty (0 bytes).")
    (tmp_path / "text.mp4").write_text("dear diary\n" * 400)
    assert sentence(tmp_path / "text.mp4") == "text.mp4 is not a video that can be read."
    (tmp_path / "zeros.mp4").write_bytes(bytes(100_000))
    assert sentence(tmp_path / "zeros.mp4") == "zeros.mp4 is not a video that can be read."
    link = tmp_path / "link.mp4"
    link.symlink_to(tmp_path / "gone.mp4")
    assert sentence(link).endswith("is a link to a file that is not there.")


def test_video_cut_before_its_index(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", numbered_frames(40), "mpeg4")
    path.write_bytes(path.read_bytes()[:1500])
    assert sentence(path) == "a.mp4 is damaged: it cannot be opened as a video."


def test_sound_without_pictures(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    assert sentence(path) == "a.mkv holds no pictures (no video stream)."


def test_size_over_the_limit_is_refused_from_the_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_video(tmp_path / "a.mkv", numbered_frames(1, 640, 480))
    monkeypatch.setattr("core.sources.files.MAX_FRAME_PIXELS", 640 * 480 - 1)
    assert sentence(path).startswith("a.mkv is 640x480 pixels")


PLAYLISTS = {
    "hls.m3u8": "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n"
    "#EXTINF:10,\n{address}/a.ts\n#EXT-X-ENDLIST\n",
    "concat.txt": "ffconcat version 1.0\nfile '{address}/a.mp4'\n",
    "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "m=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "dash.mpd": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
    '<AdaptationSet mimeType="video/mp4"><Representation id="1"><BaseURL>{address}/a.mp4</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>\n",
    "list.asx": '<asx version="3.0"><entry><ref href="{address}/a.wmv"/></entry></asx>\n',
}


@pytest.mark.parametrize("name", PLAYLISTS)
@pytest.mark.parametrize("suffix", ["", ".mp4"])
def test_playlists_never_reach_the_network(tmp_path: Path, name: str, suffix: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        path = tmp_path / (name + suffix)
        path.write_text(PLAYLISTS[name].format(address=f"http://127.0.0.1:{port}", port=port))
        assert sentence(path).endswith("is not a video that can be read.")
        # Connecting puts a peer into the listening queue, whether or not anybody accepts it.
        with pytest.raises(BlockingIOError):
            server.accept()


def test_playlist_reads_no_other_file(tmp_path: Path) -> None:
    write_video(tmp_path / "secret.mp4", numbered_frames(3), "mpeg4")
    path = tmp_path / "list.mp4"
    path.write_text("ffconcat version 1.0\nfile 'secret.mp4'\n")
    assert sentence(path) == "list.mp4 is not a video that can be read."


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such names")
def test_odd_names(tmp_path: Path) -> None:
    for name in ("50%d.mkv", "a:b.mkv", "größe 波.mkv", "noending", "-x.mkv"):
        path = write_video(tmp_path / "plain.mkv", numbered_frames(2)).rename(tmp_path / name)
        assert len(list(VideoFileSource(path).frames())) == 2


def test_gif_as_a_video_agrees_with_the_animation(tmp_path: Path) -> None:
    path = write_animation(tmp_path / "a.gif", few_colours(), [50] * 5)
    assert np.array_equal(read(path), few_colours())


def test_single_frame_becomes_a_still_film(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", numbered_frames(1))
    clip = run(load_clip(VideoFileSource(path)))
    assert clip.frames.shape == (16, 24, 32, 3)
    assert "single picture" in clip.note


def test_what_an_encoder_says_beside_the_picture_is_passed_over(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", numbered_frames(2), "libx264")
    with av.open(str(path)) as container:
        beside = next(container.decode(video=0)).side_data
        assert len(beside) > 0  # x264 signs its films
    assert len(read(path)) == 2
