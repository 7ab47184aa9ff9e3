"""Collect the names and dependencies in a project's pyproject.toml and Pipfile, from all tables of all tools."""

from __future__ import annotations

import os
import re
import tomllib
from typing import TYPE_CHECKING, Any

from stepin.drift.declared.local_project import PYPROJECT_BYTES, read_pyproject
from stepin.drift.pep508.dependency import parse_dependency
from stepin.drift.pep508.names import is_valid_name, normalize_name
from stepin.drift.pep508.trees import InvalidDependencyError
from stepin.hook.files import read_regular

if TYPE_CHECKING:
    pass

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)")


class ProjectTables:
    """The names that a project has, what it declares anywhere, and the requirement files that its tables point to.

    All methods accept any value of a TOML table and skip what is not of the expected type.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()  # normalized
        self.wanted: set[tuple[str, frozenset[str]]] = set()  # (normalized name, normalized extras)
        self.files: list[str] = []  # relative to the project

    def add_name(self, name: Any) -> None:
        if isinstance(name, str) and is_valid_name(name.strip()):
            self.names.add(normalize_name(name.strip()))

    def add_files(self, files: Any) -> None:
        if isinstance(files, str):
            files = [files]
        self.files += [file for file in _items(files) if isinstance(file, str) and file]

    def add_lines(self, lines: Any) -> None:
        """Add PEP 508 lines, and pdm's `-e URL#egg=NAME`; a group's `{include-group = ...}` is skipped."""
        for line in _items(lines):
            if isinstance(line, str) and line.strip():
                self._add_line(line)

    def _add_line(self, line: str) -> None:
        try:
            dependency = parse_dependency(line)
        except InvalidDependencyError:
            match = _EGG.search(line) or _NAME.match(line)
            if match:
                self.wanted.add((normalize_name(match[1]), frozenset()))
        else:
            self.wanted.add((dependency.name, frozenset(dependency.extras)))

    def add_groups(self, groups: Any) -> None:
        """Add a table of lists: group -> PEP 508 lines."""
        for lines in _values(groups):
            self.add_lines(lines)

    def add_table(self, table: Any) -> None:
        """Add a table of poetry or pipenv: name -> version, table with `extras`, or a list of such tables."""
        for name, value in table.items() if isinstance(table, dict) else ():
            if normalize_name(name) == "python":
                continue
            extras: set[str] = set()
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    extras.update(
                        normalize_name(extra) for extra in _items(one.get("extras")) if isinstance(extra, str)
                    )
            self.wanted.add((normalize_name(name), frozenset(extras)))


def read_pyproject_tables(folder: str, tables: ProjectTables) -> None:
    """Add what FOLDER/pyproject.toml declares for any tool to `tables`. Never raises."""
    document = read_pyproject(folder)
    project, tool = _table(document, "project"), _table(document, "tool")
    tables.add_name(project.get("name"))
    tables.add_lines(project.get("dependencies"))
    tables.add_groups(project.get("optional-dependencies"))
    tables.add_groups(document.get("dependency-groups"))
    tables.add_lines(_table(document, "build-system").get("requires"))
    tables.add_lines(_table(tool, "uv").get("dev-dependencies"))
    tables.add_lines(_table(tool, "rye").get("dev-dependencies"))
    tables.add_groups(_table(tool, "pdm").get("dev-dependencies"))
    poetry = _table(tool, "poetry")
    tables.add_name(poetry.get("name"))
    for group in (poetry, *_values(poetry.get("group"))):
        if isinstance(group, dict):
            tables.add_table(group.get("dependencies"))
            tables.add_table(group.get("dev-dependencies"))
    flit = _table(tool, "flit", "metadata")
    tables.add_name(flit.get("dist-name") or flit.get("module"))
    tables.add_lines(flit.get("requires"))
    tables.add_lines(flit.get("dev-requires"))
    tables.add_groups(flit.get("requires-extra"))
    dynamic = _table(tool, "setuptools", "dynamic")
    tables.add_files(_table(dynamic, "dependencies").get("file"))
    for group in _values(dynamic.get("optional-dependencies")):
        if isinstance(group, dict):
            tables.add_files(group.get("file"))


def read_pipfile(folder: str, tables: ProjectTables) -> None:
    """Add what FOLDER/Pipfile declares to `tables`: [packages], [dev-packages] and other categories. Never raises."""
    data = read_regular(os.path.join(folder, "Pipfile"), PYPROJECT_BYTES)
    if data is None:
        return
    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return
    for name, table in document.items():
        if name not in ("requires", "scripts", "pipenv"):
            tables.add_table(table)


def _table(document: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        value = document.get(name)
        document = value if isinstance(value, dict) else {}
    return document


def _values(table: Any) -> list[Any]:
    return list(table.values()) if isinstance(table, dict) else []


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set) or hasattr(value, "__next__") else []
