"""What the window remembers from one start to the next.

`QSettings` keeps it where each platform expects it. Whatever cannot be read, because it is damaged or
from another version, counts as not remembered: a broken settings file never keeps the window shut.
"""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QByteArray, QSettings

from core.errors import WavecubeError
from core.settings import ContrastSettings, ConvolutionSettings, RecordSettings, WorkingSize

MAX_RECENT = 10
Value = TypeVar("Value", ConvolutionSettings, ContrastSettings, RecordSettings, WorkingSize)


def open_store() -> QSettings:
    """Return the store; WAVECUBE_SETTINGS names another file (for tests and several set-ups)."""
    path = os.environ.get("WAVECUBE_SETTINGS")
    if path:
        return QSettings(path, QSettings.Format.IniFormat)
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "wavecube", "wavecube")


class State:
    """Typed access to the store; GUI thread."""

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def load(self, key: str, default: Value) -> Value:
        """Return remembered settings, or the default where they cannot be read."""
        saved = self._store.value(f"settings/{key}")
        if not isinstance(saved, dict):
            return default
        try:
            known = {
                name: _like(saved[name], value) for name, value in asdict(default).items() if name in saved
            }
            return type(default)(**known)
        except (WavecubeError, TypeError, ValueError):
            return default

    def save(self, key: str, settings: object) -> None:
        """Remember settings (a frozen dataclass)."""
        values = asdict(settings)  # type: ignore[call-overload]
        self._store.setValue(f"settings/{key}", {k: "" if v is None else v for k, v in values.items()})

    def text(self, key: str, default: str = "") -> str:
        """Return a remembered text."""
        return str(self._store.value(key, default))

    def number(self, key: str, default: float) -> float:
        """Return a remembered number."""
        try:
            return float(str(self._store.value(key, default)))
        except ValueError:
            return default

    def remember(self, key: str, value: str | float) -> None:
        """Remember a text or a number."""
        self._store.setValue(key, str(value))

    def blob(self, key: str) -> QByteArray:
        """Return remembered bytes (geometry), empty where there are none."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def remember_blob(self, key: str, value: QByteArray) -> None:
        """Remember bytes."""
        self._store.setValue(key, value)

    def texts(self, key: str) -> list[str]:
        """Return a remembered list."""
        value = self._store.value(key)
        if isinstance(value, str):
            return [value] if value else []
        return [str(item) for item in value] if isinstance(value, list) else []

    def remember_texts(self, key: str, values: list[str]) -> None:
        """Remember a list."""
        self._store.setValue(key, values)

    def add_recent(self, key: str, value: str) -> list[str]:
        """Put a value at the head of a list of recent ones and return the list."""
        values = [value, *(old for old in self.texts(key) if old != value)][:MAX_RECENT]
        self.remember_texts(key, values)
        return values

    def beside(self, name: str) -> Path:
        """Return a file or folder of that name in the store's own folder; it need not exist."""
        return Path(self._store.fileName()).parent / name

    def flush(self) -> None:
        """Write everything now."""
        self._store.sync()


def _like(saved: Any, default: Any) -> Any:
    """Return a stored value (QSettings may have made it a text) with the type of the default."""
    if isinstance(default, tuple):
        return tuple(_like(item, default[0]) for item in saved)
    if isinstance(saved, list | tuple):
        return tuple(int(item) for item in saved)  # padding is a name or three numbers
    if isinstance(default, bool):
        return saved in (True, "true", "True", 1)
    if isinstance(default, int):
        return int(saved)
    if isinstance(default, float):
        return float(saved)
    if default is None:
        return None if saved in ("", None) else float(saved)
    return str(saved)
