"""The commands that write files: export and record."""

import json
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from core.convolution.definition import convolve
from core.filters.builtin import make_bank
from core.playback import order
from core.settings import ConvolutionSettings
from tests.core.cli_calls import STIMULUS, call, sentence
from tests.mjpeg_server import MjpegServer, is_mirrored

pytestmark = pytest.mark.usefixtures("in_tmp")


# export


def test_npz_holds_what_the_definition_says(capsys: pytest.CaptureFixture[str]) -> None:
    options = (
        "--filters 2 --kernel 3x4x3 --seed 9 --padding same --stride 1,2,2 --dilation 1,2,1 --activation abs"
    )
    assert call("export", STIMULUS, "out.npz", *options.split()) == 0
    with np.load("out.npz", allow_pickle=False) as file:
        clip, weights, bias, volumes, names = (
            file[k] for k in ("clip", "weights", "bias", "volumes", "names")
        )
    assert clip.shape == (16, 36, 48, 3)
    assert clip.dtype == np.uint8
    np.testing.assert_array_equal(
        weights, make_bank("zero-mean", filters=2, kernel=(3, 4, 3), seed=9).weights
    )
    assert weights.dtype == bias.dtype == volumes.dtype == np.float32
    assert len(names) == 2
    settings = ConvolutionSettings("same", (1, 2, 2), (1, 2, 1), "abs")
    for kernel, offset, volume in zip(weights, bias, volumes, strict=True):
        expected = convolve(clip.astype(np.float32) / 255, kernel, offset, settings)
        np.testing.assert_allclose(volume, expected, atol=1e-4)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Saved out.npz\n2 feature volumes of 16 frames, 24x18")


def test_explicit_padding_reaches_the_arrays_and_what_they_tell() -> None:
    words = "--filters 1 --kernel 3x5x5 --padding 0,3,1 --border replicate --quiet"
    assert call("export", STIMULUS, "out.npz", "out.gif", *words.split()) == 0
    with np.load("out.npz", allow_pickle=False) as file:
        clip, weights, volumes = (file[name] for name in ("clip", "weights", "volumes"))
        facts = json.loads(str(file["settings"]))
    settings = ConvolutionSettings(**facts["convolution"])
    assert settings == ConvolutionSettings((0, 3, 1), border="replicate")
    expected = convolve(clip, weights, settings=settings)
    assert volumes.shape == expected.shape == (1, 14, 38, 46)
    np.testing.assert_allclose(volumes, expected, atol=1e-4)
    assert [axis["offset"] for axis in facts["axes_tyx"]] == [1.0, -1.0, 1.0]


def test_several_outputs_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.convolution import engine

    calls = []

    def counting(*arguments: object) -> Iterator[object]:
        calls.append(arguments)
        return convolve_steps(*arguments)

    convolve_steps = engine.convolve_steps
    monkeypatch.setattr(engine, "convolve_steps", counting)
    assert call("export", STIMULUS, "a.gif", "--filters", "2", "b.npz", "c.GIF") == 0
    assert len(calls) == 1
    assert Path("a.gif").read_bytes() == Path("c.GIF").read_bytes()


def gif_facts(path: str) -> tuple[tuple[int, int], int, int]:
    """Return size, frames and total time in ms of a GIF."""
    with Image.open(path) as picture:
        total = 0
        for index in range(picture.n_frames):
            picture.seek(index)
            total += int(picture.info["duration"])
        return picture.size, picture.n_frames, total


def test_gif_plays_at_the_clip_s_own_rate_or_at_the_chosen_one() -> None:
    assert call("export", f"{STIMULUS}&fps=20", "own.gif", "--filters", "1") == 0
    assert call("export", f"{STIMULUS}&fps=20", "slow.gif", "--filters", "1", "--fps", "8") == 0
    assert call("export", f"{STIMULUS}&fps=200", "fast.gif", "--filters", "1") == 0
    size, frames, total = gif_facts("own.gif")
    assert (frames, total) == (16, 800)
    assert gif_facts("slow.gif") == (size, 16, 2000)
    # Players slow delays below 20 ms down, so no GIF is faster than that.
    assert gif_facts("fast.gif")[2] == 320


