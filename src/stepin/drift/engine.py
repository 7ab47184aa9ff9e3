"""Check one project: find the files and the environment, read both, compare, and leave out what is ignored."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, get_args

from stepin.drift.compare.comparison import find_differences
from stepin.drift.compare.lookups import look_up
from stepin.drift.declared.selection import select_files
from stepin.drift.installed.distributions import save_installed
from stepin.drift.installed.target import read_target
from stepin.drift.memory import Memory
from stepin.drift.model import Code, Declarations, Finding, NoEnvironmentError, Note, Report, UsageError
from stepin.drift.pep508.names import normalize_name
from stepin.hook.environment import in_folder
from stepin.hook.text import printable
from stepin.store.walk import current_folder, levels, normalized

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stepin.drift.declared.elsewhere import Elsewhere
    from stepin.drift.declared.selection import Selection
    from stepin.drift.model import Comparison, Distribution, Installed, Target, Verdict

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
    undeclared: bool = False,
    ignore: Sequence[str] = (),
    groups: Sequence[str] = (),
    extras: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    cache_dir: str | None = None,
    memory: Memory | None = None,
) -> Report:
    """Check the environment `env` against the project in `root`, both from locate().

    The other parameters are those of stepin.drift.check(). `venv` means that the caller named the environment;
    `undeclared` fills that field of the report even if the files are not a complete freeze. A process that checks a
    project repeatedly passes the same `memory` each time, so that only what has changed is read.
    """
    ignored_names, ignored_codes = parse_ignore(ignore)
    # The working directory of a service may be gone, and only paths from a command line are relative to it.
    cwd = _working_directory() if files or constraints else root
    named = _existing(files, cwd), _existing(constraints, cwd)
    if env is None:
        return _trouble(root, f"{printable(root)} has no environment; create one, or name one with --venv")
    try:
        target = read_target(env)
    except NoEnvironmentError as error:
        text = f"{printable(env)} is not a Python environment ({printable(str(error))}); name one with --venv"
        if venv:
            raise UsageError(text) from None
        return _trouble(root, text)
    selection = select_files(root, *named, settings, target.kind)._replace(groups=tuple(groups), extras=tuple(extras))
    if (groups or extras) and selection.source not in ("pyproject", "uv", "pylock"):
        raise UsageError("only pyproject.toml, uv.lock and pylock.toml have groups and extras; name one with -r")
    if not selection.files:
        text = f"{printable(root)} has no requirements.txt, lock file or static dependencies; name a file with -r"
        return _trouble(root, text, target)
    memory = memory or Memory()
    check = _Check(root, target, selection, memory.installed(target, cache_dir), environ)
    declarations = memory.declarations(selection, root, cwd, environ, target)
    comparison = check.compare(declarations, ignored_names)
    if strict or undeclared or comparison.complete_freeze:
        check.find_extras(comparison, declarations, ignored_names, strict)
    if cache_dir is not None:
        save_installed(check.installed)
    return check.report(comparison, declarations, ignored_names, ignored_codes, strict)


class _Check:
    """One check, after the files and the environment were found."""

    def __init__(
        self,
        root: str,
        target: Target,
        selection: Selection,
        installed: Installed,
        environ: Mapping[str, str] | None,
    ) -> None:
        self.installed = installed
        self._root = root
        self._target = target
        self._selection = selection
        self._environ = environ
        self._distributions = {one.name: one for one in installed.distributions}
        self._undeclared: list[Distribution] = []
        self._ignored_extras: list[Distribution] = []
        self._elsewhere: Elsewhere | None = None

    def compare(self, declarations: Declarations, ignored: frozenset[str]) -> Comparison:
        known = look_up(declarations.requirements, self._distributions, self._root)
        return find_differences(declarations, self.installed, self._target, known, ignored)

    def find_extras(
        self, comparison: Comparison, declarations: Declarations, ignored: frozenset[str], strict: bool
    ) -> None:
        """Find what nothing in the project declares; without `strict`, only if all that it declares is known."""
        from stepin.drift.compare.extras import split_ignored, without_wanted  # start-up time: seldom needed

        found = without_wanted(comparison.undeclared, (), self._distributions, self._target)
        if not found:
            return
        from stepin.drift.declared.elsewhere import read_elsewhere

        elsewhere = read_elsewhere(self._root, declarations.files, self._environ)
        self._elsewhere = elsewhere
        if elsewhere.problems and not strict:
            return
        names = self._own_names(elsewhere) | declarations.explained
        wanted = [*elsewhere.wanted, *((name, frozenset[str]()) for name in names)]
        found = without_wanted(found, wanted, self._distributions, self._target)
        self._undeclared, self._ignored_extras = split_ignored(found, ignored, self._distributions, self._target)

    def _own_names(self, elsewhere: Elsewhere) -> set[str]:
        """Return the names of the project itself, and of what is installed from the folders that it declares."""
        from stepin.drift.compare.lookups import metadata_folder, real_path, recorded_path
        from stepin.drift.declared.elsewhere import read_project_names

        names = set(elsewhere.names)
        places = {real_path(self._root)}
        for link in elsewhere.links:
            place = real_path(link.path or "")
            places.add(place)
            names |= read_project_names(place)
        for distribution in self.installed.distributions:
            paths = (recorded_path(distribution), metadata_folder(distribution))
            if any(path is not None and real_path(path) in places for path in paths):
                names.add(distribution.name)
        return names

    def report(
        self,
        comparison: Comparison,
        declarations: Declarations,
        ignored_names: frozenset[str],
        ignored_codes: frozenset[str],
        strict: bool,
    ) -> Report:
        findings = _in_file_order(comparison.findings, declarations)
        if declarations.stale is not None:
            file = declarations.files[0]
            message = f"{os.path.basename(file)} is out of date: {declarations.stale}"
            findings.insert(0, Finding("lock", None, message, None, None, file, None, None))
        if strict or comparison.complete_freeze:
            findings += self._extra_findings(self._undeclared)
        reported: list[Finding] = []
        ignored: list[Finding] = []
        for finding in findings:
            is_ignored = finding.code in ignored_codes or finding.name in ignored_names
            (ignored if is_ignored else reported).append(finding)
        fix = None
        if reported:
            from stepin.drift.fix import FixCommands  # start-up time: a clean check needs none

            commands = FixCommands(
                self._target,
                self.installed,
                self._root,
                self._selection,
                declarations,
                ignored,
                comparison.contradictions,
            )
            reported = [finding._replace(fix=commands.for_finding(finding)) for finding in reported]
            fix = commands.for_findings(reported)
        if strict or comparison.complete_freeze:
            ignored += self._extra_findings(self._ignored_extras)
        return Report(
            verdict=verdict(reported),
            root=self._root,
            environment=self._target,
            declarations=declarations,
            complete_freeze=comparison.complete_freeze,
            findings=tuple(reported),
            ignored=tuple(ignored),
            notes=(*comparison.notes, *self._elsewhere_notes(strict)),
            fix=fix,
            undeclared=tuple(self._undeclared),
            also_read=self._elsewhere.files if self._elsewhere else (),
        )

    def _extra_findings(self, extras: list[Distribution]) -> list[Finding]:
        if not extras:
            return []
        from stepin.drift.compare.extras import extra_findings

        return extra_findings(extras, self._distributions, self._target)

    def _elsewhere_notes(self, strict: bool) -> list[Note]:
        problems = self._elsewhere.problems if self._elsewhere and not strict else ()
        words = ": packages that nothing else declares are not reported as extra"
        return [Note(problem.message + words, problem.file, problem.line) for problem in problems]


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Return the verdict for these findings: "unknown" counts only if nothing else was found."""
    codes = {finding.code for finding in findings}
    if codes - {"unknown"}:
        return "drift"
    return "unknown" if codes else "clean"


