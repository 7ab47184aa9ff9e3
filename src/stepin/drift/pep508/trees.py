"""Markers as plain tuples (model.MarkerTree): small, fit for a disk cache; packaging is loaded for odd ones only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from stepin.drift.pep508.names import normalize_name

if TYPE_CHECKING:
    from packaging.markers import Marker

    from stepin.drift.model import MarkerTree

# The comparisons that nearly all metadata is made of; whatever is not exactly like this is left to packaging. No
# backslash, quote or control character inside the quotes: there, Python's own string literals would begin to matter.
_COMPARISON = r"""[ \t]*(extra|python_version|python_full_version|os_name|sys_platform|platform_machine
        |platform_python_implementation|platform_release|platform_system|platform_version
        |implementation_name|implementation_version)
        (?:[ \t]*(===|==|!=|<=|>=|~=|<|>)[ \t]*|[ \t]+(in|not[ \t]+in)[ \t]+)
        (?:"([ !#-\[\]-~]*)"|'([ -&(-\[\]-~]*)')[ \t]*(?:\b(and|or)\b|\Z)"""

# A marker as str(Marker) returns it, token by token; a value is delimited by the quote that it does not contain.
_OPERATOR = "===|==|!=|<=|>=|~=|<|>|in|not in"
_VALUE = r"""(?:"[^"]*"|'[^']*')"""
_WRITTEN = rf"(\(|\)| and | or )|([a-z_]+) ({_OPERATOR}) ({_VALUE}|[a-z_]+)|({_VALUE}) ({_OPERATOR}) ({_VALUE}|[a-z_]+)"


class InvalidDependencyError(ValueError):
    """packaging, and so pip, does not understand it; or nobody could have meant it."""


@lru_cache(maxsize=1024)
def parse_marker(text: str) -> MarkerTree:
    """Return the tree of a marker as it is written. Raises InvalidDependencyError."""
    comparison = re.compile(_COMPARISON, re.VERBOSE)
    groups: list[list[MarkerTree]] = [[]]
    position = 0
    while True:
        match = comparison.match(text, position)
        if not match:
            return _packaging(text)
        variable, operator, membership, double, single, joint = match.groups()
        value = single if double is None else double
        if membership:
            operator = "in" if membership == "in" else "not in"
        if variable == "extra":
            value = normalize_name(value)  # PEP 685
        groups[-1].append((variable, operator, value, True))
        position = match.end()
        if joint is None:
            return _join(groups)
        if joint == "or":
            groups.append([])


def _packaging(text: str) -> MarkerTree:
    import warnings

    from packaging.markers import Marker

    try:
        # A backslash before an odd letter makes the compiler warn, on stderr, about a file that is not ours.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return marker_tree(Marker(text))
    except (ValueError, RecursionError) as error:
        raise InvalidDependencyError(str(error)) from None


def marker_tree(marker: Marker) -> MarkerTree:
    """Return the tree of a marker.

    Raises ValueError for a value that contains both kinds of quotes, which packaging cannot write, and RecursionError
    for parentheses nested hundreds deep.
    """
    return _from_text(str(marker))


def _from_text(text: str) -> MarkerTree:
    """Read a marker as packaging writes it: one space between words, no escapes in values."""
    token = re.compile(_WRITTEN, re.DOTALL)
    outer: list[list[list[MarkerTree]]] = []
    groups: list[list[MarkerTree]] = [[]]
    position = 0
    while position < len(text):
        match = token.match(text, position)
        if not match:
            raise InvalidDependencyError(f"packaging writes this marker in an unknown way: {text}")
        position = match.end()
        mark, variable, operator, value, value_first, operator_last, second = match.groups()
        if mark == "(":
            outer.append(groups)
            groups = [[]]
        elif mark == ")":
            inner, groups = _join(groups), outer.pop()
            groups[-1].append(inner)
        elif mark == " or ":
            groups.append([])
        elif variable:
            groups[-1].append((variable, operator, _unquoted(value), True))
        elif second:
            # As in packaging's evaluation: without a variable on the left, the right side names one.
            groups[-1].append((_unquoted(second), operator_last, value_first[1:-1], False))
    return _join(groups)


def _unquoted(text: str) -> str:
    return text[1:-1] if text[0] in "'\"" else text


def _join(groups: list[list[MarkerTree]]) -> MarkerTree:
    """`and` binds closer than `or`: a list of groups is the `or` of the `and` of each."""
    alternatives = [group[0] if len(group) == 1 else ("and", *group) for group in groups]
    return alternatives[0] if len(alternatives) == 1 else ("or", *alternatives)
