"""Evaluate markers and Requires-Python for an environment of which some facts may be unknown.

The logic is three-valued (Kleene's): an unknown part matters only if it decides. Known values are compared exactly as
packaging compares them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from stepin.drift.pep508 import trees, versions
from stepin.drift.pep508.disputed import disputed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.markers import Marker
    from packaging.specifiers import SpecifierSet

    from stepin.drift.model import MarkerTree, Target

# The variables that depend on the patch release of CPython.
_OF_PATCH = frozenset({"python_full_version", "implementation_version"})

# More than any Python has had: if the patch release is unknown, each of them is tried.
_PATCHES = range(64)

# Compared as versions if both sides are valid versions (dependency specifiers, "Environment Markers").
_VERSIONS = frozenset({"implementation_version", "platform_release", "python_full_version", "python_version"})
_VARIABLES = _VERSIONS | {
    "extra",
    "implementation_name",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_system",
    "platform_version",
    "sys_platform",
}


class _UndefinedError(Exception):
    """packaging raises UndefinedComparison or UndefinedEnvironmentName for this."""


def evaluate_marker(
    marker: Marker | MarkerTree | str | None, target: Target, extras: frozenset[str] = frozenset()
) -> bool | None:
    """Return whether a marker holds in `target`, None if that cannot be determined.

    `extras` are the requested ones, normalized. A marker holds if it holds for any of them, or for the empty extra if
    none is requested, as in pip. None also if packaging rejects the marker.
    """
    if marker is None:
        return True
    try:
        tree = marker if isinstance(marker, tuple) else _tree(marker)
        result = _any_extra(tree, target.variables, extras)
        if result is None and target.full_version is None and target.python and _mentions(tree, _OF_PATCH):
            results = {_any_extra(tree, variables, extras) for variables in _worlds(target)}
            if len(results) == 1:
                return results.pop()
    except (_UndefinedError, ValueError, RecursionError):
        return None
    return result


def python_allows(specifier: str, target: Target) -> bool | None:
    """Return whether a Requires-Python allows `target`'s Python, None if its version is not known precisely enough.

    As in pip, only X.Y.Z counts: a release candidate counts as its release. An invalid specifier allows everything.
    """
    if target.python is None:
        return None
    if target.full_version is not None:
        release = re.match(r"[0-9]+\.[0-9]+\.[0-9]+", target.full_version)
        if release:
            return _in(specifier, release[0])
    results = {_in(specifier, f"{target.python}.{patch}") for patch in _PATCHES}
    return results.pop() if len(results) == 1 else None


def _tree(marker: Marker | str) -> MarkerTree:
    return trees.parse_marker(marker) if isinstance(marker, str) else trees.marker_tree(marker)


def _mentions(tree: MarkerTree, variables: frozenset[str]) -> bool:
    if tree[0] in ("and", "or"):
        return any(_mentions(part, variables) for part in tree[1:])
    return tree[0] in variables


def _worlds(target: Target) -> Iterator[dict[str, str]]:
    """Yield the marker variables for each patch release that the environment's Python may have."""
    for patch in _PATCHES:
        full = f"{target.python}.{patch}"
        variables = {**target.variables, "python_full_version": full}
        # Only in CPython is the implementation's version that of the language.
        if target.variables.get("implementation_name") == "cpython":
            variables["implementation_version"] = full
        yield variables


def _any_extra(tree: MarkerTree, variables: Mapping[str, str], extras: frozenset[str]) -> bool | None:
    if not extras:
        return _judge(tree, variables, "")
    results = {_judge(tree, variables, extra) for extra in extras}
    return True if True in results else None if None in results else False


def _judge(tree: MarkerTree, variables: Mapping[str, str], extra: str) -> bool | None:
    head = tree[0]
    if head != "and" and head != "or":
        value = extra if head == "extra" else variables.get(head)
        return _compare(head, value, tree[1], tree[2], tree[3])
    # All parts, even if one has decided: packaging rejects the whole marker for one invalid comparison.
    results = [_judge(part, variables, extra) for part in tree[1:]]
    deciding: bool = head == "or"
    if deciding in results:
        return deciding
    return None if None in results else not deciding


@lru_cache(maxsize=4096)
def _compare(variable: str, value: str | None, operator: str, other: str, on_left: bool) -> bool | None:
    """Compare as packaging.markers does; `value` is None if unknown."""
    if variable not in _VARIABLES:
        raise _UndefinedError
    left, right = (value, other) if on_left else (other, value)
    if variable in _VERSIONS:
        # Without the right side, it is unknown whether versions would be compared.
        if right is None:
            return None
        if left is not None and (answer := versions.plainly(operator + right, left)) is not None:
            return answer
        from packaging.specifiers import InvalidSpecifier, Specifier

        if disputed(operator + right):
            return None
        try:
            specifier = Specifier(operator + right)
        except InvalidSpecifier:
            pass
        else:
            return None if left is None else bool(specifier.contains(left, prereleases=True))
    if operator in ("~=", "==="):
        raise _UndefinedError
    if left is None or right is None:
        return None
    if operator == "in":
        return left in right
    if operator == "not in":
        return left not in right
    if operator == "!=":
        return left != right
    # Strings have no order: <= and >= mean equality.
    return operator in ("==", "<=", ">=") and left == right


@lru_cache(maxsize=4096)
def _in(specifier: str, version: str) -> bool | None:
    answer = versions.plainly(specifier, version)
    if answer is not None:
        return answer
    if disputed(specifier):
        return None
    try:
        parsed = _specifiers(specifier)
        return parsed is None or bool(parsed.contains(version, prereleases=True))
    except ValueError:  # a number with thousands of digits: pip fails on it
        return None


@lru_cache(maxsize=1024)
def _specifiers(text: str) -> SpecifierSet | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None
