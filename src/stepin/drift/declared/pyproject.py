"""Read what pyproject.toml declares: [project] dependencies, extras (PEP 621) and dependency groups (PEP 735)."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from stepin.drift.declared.entries import parse_line
from stepin.drift.declared.lines import RefusedError, UndeterminedError
from stepin.drift.declared.local_project import PYPROJECT_BYTES, read_pyproject
from stepin.drift.model import Declarations, Problem, Requirement
from stepin.drift.pep508.names import normalize_name
from stepin.hook.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def declares_statically(folder: str) -> bool:
    """Return whether FOLDER/pyproject.toml has [project] dependencies that no build has to compute."""
    project = read_pyproject(folder).get("project")
    return isinstance(project, dict) and isinstance(project.get("dependencies"), list)


def read_pyproject_dependencies(path: str, extras: Sequence[str] = (), groups: Sequence[str] = ()) -> Declarations:
    """Return the dependencies in the pyproject.toml at `path`, with these extras and groups. Never raises."""
    folder = os.path.dirname(path)
    document = read_pyproject(folder)
    lines = (read_regular(path, PYPROJECT_BYTES) or b"").decode("utf-8", "replace").splitlines()
    requirements: list[Requirement] = []
    problems: list[Problem] = []
    wanted = list(_wanted(document, extras, groups))
    for text in wanted:
        line = next((number for number, one in enumerate(lines, 1) if _quoted(text, one)), 1)
        try:
            entry = parse_line(text, folder)
        except RefusedError as error:
            problems.append(Problem(str(error), path, line, True))
        except UndeterminedError as error:
            problems.append(Problem(str(error), path, line, False))
        else:
            requirements.append(Requirement(*entry[:5], False, False, frozenset(), text, path, line, entry.path))
    missing = [one for one in groups if normalize_name(one) not in _names(document.get("dependency-groups"))]
    problems += [Problem(f"has no dependency group {one}", path, None, True) for one in missing]
    return Declarations(tuple(requirements), tuple(problems), (path,))


def _wanted(document: dict[str, Any], extras: Sequence[str], groups: Sequence[str]) -> Iterator[str]:
    project = document.get("project")
    if isinstance(project, dict):
        yield from _texts(project.get("dependencies"))
        optional = project.get("optional-dependencies")
        for extra, lines in optional.items() if isinstance(optional, dict) else ():
            if normalize_name(extra) in map(normalize_name, extras):
                yield from _texts(lines)
    tables = document.get("dependency-groups")
    for group in groups:
        yield from group_lines(tables if isinstance(tables, dict) else {}, group)


def group_lines(groups: dict[str, Any], name: str, above: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the lines of a dependency group and of the groups that it includes."""
    wanted = normalize_name(name)
    for group, lines in groups.items():
        if normalize_name(group) != wanted:
            continue
        for line in lines if isinstance(lines, list) else ():
            if isinstance(line, str):
                yield line
            included = line.get("include-group") if isinstance(line, dict) else None
            if isinstance(included, str) and normalize_name(included) not in (*above, wanted):
                yield from group_lines(groups, included, (*above, wanted))


def _names(groups: Any) -> set[str]:
    return set(map(normalize_name, groups)) if isinstance(groups, dict) else set()


def _texts(lines: Any) -> list[str]:
    return [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []


def _quoted(text: str, line: str) -> bool:
    return re.search(r"[\"']" + re.escape(text) + r"[\"']", line) is not None
