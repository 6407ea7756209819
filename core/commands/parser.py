"""The words of the command line: options, their types and the help.

Nothing is computed here. Each command has a parser of its own, so that options may stand anywhere
between inputs and outputs, and the window's INPUT may be any path.
"""

import argparse
import re
import sys
from typing import NoReturn

from core.errors import UsageError
from core.limits import (
    DEFAULT_CLIP_FRAMES,
    MAX_CLIP_FRAMES,
    MAX_FILE_FRAMES,
    MAX_FILTERS,
    MAX_KERNEL_SIDE,
    MIN_CLIP_FRAMES,
)
from core.settings import ACTIVATIONS, BORDERS, PADDINGS, ContrastSettings, Padding, Triple, WorkingSize

COMMANDS = ("export", "record", "banks")

_INPUTS = """\
INPUT is one of
  a video, a GIF, APNG, WebP or picture file
  a folder of pictures, taken in natural order
  sample:wave, the bundled clip
  stimulus:NAME?key=value&…, a film with a closed form: drifting-grating,
      counter-phase, plaid, fluted-square, moving-bar, apparent-motion, impulse,
      drifting-texture, still-texture, reverse-phi, dots, flicker,
      temporal-ramp, spatial-ramp
  an address of a camera: http://…, rtsp://…"""

_OUTPUTS = """\
OUTPUT chooses its format by its suffix; several are made from one computation:
  .gif   mosaic of the input and every feature volume, in step
  .npz   clip, weights, bias, volumes and names, as numpy arrays
  .png   the mosaic as APNG: exact times, also above 50 frames per second
  .mp4   the mosaic as H.264 video, which slides and messengers play"""

_WINDOW_HELP = f"""\
See what 3-D (space-time) convolution does to your own video.

Without a command the window opens.

commands (they need no display; each has its own --help):
  export INPUT OUTPUT [OUTPUT …]   run a filter bank over a clip, save the result
  record OUTPUT [--camera …]       record a clip from a camera
  banks [NAME|FILE]                list the filter banks, or tell all about one

{_INPUTS}
A file that is called like a command is reached by ./export"""

_WINDOW_EXAMPLES = """\
examples:
  main.py                                     open the window
  main.py wave.mp4                            open it with a video
  main.py --camera http://192.168.1.20:8080/video
  main.py export sample:wave wave.gif         no window: straight to a file
  main.py --doctor                            what is installed, what is missing"""

_EXPORT_EXAMPLES = """\
examples:
  main.py export sample:wave wave.gif
  main.py export wave.mp4 wave.gif wave.npz --filters 4 --kernel 3x5x5 --seed 7
  main.py export wave.mp4 motion.gif --bank "gabor?speed=2&directions=4"
  main.py export frames/ out.npz --bank my_filters.npz --padding same --activation relu
  main.py export lecture.mp4 lecture.npz --frames all --resize 160x120
  main.py export "stimulus:moving-bar?velocity=2&direction=left" bar.gif"""

_RECORD_EXAMPLES = """\
examples:
  main.py record wave.npz                     16 frames from the first camera
  main.py record wave.gif --camera 1 --countdown 3 --resize 320x240
  main.py record wave.gif --camera "HD Webcam" --frames 32 --fps 15
  main.py record wave.gif --camera http://192.168.1.20:8080/video"""

_BANKS_EXAMPLES = """\
examples:
  main.py banks                               the names, with what they are
  main.py banks gabor                         what it sees, its parameters, its kernels
  main.py banks "gabor?speed=2&directions=4"  the same with other numbers
  main.py banks zero-mean --filters 2 --seed 7
  main.py banks my_filters.npz                the kernels in a file"""


