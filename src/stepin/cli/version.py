"""`stepin version`."""

from __future__ import annotations

import click

from stepin import __version__
from stepin.cli import ui


@click.command("version", epilog="\b\nExample:\n  stepin version")
def command() -> int:
    """Print the version."""
    ui.say(f"stepin {__version__}")
    return ui.DONE
