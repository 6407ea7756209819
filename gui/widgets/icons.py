"""Icons drawn as paths: crisp at any scale, in the palette's text colour, light and dark.

Every icon lives in a square of 16 x 16 units with y pointing down. They are painted when they are
needed and never cached as pixels, so a change of theme or of screen needs no work.
"""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import (
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from gui.widgets.controls import describe

UNITS = 16.0


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


def _bars(*rectangles: tuple[float, float, float, float]) -> QPainterPath:
    path = QPainterPath()
    for x, y, width, height in rectangles:
        path.addRoundedRect(QRectF(x, y, width, height), 0.6, 0.6)
    return path


def _play() -> QPainterPath:
    return _polygon((4.0, 2.0), (13.5, 8.0), (4.0, 14.0))


def _pause() -> QPainterPath:
    return _bars((3.5, 2.5, 3.2, 11.0), (9.3, 2.5, 3.2, 11.0))


def _forward() -> QPainterPath:
    return _polygon((6.5, 3.0), (13.5, 8.0), (6.5, 13.0)).united(_bars((2.5, 3.0, 2.0, 10.0)))


def _back() -> QPainterPath:
    return _polygon((9.5, 3.0), (2.5, 8.0), (9.5, 13.0)).united(_bars((11.5, 3.0, 2.0, 10.0)))


def _first() -> QPainterPath:
    arrows = _polygon((8.8, 3.0), (3.6, 8.0), (8.8, 13.0)).united(
        _polygon((14.0, 3.0), (8.8, 8.0), (14.0, 13.0))
    )
    return arrows.united(_bars((1.6, 3.0, 1.8, 10.0)))


def _last() -> QPainterPath:
    arrows = _polygon((7.2, 3.0), (12.4, 8.0), (7.2, 13.0)).united(
        _polygon((2.0, 3.0), (7.2, 8.0), (2.0, 13.0))
    )
    return arrows.united(_bars((12.6, 3.0, 1.8, 10.0)))


def _close() -> QPainterPath:
    path = _polygon((3.2, 4.4), (4.4, 3.2), (12.8, 11.6), (11.6, 12.8))
    return path.united(_polygon((11.6, 3.2), (12.8, 4.4), (4.4, 12.8), (3.2, 11.6)))


def _camera() -> QPainterPath:
    body = QPainterPath()
    body.addRoundedRect(QRectF(1.0, 4.0, 9.6, 8.4), 1.6, 1.6)
    return body.united(_polygon((11.4, 7.2), (15.0, 4.8), (15.0, 11.6), (11.4, 9.2)))


def _disc_with(hole: QPainterPath) -> QPainterPath:
    disc = QPainterPath()
    disc.addEllipse(QRectF(1.0, 1.0, 14.0, 14.0))
    return disc.subtracted(hole)


def _info() -> QPainterPath:
    return _disc_with(_bars((7.1, 4.0, 1.8, 1.9), (7.1, 7.0, 1.8, 5.2)))


def _error() -> QPainterPath:
    return _disc_with(_bars((7.1, 3.8, 1.8, 5.4), (7.1, 10.4, 1.8, 1.9)))


def _warning() -> QPainterPath:
    triangle = _polygon((8.0, 1.2), (15.4, 14.4), (0.6, 14.4))
    return triangle.subtracted(_bars((7.1, 5.4, 1.8, 4.8), (7.1, 11.2, 1.8, 1.8)))


def _down() -> QPainterPath:
    return _polygon((1.5, 4.0), (8.0, 10.5), (14.5, 4.0), (16.0, 5.6), (8.0, 13.4), (0.0, 5.6))


def _up() -> QPainterPath:
    return _polygon((1.5, 12.0), (8.0, 5.5), (14.5, 12.0), (16.0, 10.4), (8.0, 2.6), (0.0, 10.4))


_ICONS: dict[str, Callable[[], QPainterPath]] = {
    "back": _back,
    "camera": _camera,
    "close": _close,
    "down": _down,
    "error": _error,
    "first": _first,
    "forward": _forward,
    "info": _info,
    "last": _last,
    "pause": _pause,
    "play": _play,
    "up": _up,
    "warning": _warning,
}
ICON_NAMES = tuple(_ICONS)


def paint_icon(painter: QPainter, name: str, area: QRectF, color: QColor) -> None:
    """Paint an icon into the largest square in the middle of an area."""
    side = min(area.width(), area.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.center().x() - side / 2, area.center().y() - side / 2)
    painter.scale(side / UNITS, side / UNITS)
    painter.setPen(QPen(Qt.PenStyle.NoPen))
    painter.setBrush(color)
    painter.drawPath(_ICONS[name]())
    painter.restore()


def make_icon(name: str, color: QColor, side: int = 16) -> QIcon:
    """Return an icon for a menu or an action, with pixels for common screen scales.

    It does not follow the palette by itself: make it anew when the theme changes.
    """
    icon = QIcon()
    for ratio in (1.0, 1.25, 1.5, 2.0, 3.0):
        pixmap = QPixmap(QSize(round(side * ratio), round(side * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_icon(painter, name, QRectF(0, 0, side, side), color)
        painter.end()
        icon.addPixmap(pixmap)
    return icon


class IconButton(QToolButton):
    """A flat button with one of our icons; its text is for screen readers and the tooltip."""

    def __init__(self, icon: str, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setAutoRaise(True)
        self.setIconSize(QSize(16, 16))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        describe(self, name, tip)

    @property
    def icon_name(self) -> str:
        """Which icon is painted."""
        return self._icon

    def set_icon_name(self, icon: str) -> None:
        """Show another icon."""
        if icon != self._icon:
            self._icon = icon
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for what the content needs."""
        return super().sizeHint().expandedTo(QSize(28, 28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame of the style and our icon."""
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        chosen = self.isChecked() and self.isEnabled()
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.ButtonText
        side = self.iconSize()
        area = QRectF(0, 0, side.width(), side.height())
        area.moveCenter(QRectF(self.rect()).center())
        paint_icon(painter, self._icon, area, option.palette.color(group, role))
        painter.end()


class IconView(QWidget):
    """An icon that is only looked at, in the text colour or in a colour of its own."""

    def __init__(self, icon: str, side: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._color: QColor | None = None
        self.setFixedSize(side, side)

    def set_icon_name(self, icon: str, color: QColor | None = None) -> None:
        """Show another icon; without a color it takes the palette's."""
        self._icon, self._color = icon, color
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon."""
        painter = QPainter(self)
        color = self._color or self.palette().color(QPalette.ColorRole.WindowText)
        paint_icon(painter, self._icon, QRectF(self.rect()), color)
        painter.end()
