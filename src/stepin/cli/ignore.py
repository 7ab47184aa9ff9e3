"""`stepin ignore`: leave a package, or a kind of finding, out of every check."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.cli.base import verb
from stepin.install import user_files


@verb("ignore", "stepin ignore black code:extra", "stepin ignore --project black")
@click.argument("words", metavar="NAME|code:CODE...", nargs=-1, required=True)
@click.option("--project", "in_project", is_flag=True, help="Write to the project's pyproject.toml, for everybody.")
def command(words: tuple[str, ...], in_project: bool) -> int:
    """Leave a package, or a kind of finding, out of every check.

    This adds to the setting drift.ignore in your configuration. "stepin check --verbose" shows what is ignored.
    """
    from stepin.drift import engine
    from stepin.drift.model import UsageError
    from stepin.settings import edit

    try:
        engine.parse_ignore(words)
    except UsageError as error:
        raise ui.Misuse(str(error)) from None
    at = project.place()
    if in_project:
        path = os.path.join(project.nearest(None, at).folder, "pyproject.toml")
        table: tuple[str, ...] = ("tool", "stepin", "drift")
    else:
        path, table = at.config_file, ("drift",)
    try:
        before = user_files.read(path)
        after = edit.extended((before or b"").decode(), table, "ignore", words).encode()
        if after != (before or b""):
            user_files.replace(path, before, after)
    except user_files.UnwritableError as error:
        raise ui.Refusal(f"{ui.tilde(path)} {error}; fix that, or edit the file yourself") from None
    except ValueError:  # not TOML, or not editable without changing something else
        name = ".".join(table)
        raise ui.Refusal(f'cannot edit {ui.tilde(path)} safely; add to "ignore" in [{name}] yourself') from None
    ui.say(f"ignored from now on: {', '.join(words)} ({ui.tilde(path)})")
    return ui.DONE
