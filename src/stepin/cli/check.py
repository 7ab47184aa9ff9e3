"""`stepin check`: does the environment hold what is declared?

Exit codes: 0 clean, 1 drift, 2 usage (something named is not there), 3 it could not be told.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stepin.drift.model import Report

CLEAN, DRIFT, USAGE, UNKNOWN = 0, 1, 2, 3
INTERRUPTED = 130  # 128 + SIGINT, as shells count
FORMATS = ("text", "json", "github", "sarif", "junit")


@click.command("check")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("-r", "--requirement", "files", multiple=True, metavar="FILE", help="Read this file instead.")
@click.option("-c", "--constraint", "constraints", multiple=True, metavar="FILE", help="And this one's constraints.")
@click.option("--venv", metavar="ENV", help="Judge this environment, not the project's.")
@click.option("--strict", is_flag=True, help="Tell everything that nothing declares.")
@click.option("--ignore", multiple=True, metavar="NAME|code:CODE", help="Leave this out.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to tell it.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--verbose", is_flag=True, help="Tell also what is ignored and what cannot be verified.")
@click.option("--quiet", is_flag=True, help="Tell nothing but trouble: the exit code says it all.")
def command(
    directory: str | None,
    files: tuple[str, ...],
    constraints: tuple[str, ...],
    venv: str | None,
    strict: bool,
    ignore: tuple[str, ...],
    form: str,
    as_json: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Compare what requirements.txt declares with what the environment holds.

    Nothing of the project or of its environment is run, and nothing is fetched. The environment need not be allowed.

    Exit codes: 0 clean, 1 drift, 2 usage, 3 it could not be told.
    """
    from stepin.drift.model import UsageError

    form = "json" if as_json else form
    try:
        report = _check(directory, files, constraints, venv, strict, ignore)
        _tell(report, form, verbose, quiet)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except UsageError as error:
        _complain(str(error))
        sys.exit(USAGE)
    except (
        Exception
    ) as error:  # whatever it is: CI must not take it for drift, which a traceback's exit code 1 would be
        _complain(f"internal error ({type(error).__name__}: {error}): report it, please")
        sys.exit(UNKNOWN)
    sys.exit({"clean": CLEAN, "drift": DRIFT, "unknown": UNKNOWN}[report.verdict])


def _check(
    directory: str | None,
    files: tuple[str, ...],
    constraints: tuple[str, ...],
    venv: str | None,
    strict: bool,
    ignore: tuple[str, ...],
) -> Report:
    from stepin import config, paths
    from stepin.drift import engine

    root, env = engine.locate(directory, venv, config.load().names)
    settings = config.load(root)
    if settings.trouble:
        _complain(settings.trouble)
    return engine.run(
        root,
        env,
        files=files,
        constraints=constraints,
        settings=settings.drift_files,
        venv=venv is not None,
        strict=strict,
        ignore=(*ignore, *_usable(settings.drift_ignore)),
        environ=os.environ,
        cache_dir=paths.cache(),
    )


def _usable(ignore: tuple[str, ...]) -> Iterator[str]:
    """Yield the settings' words that can be used: what is wrong in a file must not stop every check."""
    from stepin.drift import engine
    from stepin.drift.model import UsageError

    for word in ignore:
        try:
            engine.parse_ignore((word,))
        except UsageError as error:
            _complain(f"drift.ignore: {error}")
        else:
            yield word


def _tell(report: Report, form: str, verbose: bool, quiet: bool) -> None:
    from stepin.drift.report import render

    if report.trouble is not None:
        _complain(report.trouble)
    if form == "text" and (quiet or report.trouble is not None):
        return
    stream = sys.stdout
    color = form == "text" and stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    text = render(report, form, verbose=verbose, color=color)
    if hasattr(stream, "reconfigure"):  # a terminal that is not UTF-8 shows escapes
        stream.reconfigure(errors="backslashreplace")
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:  # `stepin check | head`: the exit code is still the verdict's
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _complain(text: str) -> None:
    from stepin.text import printable

    click.echo(f"stepin: {printable(text)}", err=True)