def test_a_video_has_the_frames_of_its_gif_at_the_same_rate() -> None:
    assert call("export", f"{STIMULUS}&fps=20", "a.mp4", "--filters", "1", "a.gif") == 0
    (width, height), frames, total = gif_facts("a.gif")
    with av.open("a.mp4") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (width + width % 2, height + height % 2)
        assert len(list(container.decode(stream))) == frames
        assert stream.duration * stream.time_base * 1000 == total


def test_gif_options_reach_the_file() -> None:
    assert call("export", STIMULUS, "plain.gif", "--filters", "1", "--frames", "6", "--no-captions") == 0
    words = "--filters 1 --frames 6 --no-captions --scale 2 --ping-pong --once --colormap VIK --limit 0.5"
    assert call("export", STIMULUS, "large.gif", *words.split()) == 0
    (width, height), frames, _ = gif_facts("plain.gif")
    (wide, high), more, _ = gif_facts("large.gif")
    assert frames == 6
    assert more == len(order(6, ping_pong=True))
    assert wide > 1.5 * width
    assert high > 1.5 * height
    with Image.open("plain.gif") as plain, Image.open("large.gif") as once:
        assert plain.info.get("loop") == 0
        assert "loop" not in once.info


def test_resize_fits_into_the_box_and_keeps_proportions() -> None:
    for text, shape in {"24x24": (18, 24), "96x72": (72, 96), "12": (9, 12)}.items():
        assert call("export", STIMULUS, "out.npz", "--filters", "1", "--kernel", "3", "--resize", text) == 0
        with np.load("out.npz") as file:
            assert file["clip"].shape == (16, *shape, 3)


def test_start_and_step_choose_frames() -> None:
    stimulus = f"{STIMULUS}&frames=40"
    assert call("export", stimulus, "all.npz", "--frames", "40", "--filters", "1") == 0
    words = "--frames 5 --start 3 --step 7 --filters 1 --kernel 3"
    assert call("export", stimulus, "some.npz", *words.split()) == 0
    with np.load("all.npz") as whole, np.load("some.npz") as part:
        np.testing.assert_array_equal(part["clip"], whole["clip"][3:34:7])


def test_a_bank_from_a_file(rng: np.random.Generator) -> None:
    weights = rng.normal(size=(2, 2, 3, 3, 3)).astype(np.float32)
    np.savez("mine.npz", weights=weights, bias=np.array([0.5, -1], np.float32), names=["one", "two"])
    assert call("export", STIMULUS, "out.npz", "--bank", "mine.npz") == 0
    with np.load("out.npz") as file:
        np.testing.assert_array_equal(file["weights"], weights)
        assert list(file["names"]) == ["one", "two"]
        expected = convolve(file["clip"] / np.float32(255), weights[1], -1.0)
        np.testing.assert_allclose(file["volumes"][1], expected, atol=1e-4)


