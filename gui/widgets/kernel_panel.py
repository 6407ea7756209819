"""The kernel panel: what the selected filter is made of, as a movie and as a strip."""

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from core.display.colormap import KERNEL_TABLE, LEVELS, color_table
from core.display.kernels import MEAN_NAME, KernelPlanes, kernel_planes
from core.display.legend import format_response
from core.filters.kernel import Kernel
from gui.qimage import from_indices, from_rgb
from gui.widgets.controls import describe, make_label, make_panel_layout, make_row, tabular
from gui.widgets.inputs import ComboBox
from gui.widgets.kernel_view import Cell, KernelView, Picture

EMPTY = "Click a feature volume or press 1 to 9 to see the kernel of its filter: the weights, frame by frame."
POINT = "Point at a weight to read it"
ROUNDING = 1e-5
MOVIE_MODES = ("mean of R, G, B", "R, G, B")


class WeightScale(QWidget):
    """The legend of the weights: the kernels' colour table from -a over 0 to +a."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = 1.0
        self._strip = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        describe(self, "Legend of the weights", "Colours of the weights: negative, zero, positive")

    def set_limit(self, limit: float) -> None:
        """Set the weight at the right end; the left end is minus that."""
        self._limit = limit
        if self._strip.isNull():
            self._strip = from_rgb(color_table(KERNEL_TABLE).rgb.reshape(1, LEVELS, 3))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the strip and a line of numbers."""
        return QSize(200, 12 + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the strip and its three numbers."""
        painter = QPainter(self)
        painter.drawImage(QRectF(0, 0, self.width(), 10), self._strip)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        place = QRectF(0, 12, self.width(), self.fontMetrics().height())
        align = Qt.AlignmentFlag
        painter.drawText(place, int(align.AlignLeft), format_response(-self._limit))
        painter.drawText(place, int(align.AlignHCenter), "0")
        painter.drawText(place, int(align.AlignRight), f"+{format_response(self._limit)}")
        painter.end()


class KernelPanel(QWidget):
    """Shows one kernel; it follows the playhead, one kernel frame per clip frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kernel: Kernel | None = None
        self._planes: KernelPlanes | None = None
        self._pictures: list[list[Picture]] = []
        self._clip_frame = 0
        self.title_label = make_label("FILTER", "title")
        self.name_label = make_label("", "hint", wrap=True)
        self.mode_combo = ComboBox(MOVIE_MODES)
        describe(self.mode_combo, "Channels of the movie", "Show the mean of the channels, or each channel")
        self.movie_view = KernelView(64.0, 230.0)
        describe(self.movie_view, "Kernel as a movie", "One kernel frame; it moves with the clip")
        self.caption_label = make_label("", "hint")
        self.strip_view = KernelView(14.0, 200.0)
        describe(
            self.strip_view, "Kernel as a strip", "All kernel frames: columns are frames, rows are channels"
        )
        self.value_label = make_label(POINT, "value")
        self.numbers_label = make_label("", "value", wrap=True)
        self.scale = WeightScale()
        self.empty_label = make_label(EMPTY, "hint", wrap=True)
        self._lay_out()
        self.mode_combo.currentIndexChanged.connect(self._on_mode_changed)
        for view in (self.movie_view, self.strip_view):
            view.cell_hovered.connect(self._on_cell_hovered)
        self.set_kernel(None)

    @property
    def kernel_frame(self) -> int:
        """The kernel frame that the movie shows, from 0."""
        return self._clip_frame % self._kernel.weights.shape[0] if self._kernel is not None else 0

    def set_kernel(self, kernel: Kernel | None, index: int = 0) -> None:
        """Show another kernel, number `index` (from 0) of its bank, or none."""
        self._kernel = kernel
        self._planes = kernel_planes(kernel) if kernel is not None else None
        self._pictures = self._paint_pictures()
        self._stack.setCurrentIndex(int(kernel is not None))
        self.title_label.setText("FILTER" if kernel is None else f"FILTER {index + 1}")
        self.value_label.setText(POINT)
        if kernel is None or self._planes is None:
            self.name_label.setText("")
            return
        size = " × ".join(str(side) for side in kernel.weights.shape[:3])
        plain = kernel.name == f"filter {index + 1}"
        self.name_label.setText(f"{size} (t × y × x)" if plain else f"{kernel.name}, {size} (t × y × x)")
        self.mode_combo.setVisible(len(self._planes.names) > 1)
        self.scale.set_limit(kernel.limit)
        self.numbers_label.setText(_numbers(kernel))
        self._show_strip()
        self._show_movie()

    def set_frame(self, clip_frame: int) -> None:
        """Follow the playhead: the movie shows kernel frame `clip_frame` modulo kT."""
        before = self.kernel_frame
        self._clip_frame = clip_frame
        if self._kernel is not None and self.kernel_frame != before:
            self._show_movie()

    def _lay_out(self) -> None:
        layout = make_panel_layout(self)
        layout.addWidget(self.title_label)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.name_label)
        column.addWidget(self.mode_combo)
        column.addWidget(self.movie_view)
        column.addWidget(self.caption_label)
        column.addWidget(self.strip_view)
        column.addWidget(self.scale)
        column.addWidget(self.value_label)
        column.addWidget(self.numbers_label)
        column.addStretch(1)
        empty = QWidget()
        row = make_row(self.empty_label, stretch=0)
        row.setAlignment(Qt.AlignmentFlag.AlignTop)
        empty.setLayout(row)
        self._stack = QStackedLayout()
        self._stack.addWidget(empty)
        self._stack.addWidget(content)
        layout.addLayout(self._stack, 1)
        for label in (self.caption_label, self.value_label):
            label.setFont(tabular(label.font()))

    def _paint_pictures(self) -> list[list[Picture]]:
        """Return one picture for each plane and each kernel frame, a pixel per weight."""
        if self._planes is None:
            return []
        table = color_table(KERNEL_TABLE)
        count, frames = self._planes.weights.shape[:2]
        return [
            [Picture(p, t, from_indices(self._planes.indices(p, t), table)) for t in range(frames)]
            for p in range(count)
        ]

    def _show_strip(self) -> None:
        if self._planes is None:
            return
        times = [str(t + 1) for t in range(len(self._pictures[0]))]
        self.strip_view.show_pictures(self._pictures, list(self._planes.names), times)

    def _show_movie(self) -> None:
        if self._planes is None:
            return
        t, names = self.kernel_frame, self._planes.names
        split = len(names) > 1 and self.mode_combo.currentIndex() == 1
        if len(names) == 1:
            planes = [0]
        else:
            planes = [p for p, name in enumerate(names) if (name != MEAN_NAME) is split]
        row = [self._pictures[p][t] for p in planes]
        self.movie_view.show_pictures([row], [], [names[p] for p in planes] if split else [])
        self.strip_view.set_marked(t)
        self.caption_label.setText(f"kernel frame {t + 1} of {len(self._pictures[0])}")

    @Slot(int)
    def _on_mode_changed(self, _index: int) -> None:
        self._show_movie()

    @Slot(object)
    def _on_cell_hovered(self, cell: Cell | None) -> None:
        if cell is None or self._planes is None:
            self.value_label.setText(POINT)
            return
        weight = self._planes.weight(cell.plane, cell.t, cell.y, cell.x)
        place = f"({cell.t},{cell.y},{cell.x},{self._planes.names[cell.plane]})"
        self.value_label.setText(f"{place} = {format_response(weight, 4)}")


def _numbers(kernel: Kernel) -> str:
    # A zero-mean kernel sums to the rounding of its weights: that is 0 for people.
    total = kernel.total if abs(kernel.total) > ROUNDING * kernel.norm else 0.0
    return (
        f"sum {format_response(total)}   norm {format_response(kernel.norm)}\n"
        f"largest {format_response(kernel.limit)}   bias {format_response(kernel.bias)}"
    )
