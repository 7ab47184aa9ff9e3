"""The promise that a version is judged as packaging, and so pip, judges it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from stepin.drift.pep508 import versions

releases = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
suffixes = st.sampled_from(["", "", "", "", "rc1", "a2", ".post1", ".dev3", "+cu118", ".*", "-1", "x"])
written = st.builds(
    lambda epoch, release, suffix: epoch + release + suffix, st.sampled_from(["", "", "1!", "v"]), releases, suffixes
)
clauses = st.builds(
    lambda operator, space, version: operator + space + version,
    st.sampled_from(["==", "!=", ">=", "<=", ">", "<", "~=", "==="]),
    st.sampled_from(["", "", " "]),
    written,
)
specifiers = st.lists(clauses, max_size=3).map(",".join)


def by_packaging(specifier: str, version: str) -> bool | None:
    try:
        parsed = SpecifierSet(specifier)
        Version(version)
    except (InvalidSpecifier, InvalidVersion):
        return None
    return parsed.contains(version, prereleases=True)


@given(specifiers, written)
@settings(max_examples=3000, derandomize=True, deadline=None)
@example("==1.0", "1.0+cu118")
@example("~=1", "1.0")
@example("==1.0.*", "1")
@example(">1.0", "1.0.post1")
def test_as_packaging_judges(specifier: str, version: str) -> None:
    """The same answer for every pair that packaging can judge, and none for any other."""
    expected = by_packaging(specifier, version)
    answer = versions.allows(specifier, version)
    if expected is None and answer is not None:
        # What is the same text is the same version, and no specifier asks for nothing: whatever PEP 440 thinks of it.
        assert answer is True
        assert specifier in ("", "==" + version, "===" + version)
    else:
        assert answer is expected


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        (">=1." + "0" * 5000, "1.0"),
        (">=1.0", "1." + "9" * 5000),
        ("===" + "1" * 5000, "1.0"),
        ("==1.0", "not a version"),
        ("!!", "1.0"),
    ],
)
def test_what_cannot_be_judged_is_not_guessed(specifier: str, version: str) -> None:
    """Numbers that int() refuses, and what is no version, raise nothing and are never taken for satisfied."""
    assert not versions.allows(specifier, version)
