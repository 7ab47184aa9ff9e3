"""How commands speak: lines fit for a terminal, JSON, errors of one line, colours only where they are wanted."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys

import click

from stepin.hook.text import printable

DONE, REFUSED, USAGE = 0, 1, 2
INTERRUPTED, BROKEN_PIPE = 130, 141  # 128 + the signal's number, as shells count

_COLOURS = {"good": "green", "bad": "red", "unsure": "yellow"}


class Refusal(click.ClickException):
    """Ends a command with a line `what happened: what to do` on stderr and exit code 1."""

    exit_code = REFUSED


def say(text: str = "") -> None:
    """Print a line on stdout. What stands in it of names is `printable` already."""
    click.echo(text, color=_coloured(sys.stdout))


def complain(text: str, code: int = REFUSED) -> int:
    """Print an error on stderr; return `code`."""
    click.echo("stepin: " + " ".join(map(printable, text.splitlines())), err=True)
    return code


def note(text: str) -> None:
    """Print a remark on stderr."""
    complain(text)


def say_json(schema: str, **fields: object) -> None:
    """Print one JSON object. Bytes of names that are no UTF-8 become lone surrogates (PEP 383)."""
    click.echo(json.dumps({"schema": schema, **fields}, indent=2))


def tint(text: str, mood: str) -> str:
    """Colour a text: `mood` is good, bad, unsure or dim. `say` takes the colours out where they are not wanted."""
    return click.style(text, dim=True) if mood == "dim" else click.style(text, fg=_COLOURS[mood])


def tilde(path: str) -> str:
    """Return a path fit to be shown, HOME as `~`."""
    home = os.environ.get("HOME", "").rstrip("/")
    if home.startswith("/") and (path == home or path.startswith(home + "/")):
        path = "~" + path[len(home) :]
    return printable(path)


def prepare_streams() -> None:
    """Let no name fail on its way out: a terminal that is not UTF-8 shows escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def abandon_stdout() -> None:
    """Keep Python from trying once more, at its end, what could not be written."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _coloured(stream: object) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return isinstance(stream, io.TextIOWrapper) and stream.isatty()
