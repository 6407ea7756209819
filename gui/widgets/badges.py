"""Badges: what a filter is, in a few plain words each; the tooltip says why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.widgets.figure import small

if TYPE_CHECKING:
    from core.analysis.profile import Badge

PAD_X, PAD_Y, GAP = 6, 2, 4


class BadgeRow(QWidget):
    """Badges beside each other, in as many lines as the width needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badges: tuple[Badge, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("What this filter is")

    @property
    def badges(self) -> tuple["Badge", ...]:
        """What is shown."""
        return self._badges

    def set_badges(self, badges: Sequence["Badge"]) -> None:
        """Show other badges."""
        self._badges = tuple(badges)
        self.setAccessibleDescription("; ".join(f"{badge.text}: {badge.why}" for badge in badges))
        self.setVisible(bool(badges))
        self.updateGeometry()
        self.update()

    def places(self, width: int) -> list[QRectF]:
        """Return where each badge is in a row of a width."""
        metrics, places = QFontMetricsF(small(self.font())), []
        high = metrics.height() + 2 * PAD_Y
        x, y = 0.0, 0.0
        for badge in self._badges:
            wide = min(metrics.horizontalAdvance(badge.text) + 2 * PAD_X + 1, width)
            if x > 0 and x + wide > width:
                x, y = 0.0, y + high + GAP
            places.append(QRectF(x, y, wide, high))
            x += wide + GAP
        return places

    # Qt overrides

    def hasHeightForWidth(self) -> bool:
        """Tell that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        places = self.places(max(width, 40))
        return round(places[-1].bottom()) + 1 if places else 0

    def sizeHint(self) -> QSize:
        """Ask for the width of a panel."""
        return QSize(230, self.heightForWidth(230))

    def minimumSizeHint(self) -> QSize:
        """Say how small it may get."""
        return QSize(60, self.heightForWidth(max(self.width(), 60)))

    def event(self, event: QEvent) -> bool:
        """Say why, of the badge under the mouse."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for badge, place in zip(self._badges, self.places(self.width()), strict=True):
                if place.contains(event.pos()):
                    QToolTip.showText(event.globalPos(), f"{badge.text}: {badge.why}", self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the badges."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(self.palette().color(QPalette.ColorRole.Highlight))
        edge = QColor(ground)
        ground.setAlphaF(0.14)
        edge.setAlphaF(0.55)
        painter.setFont(small(self.font()))
        metrics, align = QFontMetricsF(painter.font()), Qt.AlignmentFlag
        for badge, place in zip(self._badges, self.places(self.width()), strict=True):
            painter.setPen(edge)
            painter.setBrush(ground)
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            text = metrics.elidedText(
                badge.text, Qt.TextElideMode.ElideRight, int(place.width()) - 2 * PAD_X + 2
            )
            painter.drawText(place, int(align.AlignCenter), text)
        painter.end()
