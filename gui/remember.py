"""What the window takes up again at the next start: filters, settings, playback, geometry."""

from PySide6.QtGui import QGuiApplication

from core.display.colormap import diverging_names, sequential_names
from core.errors import WavecubeError
from core.filters.bank import FilterBank
from core.filters.builtin import parse_bank
from core.filters.views import RESPONSES
from core.parameters import query_text
from core.playback import LoopMode
from core.settings import ContrastSettings, ConvolutionSettings, WorkingSize
from gui.filters import bank_for, request_for
from gui.playback import PlaybackDriver
from gui.session import Session
from gui.state import State
from gui.theme import ThemeMode
from gui.widgets.filter_panel import BankRequest

DEFAULT_FPS = 12.0


def remembered_bank(state: State) -> FilterBank:
    """Return the bank of the last time, or the default one."""
    try:
        name, values = parse_bank(state.text("bank/request"))
        return bank_for(BankRequest(name, values))  # type: ignore[arg-type]
    except WavecubeError:
        return bank_for(BankRequest())


def restore_session(state: State, session: Session) -> None:
    """Set the session's settings as they were."""
    session.set_convolution(state.load("convolution", ConvolutionSettings()))
    session.set_working_size(state.load("size", WorkingSize()))
    contrast = state.load("contrast", ContrastSettings())
    known = contrast.diverging in diverging_names() and contrast.sequential in sequential_names()
    session.set_contrast(contrast if known else ContrastSettings())
    session.set_view(state.text("view", RESPONSES))


def restore_playback(state: State, driver: PlaybackDriver) -> None:
    """Set rate and loop mode as they were."""
    driver.set_fps(state.number("playback/fps", DEFAULT_FPS))
    mode = state.text("playback/loop", LoopMode.LOOP)
    driver.set_mode(LoopMode(mode) if mode in set(LoopMode) else LoopMode.LOOP)


def theme_mode(state: State) -> ThemeMode:
    """Return the theme that was chosen."""
    mode = state.text("theme", ThemeMode.SYSTEM)
    return ThemeMode(mode) if mode in set(ThemeMode) else ThemeMode.SYSTEM


def first_size() -> tuple[int, int]:
    """Return the size of a window that was never open before: large, within the screen."""
    screen = QGuiApplication.primaryScreen().availableGeometry()
    return min(1440, screen.width()), min(900, screen.height())


def remember(state: State, session: Session, driver: PlaybackDriver) -> None:
    """Keep everything but the geometry for the next start."""
    state.remember("playback/fps", driver.head.fps)
    state.remember("playback/loop", driver.head.mode)
    state.save("convolution", session.convolution)
    state.save("size", session.working_size)
    state.save("contrast", session.contrast)
    state.remember("view", session.view_key)
    request = request_for(session.bank)
    if request is not None:
        state.remember("bank/request", query_text(request.name, request.values))
