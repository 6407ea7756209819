"""Which terms matter: excitation and inhibition as two bars, and the largest products as a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.display.colormap import ColorTable
from core.display.sheet import CellPlace
from gui.widgets.controls import describe
from gui.widgets.figure import small
from gui.widgets.letters import ends
from gui.widgets.step_keys import modifiers_of

BAR = 7.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One side of the sum: its words and number, and its share of the larger side, in [0, 1]."""

    words: str
    number: str
    share: float


@dataclass(frozen=True, slots=True)
class TermLine:
    """One of the largest products.

    Parameters
    ----------
    where, sum
        Its place in the clip, and value × weight = product.
    share
        Its magnitude as a share of the largest, in [0, 1].
    positive
        Its sign.
    cell
        Where it is in the table.
    """

    where: str
    sum: str
    share: float
    positive: bool
    cell: CellPlace


class BalanceView(QWidget):
    """Positive and negative products, each side added up, as bars on one scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._table: ColorTable | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setObjectName("balance_view")
        tip = "All positive products added up, and all negative ones, on one scale. What is left is the sum."
        describe(self, "Excitation and inhibition", tip)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Excitation and inhibition."""
        return self._bars

    def set_bars(self, bars: tuple[Bar, ...], table: ColorTable) -> None:
        """Show both sides."""
        self._bars, self._table = bars, table
        self.setAccessibleDescription("; ".join(f"{bar.words}: {bar.number}" for bar in bars))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for two bars with words over them."""
        return QSize(220, round(2 * (QFontMetricsF(self.font()).height() + BAR + 5)))

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars."""
        if self._table is None:
            return
        painter = QPainter(self)
        line = QFontMetricsF(self.font()).height()
        low, high = ends(self._table)
        for row, (bar, colour) in enumerate(zip(self._bars, (high, low), strict=False)):
            top = row * (line + BAR + 5)
            box = QRectF(0, top, self.width(), line)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft), bar.words)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight), bar.number)
            ground = QRectF(0, top + line + 1, self.width(), BAR)
            painter.fillRect(ground, self.palette().color(QPalette.ColorRole.Shadow))
            painter.fillRect(QRectF(ground.topLeft(), ground.size()).adjusted(
                0, 0, -(1 - bar.share) * ground.width(), 0), colour)  # fmt: skip
        painter.end()


class TermsView(QWidget):
    """The largest products, one under another; the one pointed at is shown in the table.

    Signals
    -------
    cell_chosen(object)
        The `CellPlace` of the term that is pointed at, or None.
    """

    cell_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[TermLine] = ()
        self._table: ColorTable | None = None
        self._current: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setObjectName("terms_view")
        tip = "The largest products, by magnitude. Point at one (or Up and Down) to see it in the table."
        describe(self, "Largest terms", tip)

    @property
    def lines(self) -> Sequence[TermLine]:
        """What is listed."""
        return self._lines

    @property
    def current(self) -> int | None:
        """Which line is pointed at."""
        return self._current

    def set_lines(self, lines: Sequence[TermLine], table: ColorTable) -> None:
        """List other terms."""
        self._lines, self._table = lines, table
        if self._current is not None and self._current >= len(lines):
            self._current = None
        self.setAccessibleDescription("; ".join(f"{line.where}: {line.sum}" for line in lines))
        self.update()

    def set_current(self, line: int | None) -> None:
        """Point at a line, or at none."""
        if line != self._current:
            self._current = line
            self.update()
            self.cell_chosen.emit(None if line is None else self._lines[line].cell)

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether it wants a key while it has the focus; on a press it also acts."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or modifiers_of(event) or not self._lines:
            return False
        if event.type() == QEvent.Type.KeyPress:
            before = self._current if self._current is not None else -1 if step > 0 else len(self._lines)
            self.set_current(min(max(before + step, 0), len(self._lines) - 1))
        return True

    def _line_height(self) -> float:
        return 2 * QFontMetricsF(small(self.font())).height() + BAR / 2 + 3

    def _line_at(self, y: float) -> int | None:
        line = int(y // self._line_height())
        return line if 0 <= line < len(self._lines) else None

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for ten lines."""
        return QSize(220, round(10 * self._line_height()))

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(80, round(10 * self._line_height()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the line under the mouse."""
        self.set_current(self._line_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self.set_current(None)

    def focusInEvent(self, event: QEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Point at nothing and show that the focus went."""
        self.set_current(None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines that have room."""
        painter = QPainter(self)
        painter.setFont(small(self.font()))
        high = self._line_height()
        for number, line in enumerate(self._lines):
            if (number + 1) * high > self.height() + 2:
                break
            self._paint_line(painter, number, line, number * high, high)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.0))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_line(self, painter: QPainter, number: int, line: TermLine, top: float, high: float) -> None:
        metrics = QFontMetricsF(painter.font())
        width, text = self.width() - 8.0, metrics.height()
        if number == self._current:
            painter.fillRect(QRectF(0, top, self.width(), high), self.palette().color(_Role.AlternateBase))
        box = QRectF(4, top + 1, width, text)
        painter.setPen(self.palette().color(_Role.PlaceholderText))
        where = metrics.elidedText(f"{number + 1}.  {line.where}", Qt.TextElideMode.ElideRight, width)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft), where)
        painter.setPen(self.palette().color(_Role.WindowText))
        painter.drawText(box.translated(0, text), int(Qt.AlignmentFlag.AlignRight), line.sum)
        if self._table is not None:
            low, high_colour = ends(self._table)
            self._paint_bar(
                painter, line, QPointF(4, top + 2 + 2 * text), high_colour if line.positive else low
            )

    def _paint_bar(self, painter: QPainter, line: TermLine, at: QPointF, colour: QColor) -> None:
        painter.fillRect(QRectF(at.x(), at.y(), (self.width() - 8.0) * line.share, BAR / 2), colour)


_Role = QPalette.ColorRole
