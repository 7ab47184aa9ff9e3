"""Show notifications on the desktop, for users who turn them on: notify-send or osascript; none on Windows."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from stepin.watch.programs import find_program

INTERVAL = 600.0  # seconds between two notifications about one project
_TIMEOUT = 5  # seconds


class DesktopNotifier:
    """Shows at most one notification per project in ten minutes."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def notify(self, project: str, text: str) -> bool:
        """Show `text`. Return whether it was shown."""
        now = time.monotonic()
        if now - self._last.get(project, -INTERVAL) < INTERVAL:
            return False
        words = notification_command(text.removeprefix("stepin: "))
        if not words:
            return False
        self._last[project] = now
        try:
            subprocess.run(  # noqa: S603  # a program of the system, with the text as one argument
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=os.path.sep,
                timeout=_TIMEOUT,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return True


def notification_command(text: str) -> list[str]:
    """Return the command that shows `text`, which it takes as data; empty if there is none."""
    if sys.platform == "darwin":
        script = 'on run argv\ndisplay notification (item 1 of argv) with title "stepin"\nend run'
        return ["/usr/bin/osascript", "-e", script, text]
    program = find_program("notify-send")
    # The body is a small markup language (Desktop Notifications Specification).
    body = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return [program, "--app-name=stepin", "--", "stepin", body] if program else []
