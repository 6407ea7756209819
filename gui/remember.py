"""What the window takes up again at the next start: filters, settings, playback, geometry."""

from PySide6.QtGui import QGuiApplication

from core.display.colormap import diverging_names, sequential_names
from core.errors import WavecubeError
from core.filters.bank import FilterBank
from core.filters.builtin import make_bank
from core.playback import LoopMode
from core.settings import ContrastSettings, ConvolutionSettings, WorkingSize
from gui.filters import request_for
from gui.playback import PlaybackDriver
from gui.session import Session
from gui.state import State
from gui.theme import ThemeMode
from gui.widgets.filter_panel import BankRequest

DEFAULT_FPS = 12.0


def remembered_bank(state: State) -> FilterBank:
    """Return the bank of the last time, or the default one."""
    default = BankRequest()
    try:
        size = [int(n) for n in state.text("bank/kernel", "5,5,5").split(",")]
        return make_bank(
            state.text("bank/name", default.name),
            filters=int(state.number("bank/filters", default.filters)),
            kernel=tuple(size),
            seed=int(state.number("bank/seed", default.seed)),
        )
    except (WavecubeError, ValueError):
        return make_bank(default.name, filters=default.filters, kernel=default.kernel, seed=default.seed)


def restore_session(state: State, session: Session) -> None:
    """Set the session's settings as they were."""
    session.set_convolution(state.load("convolution", ConvolutionSettings()))
    session.set_working_size(state.load("size", WorkingSize()))
    contrast = state.load("contrast", ContrastSettings())
    known = contrast.diverging in diverging_names() and contrast.sequential in sequential_names()
    session.set_contrast(contrast if known else ContrastSettings())


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
    request = request_for(session.bank)
    if request is not None:
        state.remember("bank/name", request.name)
        state.remember("bank/filters", request.filters)
        state.remember("bank/kernel", ",".join(map(str, request.kernel)))
        state.remember("bank/seed", request.seed)
