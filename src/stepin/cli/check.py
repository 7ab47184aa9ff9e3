"""`stepin check`: compare what is declared with what is installed."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Any

import click

from stepin.cli import ui
from stepin.cli.base import verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stepin.drift.model import Report

CLEAN, DRIFT, UNKNOWN = 0, 1, 3
FORMATS = ("text", "json", "github", "sarif", "junit")


@verb(
    "check",
    "stepin check",
    "stepin check -r requirements-dev.txt --strict --format github",
)
@click.argument("directory", metavar="[DIR]", required=False)
@click.option(
    "-r", "--requirement", "files", multiple=True, metavar="FILE", help="Read FILE instead of the project's files."
)
@click.option(
    "-c", "--constraint", "constraints", multiple=True, metavar="FILE", help="Read constraints from FILE, too."
)
@click.option("--venv", metavar="ENV", help="Check ENV instead of the project's environment.")
@click.option("--strict", is_flag=True, help="Report every package that nothing declares.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Include this dependency group.")
@click.option("--extra", "extras", multiple=True, metavar="NAME", help="Include this extra of the project.")
@click.option("--ignore", multiple=True, metavar="NAME|code:CODE", help="Leave this out of the report.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), metavar="FORMAT", help=f"{', '.join(FORMATS)}; text by default."
)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--verbose", is_flag=True, help="Also show what is ignored or not verifiable.")
@click.option("--quiet", is_flag=True, help="Print no report, only set the exit code.")
@click.pass_context
def command(
    context: click.Context, /, form: str | None, as_json: bool, verbose: bool, quiet: bool, **selection: Any
) -> None:
    """Compare what the project declares with what its environment has installed.
    Nothing is run or downloaded. The environment need not be trusted.

    Exit codes: 0 clean, 1 drift, 2 wrong usage, 3 unknown.
    """
    from stepin.drift.model import UsageError

    if as_json and form not in (None, "json"):
        raise ui.Misuse(f"--json and --format {form} exclude each other; choose one")
    form = "json" if as_json else form
    if quiet and form is not None:
        raise ui.Misuse("--quiet prints no report, --json and --format print one; choose one")
    # A check creates many small objects and hardly any cycle. The search for cycles takes 5 % of its time.
    gc.disable()
    try:
        report = _check(**selection)
        _print(report, form or "text", verbose, quiet)
        code = {"clean": CLEAN, "drift": DRIFT, "unknown": UNKNOWN}[report.verdict]
    except UsageError as error:
        code = ui.error(str(error), ui.USAGE)
    except click.ClickException:
        raise
    except OSError as error:
        code = ui.os_error(error, UNKNOWN)
    except Exception as error:  # CI must not mistake a bug for drift, which is exit code 1
        code = ui.internal_error(error, UNKNOWN)
    # If the reader leaves (`stepin check | head`), the exit code is still that of the verdict.
    context.exit(ui.finish(code, failed=UNKNOWN, pipe=code))


def _check(
    directory: str | None,
    files: tuple[str, ...],
    constraints: tuple[str, ...],
    venv: str | None,
    strict: bool,
    ignore: tuple[str, ...],
    groups: tuple[str, ...],
    extras: tuple[str, ...],
) -> Report:
    from stepin.drift import engine
    from stepin.settings import folders, load

    for option, values in (("-r", files), ("-c", constraints), ("--venv", (venv,)), ("DIR", (directory,))):
        if "" in values:
            raise ui.Misuse(f"{option} is empty; name a file or folder")
    root, env = engine.locate(directory, venv, load.load().names, os.environ)
    settings = load.load(root)
    for problem in settings.problems:
        ui.warn(problem)
    return engine.run(
        root,
        env,
        files=files,
        constraints=constraints,
        settings=settings.drift_files,
        venv=venv is not None,
        strict=strict,
        ignore=(*ignore, *_usable(settings.drift_ignore)),
        groups=groups,
        extras=extras,
        environ=os.environ,
        cache_dir=folders.cache(),
    )


def _usable(ignore: tuple[str, ...]) -> Iterator[str]:
    """Yield the usable words of the setting `ignore`. A wrong one must not stop every check."""
    from stepin.drift import engine
    from stepin.drift.model import UsageError

    for word in ignore:
        try:
            engine.parse_ignore((word,))
        except UsageError as error:
            ui.warn(f"drift.ignore: {error}")
        else:
            yield word


def _print(report: Report, form: str, verbose: bool, quiet: bool) -> None:
    from stepin.drift.report.formats import render_report

    if report.trouble is not None:
        ui.error(report.trouble)
    if form == "text" and (quiet or report.trouble is not None):
        return
    ui.write(render_report(report, form, verbose=verbose, color=form == "text" and ui.color_wanted()))
