"""`stepin forget`: remove trust records."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.cli.base import verb
from stepin.store import records


@verb("forget", "stepin forget ~/code/old")
@click.argument("directory", metavar="DIR")
def command(directory: str) -> int:
    """Remove the trust records of DIR. DIR need not exist.

    Its environment is then not trusted, unless a folder above it is trusted with --tree.
    """
    at = project.place()
    project.insist(at)
    path = project.absolute(directory)
    # A link on the way may be gone along with the project: then the record has the path that `stepin trust` lists.
    found = [records.forget(at.store, name) for name in dict.fromkeys((os.path.realpath(path), os.path.normpath(path)))]
    shown = ui.tilde(os.path.normpath(path))
    if not any(found):
        raise ui.Refusal(f'there is no trust record of {shown}; run "stepin trust" for a list')
    project.change(at)
    ui.say(f"forgotten: {shown}")
    return ui.DONE
