"""The bottom line: sum + bias = before the activation → output, and what is stored beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import colours
from gui.widgets.controls import describe
from gui.widgets.figure import small

GAP = 9.0
LARGEST = 1.3  # size of the numbers, as a factor


@dataclass(frozen=True, slots=True)
class Part:
    """A number with the words over it, and the sign that stands before it."""

    sign: str
    words: str
    number: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether what is stored is what was computed.

    Parameters
    ----------
    agrees
        None where there is nothing to compare with.
    words
        One sentence.
    """

    agrees: bool | None
    words: str


class Equation(QWidget):
    """Paints the parts in a row, large numbers under small words, and the verdict after or under them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: Sequence[Part] = ()
        self._verdict = Verdict(None, "")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setObjectName("equation")
        describe(self, "Sum, bias, activation and output", "")

    @property
    def verdict(self) -> Verdict:
        """What is said of the stored value."""
        return self._verdict

    @property
    def parts(self) -> Sequence[Part]:
        """What the line says."""
        return self._parts

    def set_line(self, parts: Sequence[Part], verdict: Verdict, exact: str) -> None:
        """Show another line; `exact` has all digits, for the tooltip."""
        self._parts, self._verdict = parts, verdict
        self.setToolTip(exact)
        said = " ".join(f"{part.sign} {part.words} {part.number}" for part in parts)
        self.setAccessibleDescription(f"{said}. {verdict.words}")
        self.update()

    def _large(self, factor: float = LARGEST) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF(), 8.0) * factor)
        font.setBold(True)
        return font

    def _fitting(self) -> QFont:
        """Return the largest font at which the whole line has room."""
        factor = LARGEST
        while factor > 0.85 and self._width(self._large(factor)) > self.width():
            factor -= 0.1
        return self._large(factor)

    def _width(self, font: QFont) -> float:
        large, line = QFontMetricsF(font), QFontMetricsF(small(self.font()))
        return 4.0 + sum(
            (large.horizontalAdvance(part.sign) + GAP if part.sign else 0.0)
            + max(large.horizontalAdvance(part.number), line.horizontalAdvance(part.words))
            + GAP
            for part in self._parts
        )

    def _heights(self) -> tuple[float, float]:
        return QFontMetricsF(small(self.font())).height(), QFontMetricsF(self._large()).height()

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for words, numbers and the verdict under them."""
        words, numbers = self._heights()
        return QSize(400, round(2 * words + numbers + 10))

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(100, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font or the style changes."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        painter = QPainter(self)
        words, numbers = self._heights()
        x, font = 4.0, self._fitting()
        for part in self._parts:
            x = self._paint_part(painter, part, x, words, font)
        self._paint_verdict(painter, words, numbers)
        painter.end()

    def _paint_part(self, painter: QPainter, part: Part, x: float, words: float, font: QFont) -> float:
        """Paint a sign and a number with its words; return where the next one begins."""
        large, line = QFontMetricsF(font), QFontMetricsF(small(self.font()))
        if part.sign:
            width = large.horizontalAdvance(part.sign)
            painter.setFont(font)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(QPointF(x, 2 + words + large.ascent()), part.sign)
            x += width + GAP
        width = max(large.horizontalAdvance(part.number), line.horizontalAdvance(part.words)) + 1
        painter.setFont(small(self.font()))
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(QPointF(x, 2 + line.ascent()), part.words)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(QPointF(x, 2 + words + large.ascent()), part.number)
        return x + width + GAP

    def _paint_verdict(self, painter: QPainter, words: float, numbers: float) -> None:
        if not self._verdict.words:
            return
        painter.setFont(self.font())
        role = QPalette.ColorRole
        pens = {
            None: self.palette().color(role.PlaceholderText),
            True: self.palette().color(role.Highlight),
            False: colours().error,
        }
        sign = {None: "", True: "✓ ", False: "✗ "}[self._verdict.agrees]
        painter.setPen(pens[self._verdict.agrees])
        box = QRectF(4, 4 + words + numbers, self.width() - 8, words + 4)
        metrics = QFontMetricsF(self.font())
        text = metrics.elidedText(f"{sign}{self._verdict.words}", Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
