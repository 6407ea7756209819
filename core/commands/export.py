"""``main.py export``: from a source and a bank to files, without a window."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.clip import Clip
from core.combine import find_view
from core.commands.banks import chosen_bank
from core.commands.output import ProgressLine, save
from core.display.colormap import diverging_names, sequential_names
from core.display.contrast import is_signed
from core.errors import FilterError, UsageError
from core.export.job import ExportJob
from core.filters.views import View
from core.long_clips import Plan, check_long, convolve_long_clip, load_long_clip
from core.pipeline import check_outputs, convolve_clip, working_clip
from core.playback import MAX_FPS, MIN_FPS
from core.progress import Progress
from core.settings import ContrastSettings, ConvolutionSettings, ExportSettings, Triple, WorkingSize
from core.sources.base import FrameSource
from core.sources.load import ClipSelection, load_clip
from core.sources.opening import open_source
from core.spool import Spool
from core.volume import FeatureVolume


def run(options: Namespace) -> None:
    """Check everything that can be checked, then load, convolve once, and write each file."""
    outputs = tuple(Path(text) for text in options.outputs)
    selection, size = _selection(options), options.resize or WorkingSize()
    convolution = ConvolutionSettings(
        options.padding, options.stride, options.dilation, options.activation, options.border
    )
    animation = _animation(options)
    bank = chosen_bank(options.bank, options)
    view = find_view(bank, options.show)
    contrast = _contrast(options, view)
    plan = Plan(bank, convolution, animation, outputs, view)
    source = open_source(options.input)
    check_outputs(outputs)
    _spare_inputs(outputs, [options.input, options.bank])
    with ProgressLine(options.quiet) as line, Spool(outputs[0].absolute().parent) as spool:
        if selection.is_long:
            clip, volumes = _on_disk(source, selection, size, plan, spool, line)
        else:
            clip = working_clip(line.last(load_clip(source, selection)), size)
            volumes = _volumes(convolve_clip(clip, plan.bank, convolution, size, view), clip, line)
        if options.fps is None:
            animation = replace(animation, fps=own_rate(clip.fps))
        bank = plan.bank.for_channels(clip.channels)
        save(ExportJob(clip, bank, volumes, convolution, contrast, animation, view), outputs, line, spool)
        # Not before: a failure is one line.
        if clip.note:
            line.say(clip.note)
        for warning in plan.bank.warnings:
            line.say(warning)
        if view is not None and convolution.activation != "none":
            line.say(
                f"Activation {convolution.activation} does not apply: {view.key} has its own arithmetic."
            )
        t, h, w = volumes[0].data.shape
        count = "1 feature volume" if len(volumes) == 1 else f"{len(volumes)} feature volumes"
        frames = "1 frame" if t == 1 else f"{t} frames"
        line.say(f"{count} of {frames}, {w}x{h}, from {len(clip)} frames of {clip.width}x{clip.height}.")


def _on_disk(
    source: FrameSource,
    selection: ClipSelection,
    size: WorkingSize,
    plan: Plan,
    spool: Spool,
    line: ProgressLine,
) -> tuple[Clip, tuple[FeatureVolume, ...]]:
    """Return clip and volumes of any length; they lie in the spool."""

    def check(shape: Triple) -> None:
        check_long(shape, plan, spool, loaded=False)

    clip = line.last(load_long_clip(source, selection, size, spool, check))
    check_long((len(clip), clip.height, clip.width), plan, spool, loaded=True)
    return clip, _volumes(convolve_long_clip(clip, plan.bank, plan.convolution, spool, plan.view), clip, line)


def _volumes(
    work: Iterator[Progress | FeatureVolume], clip: Clip, line: ProgressLine
) -> tuple[FeatureVolume, ...]:
    try:
        return tuple(step for step in line.results(work) if isinstance(step, FeatureVolume))
    except FilterError as error:
        if not clip.note:
            raise
        # Why the clip is too short or too small may be told there: a damaged file, say.
        raise FilterError(f"{str(error).rstrip('.')} ({clip.note.rstrip('.')}).") from error


def _selection(options: Namespace) -> ClipSelection:
    if options.frames is None:
        return ClipSelection.all_frames(options.start, options.step)
    return ClipSelection(options.frames, options.start, options.step)


def own_rate(fps: float) -> float:
    """Return a clip's own rate, as far as animations can play it."""
    return min(max(fps, MIN_FPS), MAX_FPS)


def _spare_inputs(outputs: Sequence[Path], inputs: list[str | None]) -> None:
    """Refuse to write over what is read."""
    read = [Path(text) for text in inputs if text]
    for output in outputs:
        if output.exists() and any(path.exists() and output.samefile(path) for path in read):
            raise UsageError(f"{output} is read from and cannot be written to as well.")


def _contrast(options: Namespace, view: View | None) -> ContrastSettings:
    if options.percentile is not None and options.limit is not None:
        raise UsageError("--percentile and --limit exclude each other.")
    contrast = ContrastSettings(shared=not options.per_filter)
    if options.percentile is not None:
        contrast = replace(contrast, percentile=options.percentile)
    if options.limit is not None:
        contrast = replace(contrast, mode="manual", manual_limit=options.limit)
    if options.colormap is None:
        return contrast
    if view is not None and view.directions:
        raise UsageError(f"--show {view.key} has colours of its own, so --colormap cannot be used with it.")
    if is_signed(options.activation, view):
        return replace(contrast, diverging=_color_map(options.colormap, diverging_names(), "signed"))
    return replace(contrast, sequential=_color_map(options.colormap, sequential_names(), "never-negative"))


def _color_map(wanted: str, names: tuple[str, ...], data: str) -> str:
    for name in names:
        if name.casefold() == wanted.casefold():
            return name
    raise UsageError(f"There is no colour map {wanted!r} for {data} responses: choose {', '.join(names)}.")


def _animation(options: Namespace) -> ExportSettings:
    settings = ExportSettings(
        scale=options.scale,
        loop=not options.once,
        ping_pong=options.ping_pong,
        captions=not options.no_captions,
    )
    return settings if options.fps is None else replace(settings, fps=options.fps)
