"""The heading over a kernel's sections: which filter, and which of its channels."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.widgets.controls import ElidedLabel, describe, make_row
from gui.widgets.inputs import ComboBox


class KernelHead(QWidget):
    """Title and choices; a choice of one is not shown.

    Signals
    -------
    chosen()
        A person chose another filter of the tile, or another channel.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self.title.setProperty("role", "title")
        self.filter_combo, self.channel_combo = ComboBox(), ComboBox()
        self.filter_combo.setObjectName("sections_filter")
        self.channel_combo.setObjectName("sections_channel")
        describe(
            self.filter_combo, "Filter", "The tile is made of several filters: cut the kernel of this one."
        )
        describe(
            self.channel_combo,
            "Channel",
            "Cut this channel of the kernel, or the mean of all: what grey sees.",
        )
        for combo in (self.filter_combo, self.channel_combo):
            combo.activated.connect(self._on_activated)
        self.setLayout(make_row(self.title, self.filter_combo, self.channel_combo))
        layout = self.layout()
        assert layout is not None
        layout.setSpacing(10)
        self.layout().addStretch(1)  # type: ignore[union-attr]

    @property
    def member(self) -> int:
        """Which of the tile's filters, from 0."""
        return max(self.filter_combo.currentIndex(), 0)

    @property
    def channel(self) -> int:
        """Which plane of the kernel, from 0."""
        return max(self.channel_combo.currentIndex(), 0)

    def set_title(self, text: str) -> None:
        """Name the kernel."""
        self.title.set_text(text)

    def set_filters(self, names: Sequence[str]) -> None:
        """Offer the filters that a tile is made of; the choice stays where it can."""
        _fill(self.filter_combo, names, 0)

    def set_channels(self, names: Sequence[str]) -> None:
        """Offer the planes of a kernel; the choice stays where it can, else it is the last: the mean."""
        _fill(self.channel_combo, names, len(names) - 1)

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self.chosen.emit()


def _fill(combo: ComboBox, names: Sequence[str], otherwise: int) -> None:
    if [combo.itemText(i) for i in range(combo.count())] == list(names):
        return
    before = combo.findText(combo.currentText()) if combo.count() else -1
    kept = combo.currentText() if before >= 0 else None
    combo.clear()
    combo.addItems(list(names))
    combo.setCurrentIndex(names.index(kept) if kept in names else otherwise)
    combo.setVisible(len(names) > 1)
