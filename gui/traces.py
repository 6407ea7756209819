"""The response over time: made in a worker, shown under the feature viewers, followed on a click."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.volume import FeatureVolume
from gui.display import Display
from gui.playback import PlaybackDriver
from gui.session import Session
from gui.tasks import LatestTask
from gui.widgets.trace_view import TracePanel

if TYPE_CHECKING:
    from core.analysis.traces import Trace

# The keys of `core.analysis.traces.MEASURES`, which is imported when there is something to measure.
MEASURES = ("mean |r|", "max", "energy")


class Traces(QObject):
    """Keeps the plot over time true to session, selection and playhead; GUI thread.

    Traces are made in a worker: that of the selected tile, and those of the others where they are shown.

    Signals
    -------
    strengths_changed()
        The mean |r| of every tile is known, or no longer.
    """

    strengths_changed = Signal()

    def __init__(self, session: Session, driver: PlaybackDriver, display: Display, panel: TracePanel) -> None:
        super().__init__(panel)
        self._session, self._driver, self._display, self._panel = session, driver, display, panel
        self._measure = MEASURES[0]
        self._traces: dict[int, Trace] = {}
        self._strengths: tuple[float, ...] = ()
        self._message = "no clip yet"
        self._task = LatestTask("traces", self)
        self._task.result_ready.connect(self._on_result_ready)
        panel.set_measures(MEASURES, self._measure)
        session.clip_changed.connect(self._on_clip_changed)
        session.computing_started.connect(self._on_computing_started)
        session.bank_changed.connect(self._drop)
        session.view_changed.connect(self._drop)
        session.computing_finished.connect(self._on_computing_finished)
        session.computing_failed.connect(self._on_computing_failed)
        display.selection_changed.connect(self._on_selection_changed)
        driver.frame_changed.connect(panel.view.set_frame)
        panel.view.frame_requested.connect(driver.seek)
        panel.measure_changed.connect(self.set_measure)
        panel.strongest_requested.connect(self.show_strongest)
        panel.others_button.toggled.connect(self._on_others_toggled)
        self._show()

    @property
    def strengths(self) -> tuple[float, ...]:
        """The mean |r| of every tile over the whole clip; empty until all are there."""
        return self._strengths

    @property
    def measure(self) -> str:
        """What is plotted: one of `MEASURES`."""
        return self._measure

    @Slot(str)
    def set_measure(self, measure: str) -> None:
        """Plot another measure; what is none is ignored."""
        if measure in MEASURES and measure != self._measure:
            self._measure = measure
            self._panel.set_measures(MEASURES, measure)
            self._traces = {}
            self._fill()

    @Slot()
    def show_strongest(self) -> None:
        """Pause at the moment at which the selected tile answers most."""
        trace = self._traces.get(self._display.selected)
        if trace is None or not trace.values:
            return
        from core.analysis.traces import peak_frame

        self._driver.pause()
        self._driver.seek(peak_frame(trace))

    def shutdown(self) -> None:
        """Wait for the worker."""
        self._task.shutdown()

    def _fill(self) -> None:
        """Have the traces made that are to be seen and not there; show those that are."""
        volumes, measure = self._session.volumes, self._measure
        selected = self._display.selected
        if self._session.complete and selected < len(volumes):
            others = range(len(volumes)) if self._panel.others_button.isChecked() else ()
            wanted = [i for i in dict.fromkeys((selected, *others)) if i not in self._traces]
            parts = [(i, volumes[i]) for i in wanted]
            every = () if self._strengths else volumes
            if parts or every:
                self._task.start(lambda: _work(parts, measure, every))
        self._panel.view.set_selected(selected)
        self._show()

    def _show(self) -> None:
        self._panel.view.set_traces(dict(self._traces), self._message)
        self._panel.strongest_button.setEnabled(self._display.selected in self._traces)

    @Slot()
    def _drop(self) -> None:
        """Forget what belongs to an old question."""
        self._task.cancel()
        self._traces = {}
        self._show()
        if self._strengths:
            self._strengths = ()
            self.strengths_changed.emit()

    @Slot(object)
    def _on_result_ready(self, result: "tuple[int, Trace] | tuple[float, ...]") -> None:
        index = result[0]
        if isinstance(index, int):
            self._traces[index] = result[1]  # type: ignore[assignment]
            self._show()
        else:
            self._strengths = result  # type: ignore[assignment]
            self.strengths_changed.emit()

    @Slot()
    def _on_clip_changed(self) -> None:
        clip = self._session.clip
        self._panel.view.set_count(len(clip) if clip is not None else 0)

    @Slot()
    def _on_computing_started(self) -> None:
        self._message = "computing…"
        self._drop()

    @Slot(str)
    def _on_computing_failed(self, _sentence: str) -> None:
        self._message = "no response"
        self._drop()

    @Slot()
    def _on_computing_finished(self) -> None:
        self._drop()
        self._fill()

    @Slot(int)
    def _on_selection_changed(self, _index: int) -> None:
        self._fill()

    @Slot(bool)
    def _on_others_toggled(self, _shown: bool) -> None:
        self._fill()


def _work(
    parts: list[tuple[int, FeatureVolume]], measure: str, every: tuple[FeatureVolume, ...]
) -> "Iterator[tuple[int, Trace] | tuple[float, ...]]":
    """Yield (tile, its trace) of some volumes and the strengths of all; runs in the worker thread."""
    from core.analysis.traces import strength, trace

    for index, volume in parts[:1]:
        yield index, trace(volume, measure)
    if every:
        yield tuple(strength(volume) for volume in every)
    for index, volume in parts[1:]:
        yield index, trace(volume, measure)