class CommandParser(argparse.ArgumentParser):
    """An argparse parser that answers a mistake with the usage and one sentence, exit code 2."""

    def __init__(self, prog: str, usage: str, description: str, epilog: str) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Print usage and sentence to stderr and raise SystemExit(2)."""
        text = message if message.endswith((".", "!", "?")) else f"{message}."
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: error: {text}\n")


def command_parser(command: str) -> CommandParser:
    """Return the parser of a command; "" is the window."""
    makers = {"": _window, "export": _export, "record": _record, "banks": _banks}
    return makers[command]()


def _window() -> CommandParser:
    parser = CommandParser(
        "main.py",
        "main.py [INPUT] [--camera INDEX|NAME|URL]\n"
        "       main.py {export,record,banks} …\n"
        "       main.py --help | --version | --doctor",
        _WINDOW_HELP,
        _WINDOW_EXAMPLES,
    )
    parser.add_argument("input", metavar="INPUT", nargs="*", help="what to show first (see above)")
    _add_camera(parser, "start with this camera")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.add_argument(
        "--doctor", action="store_true", help="list versions, missing system libraries, cameras, display"
    )
    return parser


def _export() -> CommandParser:
    parser = CommandParser(
        "main.py export",
        "main.py export INPUT OUTPUT [OUTPUT …] [options]",
        f"Run a bank of 3-D filters over a clip and save the result. No display is needed.\n\n"
        f"{_INPUTS}\n\n{_OUTPUTS}",
        _EXPORT_EXAMPLES,
    )
    parser.add_argument("input", metavar="INPUT", help="where the frames come from")
    parser.add_argument("outputs", metavar="OUTPUT", nargs="+", help="the files to write")
    clip = parser.add_argument_group("clip")
    text = f"how many frames to take, {MIN_CLIP_FRAMES} to {MAX_FILE_FRAMES}, or all of them"
    clip.add_argument(
        "--frames",
        metavar="N|all",
        type=count_or_all,
        default=DEFAULT_CLIP_FRAMES,
        help=f"{text} (default {DEFAULT_CLIP_FRAMES}); more than {MAX_CLIP_FRAMES} are kept on the disk",
    )
    clip.add_argument("--start", metavar="N", type=whole, default=0, help="skip N frames first (default 0)")
    clip.add_argument("--step", metavar="N", type=whole, default=1, help="take every N-th frame (default 1)")
    _add_resize(clip, "default: longest side 320, smaller clips keep their size")
    filters = parser.add_argument_group("filters")
    _add_bank_options(filters, with_name=True)
    text = "what to show of the bank: responses (default), or energy, direction, … where it has them"
    filters.add_argument("--show", metavar="KEY", default="responses", help=text)
    _add_convolution(parser.add_argument_group("convolution"))
    _add_animation(parser.add_argument_group("animation"))
    _add_quiet(parser)
    return parser


def _record() -> CommandParser:
    parser = CommandParser(
        "main.py record",
        "main.py record OUTPUT [OUTPUT …] [--camera INDEX|NAME|URL] [options]",
        "Record a clip from a camera. No display is needed.\n\n"
        "OUTPUT chooses its format by its suffix: .gif (animation in 256 colours),\n"
        ".png (APNG animation without loss), .mp4 (H.264 video) or .npz (the frames).",
        _RECORD_EXAMPLES,
    )
    parser.add_argument("outputs", metavar="OUTPUT", nargs="+", help="the files to write")
    _add_camera(parser, "which camera (default: the first one that is found)")
    low, high = MIN_CLIP_FRAMES, MAX_CLIP_FRAMES
    text = f"how many frames to record, {low} to {high} (default {DEFAULT_CLIP_FRAMES})"
    parser.add_argument("--frames", metavar="N", type=whole, default=DEFAULT_CLIP_FRAMES, help=text)
    parser.add_argument("--fps", metavar="F", type=number, help="frames per second (default: the camera's)")
    parser.add_argument(
        "--countdown", metavar="S", type=whole, default=0, help="seconds before the first frame (default 0)"
    )
    _add_resize(parser, "default: the camera's size")
    parser.add_argument("--mirror", action="store_true", help="mirror left to right, as the window does")
    _add_quiet(parser)
    return parser


def _banks() -> CommandParser:
    parser = CommandParser(
        "main.py banks",
        "main.py banks [NAME[?key=value&…]|FILE] [--filters N] [--kernel TxHxW] [--seed S]",
        "List the filter banks, or tell all about one: what it sees, its source and parameters,\n"
        "what can be shown of it, and its kernels with shape, sum, norm and first weights.",
        _BANKS_EXAMPLES,
    )
    parser.add_argument("name", metavar="NAME|FILE", nargs="?", help="a bank by name, or a .npz file")
    _add_bank_options(parser, with_name=False)
    return parser


_Options = argparse.ArgumentParser | argparse._ArgumentGroup


def _add_camera(options: _Options, text: str) -> None:
    options.add_argument("--camera", metavar="INDEX|NAME|URL", help=text)


def _add_quiet(options: _Options) -> None:
    options.add_argument("--quiet", "-q", action="store_true", help="say nothing but errors")


def _add_resize(options: _Options, default: str) -> None:
    text = f"fit the frames into this box, proportions kept ({default})"
    options.add_argument("--resize", metavar="WxH", type=box, help=text)


def _add_bank_options(options: _Options, *, with_name: bool) -> None:
    if with_name:
        text = (
            "a bank, with parameters on demand: NAME?key=value&… (see main.py banks), "
            "or a .npz file with weights (default zero-mean)"
        )
        options.add_argument("--bank", metavar="NAME|FILE", help=text)
    text = f"filters in the bank, 1 to {MAX_FILTERS} (default 8), where it takes a number"
    options.add_argument("--filters", metavar="N", type=whole, help=text)
    text = (
        f"kernel size, each side 1 to {MAX_KERNEL_SIDE}; one number makes a cube (default 5x5x5), "
        "where the bank takes a size"
    )
    options.add_argument("--kernel", metavar="TxHxW", type=sizes, help=text)
    options.add_argument("--seed", metavar="S", type=whole, help="seed of random weights (default 0)")


def _add_convolution(options: _Options) -> None:
    text = "what happens at the edges: valid, same, or so many voxels on either side (default valid)"
    options.add_argument("--padding", metavar="valid|same|T,H,W", type=padding, default="valid", help=text)
    text = "what padding assumes outside the clip (default zero)"
    options.add_argument("--border", choices=BORDERS, default="zero", help=text)
    for name in ("stride", "dilation"):
        text = f"{name} in time, height and width; one number for all three (default 1,1,1)"
        options.add_argument(f"--{name}", metavar="T,H,W", type=steps, default=(1, 1, 1), help=text)
    text = "what every response goes through (default none)"
    options.add_argument("--activation", choices=ACTIVATIONS, default="none", help=text)


def _add_animation(options: _Options) -> None:
    options.add_argument(
        "--fps",
        metavar="F",
        type=number,
        help="frames per second, 1 to 60, GIF at most 50 (default: the clip's own)",
    )
    options.add_argument(
        "--scale", metavar="N", type=whole, default=1, help="enlarge 1 to 8 times (default 1)"
    )
    options.add_argument("--ping-pong", action="store_true", help="play forwards, then backwards")
    options.add_argument("--once", action="store_true", help="play once instead of for ever")
    options.add_argument("--no-captions", action="store_true", help="leave out names and legend")
    contrast = ContrastSettings()
    text = f"percentile of all responses at the ends of the colour table (default {contrast.percentile:g})"
    options.add_argument("--percentile", metavar="P", type=number, help=text)
    options.add_argument(
        "--limit", metavar="A", type=number, help="the response there, instead of a percentile"
    )
    options.add_argument(
        "--per-filter", action="store_true", help="one contrast for each filter, not one for all"
    )
    text = f"colour map (default {contrast.diverging}; {contrast.sequential} after relu, abs or square)"
    options.add_argument("--colormap", metavar="NAME", help=text)


def whole(text: str) -> int:
    """Return a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number.") from None


