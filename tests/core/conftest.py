"""Fixtures of the command line's tests."""

from pathlib import Path

import pytest

from tests.core.cli_calls import Windows


@pytest.fixture
def windows() -> Windows:
    return Windows()


@pytest.fixture
def in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
