"""Requires-Dist lines are taken apart as packaging does it, the quick way and the thorough one."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from drift.markers.strategies import requirement_lines
from drift.markers.test_markers import quickly
from stepin.drift.pep508 import dependency, trees


@settings(quickly, max_examples=1500)
@given(requirement_lines())
def test_as_packaging(line: str) -> None:
    """Every field, and what is refused; so a line that the quick way takes is one that pip takes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = Requirement(line.strip())
        except InvalidRequirement:
            with pytest.raises(trees.InvalidDependencyError):
                dependency.parse_dependency(line)
            return
    found = dependency.parse_dependency(line)
    assert found.name == canonicalize_name(expected.name)
    assert found.extras == tuple(sorted({canonicalize_name(extra) for extra in expected.extras}))
    assert SpecifierSet(found.specifier) == expected.specifier
    assert not set(found.specifier) & set(" \t()")
    assert found.url == expected.url
    assert found.marker == (None if expected.marker is None else trees.marker_tree(expected.marker))


@pytest.mark.parametrize(
    "line",
    [
        "a>=1." + "1" * 5000,
        "a; python_version >= '3." + "1" * 5000 + "'",
        "a; " + "(" * 5000 + "os_name == 'nt'" + ")" * 5000,
        "a>=1" + ",>=1" * 100_000,
        "a" * 1_000_000,
        "a[" + "b," * 5000 + "b]" + "x" * 8000,
        "a>=1\nb>=2",
        "\0",
        "",
        ";",
    ],
    ids=range(10),
)
def test_hostile_lines_are_refused(line: str) -> None:
    """Bounded, and one kind of error: nothing else gets out."""
    with pytest.raises(trees.InvalidDependencyError):
        dependency.parse_dependency(line)
