"""Write a launchd agent (launchd.plist(5)). Pure."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL = "io.github.stepin.watch"


def agent(command: Sequence[str]) -> bytes:
    """Return the content of the property list."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Umask": 0o077,
        }
    )


def place(home: str) -> str:
    """Return the path of the agent."""
    return f"{home}/Library/LaunchAgents/{LABEL}.plist"


def install(uid: int, path: str) -> list[list[str]]:
    """Return the commands to run after the agent is written (launchctl(1)). RunAtLoad starts it."""
    return [["launchctl", "bootstrap", f"gui/{uid}", path]]


def before_removal(uid: int) -> list[list[str]]:
    return [["launchctl", "bootout", f"gui/{uid}/{LABEL}"]]


def start(uid: int) -> list[list[str]]:
    return [["launchctl", "kickstart", f"gui/{uid}/{LABEL}"]]


def stop(uid: int) -> list[list[str]]:
    return [["launchctl", "kill", "SIGTERM", f"gui/{uid}/{LABEL}"]]
