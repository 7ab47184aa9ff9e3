"""Fixtures: a user's machine with a project, wheels to install, and a watcher in a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from watch.machine import Machine, build_wheels


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    build_wheels(folder)
    return folder


@pytest.fixture
def machine(tmp_path: Path, wheels: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path, wheels)
    yield machine
    machine.kill()
