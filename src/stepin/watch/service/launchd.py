"""A launchd agent (launchd.plist(5)). Pure."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL = "io.github.stepin.watch"


def agent(command: Sequence[str]) -> bytes:
    """Return the property list's content."""
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
    """Return where the agent lies."""
    return f"{home}/Library/LaunchAgents/{LABEL}.plist"


def install(uid: int, path: str) -> list[list[str]]:
    """Return the commands to run once the agent is written (launchctl(1), bootstrap; RunAtLoad starts it)."""
    return [["launchctl", "bootstrap", f"gui/{uid}", path]]


def before_removal(uid: int) -> list[list[str]]:
    return [["launchctl", "bootout", f"gui/{uid}/{LABEL}"]]


def start(uid: int) -> list[list[str]]:
    return [["launchctl", "kickstart", f"gui/{uid}/{LABEL}"]]


def stop(uid: int) -> list[list[str]]:
    return [["launchctl", "kill", "SIGTERM", f"gui/{uid}/{LABEL}"]]
