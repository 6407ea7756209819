"""The foldable figures of the filter panel: spectrum, tuning curves and numbers."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.display.legend import format_response
from core.filters.kernel import Kernel
from gui.widgets.controls import make_label, tabular
from gui.widgets.spectrum_view import POWER_TABLE, SpectrumPair
from gui.widgets.tuning_view import SPEED_TIP, TEMPORAL_TIP, CurveView, PolarView
from gui.widgets.weight_scale import ColorScale

if TYPE_CHECKING:
    from core.analysis.profile import Profile
    from core.analysis.spectrum import Cut
    from core.analysis.tuning import Tuning

POINT = "Point to read values"
ROUNDING = 1e-5
# Eight directions on the screen, from 0° in steps of 45°.
_ARROWS = "→↘↓↙←↖↑↗"


def _column(owner: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(owner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    return layout


def _value_label() -> QLabel:
    label = make_label(POINT, "value")
    label.setFont(tabular(label.font()))
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return label


class SpectrumSection(QWidget):
    """Both cuts of the spectrum, the legend of the power, and the reading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pair = SpectrumPair()
        self.scale = ColorScale(
            POWER_TABLE,
            "Legend of the spectrum",
            "Power of the filter at each frequency, as a share of the largest: the square of its response.",
        )
        self.scale.set_labels("0", "power", "1")
        self.value_label = _value_label()
        layout = _column(self)
        for widget in (self.pair, self.scale, self.value_label):
            layout.addWidget(widget)
        self.pair.value_changed.connect(self._on_value_changed)

    def set_cuts(self, spatial: "Cut | None", motion: "Cut | None") -> None:
        """Show two cuts, or none."""
        self.pair.set_cuts(spatial, motion)

    @Slot(str)
    def _on_value_changed(self, text: str) -> None:
        self.value_label.setText(text or POINT)


class TuningSection(QWidget):
    """The tuning over direction, speed and temporal frequency, and the reading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.direction = PolarView("Tuning over direction")
        self.speed = CurveView("Tuning over speed", SPEED_TIP, "speed", "px/frame")
        self.temporal = CurveView("Tuning over temporal frequency", TEMPORAL_TIP, "ft", "cyc/frame")
        self.value_label = _value_label()
        layout = _column(self)
        for widget in (self.direction, self.speed, self.temporal, self.value_label):
            layout.addWidget(widget)
        for figure in (self.direction, self.speed, self.temporal):
            figure.value_changed.connect(self._on_value_changed)

    def set_tuning(self, tuning: "Tuning | None") -> None:
        """Show other curves, or none."""
        self.direction.set_curve(tuning.direction if tuning else None)
        self.speed.set_curve(tuning.speed if tuning else None)
        self.temporal.set_curve(tuning.temporal if tuning else None)

    @Slot(str)
    def _on_value_changed(self, text: str) -> None:
        self.value_label.setText(text or POINT)


_ROWS = (
    (
        "sum",
        "Sum of all weights: the response to a plain white area. 0 means that brightness does not count.",
    ),
    ("norm", "Length of the kernel as a vector: the square root of the sum of all squared weights."),
    ("largest", "The largest weight, without its sign: the end of the colour scale."),
    ("bias", "A number that is added to every response."),
    (
        "separability",
        "1: every kernel frame is the same picture, only stronger or weaker, so the filter cannot tell a "
        "motion from its opposite. Smaller: the picture changes with time. (The largest squared singular "
        "value of frames × pixels, as a share of all.)",
    ),
    (
        "DSI",
        "Direction selectivity: power for the preferred motion less that for the opposite one, divided by "
        "their sum. 0: both alike; 1: only one of them.",
    ),
    ("direction", "The motion that it answers to most, on the screen: 0° is right, 90° down."),
    ("speed", "The speed that it answers to most, in pixels per frame."),
    ("spatial", "The fineness of stripes that it answers to most, in cycles per pixel; 0.5 is the finest."),
    ("temporal", "The rate of change that it answers to most, in cycles per frame; 0.5 is the quickest."),
    (
        "colour",
        "The share of its power that answers to differences between the channels instead of brightness.",
    ),
)


class NumbersTable(QWidget):
    """The numbers of a filter: name and value, each with an explanation on hover."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, QLabel] = {}
        self._names: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (name, tip) in enumerate(_ROWS):
            label, value = make_label(name, "hint"), make_label("", "value", wrap=True)
            value.setFont(tabular(value.font()))
            for part in (label, value):
                part.setToolTip(tip)
            value.setAccessibleName(name)
            value.setAccessibleDescription(tip)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            self.values[name], self._names[name] = value, label

    def set_kernel(self, kernel: Kernel) -> None:
        """Show the numbers that need no analysis."""
        # A zero-mean kernel sums to the rounding of its weights: that is 0 for people.
        total = kernel.total if abs(kernel.total) > ROUNDING * kernel.norm else 0.0
        for name, number in (
            ("sum", total), ("norm", kernel.norm), ("largest", kernel.limit), ("bias", kernel.bias),
        ):  # fmt: skip
            self._set(name, format_response(number))
        self._show("colour", kernel.weights.shape[3] > 1)

    def set_profile(self, profile: "Profile | None") -> None:
        """Show the numbers of an analysis, or dashes until there is one."""
        if profile is None:
            for name in ("separability", "DSI", "direction", "speed", "spatial", "temporal", "colour"):
                self._set(name, "–")
            return
        self._set("separability", format_response(profile.separability))
        self._set("DSI", format_response(round(profile.dsi, 4)))
        self._set("direction", "none" if profile.direction is None else direction_text(profile.direction))
        self._set("speed", "–" if profile.speed is None else f"{format_response(profile.speed)} px/frame")
        self._set("spatial", f"{format_response(profile.spatial)} cyc/px")
        self._set("temporal", f"{format_response(profile.temporal)} cyc/frame")
        self._set("colour", f"{profile.colour:.0%}")

    def _set(self, name: str, text: str) -> None:
        self.values[name].setText(text)

    def _show(self, name: str, shown: bool) -> None:
        self.values[name].setVisible(shown)
        self._names[name].setVisible(shown)


def direction_text(direction: float) -> str:
    """Return a direction on the screen as an arrow and degrees."""
    return f"{_ARROWS[round(direction / 45.0) % 8]} {round(direction) % 360}°"
