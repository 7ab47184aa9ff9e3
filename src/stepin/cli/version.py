"""`stepin version`: print the version."""

from __future__ import annotations

from stepin import __version__
from stepin.cli import ui
from stepin.cli.base import verb


@verb("version", "stepin version")
def command() -> int:
    """Print the version."""
    ui.say(f"stepin {__version__}")
    return ui.DONE
