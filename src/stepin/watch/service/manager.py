"""Which service manager starts the watcher, and how it is asked to. The managers' files are made by pure functions."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
from typing import NamedTuple

from stepin.settings import folders as paths
from stepin.watch.service import service


class ManagerError(Exception):
    """A command of the service manager failed; str() is one line."""


class Manager(NamedTuple):
    """`file` is what it reads, with its content; the rest are commands."""

    name: str
    file: str
    content: bytes
    install: list[list[str]]
    before_removal: list[list[str]]
    after_removal: list[list[str]]
    start: list[list[str]]
    stop: list[list[str]]

    @property
    def installed(self) -> bool:
        return os.path.exists(self.file)


def find() -> Manager | None:
    """Return the user's service manager; None where there is none."""
    command = service.command()
    if sys.platform == "darwin":
        from stepin.watch.service import launchd

        uid = os.getuid()
        path = launchd.place(os.path.expanduser("~"))
        return Manager(
            "launchd",
            path,
            launchd.agent(command),
            launchd.install(uid, path),
            launchd.before_removal(uid),
            [],
            launchd.start(uid),
            launchd.stop(uid),
        )
    if os.name == "nt":
        from stepin.watch.service import schtasks

        path = os.path.join(paths.store(), "watch", "task.xml")
        return Manager(
            "Task Scheduler",
            path,
            schtasks.task(command, getpass.getuser()),
            schtasks.install(path),
            schtasks.before_removal(),
            [],
            schtasks.start(),
            schtasks.stop(),
        )
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    # sd_booted(3), and the socket on which the user's own instance listens.
    if shutil.which("systemctl") and runtime and os.path.exists(os.path.join(runtime, "systemd", "private")):
        from stepin.watch.service import systemd

        return Manager(
            "systemd",
            systemd.place(paths.config_home()),
            systemd.unit(command).encode(),
            systemd.install(),
            systemd.before_removal(),
            systemd.after_removal(),
            systemd.start(),
            systemd.stop(),
        )
    return None


def install(manager: Manager) -> None:
    """Write the manager's file and start the service, now and at each login. Raises OSError, ManagerError."""
    os.makedirs(os.path.dirname(manager.file), exist_ok=True)
    with open(manager.file, "wb") as stream:
        stream.write(manager.content)
    run(manager.install)


def uninstall(manager: Manager) -> None:
    """Stop the service and remove its file. Raises OSError, ManagerError."""
    try:
        run(manager.before_removal)
    finally:
        os.unlink(manager.file)
    run(manager.after_removal)


def run(commands: list[list[str]]) -> None:
    """Run a manager's commands. Raises ManagerError."""
    for words in commands:
        try:
            done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ManagerError(f"{words[0]}: {error}") from None
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
            raise ManagerError(f"{' '.join(words)}: {lines[-1]}")
