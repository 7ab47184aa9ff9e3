"""A user's machine for the tests of the watcher: real environments, real installers, the watcher in a process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drift.support import wheels as build
from stepin.store import generations as generation
from stepin.store import records
from stepin.watch.notices.notice_file import Notice, notice_path, read_notice

ROOT = Path(__file__).parents[2]
UV = shutil.which("uv", path=os.path.dirname(sys.executable)) or shutil.which("uv") or "uv"
SECONDS = 20
VERSIONS = ("1.0", "2.0", "2.3")


def build_wheels(folder: Path) -> None:
    """Build what the tests install: flask in several versions with a dependency, foo, and fifty small packages."""
    for version in VERSIONS:
        build.build(folder, "flask", version, requires=("itsdangerous",))
    build.build(folder, "itsdangerous", "1.0")
    build.build(folder, "foo", "1.2")
    for number in range(50):
        build.build(folder, f"part{number}", "1.0")


class Machine:
    """A home with one trusted project `project`, the state folder, and a watcher."""

    def __init__(self, home: Path, wheels: Path) -> None:
        self.home = home
        self.wheels = wheels
        self.store = home / ".local/state/stepin"
        self.project = self.add("project")
        self.watcher: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "UV_CACHE_DIR": self.cache}

    @property
    def cache(self) -> str:
        return str(self.wheels / "uv-cache")

    @property
    def requirements(self) -> Path:
        return self.project / "requirements.txt"

    @property
    def site(self) -> Path:
        return next((self.project / ".venv").glob("lib/*/site-packages"))

    def add(self, name: str) -> Path:
        """Create a trusted project with an environment. Nothing is installed and nothing declared."""
        project = self.home / name
        project.mkdir(parents=True)
        self.venv(project / ".venv")
        records.write(str(self.store), str(project), "allow", by="test")
        generation.start(str(self.store), str(self.home / ".config/stepin/config.toml"), str(self.home))
        return project

    def venv(self, path: Path) -> None:
        subprocess.run([UV, "venv", "-q", "--python", sys.executable, path], check=True, env=self.environ)

    def uv(self, *words: str, project: Path | None = None) -> None:
        """Run uv pip, offline, for the project's environment."""
        env = (project or self.project) / ".venv"
        options = ["-q", "--offline", "--python", str(env)]
        if words[0] == "install":
            options += ["--no-index", "--find-links", str(self.wheels)]
        subprocess.run([UV, "pip", words[0], *options, *words[1:]], check=True, env=self.environ, cwd=self.home)

    def pip(self, *words: str) -> list[str]:
        """Return the command that runs pip from outside on the project's environment."""
        python = str(self.project / ".venv/bin/python")
        options = ["--no-index", "--find-links", str(self.wheels)] if words[0] == "install" else ["-y"]
        quiet = ["-q", "--disable-pip-version-check"]
        return [sys.executable, "-m", "pip", "--python", python, words[0], *quiet, *options, *words[1:]]

    def run_pip(self, *words: str) -> None:
        subprocess.run(self.pip(*words), check=True, env=self.environ, cwd=self.home)

    def start(self, setup: str = "") -> None:
        """Start the watcher and wait for its first status. `setup` is Python code to run before it, in its process."""
        code = f"import sys; from stepin.watch.__main__ import main\n{setup}\nsys.exit(main())"
        command = [sys.executable, "-X", "utf8", *(["-c", code] if setup else ["-m", "stepin.watch"])]
        starts = self.log().count("started")
        self.watcher = subprocess.Popen(command, env=self.environ, cwd=self.home, stderr=subprocess.PIPE)
        self.wait(lambda: self.log().count("started") > starts and bool(self.status().get("projects")))

    def kill(self) -> None:
        if self.watcher is not None:
            self.watcher.kill()
            self.watcher.communicate()
            self.watcher = None

    def stop(self) -> str:
        """Stop the watcher as a service manager does. Return what it wrote to stderr."""
        assert self.watcher is not None
        self.watcher.terminate()
        err = self.watcher.communicate(timeout=SECONDS)[1].decode()
        assert self.watcher.returncode == 0
        self.watcher = None
        return err

    def log(self) -> str:
        path = self.store / "log/watch.log"
        return path.read_text() if path.exists() else ""

    def reported(self, project: Path | None = None) -> list[str]:
        """Return what the watcher has reported about a project so far: the lines of its log."""
        start = f" {project or self.project}: "
        return [line.partition(start)[2] for line in self.log().splitlines() if start in line]

    def status(self) -> dict[str, Any]:
        path = self.store / "watch/status.json"
        found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def notice(self, project: Path | None = None) -> Notice | None:
        return read_notice(str(self.store), str(project or self.project))

    def wait(self, condition: Callable[[], object], seconds: float = SECONDS) -> None:
        """Wait until a condition is true."""
        end = time.monotonic() + seconds
        while not condition():
            if self.watcher is not None and self.watcher.poll() is not None:
                raise AssertionError(f"the watcher exited: {self.watcher.communicate()[1].decode()}")
            assert time.monotonic() < end, f"the condition did not become true; the log:\n{self.log()}\n{self.notice()}"
            time.sleep(0.02)

    def expect(self, text: str, project: Path | None = None) -> None:
        """Wait until a shell would show `text`."""
        self.wait(lambda: self.shown(project) == text)

    def shown(self, project: Path | None = None) -> str | None:
        """Return the text that a hook would show: "clean" without drift, None without a notice or with a stale one."""
        project = project or self.project
        notice = self.notice(project)
        if notice is None:
            return None
        try:
            own = os.stat(notice_path(str(self.store), str(project))).st_mtime_ns
            if any(os.stat(path).st_mtime_ns > own for path in notice.about):
                return None
        except OSError:
            return None
        return notice.text if notice.findings else "clean"

    def verdict(self, project: Path | None = None) -> tuple[str, int]:
        """Return the verdict of a fresh `stepin check` and the number of findings that a prompt shows."""
        command = [sys.executable, "-m", "stepin.cli", "check", "--json", str(project or self.project)]
        command[1:3] = ["-c", "import sys; from stepin.cli import main; sys.exit(main())"]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, cwd=self.home)
        found = json.loads(done.stdout)
        return found["verdict"], sum(one["code"] != "unknown" for one in found["findings"])
