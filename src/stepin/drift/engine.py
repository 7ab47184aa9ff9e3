"""One check from end to end: find, read, compare, and leave out what the user switched off."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, get_args

from stepin.drift.compare import lookups
from stepin.drift.compare.comparison import find_differences
from stepin.drift.declared import selection
from stepin.drift.installed import distributions, target
from stepin.drift.memory import Memory
from stepin.drift.model import Code, Declarations, Finding, NoEnvironmentError, Report, UsageError
from stepin.drift.pep508.names import normalize_name
from stepin.hook import environment as find
from stepin.hook.text import printable
from stepin.store.walk import levels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stepin.drift.model import Comparison, Target, Verdict

CODES: tuple[str, ...] = get_args(Code)


def run(
    root: str,
    env: str | None,
    *,
    files: Sequence[str] = (),
    constraints: Sequence[str] = (),
    settings: Sequence[str] = (),
    venv: bool = False,
    strict: bool = False,
    ignore: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    cache_dir: str | None = None,
    memory: Memory | None = None,
) -> Report:
    """Make one check of the environment `env` against the project in `root`, as locate() returns them.

    The rest is as stepin.drift.check has it; `venv` says that the caller named the environment. A process that checks
    a project again and again hands the same `memory` each time, and then only what has changed is read.
    """
    names_off, codes_off = parse_ignore(ignore)
    # A service's own folder may be gone, and matters to nothing.
    cwd = _working_directory() if files or constraints else root
    named = selection.select_files(root, _existing(files, cwd), _existing(constraints, cwd), settings)
    if env is None:
        return _trouble(root, f"there is no environment in {printable(root)}: make one, or name one with --venv")
    try:
        here = target.read_target(env)
    except NoEnvironmentError as error:
        text = f"{printable(env)} is no Python environment ({printable(str(error))}): name one with --venv"
        if venv:
            raise UsageError(text) from None
        return _trouble(root, text)
    if not named.files:
        text = f"nothing is declared here (no {selection.DEFAULTS[0]} in {printable(root)}): name a file with -r"
        return _trouble(root, text, here)
    memory = memory or Memory()
    present = memory.installed(here, cache_dir)
    declarations = memory.declarations(named, root, cwd, environ)
    known = lookups.look_up(declarations.requirements, {one.name: one for one in present.distributions})
    comparison = find_differences(declarations, present, here, known, strict=strict)
    if cache_dir is not None:
        distributions.save_installed(present)
    findings = _without_the_project(comparison, root)
    told: list[Finding] = []
    ignored: list[Finding] = []
    fix = None
    if findings:
        from stepin.drift.fix import FixCommands

        commands = FixCommands(here, present, root, named.files, named.constraints)
        for finding in _in_file_order(findings, declarations):
            switched_off = finding.code in codes_off or finding.name in names_off
            (ignored if switched_off else told).append(finding._replace(fix=commands.for_finding(finding)))
        fix = commands.for_findings(told)
    return Report(
        verdict=verdict(told),
        root=root,
        environment=here,
        declarations=declarations,
        complete_freeze=comparison.complete_freeze,
        findings=tuple(told),
        ignored=tuple(ignored),
        notes=comparison.notes,
        fix=fix,
    )


def verdict(findings: Iterable[Finding]) -> Verdict:
    codes = {finding.code for finding in findings}
    if codes - {"unknown"}:
        return "drift"
    return "unknown" if codes else "clean"


def parse_ignore(words: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return (names, codes) of `NAME` and `code:CODE`. Raises UsageError for a code that there is not."""
    names, codes = set(), set()
    for word in words:
        prefix, colon, code = word.partition(":")
        if not colon:
            names.add(normalize_name(word))
        elif prefix == "code" and code in CODES:
            codes.add(code)
        else:
            raise UsageError(
                f"{printable(word)} cannot be ignored: give NAME or code:CODE, CODE one of {', '.join(CODES)}"
            )
    return frozenset(names), frozenset(codes)


def locate(project: str | None, venv: str | None, names: Sequence[str]) -> tuple[str, str | None]:
    """Return the project's folder and its environment's, absolute; the latter None where there is none.

    Raises UsageError where `project` is no folder.
    """
    cwd = _working_directory()
    start = os.path.normpath(os.path.join(cwd, project or ""))
    if project is not None and not os.path.isdir(start):
        raise UsageError(f"{printable(project)} is no folder: name the project's folder")
    if venv is not None and (project is not None or os.path.lexists(os.path.join(start, selection.DEFAULTS[0]))):
        return start, os.path.join(cwd, venv)
    for folder in levels(start, os.path.expanduser("~")):
        environment = find.in_folder(folder, names)
        if environment is not None and environment.state != "incomplete":
            return folder, environment.path if venv is None else os.path.join(cwd, venv)
    return start, None if venv is None else os.path.join(cwd, venv)


def _working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        raise UsageError("the folder that you are in is gone: change to another one") from None


def _existing(paths: Sequence[str], cwd: str) -> tuple[str, ...]:
    """Return the paths that the caller named, absolute. Raises UsageError where one is not there."""
    for path in paths:
        if not os.path.exists(os.path.join(cwd, path)):
            raise UsageError(f"{printable(path)} is not there: name a requirements file that is")
    return tuple(os.path.normpath(os.path.join(cwd, path)) for path in paths)


def _trouble(root: str, text: str, environment: Target | None = None) -> Report:
    finding = Finding("unknown", None, text, None, None, None, None, None)
    return Report("unknown", root, environment, Declarations((), (), ()), False, (finding,), (), (), None, text)


def _without_the_project(comparison: Comparison, root: str) -> tuple[Finding, ...]:
    """Leave out what is no extra because it is the project itself."""
    if not any(finding.code == "extra" for finding in comparison.findings):
        return comparison.findings
    own = lookups.read_local_project(root).name
    return tuple(one for one in comparison.findings if one.code != "extra" or one.name != own)


def _in_file_order(findings: Iterable[Finding], declarations: Declarations) -> list[Finding]:
    order = {file: number for number, file in enumerate(declarations.files)}
    return sorted(findings, key=lambda one: (order.get(one.file or "", len(order)), one.line or 0))
