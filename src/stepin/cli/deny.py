"""`stepin deny`: never activate a project's environment."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.cli.base import verb
from stepin.store import records


@verb("deny", "stepin deny ~/code/theirs")
@click.argument("directory", metavar="[DIR]", required=False)
def command(directory: str | None) -> int:
    """Never activate the environment of DIR, or of the current project, and print no hint about it.

    This applies even below a folder that "stepin allow --tree" trusts. "stepin allow" and "stepin forget" undo it.
    """
    at = project.place()
    folder = project.folder(directory) if directory is not None else project.nearest(None, at).folder
    project.insist(at)
    records.write(at.store, os.path.realpath(folder), "deny", by="deny")
    project.change(at)
    ui.say(f"{ui.style('denied', 'bad')}: {ui.tilde(folder)}")
    return ui.DONE