def count_or_all(text: str) -> int | None:
    """Return a whole number, or None for "all"."""
    if text.strip().lower() == "all":
        return None
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number or all.") from None


def number(text: str) -> float:
    """Return a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number.") from None


def sizes(text: str) -> Triple:
    """Return (T, H, W) from "3x5x5", "3,5,5" or "5"."""
    return _triple(text, f"{text!r} is not a size TxHxW, like 3x5x5.")


def steps(text: str) -> Triple:
    """Return (t, y, x) from "1,2,2", "1x2x2" or "2"."""
    return _triple(text, f"{text!r} is not three whole numbers T,H,W, like 1,2,2.")


def padding(text: str) -> Padding:
    """Return a name of `PADDINGS`, or (t, y, x) from "1,2,2", "1x2x2" or "2"."""
    for name in PADDINGS:
        if text.strip().lower() == name:
            return name
    return _triple(text, f"{text!r} is not {', '.join(PADDINGS)} or three whole numbers T,H,W, like 1,2,2.")


def box(text: str) -> WorkingSize:
    """Return the box of "320x240", or of "320": a square that the longest side is fitted into."""
    numbers = _numbers(text)
    if len(numbers) not in (1, 2):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size WxH, like 320x240.")
    try:
        # A size that was asked for is kept to, also by clips that are smaller.
        return WorkingSize(numbers[0], numbers[-1], enlarge=True)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _triple(text: str, sentence: str) -> Triple:
    numbers = _numbers(text)
    if len(numbers) == 1:
        numbers *= 3
    if len(numbers) != 3:
        raise argparse.ArgumentTypeError(sentence)
    return numbers[0], numbers[1], numbers[2]


def _numbers(text: str) -> list[int]:
    """Return the whole numbers between "x" or ","; none where there is anything else."""
    parts = re.split(r"[x×,]", text.strip().lower())
    return [int(p) for p in parts] if all(re.fullmatch(r"-?[0-9]{1,9}", p) for p in parts) else []
