"""The camera is opened once the person has answered, and at once where nobody asks."""

import os
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Qt
from pytestqt.qtbot import QtBot

from gui import permission


def test_where_nobody_asks_the_camera_is_opened_at_once(qtbot: QtBot) -> None:
    called: list[str] = []
    permission.ask_for_camera(QObject(), lambda: called.append("opened"))
    assert called == ["opened"]


def test_an_undecided_person_is_asked_first(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[Callable[[object], None]] = []

    class Asking:
        def checkPermission(self, _permission: object) -> Qt.PermissionStatus:
            return Qt.PermissionStatus.Undetermined

        def requestPermission(
            self, _permission: object, _context: object, then: Callable[[object], None]
        ) -> None:
            waiting.append(then)

    called: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(QCoreApplication, "instance", staticmethod(Asking))
        permission.ask_for_camera(QObject(), lambda: called.append("opened"))
    assert called == []
    waiting[0]("denied or granted")
    assert called == ["opened"]


@pytest.mark.parametrize(("platform", "expected"), [("darwin", "1"), ("linux", None)])
def test_opencv_does_not_ask_in_a_worker_on_macos(
    monkeypatch: pytest.MonkeyPatch, platform: str, expected: str | None
) -> None:
    monkeypatch.delenv("OPENCV_AVFOUNDATION_SKIP_AUTH", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    permission.leave_asking_to_us()
    assert os.environ.pop("OPENCV_AVFOUNDATION_SKIP_AUTH", None) == expected
