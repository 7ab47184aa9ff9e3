"""Fixtures for tests that start real shells."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from shells.adapter import ADAPTERS, Adapter
from shells.driver import SHELLS, Place
from stepin.hook.reasons import Reason
from stepin.store import generations as generation
from stepin.store import records


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    """Each shell that stepin has a hook for. One that is missing is skipped here and fails in CI."""
    name: str = request.param
    if ADAPTERS[name].program is None:
        message = f"{name} is not installed: its hook is NOT tested"
        if os.environ.get("CI"):
            pytest.fail(message)
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    return name


@pytest.fixture
def adapter(shell: str) -> Adapter:
    """How the shell is started, and its syntax."""
    return ADAPTERS[shell]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    home = tmp_path / "home"
    home.mkdir()
    return Place(home)


@pytest.fixture
def make(place: Place) -> Callable[..., Path]:
    """Makes an environment, by default a venv without pip, and returns its project's folder."""

    def make(project: str | Path, name: str = ".venv", *options: str) -> Path:
        folder = place.home / project
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", *options, os.path.join(folder, name)], check=True
        )
        return folder

    return make


@pytest.fixture
def allow(place: Place) -> Callable[..., None]:
    """Records the user's consent, as `stepin allow` does."""

    def allow(*projects: Path, verdict: str = "allow", tree: bool = False, anyway: Sequence[Reason] = ()) -> None:
        for project in projects:
            records.write(str(place.store), os.path.realpath(project), verdict, by="test", tree=tree, anyway=anyway)
        generation.start(str(place.store), str(place.config), str(place.home))

    return allow
