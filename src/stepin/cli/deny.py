"""`stepin deny`: the user's no."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.store import records


@click.command("deny", epilog="\b\nExample:\n  stepin deny ~/code/theirs")
@click.argument("directory", metavar="[DIR]", required=False)
def command(directory: str | None) -> int:
    """Keep a project's environment off, and say nothing of it: that of DIR, else of the project one stands in.

    It holds also below a folder whose projects are all allowed. `stepin forget` or `stepin allow` end it.
    """
    at = project.place()
    folder = project.folder(directory) if directory is not None else project.nearest(None, at).folder
    project.insist(at)
    records.write(at.store, os.path.realpath(folder), "deny", by="deny")
    project.change(at)
    ui.say(f"{ui.tint('denied', 'bad')}: {ui.tilde(folder)}")
    return ui.DONE
