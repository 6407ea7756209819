"""The channels of a second layer, a row for each, sorted by whoever shows them; they scroll."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from core.display.kernels import KernelPlanes
from gui.films import Film, PictureCache
from gui.widgets.channel_row import SCROLLBAR, ChannelRow, RowColumns
from gui.widgets.marks import Mark

SPACE = 5


class ChannelRows(QScrollArea):
    """Rows for some channels, in an order of their own.

    Signals
    -------
    value_changed(str)
        The number under the mouse, with the channel's name, or "".
    hovered(object)
        (y, x) in the working clip under the mouse, or None.
    channel_clicked(int)
        A channel's picture was clicked.
    pointed(object)
        (channel, after, voxel) under the mouse: whether after activation and pooling, and (t, y, x); or None.
    height_changed()
        There is more or less room for rows.
    """

    value_changed = Signal(str)
    hovered = Signal(object)
    channel_clicked = Signal(int)
    pointed = Signal(object)
    height_changed = Signal()

    def __init__(self, cache: PictureCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._canvas = QWidget()
        self._rows: list[ChannelRow] = []
        self._aspect = 4 / 3
        self._frame = 0
        self._films: tuple[Mapping[int, Film], Mapping[int, Film]] = ({}, {})
        self._message = ""
        self.setWidget(self._canvas)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Channels of the second layer and their weights")

    @property
    def rows(self) -> tuple[ChannelRow, ...]:
        """The rows from above."""
        return tuple(self._rows)

    def show_channels(
        self,
        channels: Sequence[int],
        names: Sequence[str],
        norms: Sequence[float],
        planes: KernelPlanes | None,
    ) -> None:
        """Show these channels from above.

        Parameters
        ----------
        channels
            Which, in the order of the rows.
        names, norms
            Of all channels.
        planes
            The kernel whose weights stand in the rows.
        """
        while len(self._rows) > len(channels):
            row = self._rows.pop()
            for viewer in (row.response, row.after):
                viewer.set_film(None)
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(channels):
            self._add_row()
        for row, channel in zip(self._rows, channels, strict=True):
            row.describe(channel, names[channel], norms[channel])
            row.strip.set_plane(planes, channel)
        self._show_films()
        self._arrange()

    def set_films(self, responses: Mapping[int, Film], after: Mapping[int, Film], message: str) -> None:
        """Show the volumes of channels, before and after; where there is none, say why."""
        self._films, self._message = (responses, after), message
        self._find_aspect()
        self._show_films()
        self._arrange()

    def width_for(self, height: int) -> int:
        """Return the width at which all rows fit into a height."""
        if not self._rows:
            return 0
        high = height // len(self._rows) - SPACE - self._rows[0].head() - 4
        # Half a pixel less, as widths and heights of tiles are rounded.
        return int(RowColumns.width_of((high - 0.5) * self._aspect + 3.5))

    def set_stale(self, message: str, responses: bool, after: bool) -> None:
        """Fade the pictures of a column that is not there yet: newer ones are on their way."""
        for row in self._rows:
            for viewer, there in ((row.response, responses), (row.after, after)):
                if not there:
                    viewer.set_message(message)
                    viewer.set_stale(True)

    def set_shares(self, shares: Sequence[float] | None) -> None:
        """Show what each channel adds to the response that is looked at, or nothing."""
        largest = max((abs(share) for share in shares), default=0.0) if shares is not None else 0.0
        for row in self._rows:
            row.set_share(None if shares is None else shares[row.channel], largest)

    def set_selected(self, channel: int | None) -> None:
        """Mark the row of a channel."""
        for row in self._rows:
            row.set_selected(row.channel == channel)

    @Slot(int)
    def set_clip_frame(self, frame: int) -> None:
        """Follow the playhead."""
        self._frame = frame
        for row in self._rows:
            row.response.set_clip_frame(frame)
            row.after.set_clip_frame(frame)

    def set_cross(self, position: tuple[float, float] | None) -> None:
        """Draw the shared cursor in every picture but the one under the mouse."""
        for row in self._rows:
            for viewer in (row.response, row.after):
                viewer.set_cross(None if viewer.underMouse() else position)

    def set_marks(
        self, responses: tuple[Mark, ...], after: tuple[Mark, ...], channel: int | None = None
    ) -> None:
        """Draw boxes over the pictures of both columns, in the row of one channel or in all."""
        for row in self._rows:
            here = channel is None or row.channel == channel
            row.response.set_marks(responses if here else ())
            row.after.set_marks(after if here else ())

    def set_marked_weights(self, frame: int | None) -> None:
        """Frame one frame of the kernel in every row, or none."""
        for row in self._rows:
            row.strip.set_marked(frame)

    def _add_row(self) -> None:
        row = ChannelRow(self._cache, self._canvas)
        for viewer in (row.response, row.after):
            viewer.set_clip_frame(self._frame)
            viewer.hovered.connect(self.hovered)
            viewer.value_changed.connect(lambda text, row=row: self._tell(row, text))
            viewer.clicked.connect(lambda row=row: self.channel_clicked.emit(row.channel))
        for viewer, after in ((row.response, False), (row.after, True)):
            viewer.pointed.connect(lambda voxel, row=row, after=after: self._point(row, after, voxel))
        row.strip.value_changed.connect(lambda text, row=row: self._tell(row, text))
        row.show()
        self._rows.append(row)

    def _point(self, row: ChannelRow, after: bool, voxel: tuple[int, int, int] | None) -> None:
        self.pointed.emit(None if voxel is None else (row.channel, after, voxel))

    def _tell(self, row: ChannelRow, text: str) -> None:
        self.value_changed.emit(f"{row.name}  {text}" if text else "")

    def _show_films(self) -> None:
        for row in self._rows:
            for viewer, films in zip((row.response, row.after), self._films, strict=True):
                film = films.get(row.channel)
                if film is not viewer.film or film is None:
                    viewer.set_film(film)
                    viewer.set_message(self._message)

    def _find_aspect(self) -> None:
        """Let responses say how high a row is: pooling may give what follows other proportions."""
        for films in self._films:
            for film in list(films.values())[:1]:
                self._aspect = film.size.width() / max(film.size.height(), 1)
                return

    def _arrange(self) -> None:
        """Give every row its place: as high as its pictures at this width."""
        width = self.width() - SCROLLBAR
        if not self._rows or width < 10:
            return
        tile = RowColumns.of(self.width()).tile
        height = self._rows[0].head() + max(round((tile - 4) / self._aspect) + 4, 30)
        self._canvas.resize(int(width), len(self._rows) * (height + SPACE))
        for index, row in enumerate(self._rows):
            row.setGeometry(0, index * (height + SPACE), int(width), height)

    # Qt overrides

    def sizeHint(self) -> QSize:
        """Ask for some rows."""
        return QSize(420, 400)

    def minimumSizeHint(self) -> QSize:
        """Scroll rather than push the others away."""
        return QSize(200, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the new room."""
        super().resizeEvent(event)
        self._arrange()
        if event.size().height() != event.oldSize().height():
            self.height_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the keyboard."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)
