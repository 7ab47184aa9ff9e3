"""Install, start and stop the watcher through the user's service manager. The managers' modules are pure."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from typing import NamedTuple

from stepin.hook.files import write_whole
from stepin.settings import folders
from stepin.watch.programs import find_program
from stepin.watch.service import launchd, schtasks, systemd


class ManagerError(Exception):
    """A command of the service manager failed; str() is one line."""


class Manager(NamedTuple):
    """A service manager: the file that it reads, with its content, and the commands for each step."""

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
        """Whether its file is there."""
        return os.path.exists(self.file)


def command() -> list[str]:
    """Return the command that runs the watcher as a service."""
    return [sys.executable, "-I", "-X", "utf8", "-m", "stepin.watch"]


def find_manager() -> Manager | None:
    """Return the user's service manager; None if there is none."""
    if sys.platform == "darwin":
        return _launchd()
    if os.name == "nt":
        return _task_scheduler()
    return _systemd()


def install(manager: Manager) -> None:
    """Write the manager's file and start the service, now and at each login. Raises OSError, ManagerError."""
    write_whole(manager.file, manager.content)
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


def _launchd() -> Manager:
    uid = os.getuid()
    path = launchd.place(os.path.expanduser("~"))
    return Manager(
        "launchd",
        path,
        launchd.agent(command()),
        launchd.install(uid, path),
        launchd.before_removal(uid),
        [],
        launchd.start(uid),
        launchd.stop(uid),
    )


def _task_scheduler() -> Manager:
    path = os.path.join(folders.store(), "watch", "task.xml")
    return Manager(
        "Task Scheduler",
        path,
        schtasks.task(command(), getpass.getuser()),
        schtasks.install(path),
        schtasks.before_removal(),
        [],
        schtasks.start(),
        schtasks.stop(),
    )


def _systemd() -> Manager | None:
    systemctl = find_program("systemctl")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    # The socket on which the user's own instance listens: without it systemd does not run, or not for this user.
    if systemctl is None or not runtime or not os.path.exists(os.path.join(runtime, "systemd", "private")):
        return None
    return Manager(
        "systemd",
        systemd.place(folders.config_home()),
        systemd.unit(command()).encode(),
        systemd.install(systemctl),
        systemd.before_removal(systemctl),
        systemd.after_removal(systemctl),
        systemd.start(systemctl),
        systemd.stop(systemctl),
    )