def parse_ignore(words: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return (names, codes) of `NAME` and `code:CODE`. Raises UsageError for an unknown code."""
    names, codes = set(), set()
    for word in words:
        prefix, colon, code = word.partition(":")
        if not colon:
            names.add(normalize_name(word))
        elif prefix == "code" and code in CODES:
            codes.add(code)
        else:
            raise UsageError(
                f"{printable(word)} cannot be ignored; use NAME or code:CODE, CODE being one of {', '.join(CODES)}"
            )
    return frozenset(names), frozenset(codes)


def locate(
    project: str | None, venv: str | None, names: Sequence[str], environ: Mapping[str, str] | None = None
) -> tuple[str, str | None]:
    """Return the nearest folder that declares and the nearest environment, absolute; None if there is no environment.

    Without an environment at or above `project`, the active one counts (VIRTUAL_ENV or CONDA_PREFIX in `environ`).
    Raises UsageError if `project` is not a folder.
    """
    cwd = _working_directory()
    start = normalized(os.path.join(cwd, project)) if project else cwd
    if project is not None and not os.path.isdir(start):
        raise UsageError(f"{printable(project)} is not a folder; name the project's folder")
    if venv is not None and (project is not None or select_files(start, (), ()).files):
        return start, os.path.join(cwd, venv)
    root, env = _nearest(list(levels(start, os.path.expanduser("~"))), names)
    if venv is not None:
        env = os.path.join(cwd, venv)
    return root or start, env or _active(environ or {})


def _nearest(folders: Sequence[str], names: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the nearest of `folders` that declares, and the nearest environment in them."""
    inside = any(os.path.lexists(os.path.join(folder, ".git")) for folder in folders)
    root = env = None
    for folder in folders:
        if root is None and (inside or env is None) and select_files(folder, (), ()).files:
            root = folder
        environment = in_folder(folder, names) if env is None else None
        if environment is not None and environment.state != "incomplete":
            env = environment.path
            root = root or (None if inside else folder)
        if os.path.lexists(os.path.join(folder, ".git")):
            # Nothing above a repository declares for it; its environment may be there.
            root, inside = root or (folder if env else None), False
    return root, env


def _active(environ: Mapping[str, str]) -> str | None:
    """Return the environment that is active in the shell."""
    for variable, mark in (("VIRTUAL_ENV", "pyvenv.cfg"), ("CONDA_PREFIX", "conda-meta")):
        path = environ.get(variable, "")
        if os.path.isabs(path) and os.path.exists(os.path.join(path, mark)):
            return path
    return None


def _working_directory() -> str:
    try:
        return current_folder()
    except OSError:
        raise UsageError("the current folder no longer exists; change to another one") from None


def _existing(paths: Sequence[str], cwd: str) -> tuple[str, ...]:
    """Return the paths that the caller named, absolute. Raises UsageError if one does not exist."""
    for path in paths:
        if not os.path.exists(os.path.join(cwd, path)):
            raise UsageError(f"{printable(path)} does not exist; name a requirements file")
    return tuple(normalized(os.path.join(cwd, path)) for path in paths)


def _trouble(root: str, text: str, environment: Target | None = None) -> Report:
    finding = Finding("unknown", None, text, None, None, None, None, None)
    return Report("unknown", root, environment, Declarations((), (), ()), False, (finding,), (), (), None, text)


def _in_file_order(findings: Iterable[Finding], declarations: Declarations) -> list[Finding]:
    order = {file: number for number, file in enumerate(declarations.files)}
    return sorted(findings, key=lambda one: (order.get(one.file or "", len(order)), one.line or 0))
