"""What the parts of the drift engine hand to one another: plain, frozen values, and nothing that reads or writes.

    requirements.read() -> Declarations      what is asked for
    installed.read()    -> Installed         what is there, and for which Python (Target)
    compare.compare()   -> tuple[Finding]    where the two differ
    check()             -> Report            all of it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from packaging.markers import Marker
    from packaging.specifiers import SpecifierSet

Code = Literal[
    "missing", "version", "constraint", "transitive", "python", "broken", "source", "hash", "extra", "unknown"
]
Kind = Literal["venv", "virtualenv", "uv", "conda", "system"]
Verdict = Literal["clean", "drift", "unknown"]


class Requirement(NamedTuple):
    """One requirement or constraint, read as pip reads it."""

    name: str | None  # normalised (PEP 503); None only where pip has none either (`./p`, a URL without #egg)
    specifier: SpecifierSet
    extras: frozenset[str]  # normalised
    marker: Marker | None
    url: str | None  # pip's Link.url: absolute, password masked
    editable: bool
    constraint: bool
    hashes: frozenset[str]  # "alg:hex", lower case
    raw: str  # the logical line, as written
    file: str  # absolute path
    line: int  # the first physical line, from 1


class Problem(NamedTuple):
    """Something in the requirement files, or in the environment, that could not be read."""

    message: str
    file: str | None
    line: int | None
    refused: bool  # pip would refuse the file because of it


class Declarations(NamedTuple):
    """All that a nest of requirement files asks for, in file order, duplicates and constraints kept."""

    requirements: tuple[Requirement, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]  # absolute, in the order of reading; also those that are not there (somebody may watch them)


class Distribution(NamedTuple):
    """One installed distribution, from its .dist-info, .egg-info or .egg-link."""

    name: str  # normalised
    version: str | None  # as its folder or METADATA says; None where nothing can be read
    path: str  # absolute, of the .dist-info or .egg-info
    inherited: bool  # comes from the base or the user's site, not from this environment
    editable: bool
    direct_url: dict[str, Any] | None  # PEP 610
    requested: bool  # PEP 376's REQUESTED
    requires: tuple[str, ...]  # Requires-Dist lines, as written
    requires_python: str | None
    provides_extra: frozenset[str]  # normalised
