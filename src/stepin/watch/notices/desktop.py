"""A notice on the desktop, for those who switched it on: notify-send or osascript; none on Windows so far."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

EVERY = 600.0  # seconds between two about one project


class Desktop:
    """Tells each project's news at most once in ten minutes."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def tell(self, project: str, text: str) -> bool:
        """Show `text`; return whether it was shown."""
        now = time.monotonic()
        if now - self._last.get(project, -EVERY) < EVERY:
            return False
        words = command(text.removeprefix("stepin: "))
        if not words:
            return False
        self._last[project] = now
        try:
            subprocess.run(  # noqa: S603  # a fixed program, its text as one argument
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=os.path.sep,
                timeout=5,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return True


def command(text: str) -> list[str]:
    """Return the command that shows `text`, which is handed over as data; empty where there is none."""
    if sys.platform == "darwin":
        script = 'on run argv\ndisplay notification (item 1 of argv) with title "stepin"\nend run'
        return ["/usr/bin/osascript", "-e", script, text]
    found = shutil.which("notify-send")
    # The body is a little markup language (Desktop Notifications Specification).
    body = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return [found, "--app-name=stepin", "--", "stepin", body] if found else []
