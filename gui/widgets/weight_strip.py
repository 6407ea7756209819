"""The weights of one channel: the kernel's frames side by side, every weight a square."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from core.display.colormap import KERNEL_TABLE, color_table
from core.display.kernels import KernelPlanes
from core.display.legend import format_response
from gui.qimage import from_indices

GAP = 3.0
LARGEST = 22.0  # logical pixels of one weight


class WeightStrip(QWidget):
    """One plane of a kernel, frame by frame; frames go on in a second line where they would get too small.

    Signals:
        value_changed: the weight under the mouse as text, or "".
    """

    value_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._planes: KernelPlanes | None = None
        self._plane = 0
        self._images: list[QImage] = []
        self._marked: int | None = None
        self.setMouseTracking(True)

    def set_plane(self, planes: KernelPlanes | None, plane: int = 0) -> None:
        """Show one plane of a kernel, or nothing."""
        self._planes, self._plane, self._images = planes, plane, []
        if planes is not None:
            table = color_table(KERNEL_TABLE)
            self._images = [
                from_indices(planes.indices(plane, t), table) for t in range(planes.weights.shape[1])
            ]
        self.update()

    def set_marked(self, frame: int | None) -> None:
        """Frame one of the kernel's frames, or none."""
        if frame != self._marked:
            self._marked = frame
            self.update()

    @property
    def marked(self) -> int | None:
        """The frame that is framed."""
        return self._marked

    # Geometry

    def frame_rect(self, frame: int) -> QRectF:
        """Return where a frame of the kernel is painted."""
        columns, side = self._arranged()
        across, down = self._images[0].width() * side, self._images[0].height() * side
        rows = -(-len(self._images) // columns)
        top = (self.height() - rows * (down + GAP) + GAP) / 2
        left = (self.width() - columns * (across + GAP) + GAP) / 2
        row, column = divmod(frame, columns)
        ratio = self.devicePixelRatioF()
        x, y = left + column * (across + GAP), top + row * (down + GAP)
        return QRectF(round(x * ratio) / ratio, round(y * ratio) / ratio, across, down)

    def _arranged(self) -> tuple[int, float]:
        """Return how many frames stand in a line, and the side of a weight, as large as there is room."""
        count, ratio = len(self._images), self.devicePixelRatioF()
        width, height = self._images[0].width(), self._images[0].height()
        best = (count, 0.0)
        for columns in range(count, 0, -1):
            rows = -(-count // columns)
            side = min(
                (self.width() - 4 - GAP * (columns - 1)) / (columns * width),
                (self.height() - 4 - GAP * (rows - 1)) / (rows * height),
                LARGEST,
            )
            whole = int(side * ratio) / ratio
            side = whole if whole > 0 else max(side, 0.2)
            if side > best[1] + 1e-9:
                best = (columns, side)
        return best

    def _reading(self, point: QPointF) -> str:
        if self._planes is None:
            return ""
        for t, image in enumerate(self._images):
            rect = self.frame_rect(t)
            if rect.contains(point):
                y = min(int((point.y() - rect.top()) * image.height() / rect.height()), image.height() - 1)
                x = min(int((point.x() - rect.left()) * image.width() / rect.width()), image.width() - 1)
                weight = self._planes.weight(self._plane, t, y, x)
                return f"weight ({t}, {y}, {x}) = {format_response(weight, 4)}"
        return ""

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for some frames side by side."""
        return QSize(120, 48)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the weight under the mouse."""
        self.value_changed.emit(self._reading(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that there is none."""
        self.value_changed.emit("")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frames; neighbouring weights are never blurred into one another."""
        if not self._images:
            return
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        for t, image in enumerate(self._images):
            rect = self.frame_rect(t)
            painter.drawImage(rect, image)
            painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self._marked is not None and 0 <= self._marked < len(self._images):
            pen = QPen(self.palette().color(QPalette.ColorRole.Highlight), 2)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(self.frame_rect(self._marked).adjusted(-1.5, -1.5, 1.5, 1.5))
        painter.end()
