"""Find out what a project declares in other files than those that are checked.

What they declare is never missing and never has a wrong version: it only explains why something is installed.
Constraint files are not read, because they install nothing; tox.ini, noxfile.py and .pre-commit-config.yaml are not
read, because those tools install into separate environments.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from stepin.drift.declared.project_tables import ProjectTables, read_pipfile, read_pyproject_tables
from stepin.drift.declared.requirements import read_requirement_files
from stepin.drift.declared.setup_files import read_setup_cfg, read_setup_py

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stepin.drift.model import Problem, Requirement

_PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
_FOLDERS = ("requirements", "reqs", "requires")
_NAMED = re.compile(r".*(requirements|requires).*\.(txt|in)\Z", re.IGNORECASE)
_LISTED = re.compile(r".*\.(txt|in)\Z", re.IGNORECASE)  # in a folder that holds requirement files
_CONSTRAINTS = re.compile(r"constraint", re.IGNORECASE)
_MOST_FILES = 200  # of one project
_MOST_ENTRIES = 10_000  # of one folder


class Elsewhere(NamedTuple):
    """What a project declares in files that are not checked."""

    names: frozenset[str]  # of the project, normalized
    wanted: frozenset[tuple[str, frozenset[str]]]  # (name, extras), both normalized
    links: tuple[Requirement, ...]  # requirements without a name: `./p`
    files: tuple[str, ...]  # absolute; all that were looked for, those that do not exist included
    problems: tuple[Problem, ...]  # why more may be declared than is known


def read_elsewhere(root: str, checked: Iterable[str], environ: Mapping[str, str] | None) -> Elsewhere:
    """Read the other files of the project in `root`; `checked` are the absolute paths of those that are checked.

    Never raises.
    """
    checked = set(checked)
    folders = list(dict.fromkeys([root, *(os.path.dirname(file) for file in checked)]))
    tables = ProjectTables()
    for folder in folders:
        read_pyproject_tables(folder, tables)
        read_setup_cfg(folder, tables)
        read_setup_py(folder, tables)
        read_pipfile(folder, tables)
    files, guesses = _requirement_files(folders)
    files += [os.path.normpath(os.path.join(root, file)) for file in tables.files]
    named = [file for file in dict.fromkeys(files) if file not in checked][:_MOST_FILES]
    found = read_requirement_files(named, root=root, environ=environ)
    requirements = list(found.requirements)
    for file in guesses:
        guess = read_requirement_files([file], root=root, environ=environ)
        if not any(problem.refused for problem in guess.problems):  # else the file is a template of something else
            requirements += guess.requirements
    wanted = set(tables.wanted)
    wanted |= {(one.name, one.extras) for one in requirements if one.name and not one.constraint}
    return Elsewhere(
        frozenset(tables.names),
        frozenset(wanted),
        tuple(one for one in requirements if one.name is None and one.path is not None and not one.constraint),
        (*(os.path.join(folder, name) for folder in folders for name in _PROJECT_FILES), *found.files, *guesses),
        tuple(problem for problem in found.problems if not problem.constraint),
    )


def read_project_names(folder: str) -> frozenset[str]:
    """Return the names that a folder's files give its project, normalized. Never raises."""
    tables = ProjectTables()
    read_pyproject_tables(folder, tables)
    read_setup_cfg(folder, tables)
    read_setup_py(folder, tables)
    return frozenset(tables.names)


def _requirement_files(folders: list[str]) -> tuple[list[str], list[str]]:
    """Return (the requirement files in and below these folders, the other .in files)."""
    files: list[str] = []
    guesses: list[str] = []
    for folder in folders:
        inside = os.path.basename(folder).lower() in _FOLDERS
        for name in _listdir(folder):
            path = os.path.join(folder, name)
            if name.lower() in _FOLDERS:
                files += [os.path.join(path, one) for one in _listdir(path) if _is_named(one, _LISTED)]
            elif _is_named(name, _LISTED if inside else _NAMED):
                files.append(path)
            elif name.endswith(".in") and name != "MANIFEST.in" and not _CONSTRAINTS.search(name):
                guesses.append(path)
    return files, guesses[:_MOST_FILES]


def _is_named(name: str, pattern: re.Pattern[str]) -> bool:
    return pattern.match(name) is not None and not _CONSTRAINTS.search(name)


def _listdir(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder)[:_MOST_ENTRIES])
    except OSError:
        return []
