"""What the page of comparisons shows: columns, numbers, sentence and plot of the answers that are there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.settings import ContrastSettings, Triple
from gui.compare_films import Films, field_marks, number_texts, place_texts
from gui.compare_request import CompareRequest, Prepared
from gui.films import ClipFilm
from gui.widgets.compare_columns import WAITING, ColumnHead
from gui.widgets.compare_panel import ComparePanel
from gui.widgets.marks import Mark, MarkKind
from gui.widgets.place_plot import Line, PlaceCurve

if TYPE_CHECKING:
    from core.analysis.compare import Answer
    from core.analysis.traces import Trace

NO_PLACE = "Point at a response to see it over time"
# The lines of the plot, for each comparison: column, name, and how it is drawn.
LINES = {
    "dimensions": (
        ("full", "full 3-D", Line.SOLID),
        ("inflated", "inflated", Line.THICK),
        ("difference", "difference", Line.DASHED),
    ),
    "time": (
        ("original", "original", Line.SOLID),
        ("frozen", "frozen", Line.THICK),
        ("reversed", "reversed", Line.DASHED),
    ),
    "flips": (
        ("correlation", "correlation", Line.SOLID),
        ("convolution", "convolution", Line.DASHED),
        ("time flipped", "time flipped", Line.THICK),
    ),
    "after": (
        ("raw", "response r", Line.SOLID),
        ("partner", "its partner", Line.DASHED),
        ("energy", "√energy", Line.THICK),
    ),
}


class CompareShow:
    """Keeps the panel true to one comparison while its answers arrive; GUI thread."""

    def __init__(self, panel: ComparePanel) -> None:
        self._panel = panel
        self._films = Films()
        self.request: CompareRequest | None = None
        self.prepared: Prepared | None = None
        self.answers: dict[str, Answer] = {}
        self._place: Triple | None = None

    def ask(self, request: CompareRequest) -> None:
        """Wait for the answers to another question; the old pictures stay until those to a like one come."""
        if self.request is None or self.request.kind != request.kind:
            self.forget()
        self.request, self.prepared, self.answers = request, None, {}

    def forget(self) -> None:
        """Drop what was computed, and the memory it takes."""
        self.request, self.prepared, self.answers = None, None, {}
        self._films = Films()
        columns = self._panel.columns
        for key in columns.columns:
            columns.set_input(key, None)
            columns.set_response(key, None, WAITING)
            columns.set_number(key, "")
        columns.set_places({})
        columns.set_marks({}, {})
        self._panel.plot.set_curves((), 1.0)

    def prepare(self, prepared: Prepared, part: str) -> None:
        """Show the columns of what will be answered.

        Parameters
        ----------
        part
            Where the selected tile is made of several filters: a few words about that.
        """
        from core.display.kernels import kernel_planes

        request, panel = self.request, self._panel
        assert request is not None
        self.prepared = prepared
        self._films.begin(request, prepared)
        own, probes = request.kind in ("dimensions", "flips"), request.kind == "time"
        heads = []
        for variant in prepared.variants:
            planes = replace(kernel_planes(variant.kernel), limits=self._films.weight_limits) if own else None
            heads.append(ColumnHead(variant.key, variant.title, variant.note, planes))
        panel.set_message("")
        kernel = request.bank[request.index]
        panel.set_filters(filter_titles(request.bank.names), request.index)
        panel.set_filter(_title(request) + part, None if own else kernel_planes(kernel))
        panel.columns.set_heads(heads, kernels=own, inputs=probes)
        for variant in prepared.variants:
            panel.columns.set_input(variant.key, ClipFilm(variant.clip) if probes else None)
        panel.plot.set_count(len(request.clip))

    def add(self, answer: "Answer") -> None:
        """Take an answer in."""
        self.answers[answer.key] = answer
        self._films.add(answer)

    def show_films(self, contrast: ContrastSettings) -> None:
        """Give every answer that is there the common scale, and say what it is."""
        prepared, columns = self.prepared, self._panel.columns
        if prepared is None:
            return
        scales = self._films.scales(contrast)
        numbers = number_texts(self._films, self.answers, prepared)
        for key, answer in self.answers.items():
            if key not in columns.columns:
                continue
            film = self._films.film(key)
            if film is None or film is not columns.columns[key].response.film:
                columns.set_response(key, film, answer.refused)
            columns.set_arrow(key, None if answer.profile is None else answer.profile.direction)
            columns.set_number(key, *numbers[key])
        self._panel.set_scales(scales.responses, scales.squares, self._films.weights)

    def fade(self) -> None:
        """Fade the pictures that are still those of an older question."""
        columns = self._panel.columns
        columns.set_stale([key for key in columns.columns if key not in self.answers], True)

    def show_remark(self) -> None:
        """Say what to notice."""
        from core.analysis import remarks

        prepared, request, answers = self.prepared, self.request, self.answers
        if prepared is None or request is None:
            return
        kernel, banks = request.bank[request.index], False
        refusals = {answer.refused for answer in answers.values()}
        if len(refusals) == 1 and refusals != {""}:  # one reason for all
            text = refusals.pop()
        elif request.kind == "time":
            text = remarks.about_time(answers, prepared.least, prepared.still, prepared.mirrored)
        elif request.kind == "flips":
            text = remarks.about_flips(kernel, answers, request.settings.activation)
        elif request.kind == "after":
            traces = self._traces()
            text = remarks.about_after(prepared.recipe, traces.get("raw"), traces.get("energy"))
            banks = prepared.recipe is None or prepared.recipe.partner is None
        else:
            text = remarks.about_dimensions(kernel, answers, prepared.least, prepared.still, prepared.zeros)
        self._panel.set_remark(text, banks=banks)

    def look_at(self, voxel: Triple | None, pinned: bool) -> None:
        """Show the response at a place under each column; where nobody points the last place stays."""
        if voxel is not None:
            self._place = voxel
        columns = self._panel.columns
        volumes = {key: each.volume for key, each in self.answers.items() if each.volume is not None}
        columns.set_places(place_texts(volumes, self._place))
        self._show_plot()
        if self.request is not None and self.request.kind == "after":
            self.show_remark()
        if not pinned or voxel is None or self.prepared is None or self.request is None:
            columns.set_marks({}, {})
            return
        mark = (Mark(voxel[1:], voxel[1:], None, MarkKind.VOXEL),)
        inputs = field_marks(self.prepared.variants, voxel, self.request.settings)
        columns.set_marks(dict.fromkeys(columns.columns, mark), inputs)

    def _show_plot(self) -> None:
        traces, request = self._traces(), self.request
        lines = LINES[request.kind] if request is not None else ()
        curves = tuple(PlaceCurve(name, traces[key], line) for key, name, line in lines if key in traces)
        place = "" if self._place is None else f"here: (t, y, x) = {self._place}"
        self._panel.plot.set_curves(
            curves, self._films.top, signed=self._films.signed, title=place, message=NO_PLACE
        )

    def _traces(self) -> "dict[str, Trace]":
        """Return what the place that is looked at answers over time, as far as it is plotted."""
        from core.analysis.compare import trace_at

        if self._place is None or self.request is None:
            return {}
        _, y, x = self._place
        made = {}
        for key, _, _ in LINES[self.request.kind]:
            volume = self.answers[key].volume if key in self.answers else None
            trace = None if volume is None else trace_at(volume, y, x, root=key == "energy")
            if trace is not None:
                made[key] = trace
        return made


def filter_titles(names: Sequence[str]) -> list[str]:
    """Return what filters are called: "filter 3", or "3  right" where one has a name of its own."""
    return [name if name == f"filter {i}" else f"{i}  {name}" for i, name in enumerate(names, 1)]


def _title(request: CompareRequest) -> str:
    kernel = request.bank[request.index]
    size = " × ".join(str(side) for side in kernel.weights.shape[:3])
    return f"{size} (t × y × x)"