def test_the_real_frames_in_natural_order(real_wave: Path) -> None:
    assert call("export", str(real_wave), "out.npz", "--filters", "1", "--resize", "64x48") == 0
    with np.load("out.npz") as file, Image.open(real_wave / "frame2.jpg") as second:
        ours = file["clip"][1].astype(float)
        small = np.asarray(second.convert("RGB").resize((64, 48), Image.Resampling.BOX), float)
    assert np.abs(ours - small).mean() < 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("export", "INPUT"),
        ("export sample:wave", "OUTPUT"),
        ("export sample:wave out.xyz", ".gif or .npz"),
        ("export sample:wave out", ".gif or .npz"),
        ("export sample:nothing out.gif", "nothing"),
        ("export stimulus:nothing out.gif", "nothing"),
        ("export sample:wave out.gif --frames 1", "2 to 100000"),
        ("export sample:wave out.gif --frames 100001", "2 to 100000"),
        ("export sample:wave out.gif --frames many", "whole number or all"),
        ("export stimulus:flicker out.gif --frames all", "flicker has no last frame"),
        ("export http://127.0.0.1:9/ out.gif --frames all", "has no last frame"),
        ("export sample:wave out.gif --start -1", "-1"),
        ("export sample:wave out.gif --step 0", "0"),
        ("export sample:wave out.gif --resize 0x5", "0x5"),
        ("export sample:wave out.gif --resize wide", "WxH"),
        ("export sample:wave out.gif --bank nothing", "main.py banks lists the names"),
        ("export sample:wave out.gif --bank zero-meen", "Did you mean zero-mean?"),
        ("export sample:wave out.gif --bank zero-mean?filters=0", "1 to 64, not 0."),
        ("export sample:wave out.gif --bank zero-mean?kernel=0x5x5", "1 to 16, not 0."),
        ("export sample:wave out.gif --bank zero-mean?seed=nan", "not nan."),
        ("export sample:wave out.gif --bank zero-mean?seed=", "not empty."),
        ("export sample:wave out.gif --bank zero-mean?seed", "key=value, not 'seed'."),
        ("export sample:wave out.gif --bank zero-mean?name=x", "'name'"),
        ("export sample:wave out.gif --bank zero-mean?speed=1", "takes filters, kernel, seed"),
        ("export sample:wave out.gif --bank raw?seed=1 --seed 2", "seed is given twice"),
        ("export sample:wave out.gif --bank raw?count=1 --filters 2", "filters"),
        ("export sample:wave out.gif --bank sobel --seed 2", "--seed does not apply to Sobel"),
        ("export sample:wave out.gif --bank gabor --filters 2", "it takes frequency, speed"),
        ("export sample:wave out.gif --bank some.npz --seed 3", "--seed"),
        ("export sample:wave out.gif --filters 0", "1 to 64"),
        ("export sample:wave out.gif --filters 65", "1 to 64"),
        ("export sample:wave out.gif --kernel 17", "1 to 16"),
        ("export sample:wave out.gif --kernel 5x5", "TxHxW"),
        ("export sample:wave out.gif --seed -1", "-1"),
        ("export sample:wave out.gif --padding full", "'full' is not valid, same or three whole numbers"),
        ("export sample:wave out.gif --padding 1,2", "'1,2' is not valid, same or three whole numbers"),
        ("export sample:wave out.gif --padding 1,2,65", "from 0 to 64, not (1, 2, 65)"),
        ("export sample:wave out.gif --padding=-1,0,0", "from 0 to 64, not (-1, 0, 0)"),
        ("export sample:wave out.gif --stride 1,0,1", "1 to 64"),
        ("export sample:wave out.gif --dilation 1,2", "T,H,W"),
        ("export sample:wave out.gif --activation tanh", "tanh"),
        ("export sample:wave out.gif --fps 0", "1 to 60"),
        ("export sample:wave out.gif --fps nan", "1 to 60"),
        ("export sample:wave out.gif --scale 9", "1 to 8"),
        ("export sample:wave out.gif --percentile 20", "50 to 100"),
        ("export sample:wave out.gif --limit 0", "above 0"),
        ("export sample:wave out.gif --limit inf", "above 0"),
        ("export sample:wave out.gif --limit 1 --percentile 90", "exclude"),
        ("export sample:wave out.gif --colormap jet", "vik"),
        ("export sample:wave out.gif --colormap vik --activation relu", "cividis"),
        ("export sample:wave out.gif --nonsense", "--nonsense"),
        ("export sample:wave out.gif out.gif", "twice"),
        ("record", "OUTPUT"),
        ("record out.gif --frames 1", "2 to 64"),
        ("record out.gif --fps 0", "0.1 to 240"),
        ("record out.gif --countdown 99", "60"),
        ("record out.txt --camera 0", ".gif or .npz"),
        ("banks nothing", "main.py banks lists the names"),
        ("banks raw --filters 99", "1 to 64"),
        ("banks --seed 3", "name"),
        ("--nonsense", "--nonsense"),
    ],
)
def test_wrong_usage_is_code_2_and_one_sentence(
    words: str, told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert call(*words.split()) == 2
    assert told in sentence(capsys)
    assert list(tmp_path.iterdir()) == []


def test_failures_are_code_1_and_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Path("text.mp4").write_text("this is no video")
    Path("empty.gif").touch()
    Path("folder").mkdir()
    Image.new("RGB", (1, 1)).save("single.png")
    np.savez("nothing.npz", a=np.zeros(3))
    np.savez("nan.npz", weights=np.full((1, 1, 1, 1, 3), np.nan), names=["mine"])
    np.savez("layer2.npz", weights=np.zeros((1, 1, 1, 1, 64)))
    before = sorted(tmp_path.iterdir())
    for words, told in {
        "export nowhere.mp4 out.gif": "nowhere.mp4",
        "export text.mp4 out.gif": "text.mp4",
        "export empty.gif out.gif": "empty.gif",
        "export folder out.gif": "folder",
        f"export {STIMULUS} missing/out.gif": "missing",
        f"export {STIMULUS} out.gif --bank nothing.npz": "nothing.npz",
        f"export {STIMULUS} out.gif --bank missing.npz": "missing.npz",
        f"export {STIMULUS} out.gif --bank nan.npz": "Filter 'mine' has the weight nan",
        f"export {STIMULUS} out.gif --bank layer2.npz": "64 channels do not fit a clip of 3 channels",
        f"export {STIMULUS} out.gif --frames 4": "5",
        "export sample:wave out.gif --frames 4": "frames 1 to 4 of 16",
        "export single.png out.gif": "5x5",
        f"export {STIMULUS} out.gif --resize 4x4": "5",
    }.items():
        assert call(*words.split()) == 1, words
        assert told in sentence(capsys)
    assert sorted(tmp_path.iterdir()) == before


def test_memory_that_the_system_refuses_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from core.convolution import engine

    def refused(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(engine, "method_for", refused)
    assert call("export", STIMULUS, "out.npz") == 1
    assert "not enough memory for this convolution; choose fewer filters" in sentence(capsys)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over_what_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("mine.npz", weights=np.ones((1, 1, 2, 2, 3), np.float32))
    before = Path("mine.npz").read_bytes()
    assert call("export", STIMULUS, "mine.npz", "--bank", "mine.npz") == 2
    assert "mine.npz" in sentence(capsys)
    assert Path("mine.npz").read_bytes() == before


def test_a_bias_reaches_the_volumes() -> None:
    weights = np.zeros((2, 1, 1, 1, 3), np.float32)
    np.savez("mine.npz", weights=weights, bias=[0.25, -3])
    assert call("export", STIMULUS, "out.npz", "--bank", "mine.npz", "--quiet") == 0
    with np.load("out.npz", allow_pickle=False) as file:
        assert file["bias"].tolist() == [0.25, -3]
        assert (file["volumes"] == file["bias"][:, None, None, None]).all()


# record


def test_record_writes_frames_as_the_camera_sends_them(capsys: pytest.CaptureFixture[str]) -> None:
    with MjpegServer(fps=60) as server:
        assert call("record", "a.gif", "a.npz", "--camera", server.url, "--frames", "6") == 0
    with np.load("a.npz") as file:
        assert file["clip"].shape == (6, 120, 160, 3)
        assert not is_mirrored(file["clip"][0])
        assert "volumes" not in file
    assert gif_facts("a.gif")[1] == 6
    assert "jitter" in capsys.readouterr().err


def test_record_mirrors_and_resizes_on_request() -> None:
    with MjpegServer(fps=60) as server:
        words = f"--camera {server.url} --frames 3 --mirror --resize 80x60 --quiet"
        assert call("record", "a.npz", *words.split()) == 0
    with np.load("a.npz") as file:
        assert file["clip"].shape == (3, 60, 80, 3)
        assert is_mirrored(file["clip"][0])


def test_record_tells_what_is_wrong_with_the_camera(capsys: pytest.CaptureFixture[str]) -> None:
    with MjpegServer(scene="404") as server:
        assert call("record", "a.npz", "--camera", server.url) == 1
    assert "127.0.0.1" in sentence(capsys)
    assert not Path("a.npz").exists()


def test_record_without_any_camera(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.commands import record

    monkeypatch.setattr(record, "list_cameras", tuple)
    assert call("record", "a.npz") == 1
    assert "No camera was found" in sentence(capsys)


def test_what_there_is_to_warn_of_a_bank_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    quick = "gabor?frequency=0.1&directions=2&kernel=3x5x5"
    assert call("export", "stimulus:plaid?width=16&height=12&frames=4", "v.npz", "--bank", quick) == 0
    said = capsys.readouterr().err
    warning, *others = make_bank("gabor", frequency=0.1, directions=2, kernel=(3, 5, 5)).warnings
    assert said.count(warning) == 1 and all(other in said for other in others)
