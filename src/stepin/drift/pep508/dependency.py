"""Parse Requires-Dist lines: nearly all with one expression, the rest with packaging."""

from __future__ import annotations

import re
from functools import cache

from stepin.drift.model import Dependency
from stepin.drift.pep508 import trees
from stepin.drift.pep508.disputed import disputed
from stepin.drift.pep508.names import normalize_name
from stepin.drift.pep508.trees import InvalidDependencyError

# Longer than any that was ever published.
LONGEST = 16 * 1024

# int() rejects 4,301 digits when the specifier is first compared: pip fails on such a line.
_TOO_MANY_DIGITS = "[0-9]{4000}"

# Possessive quantifiers for spaces: two adjacent runs of them would backtrack in quadratic time.
_RELEASE = r"[0-9]+(?:\.[0-9]+)*"
_SUFFIX = r"(?:(?:a|b|rc|\.post|\.dev)[0-9]+)?"
_CLAUSE = (
    rf"(?:[!=]=[ \t]*+{_RELEASE}(?:\.\*|{_SUFFIX})|(?:>=|<=|>|<)[ \t]*+{_RELEASE}{_SUFFIX}"
    rf"|~=[ \t]*+[0-9]+(?:\.[0-9]+)+{_SUFFIX})"
)
_CLAUSES = rf"{_CLAUSE}(?:[ \t]*+,[ \t]*+{_CLAUSE})*"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"


@cache
def _usual() -> re.Pattern[str]:
    """Return the expression that nearly every line matches. With a warm cache it is never compiled.

    It accepts a subset of PEP 508: no URL, no `===`, no local version, no epoch.
    """
    return re.compile(
        rf"({_NAME})[ \t]*+(?:\[[ \t]*+({_NAME}(?:[ \t]*+,[ \t]*+{_NAME})*)[ \t]*+\][ \t]*+)?"
        rf"(?:\([ \t]*+({_CLAUSES})[ \t]*+\)|({_CLAUSES}))?[ \t]*+(?:;(.*))?\Z"
    )


def parse_dependency(line: str) -> Dependency:
    """Parse one Requires-Dist line. Raises trees.InvalidDependencyError."""
    line = line.strip()
    if len(line) > LONGEST:
        raise InvalidDependencyError(f"longer than {LONGEST} characters")
    match = _usual().match(line)
    if match is None or (len(line) > 4000 and re.search(_TOO_MANY_DIGITS, line)):
        return _packaging(line)
    name, extras, bracketed, bare, marker = match.groups()
    specifier: str = bracketed or bare or ""
    if " " in specifier or "\t" in specifier:
        specifier = specifier.replace(" ", "").replace("\t", "")
    return Dependency(
        normalize_name(name),
        tuple(sorted({normalize_name(extra.strip(" \t")) for extra in extras.split(",")})) if extras else (),
        specifier,
        None if marker is None else trees.parse_marker(marker),
        None,
    )


def _packaging(line: str) -> Dependency:
    import warnings

    from packaging.requirements import Requirement

    if re.search(_TOO_MANY_DIGITS, line):
        raise InvalidDependencyError("a number of thousands of digits")
    if reason := disputed(line):
        raise InvalidDependencyError(reason)
    try:
        with warnings.catch_warnings():  # see trees.py
            warnings.simplefilter("ignore")
            requirement = Requirement(line)
        tree = None if requirement.marker is None else trees.marker_tree(requirement.marker)
    except (ValueError, RecursionError) as error:
        raise InvalidDependencyError(str(error)) from None
    return Dependency(
        normalize_name(requirement.name),
        tuple(sorted({normalize_name(extra) for extra in requirement.extras})),
        ",".join(sorted("".join(str(clause).split()) for clause in requirement.specifier)),
        tree,
        requirement.url,
    )
