"""`stepin ignore`: leave a name, or a kind of finding, out of every check from now on."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.hook import files


@click.command("ignore", epilog="Example: stepin ignore black code:extra")
@click.argument("words", metavar="NAME|code:CODE...", nargs=-1, required=True)
@click.option("--project", "in_project", is_flag=True, help="In the project's pyproject.toml, for everybody.")
def command(words: tuple[str, ...], in_project: bool) -> int:
    """Write it into your configuration. `stepin check --verbose` shows what is ignored."""
    from stepin.drift import engine
    from stepin.drift.model import UsageError
    from stepin.settings import edit

    try:
        engine.parse_ignore(words)
    except UsageError as error:
        raise click.UsageError(str(error)) from None
    at = project.place()
    if in_project:
        path = os.path.join(project.nearest(None, at).folder, "pyproject.toml")
        table: tuple[str, ...] = ("tool", "stepin", "drift")
    else:
        path, table = at.config_file, ("drift",)
    try:
        content = _read(path)
        new = edit.extended(content, table, "ignore", words)
    except ValueError:
        where = "[" + ".".join(table) + "]"
        raise ui.Refusal(f"{ui.tilde(path)} cannot be edited safely: add to ignore under {where} by hand") from None
    if new != content:
        _write(path, new)
    ui.say(f"{ui.tilde(path)}: ignored from now on")
    return ui.DONE


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""


def _write(path: str, text: str) -> None:
    """Write a file of the user's through its links, its mode kept; a new one is theirs alone."""
    real = os.path.realpath(path)
    mode = os.stat(real).st_mode & 0o7777 if os.path.exists(real) else 0o600
    files.write_whole(real, text.encode())
    os.chmod(real, mode)
