"""Match versions against specifiers (PEP 440) with the results of packaging, mostly without loading it.

Nearly all specifiers are like `==1.2.3` or `>=1.2,<2`, and nearly all versions are final releases. packaging, which
takes 50 ms to import, handles the others.
"""

from __future__ import annotations

import re
from functools import lru_cache

from stepin.drift.pep508.disputed import disputed

# Longer versions are left to packaging (int() rejects 4,301 digits).
_LONGEST = 100
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*\Z")
_CLAUSE = re.compile(r"[ \t]*(==|>=|<=|!=|<|>|~=)[ \t]*([0-9]+(?:\.[0-9]+)*)(\.\*)?[ \t]*\Z")


@lru_cache(maxsize=8192)
def allows(specifier: str, version: str) -> bool | None:
    """Return whether `version` is in `specifier` ("" is any), pre-releases included, as pip does for what is installed.

    None if the version or the specifier is not valid under PEP 440.
    """
    if not specifier or specifier == "==" + version:
        return True
    answer = plainly(specifier, version)
    return _packaging(specifier, version) if answer is None else answer


def plainly(specifier: str, version: str) -> bool | None:
    """Match a final release against clauses of final releases; None for others, which are left to packaging."""
    clauses = _clauses(specifier)
    release = _release(version) if clauses else None
    if release is None:
        return None
    return all(_compare(release, *clause) for clause in clauses)


def same(one: str, other: str) -> bool:
    """Return whether two versions are equal (1.0 and 1.0.0 are); those that are invalid under PEP 440, as text."""
    return one == other or allows("==" + one, other) is True


@lru_cache(maxsize=8192)
def _release(version: str) -> list[int] | None:
    """Return the numbers of a final release, None for another version."""
    if len(version) > _LONGEST or not _RELEASE.match(version):
        return None
    return [int(part) for part in version.split(".")]


@lru_cache(maxsize=4096)
def _clauses(specifier: str) -> tuple[tuple[str, list[int], bool], ...]:
    """Return (operator, bound, whether it ends in `.*`) of each clause, () if one is not of the plain kind."""
    if len(specifier) > _LONGEST:
        return ()
    found = []
    for clause in specifier.split(","):
        match = _CLAUSE.match(clause)
        if match is None:
            return ()
        operator, bound, wildcard = match[1], [int(part) for part in match[2].split(".")], match[3] is not None
        if (wildcard and operator not in ("==", "!=")) or (operator == "~=" and len(bound) < 2):
            return ()  # invalid under PEP 440
        found.append((operator, bound, wildcard))
    return tuple(found)


def _compare(release: list[int], operator: str, bound: list[int], wildcard: bool) -> bool:
    """Compare two final releases (PEP 440, "Version specifiers")."""
    if operator == "~=":
        return _padded(release, len(bound)) >= bound and _starts(release, bound[:-1])
    if wildcard:
        return _starts(release, bound) is (operator == "==")
    length = max(len(release), len(bound))
    left, right = _padded(release, length), _padded(bound, length)
    if operator == "==":
        return left == right
    if operator == "!=":
        return left != right
    if operator == ">=":
        return left >= right
    if operator == "<=":
        return left <= right
    return left > right if operator == ">" else left < right


def _padded(release: list[int], length: int) -> list[int]:
    return release + [0] * (length - len(release))


def _starts(release: list[int], prefix: list[int]) -> bool:
    return _padded(release, len(prefix))[: len(prefix)] == prefix


def _packaging(specifier: str, version: str) -> bool | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    if disputed(specifier):
        return None
    try:
        parsed = SpecifierSet(specifier)
        try:
            Version(version)
        except InvalidVersion:
            # `===` compares text (PEP 440, "Arbitrary equality"), the only comparison for such a version.
            return specifier == "===" + version or None
        return parsed.contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion, ValueError):
        return None
