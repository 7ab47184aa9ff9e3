"""Requires-Python is judged as pip judges it: on X.Y.Z, an invalid one lets all in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from drift.markers.test_markers import KNOWN, quickly, target
from stepin.drift.pep508.markers import python_allows

clauses = st.tuples(
    st.sampled_from(["==", ">=", "<=", ">", "<", "!=", "~="]),
    st.sampled_from(["2.7", "3.6", "3.11", "3.11.0", "3.11.7", "3.11.8", "3.12", "4.0", "3.11.7rc1"]),
).map("".join)


@settings(quickly, max_examples=300)
@given(st.lists(clauses, max_size=3), st.sampled_from(["2.7.18", "3.11.7", "3.12.0", "3.13.0"]))
def test_known_version(parts: list[str], version: str) -> None:
    specifier = ",".join(parts)
    python = version.rpartition(".")[0]
    expected = SpecifierSet(specifier).contains(version, prereleases=True)
    assert python_allows(specifier, target(KNOWN, python, version)) is expected


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        (">=3.8", True),
        (">=3.12", False),
        (">=3.11", True),
        (">=3.11.4", None),
        (">3.11", None),
        ("!=3.11.0", None),
        ("!=3.11.*", False),
        ("<3.11.400", True),
        ("", True),
    ],
)
def test_patch_unknown(specifier: str, expected: bool | None) -> None:
    assert python_allows(specifier, target(KNOWN, "3.11", None)) is expected


def test_release_candidate_counts_as_its_release() -> None:
    """pip compares sys.version_info[:3]."""
    assert python_allows(">=3.14", target(KNOWN, "3.14", "3.14.0rc1")) is True


def test_between_releases() -> None:
    assert python_allows(">=3.12.1,<3.12.2", target(KNOWN, "3.12", "3.12.1+")) is True


@pytest.mark.parametrize("specifier", ["nonsense", ">=3.8.*", "3.8", ">=3;<4"])
def test_invalid_lets_all_in(specifier: str) -> None:
    """pip warns, and takes it for none."""
    assert python_allows(specifier, target(KNOWN)) is True


def test_thousands_of_digits() -> None:
    """int() refuses them: no traceback, and nothing is claimed."""
    assert python_allows(">=3." + "1" * 5000, target(KNOWN)) is None


def test_unknown_python() -> None:
    assert python_allows(">=3.8", target({}, None, None)) is None
