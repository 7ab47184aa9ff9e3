"""Markers as plain tuples (model.MarkerTree): small, fit for a disk cache; packaging is loaded for odd ones only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stepin.drift.pep508.names import normalize_name

if TYPE_CHECKING:
    from stepin.drift.model import MarkerTree

# The comparisons that nearly all metadata is made of; whatever is not exactly like this is left to packaging. No
# backslash, quote or control character inside the quotes: there, Python's own string literals would begin to matter.
_COMPARISON = r"""[ \t]*(extra|python_version|python_full_version|os_name|sys_platform|platform_machine
        |platform_python_implementation|platform_release|platform_system|platform_version
        |implementation_name|implementation_version)
        (?:[ \t]*(===|==|!=|<=|>=|~=|<|>)[ \t]*|[ \t]+(in|not[ \t]+in)[ \t]+)
        (?:"([ !#-\[\]-~]*)"|'([ -&(-\[\]-~]*)')[ \t]*(?:\b(and|or)\b|\Z)"""


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

    from packaging.markers import InvalidMarker, Marker

    try:
        # A backslash before an odd letter makes the compiler warn, on stderr, about a file that is not ours.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return marker_tree(Marker(text))
    except (InvalidMarker, RecursionError) as error:
        raise InvalidDependencyError(str(error)) from None


def marker_tree(marker: Any) -> MarkerTree:
    """Return the tree of a packaging.markers.Marker. Raises RecursionError for one nested hundreds deep."""
    return _from_list(marker._markers)


def _from_list(parts: Any) -> MarkerTree:
    groups: list[list[MarkerTree]] = [[]]
    for part in parts:
        if isinstance(part, list):
            groups[-1].append(_from_list(part))
        elif isinstance(part, tuple):
            groups[-1].append(_comparison(*part))
        elif part == "or":
            groups.append([])
    return _join(groups)


def _comparison(left: Any, operator: Any, right: Any) -> MarkerTree:
    # As packaging's evaluation does it: with no variable on the left, the right side names one, whatever it is.
    if type(left).__name__ == "Variable":
        return (left.value, operator.value, right.value, True)
    return (right.value, operator.value, left.value, False)


def _join(groups: list[list[MarkerTree]]) -> MarkerTree:
    """`and` binds closer than `or`: a list of groups is the `or` of the `and` of each."""
    alternatives = [group[0] if len(group) == 1 else ("and", *group) for group in groups]
    return alternatives[0] if len(alternatives) == 1 else ("or", *alternatives)
