"""`stepin forget`: as if nothing had been said."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.store import records


@click.command("forget", epilog="\b\nExample:\n  stepin forget ~/code/old")
@click.argument("directory", metavar="DIR")
def command(directory: str) -> int:
    """Take back what was said about DIR, as a project and as a tree. DIR may be gone.

    Its environment is then off, unless a folder above it is allowed with --tree.
    """
    at = project.place()
    project.insist(at)
    path = directory if os.path.isabs(directory) else os.path.join(project.here(), directory)
    # A link on the way may have gone with the project: then the record bears the name as `stepin trust` lists it.
    found = [records.forget(at.store, name) for name in dict.fromkeys((os.path.realpath(path), os.path.normpath(path)))]
    if not any(found):
        raise ui.Refusal(f"nothing was said about {ui.tilde(os.path.normpath(path))}: stepin trust lists what was")
    project.change(at)
    ui.say(f"forgotten: {ui.tilde(os.path.normpath(path))}")
    return ui.DONE
