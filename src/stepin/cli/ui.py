"""Print text, JSON and errors. Every command writes through this module."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import sys
import traceback

import click

from stepin import schemas
from stepin.hook.text import printable

DONE, REFUSED, USAGE = 0, 1, 2
INTERNAL = 70  # a bug in stepin (sysexits.h, EX_SOFTWARE)
INTERRUPTED, BROKEN_PIPE = 130, 141  # 128 + the signal's number, as shells report it

_COLORS = {"good": "green", "bad": "red", "unsure": "yellow"}


class Refusal(click.ClickException):
    """End a command with one line on stderr, `what happened; what to do`, and exit code 1."""

    exit_code = REFUSED


class Misuse(click.UsageError):
    """End a command with one line on stderr, `what happened; what to do`, and exit code 2."""


class _Stdout:
    """What went wrong with stdout, if anything."""

    failure: OSError | None = None


def say(text: str = "") -> None:
    """Print a line on stdout. Names in `text` must be `printable` already."""
    write(text + "\n")


def write(text: str) -> None:
    """Write to stdout, without ANSI colors unless they are wanted.

    A command that is in the middle of its work must not stop because stdout is closed or its disk is full. So nothing
    is raised: the rest of the output is dropped, and `finish` reports the failure.
    """
    if _Stdout.failure is None:
        try:
            click.echo(text, nl=False, color=color_wanted())
        except OSError as failure:
            _drop_stdout(failure)


def say_json(name: str, /, **fields: object) -> None:
    """Print one JSON document in its envelope (see stepin.schemas).

    A byte in a path that is not UTF-8 becomes a lone surrogate (PEP 383).
    """
    say(json.dumps(schemas.envelope(name, **fields), indent=2))


def warn(text: str) -> None:
    """Print a warning, `what happened; what to do`, on stderr."""
    error(text)


def error(text: str, code: int = REFUSED) -> int:
    """Print an error, `what happened; what to do`, as one line on stderr; return `code`."""
    with contextlib.suppress(OSError):  # stderr is full or closed: there is no other place to report that
        click.echo("stepin: " + " ".join(map(printable, text.splitlines())), err=True)
    return code


def os_error(failure: OSError, code: int = REFUSED) -> int:
    """Report what the system refused; return `code`."""
    what = tilde(os.fsdecode(failure.filename)) if failure.filename is not None else "a file"
    return error(f'{what}: {failure.strerror or failure}; fix that, or run "stepin doctor"', code)


def internal_error(failure: BaseException, code: int = INTERNAL) -> int:
    """Report a bug in stepin in one line that names the place; return `code`."""
    frames = traceback.extract_tb(failure.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return error(f"internal error: {type(failure).__name__}: {failure}{place}; please report this", code)


def style(text: str, mood: str) -> str:
    """Color a text. `mood` is good, bad, unsure or dim. `say` removes the colors if they are not wanted."""
    return click.style(text, dim=True) if mood == "dim" else click.style(text, fg=_COLORS[mood])


def color_wanted() -> bool:
    """Return whether stdout is a terminal that shows colors, and NO_COLOR is unset or empty (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.isatty()


def tilde(path: str) -> str:
    """Return a path for display, with `~` for HOME."""
    home = os.environ.get("HOME", "").rstrip("/")
    if home.startswith("/") and (path == home or path.startswith(home + "/")):
        path = "~" + path[len(home) :]
    return printable(path)


def count(number: int, noun: str) -> str:
    """Return `1 record`, `2 records`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def prepare_streams() -> None:
    """Make every name printable in the terminal's encoding, and a closed stdout an error instead of silence."""
    _Stdout.failure = None
    if sys.stdout is None:
        # Python sets stdout to None if descriptor 1 is closed. Writing to a descriptor that is open for reading fails
        # as writing to a closed one does: EBADF.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def finish(code: int, *, failed: int = REFUSED, pipe: int = BROKEN_PIPE) -> int:
    """Flush stdout and return the exit code: `code`, or `failed` after one line if stdout could not be written to.

    A reader that has left (`stepin trust | head`) is no error: the exit code is then `pipe`.
    """
    if _Stdout.failure is None:
        try:
            sys.stdout.flush()
        except OSError as failure:
            _drop_stdout(failure)
    reason, _Stdout.failure = _Stdout.failure, None
    if reason is None:
        return code
    if reason.errno == errno.EPIPE:
        return pipe
    if reason.errno == errno.EBADF:
        return error("stdout is closed; run the command again with stdout open", failed)
    return error(f"cannot write to stdout ({reason.strerror}); run the command again when that is fixed", failed)


def output_failed() -> bool:
    """Return whether stdout has failed, so that a command that prints forever can stop."""
    return _Stdout.failure is not None


def _drop_stdout(failure: OSError) -> None:
    """Remember the failure, and keep Python from flushing the rest of the output again when it exits."""
    _Stdout.failure = failure
    with contextlib.suppress(OSError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
