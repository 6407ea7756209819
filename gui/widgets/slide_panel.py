"""The page of the sliding kernel: what it slides over, the picture, and what moves it."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from core.analysis.slide import MOST_EVERY, Order, Route
from gui.widgets.controls import HEADING_TOP, ElidedLabel, describe, make_heading, make_label, make_row
from gui.widgets.inputs import ComboBox, SpinBox
from gui.widgets.slide_transport import SlideTransport
from gui.widgets.slide_view import SlideView

ORDERS, ROUTES = tuple(Order), tuple(Route)


class SlidePanel(QWidget):
    """Everything that a person sees and sets of a slide.

    Signals:
        order_changed: a person chose another `Order`.
        route_changed: a person chose another `Route`.
        every_changed: a person chose to visit every so many-th output.
        apart_changed: channels side by side, or folded together.
        filter_changed: another of the filters that a tile is made of, by its place in the list.
        export_requested: save the slide as a film.
    """

    order_changed = Signal(object)
    route_changed = Signal(object)
    every_changed = Signal(int)
    apart_changed = Signal(bool)
    filter_changed = Signal(int)
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = make_label("SLIDE", "title")
        self.facts = ElidedLabel()
        self.facts.setProperty("role", "hint")
        self.view = SlideView()
        self.view.setObjectName("slide_view")
        self.transport = SlideTransport()
        self._make_choices()
        self._lay_out()
        self.setFocusProxy(self.view)
        self.order_combo.activated.connect(self._on_order_activated)
        self.route_combo.activated.connect(self._on_route_activated)
        for combo in (self.order_combo, self.route_combo, self.filter_combo):
            combo.popup_closed.connect(self._on_chosen)
        self.every_spin.valueChanged.connect(self.every_changed)
        self.apart_box.toggled.connect(self.apart_changed)
        self.filter_combo.activated.connect(self.filter_changed)
        self.export_button.clicked.connect(self._on_export_clicked)

    @property
    def order(self) -> Order:
        """What the kernel moves along."""
        return ORDERS[self.order_combo.currentIndex()]

    @property
    def route(self) -> Route:
        """Which outputs of each frame are visited."""
        return ROUTES[self.route_combo.currentIndex()]

    @property
    def every(self) -> int:
        """Every how many-th of them."""
        return self.every_spin.value()

    def set_order(self, order: Order) -> None:
        """Show another order."""
        self.order_combo.setCurrentIndex(ORDERS.index(order))
        self._enable()

    def set_every(self, every: int) -> None:
        """Show every how many-th output is visited; no signal."""
        with QSignalBlocker(self.every_spin):
            self.every_spin.setValue(every)

    def set_filters(self, names: Sequence[str], chosen: int) -> None:
        """Offer the filters that a tile is made of; a single one is no choice."""
        self.filter_combo.clear()
        self.filter_combo.addItems(list(names))
        self.filter_combo.setCurrentIndex(chosen)
        self.filter_combo.setVisible(len(names) > 1)
        self._filter_label.setVisible(len(names) > 1)

    def set_available(self, available: bool) -> None:
        """Tell whether there is something that slides."""
        self.export_button.setEnabled(available)
        tip = "Save the slide as GIF or MP4" if available else "There is nothing to save yet"
        self.export_button.setToolTip(tip)

    def set_colours(self, colours: bool) -> None:
        """Tell whether the clip has colours that can be shown apart."""
        self.apart_box.setEnabled(colours)

    # Building

    def _make_choices(self) -> None:
        self.order_combo = ComboBox([order.value for order in ORDERS])
        self.order_combo.setObjectName("slide_order_combo")
        self.order_combo.setMinimumContentsLength(14)
        describe(
            self.order_combo,
            "Order of the slide",
            "Over x, then y, then t, as the loops of the definition; or through time at the pinned response",
        )
        self.route_combo = ComboBox([route.value for route in ROUTES])
        self.route_combo.setObjectName("slide_route_combo")
        self.route_combo.setMinimumContentsLength(12)
        describe(self.route_combo, "Path of the slide", "Which outputs of each frame the kernel visits")
        self.every_spin = SpinBox(1, MOST_EVERY, 1)
        self.every_spin.setObjectName("slide_every_spin")
        self.every_spin.setPrefix("every ")
        self.every_spin.setSuffix(" px")
        describe(
            self.every_spin, "Distance of the visits", "Visit an output every so many; the others are skipped"
        )
        self.filter_combo = ComboBox()
        self.filter_combo.setObjectName("slide_filter_combo")
        self.filter_combo.setMinimumContentsLength(10)
        describe(
            self.filter_combo, "Filter of the slide", "Which of the filters that this tile is made of slides"
        )
        self.apart_box = QCheckBox("&Channels apart")
        self.apart_box.setObjectName("slide_apart_box")
        self.apart_box.setChecked(True)
        self.apart_box.setToolTip("Red, green and blue side by side where there is room, or added together")
        self.export_button = QPushButton("Export…")
        self.export_button.setObjectName("slide_export_button")
        describe(self.export_button, "Export the slide", "Save the slide as GIF or MP4")

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, HEADING_TOP, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(make_heading(self.title, self.facts, self.export_button, stretch=1))
        self._filter_label = make_label("&Filter", "hint", self.filter_combo)
        choices = make_row(
            make_label("O&rder", "hint", self.order_combo),
            self.order_combo,
            make_label("&Path", "hint", self.route_combo),
            self.route_combo,
            self.every_spin,
            self.apart_box,
            self._filter_label,
            self.filter_combo,
        )
        choices.addStretch(1)
        layout.addLayout(choices)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.transport)
        self.set_filters((), -1)
        self.set_available(False)
        self._enable()

    def _enable(self) -> None:
        in_space = self.order is Order.SPACE_THEN_TIME
        self.route_combo.setEnabled(in_space)
        self.every_spin.setEnabled(in_space and self.route is not Route.ALL)

    @Slot(int)
    def _on_order_activated(self, _index: int) -> None:
        self._enable()
        self.order_changed.emit(self.order)

    @Slot(int)
    def _on_route_activated(self, _index: int) -> None:
        self._enable()
        self.route_changed.emit(self.route)

    @Slot()
    def _on_chosen(self) -> None:
        """Go on to the picture, where Space, comma and full stop play and step: a list keeps them."""
        self.view.setFocus()

    @Slot()
    def _on_export_clicked(self) -> None:
        self.export_requested.emit()
