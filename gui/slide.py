"""The page on which the kernel slides over the clip, step by step, and what it computes appears beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog

from core.analysis.slide import Order, Route, Scan, space_scan, time_scan, watchable_every
from gui.page import Page
from gui.page_options import page_options
from gui.parts import Parts
from gui.playback import PlaybackDriver
from gui.slide_source import COMPUTING, Ready, SlideSource
from gui.widgets.marks import Mark
from gui.widgets.slide_export import SlideFilm
from gui.widgets.slide_panel import SlidePanel
from gui.widgets.step_keys import modifiers_of

# Steps per second to begin with. In time each step is a whole sum to read.
SPEEDS = {Order.SPACE_THEN_TIME: 30.0, Order.TIME_ONLY: 2.0}
# What is computed sooner leaves the old picture alone: no flicker.
STALE_AFTER_MS = 300
KINDS = (".gif", ".mp4")

_STEPS = {Qt.Key.Key_Comma: -1, Qt.Key.Key_Period: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right)

_ORDERS = {"space": Order.SPACE_THEN_TIME, "time": Order.TIME_ONLY}


@dataclass(frozen=True, slots=True)
class DrawnSlide:
    """What slides, in which order, and whether the channels are drawn apart."""

    ready: Ready
    scan: Scan
    apart: bool


class SlidePage(Page):
    """Owns the slide's clock, scan and step; GUI thread.

    The film of the window stands still meanwhile and follows: it shows the frame on the kernel's middle, and
    on it the box that the kernel lies on.
    """

    widget: SlidePanel
    own_marks = True

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._shown = False
        self._scan: Scan | None = None
        self._speeds = dict(SPEEDS)
        self._apart = True
        self._begin = False
        self.widget = SlidePanel()
        self.driver = PlaybackDriver(self)
        self.driver.set_fps(SPEEDS[Order.SPACE_THEN_TIME])
        self.source = SlideSource(parts.session, parts.display, self)
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(STALE_AFTER_MS)
        self._stale.timeout.connect(self._on_stale)
        self._connect()

    def _connect(self) -> None:
        panel, driver = self.widget, self.driver
        transport = panel.transport
        transport.play_toggled.connect(driver.toggle)
        transport.step_requested.connect(driver.step)
        transport.first_requested.connect(driver.first)
        transport.last_requested.connect(driver.last)
        transport.seek_requested.connect(driver.seek)
        transport.speed_changed.connect(self._on_speed_changed)
        driver.frame_changed.connect(self._on_step_changed)
        driver.playing_changed.connect(transport.set_playing)
        panel.order_changed.connect(self._on_order_changed)
        panel.route_changed.connect(self._on_route_changed)
        panel.every_changed.connect(self._on_every_changed)
        panel.apart_changed.connect(self._on_apart_changed)
        panel.filter_changed.connect(self.source.choose)
        panel.export_requested.connect(self.ask_export)
        panel.view.step_picked.connect(driver.seek)
        panel.view.place_picked.connect(self._on_place_picked)
        self.source.changed.connect(self._on_source_changed)
        self._parts.probe.voxel_changed.connect(self._on_probe_changed)
        self._parts.probe.pinned_changed.connect(self._on_probe_changed)

    @property
    def scan(self) -> Scan | None:
        """In which order the kernel slides, while there is something to slide over."""
        return self._scan

    @property
    def step(self) -> int:
        """Where it is."""
        return self.driver.frame

    def set_shown(self, shown: bool) -> None:
        """Begin where it was left, paused; or stop."""
        self._shown = shown
        if shown:
            self._parts.driver.pause()
        else:
            self.driver.pause()
            self._stale.stop()
        self.source.set_active(shown)

    def shutdown(self) -> None:
        """Stop the clock and wait for the worker."""
        self.driver.pause()
        self._stale.stop()
        self.source.shutdown()

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether a key plays or steps the slide; on a press it does so. Arrows move a pinned response."""
        key = Qt.Key(event.key())
        if modifiers_of(event):
            return False
        step = None if key in _ARROWS and self._parts.probe.pinned else _STEPS.get(key)
        if step is None and key not in (Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End):
            return False
        if event.type() == QEvent.Type.KeyPress and self._scan is not None:
            if step is not None:
                self.driver.step(step)
            else:
                {
                    Qt.Key.Key_Space: self.driver.toggle,
                    Qt.Key.Key_Home: self.driver.first,
                    Qt.Key.Key_End: self.driver.last,
                }[key]()
        return True

    def set_order(self, order: Order) -> None:
        """Slide over x, y and t, or through time only."""
        self.widget.set_order(order)
        self._on_order_changed(order)

    def preset(self) -> dict[str, Any]:
        """Return how the page is set, as `apply_preset` takes it."""
        order = next(key for key, order in _ORDERS.items() if order is self.widget.order)
        return {"order": order, "play": self._begin or self.driver.head.playing}

    def apply_preset(self, options: Mapping[str, Any]) -> None:
        """Slide in an order ("space", "time") as a lesson wants it, from the start on where it plays.

        Raises
        ------
        UsageError
            For any other option.
        """
        wanted = page_options(options, {"order": "space", "play": False}, order=tuple(_ORDERS))
        self.set_order(_ORDERS[wanted["order"]])
        self.driver.pause()
        self._begin = wanted["play"]
        self._begin_if_wanted()

    def _begin_if_wanted(self) -> None:
        """Play from the start, as soon as there is something to slide over."""
        if self._begin and self._scan is not None:
            self._begin = False
            self.driver.first()
            self.driver.play()

    # Export

    @Slot()
    def ask_export(self) -> None:
        """Let the person say how the film is to be, and where to."""
        slide = self._slide()
        if slide is None:
            return
        from gui.widgets.slide_export import SlideExportDialog

        self.driver.pause()
        frame = slide.scan.voxel(self.step)[0]
        dialog = SlideExportDialog(slide.scan, frame, self.driver.head.fps, self._parts.window)
        if dialog.exec():
            # What was asked for: meanwhile another clip may have been opened, and slides now.
            self._ask_path(slide, dialog.film())
        dialog.deleteLater()

    def _ask_path(self, slide: DrawnSlide, film: SlideFilm) -> None:
        from core.export.formats import save_dialog_filter
        from gui.files import file_stem, with_chosen_suffix

        clip, state = self._parts.session.clip, self._parts.state
        stem = file_stem(clip.name if clip is not None else "")
        start = str(Path(state.text("folder/save")) / f"{stem} slide{KINDS[0]}")
        kinds = save_dialog_filter(KINDS)
        path, kind = QFileDialog.getSaveFileName(self._parts.window, "Export the slide", start, kinds)
        if path:
            self._export(slide, film, with_chosen_suffix(Path(path), kind, KINDS[0]))

    def export(self, film: SlideFilm, path: Path) -> None:
        """Write a film of the slide in the background; the window's transport shows how far it is."""
        slide = self._slide()
        if slide is not None:
            self._export(slide, film, path)

    def _slide(self) -> DrawnSlide | None:
        """Return what slides now, or say why nothing does."""
        ready, scan = self.source.ready, self._scan
        if ready is None or scan is None:
            self._parts.files.show_error(self.source.message or COMPUTING)
            return None
        return DrawnSlide(ready, scan, self._apart)

    def _export(self, slide: DrawnSlide, film: SlideFilm, path: Path) -> None:
        from core.display.slide_film import slide_film
        from core.export.job import FilmJob
        from core.settings import ExportSettings

        look = slide.ready.look.arranged(slide.apart)
        drawn = slide_film(slide.ready.slide(slide.scan), look, film.size, film.steps)
        self._parts.state.remember("folder/save", str(path.parent))
        settings = ExportSettings(fps=film.fps, loop=film.loop)
        self._parts.files.exporter.save(FilmJob(drawn, settings, "Wavecube: a kernel slides"), path)

    # What is shown

    def _show(self) -> None:
        """Show what slides now, as near as can be to where the kernel was."""
        ready, panel = self.source.ready, self.widget
        panel.set_available(ready is not None)
        if ready is None:
            self._scan = None
            self.driver.pause()
            panel.view.set_message(self.source.message)
            panel.facts.set_text("")
            panel.transport.set_count(1)
            self._parts.workspace.input_panel.set_marks(())
            return
        before, scan = self._scan, self._wanted_scan(ready.shape)
        step = scan.step_of(before.voxel(self.step)) if before is not None else 0
        self._scan = scan
        panel.set_colours(ready.clip.channels > 1)
        panel.view.set_slide(ready.slide(scan), ready.look.arranged(self._apart), step)
        panel.transport.set_count(scan.count)
        self.driver.set_count(scan.count)
        self.driver.seek(step)
        self._tell()
        self._hold_cut()
        self._on_step_changed(step)
        self._begin_if_wanted()

    def _wanted_scan(self, shape: tuple[int, int, int]) -> Scan:
        panel, probed = self.widget, self._parts.probe.voxel
        if panel.order is Order.TIME_ONLY:
            _, y, x = probed or (0, shape[1] // 2, shape[2] // 2)
            return time_scan(shape, (y, x))
        return space_scan(shape, panel.route, every=panel.every, row=probed[1] if probed else None)

    def _hold_cut(self) -> None:
        """Cut the input's slices where the kernel stays; else they follow the cursor."""
        axes, scan = self._parts.probe.axes, self._scan
        centre = None
        if scan is not None and axes is not None and scan.order is Order.TIME_ONLY:
            centre = axes[1].to_input(scan.ys[0]), axes[2].to_input(scan.xs[0])
        self._parts.workspace.input_panel.hold_cut(centre)

    def _tell(self) -> None:
        """Say which outputs are visited, and how long that takes."""
        if self._scan is not None:
            seconds = self._scan.count / self.driver.head.fps
            told = ", ".join(self._scan.told())
            self.widget.facts.set_text(f"{self.source.note}{told}: {_duration(seconds)}")

    # Slots

    @Slot()
    def _on_source_changed(self) -> None:
        source, panel = self.source, self.widget
        if not self._shown:
            panel.view.set_message("")  # nothing is kept of an old clip
            return
        panel.set_filters(source.names, source.member)
        if source.ready is None and source.message == COMPUTING and panel.view.slide is not None:
            self.driver.pause()
            self._stale.start()
            return
        self._stale.stop()
        if source.ready is not None and self._scan is None:
            panel.set_every(watchable_every(source.ready.shape, panel.route))
        self._show()

    @Slot()
    def _on_stale(self) -> None:
        self._show()

    @Slot(int)
    def _on_step_changed(self, step: int) -> None:
        """Show a step, and on the input what the kernel lies on."""
        slide, panel = self.widget.view.slide, self.widget
        if slide is None:
            return
        panel.view.set_step(step)
        panel.transport.set_step(step)
        if self._shown:
            self._parts.driver.seek(slide.volume.axes[0].frame_of(slide.scan.voxel(step)[0]))
            self._parts.workspace.input_panel.set_marks((Mark.over(slide.field(step)),))

    @Slot(float)
    def _on_speed_changed(self, speed: float) -> None:
        self._speeds[self.widget.order] = speed
        self.driver.set_fps(speed)
        self._tell()

    @Slot(object)
    def _on_order_changed(self, order: Order) -> None:
        speed = self._speeds[order]
        self.driver.set_fps(speed)
        self.widget.transport.set_speed(speed)
        self._rescan()

    @Slot(object)
    def _on_route_changed(self, route: Route) -> None:
        if self.source.ready is not None:
            self.widget.set_every(watchable_every(self.source.ready.shape, route))
        self._rescan()

    @Slot(int)
    def _on_every_changed(self, _every: int) -> None:
        self._rescan()

    @Slot(bool)
    def _on_apart_changed(self, apart: bool) -> None:
        self._apart = apart
        self._rescan()

    @Slot()
    def _on_probe_changed(self) -> None:
        """Slide where the pinned response is: through time there, or on to it."""
        voxel = self._parts.probe.voxel
        if not self._shown or voxel is None or self.source.ready is None:
            return
        if self.widget.order is Order.TIME_ONLY or self.widget.route is Route.ROW:
            self._rescan()
        if self._scan is not None and self._parts.probe.pinned:
            self.driver.seek(self._scan.step_of(voxel))

    @Slot(object)
    def _on_place_picked(self, place: tuple[float, float]) -> None:
        """Pin the response there, at the output frame that is shown."""
        if self._scan is not None and self.source.ready is not None:
            _, rows, columns = self.source.ready.volume.axes
            _, height, width = self._scan.shape
            y, x = rows.to_output(place[0], height)[0], columns.to_output(place[1], width)[0]
            self._parts.probe.pin((self._scan.voxel(self.step)[0], y, x))

    def _rescan(self) -> None:
        if self._shown and self.source.ready is not None:
            self._show()


def _duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
