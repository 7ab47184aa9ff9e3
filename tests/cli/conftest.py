"""A user with a new home, whose command lines run in this process, and environments without a Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import stepin.cli


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class User:
    """Someone who types `stepin ...`."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.store = home / ".local/state/stepin"
        self.hooks = home / ".local/share/stepin"
        self.config = home / ".config/stepin/config.toml"
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, *arguments: str, cwd: Path | None = None) -> Result:
        """Run a command line in a folder, HOME by default, as the console script does."""
        folder = cwd or self.home
        self._monkeypatch.chdir(folder)
        self._monkeypatch.setenv("PWD", str(folder))
        self._monkeypatch.setattr(sys, "argv", ["/usr/bin/stepin", *arguments])
        self._capsys.readouterr()
        code = stepin.cli.main()
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return Result(code, out, err)

    def script(self, *arguments: str, shell: str = "", after: str = "") -> Result:
        """Run a command line as a process. /bin/sh reads `shell` before it and `after` behind it."""
        code = "import sys; from stepin.cli import main; sys.exit(main())"
        command = ["/bin/sh", "-c", f'{shell}"$@" {after}', "sh", sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd=self.home, capture_output=True, text=True)
        assert "Traceback" not in done.stdout + done.stderr
        return Result(done.returncode, done.stdout, done.stderr)

    def generation(self) -> str:
        return os.readlink(self.store / "current")

    def env(self, project: str | Path = "project", name: str = ".venv") -> Path:
        """Create an environment and return its project's folder. Nothing in it is ever run."""
        folder = self.home / project
        (folder / name / "bin").mkdir(parents=True)
        (folder / name / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
        (folder / name / "bin/python").symlink_to(sys.executable)
        return folder


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> User:
    home = tmp_path / "home"
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("XDG_", "STEPIN_", "VIRTUAL_ENV", "CONDA_", "SUDO_", "ZDOTDIR", "NO_COLOR")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("SHELL", "/bin/bash")
    return User(home, monkeypatch, capsys)


@pytest.fixture
def tracked() -> Callable[[Path], None]:
    """Make git track a file in a project's environment."""

    def track(project: Path) -> None:
        git = ["git", "-C", str(project), "-c", "init.defaultBranch=main"]
        subprocess.run([*git, "init", "-q"], check=True)
        subprocess.run([*git, "add", "-f", ".venv/pyvenv.cfg"], check=True)

    return track
