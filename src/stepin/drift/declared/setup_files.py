"""Read names and dependencies from setup.cfg and from the literals of setup.py, without running anything."""

from __future__ import annotations

import ast
import configparser
import os
from typing import Any

from stepin.drift.declared.project_tables import ProjectTables
from stepin.hook.files import read_regular

_LIMIT = 1 << 20

# Keywords of setuptools.setup(), which setup.cfg has as options of the same name.
_LISTS = ("install_requires", "setup_requires", "tests_require")


class _NotLiteralError(Exception):
    """An expression whose value is known only when it runs."""


def read_setup_cfg(folder: str, tables: ProjectTables) -> None:
    """Add what FOLDER/setup.cfg declares to `tables`. Never raises."""
    data = read_regular(os.path.join(folder, "setup.cfg"), _LIMIT)
    if data is None:
        return
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(data.decode("utf-8", "replace"))
    except configparser.Error:
        return
    tables.add_name(parser.get("metadata", "name", fallback=None))
    values = [parser.get("options", option, fallback="") for option in _LISTS]
    if parser.has_section("options.extras_require"):
        values += [value for _, value in parser.items("options.extras_require")]
    for value in values:
        if value.strip().startswith("file:"):
            tables.add_files(file.strip() for file in value.strip()[5:].split(","))
        else:
            tables.add_lines(_listed(value))


def _listed(value: str) -> list[str]:
    """Split a "list-semi" value: one item a line, or separated by semicolons on a single line."""
    lines = value.splitlines() if "\n" in value else value.split(";")
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]


def read_setup_py(folder: str, tables: ProjectTables) -> None:
    """Add the literals that FOLDER/setup.py passes to setup() to `tables`. Never raises."""
    data = read_regular(os.path.join(folder, "setup.py"), _LIMIT)
    if data is None:
        return
    try:
        module = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    names: dict[str, ast.expr] = {}
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            names.update({to.id: statement.value for to in statement.targets if isinstance(to, ast.Name)})
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _called(node) == "setup":
            for keyword, value in _keywords(node, names).items():
                _add_keyword(keyword, value, tables)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _keywords(call: ast.Call, names: dict[str, ast.expr]) -> dict[str, Any]:
    """Return the keyword arguments that are literals, those of `**literal` included."""
    found: dict[str, Any] = {}
    for keyword in call.keywords:
        try:
            value = _literal(keyword.value, names)
        except (_NotLiteralError, RecursionError):
            continue
        if keyword.arg is not None:
            found[keyword.arg] = value
        elif isinstance(value, dict):
            found.update({name: item for name, item in value.items() if isinstance(name, str)})
    return found


def _add_keyword(keyword: str, value: Any, tables: ProjectTables) -> None:
    if keyword == "name":
        tables.add_name(value)
    elif keyword in _LISTS:
        tables.add_lines(value.splitlines() if isinstance(value, str) else value)
    elif keyword == "extras_require" and isinstance(value, dict):
        for lines in value.values():
            tables.add_lines([lines] if isinstance(lines, str) else lines)


def _literal(node: ast.expr, names: dict[str, ast.expr], depth: int = 0) -> Any:
    """Return the value of a literal, or of a name or sum of literals; of a list, the elements that are literals."""
    if depth > 50:
        raise _NotLiteralError
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in names:
        return _literal(names[node.id], {name: value for name, value in names.items() if name != node.id}, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left, names, depth + 1), _literal(node.right, names, depth + 1)
        if isinstance(left, list) and isinstance(right, list):
            return left + right
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return _literals(node.elts, names, depth)
    if isinstance(node, ast.Dict):
        found = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                found.update(dict.fromkeys([key.value], *_literals([value], names, depth) or [None]))
        return found
    raise _NotLiteralError


def _literals(nodes: list[ast.expr], names: dict[str, ast.expr], depth: int) -> list[Any]:
    """Return the values of those nodes that are literals."""
    values = []
    for node in nodes:
        try:
            values.append(_literal(node, names, depth + 1))
        except _NotLiteralError:
            continue
    return values
