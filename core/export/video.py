"""The MP4 writer: H.264, what slides, messengers, phones and every browser play.

Colours are stored as YCbCr of BT.709, limited range, and the file says so: untold, players guess by the
height of the picture, and a blue comes out as another blue. At half resolution (4:2:0), because QuickTime,
Firefox and most decoders in hardware play nothing else. What that costs was measured on 12 feature frames of
316x236, as PSNR against the exact colours at the quality that is used here:

===================  ==========  ==========
each voxel is        4:2:0       4:4:4
===================  ==========  ==========
one pixel            32.5 dB     38.0 dB
2 x 2 pixels         40.8 dB     40.0 dB
===================  ==========  ==========

So at scale 2 and more, and for pictures that are drawn, half the resolution loses nothing. Every frame has
its exact time; sides are even, as 4:2:0 asks, where need be with the last row or column twice; the index
stands before the frames, so that a browser plays while it loads.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from core.errors import ExportError
from core.export.job import Job
from core.export.pictures import Pictures, frame_time, picture_steps
from core.progress import Progress

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

CODEC = "libx264"
# Constant quality: 18 is called visually lossless, but edges of voxels are harder than films.
_QUALITY = "12"
_BT709, _LIMITED = 1, 1  # as ITU-T H.273 and FFmpeg number them
_LONGEST_SIDE = 16384  # of H.264, level 6.2


def write_mp4(job: Job, path: Path) -> Iterator[Progress]:
    """Write a job's animation as a video that plays once; whether it repeats is the player's choice.

    Raises
    ------
    ExportError
        If the picture would be too large, the asked feature volume is not there, or there is no encoder.
    OSError
        If the file cannot be written.
    """
    pictures = yield from picture_steps(job)
    _check(pictures)
    total = len(pictures.order)
    duration = frame_time(job.export.fps)
    with _opened(path) as container:
        stream = _stream(container, pictures, duration)
        container.metadata["comment"] = job.comment
        container.start_encoding()  # what cannot be written fails now, not when the encoder has looked ahead
        for done, frame in enumerate(pictures.order):
            yield Progress(done, total, "writing frame")
            for packet in stream.encode(_frame(pictures.rgb(frame), done, duration)):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    yield Progress(total, total, "writing frame")


def _check(pictures: Pictures) -> None:
    from av.codec import Codec

    if max(pictures.width, pictures.height) > _LONGEST_SIDE:
        raise ExportError(
            f"A video has at most {_LONGEST_SIDE} pixels in a row, not {pictures.width} x {pictures.height}; "
            "choose a smaller scale or fewer filters."
        )
    try:
        Codec(CODEC, "w")
    except ValueError as error:  # of PyAV, when the library was built without it
        raise ExportError(
            "This installation of PyAV has no H.264 encoder, so it cannot write .mp4; choose .gif or .png."
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator["OutputContainer"]:
    """Open a file for writing; what fails on closing after a failure is not told instead of it."""
    import av

    try:
        # By format, not by suffix: the file has a temporary name.
        container = av.open(str(path), "w", format="mp4", options={"movflags": "faststart"})
        try:
            yield container
        except BaseException:
            with suppress(av.FFmpegError):
                container.close()
            raise
        container.close()
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise ExportError(f"The video could not be encoded: {error.strerror}.") from error


def _stream(container: "OutputContainer", pictures: Pictures, duration: Fraction) -> "VideoStream":
    stream = cast("VideoStream", container.add_stream(CODEC, rate=1 / duration))
    stream.width, stream.height = pictures.width + pictures.width % 2, pictures.height + pictures.height % 2
    stream.pix_fmt = "yuv420p"
    stream.options = {"crf": _QUALITY}
    codec = stream.codec_context
    codec.time_base = duration
    codec.color_range = _LIMITED
    codec.colorspace = codec.color_primaries = codec.color_trc = _BT709
    return stream


def _frame(rgb: NDArray[np.uint8], number: int, duration: Fraction) -> "VideoFrame":
    """Return a picture as the encoder takes it, with its time in units of how long each one stands."""
    from av.video.frame import VideoFrame
    from av.video.reformatter import ColorRange, Colorspace, Interpolation

    height, width = rgb.shape[:2]
    if height % 2 or width % 2:
        rgb = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24").reformat(
        format="yuv420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.AREA,  # the mean of 2 x 2 pixels, not one of them
    )
    frame.pts, frame.time_base = number, duration
    return frame
