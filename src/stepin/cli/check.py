"""`stepin check`: does the environment hold what is declared?

Exit codes: 0 clean, 1 drift, 2 usage (something named is not there), 3 it could not be told.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click

from stepin.cli import ui

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stepin.drift.model import Report

CLEAN, DRIFT, USAGE, UNKNOWN = 0, 1, 2, 3
FORMATS = ("text", "json", "github", "sarif", "junit")


@click.command(
    "check",
    epilog="\b\nExamples:\n  stepin check\n  stepin check -r requirements-dev.txt --strict\n"
    "  stepin check --venv /opt/app --format github",
)
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
@click.pass_context
def command(
    context: click.Context,
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
    # A check makes many small values and hardly a ring of them: looking for rings takes a twentieth of its time.
    gc.disable()
    try:
        report = _check(directory, files, constraints, venv, strict, ignore)
        _tell(report, form, verbose, quiet)
        code = {"clean": CLEAN, "drift": DRIFT, "unknown": UNKNOWN}[report.verdict]
    except UsageError as error:
        code = ui.complain(str(error), USAGE)
    except (
        Exception
    ) as error:  # whatever it is: CI must not take it for drift, which a traceback's exit code 1 would be
        code = ui.complain(f"internal error ({type(error).__name__}: {error}): report it, please", UNKNOWN)
    context.exit(code)


def _check(
    directory: str | None,
    files: tuple[str, ...],
    constraints: tuple[str, ...],
    venv: str | None,
    strict: bool,
    ignore: tuple[str, ...],
) -> Report:
    from stepin.drift import engine
    from stepin.settings import folders, load

    root, env = engine.locate(directory, venv, load.load().names)
    settings = load.load(root)
    if settings.trouble:
        ui.complain(settings.trouble)
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
        cache_dir=folders.cache(),
    )


def _usable(ignore: tuple[str, ...]) -> Iterator[str]:
    """Yield the settings' words that can be used: what is wrong in a file must not stop every check."""
    from stepin.drift import engine
    from stepin.drift.model import UsageError

    for word in ignore:
        try:
            engine.parse_ignore((word,))
        except UsageError as error:
            ui.complain(f"drift.ignore: {error}")
        else:
            yield word


def _tell(report: Report, form: str, verbose: bool, quiet: bool) -> None:
    from stepin.drift.report import render

    if report.trouble is not None:
        ui.complain(report.trouble)
    if form == "text" and (quiet or report.trouble is not None):
        return
    stream = sys.stdout
    color = form == "text" and stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    text = render(report, form, verbose=verbose, color=color)
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:  # `stepin check | head`: the exit code is still the verdict's
        ui.abandon_stdout()
