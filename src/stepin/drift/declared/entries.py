"""Parse one entry of a requirement file as pip does (pip's `_internal/req/constructors.py`).

packaging parses names, versions and markers, as in pip. This module handles what pip adds: URLs, paths and extras.
"""

from __future__ import annotations

import contextlib
import os
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from stepin.drift.declared.lines import RefusedError, UndeterminedError
from stepin.drift.declared.links import (
    Link,
    absolute,
    check_touchable,
    complete_vcs,
    is_archive,
    is_installable,
    is_url,
    looks_like_path,
    path_to_url,
    split_extras,
)
from stepin.drift.pep508.disputed import disputed
from stepin.drift.pep508.names import normalize_name

# The first line that needs packaging loads it: a file of pins does not, and loading it takes as long as the rest of a
# check.
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from packaging.markers import Marker
    from packaging.requirements import Requirement

T = TypeVar("T")

# `name[extras]>=1.0,<2` in the spelling of nearly all lines: ten times as fast as packaging, and a subset of what
# packaging accepts. It contains no separator, colon or semicolon and is no archive (it ends in a digit or has no dot,
# see `_plain`), so nothing applies that pip does before it calls packaging.
_NAME = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,100}[A-Za-z0-9])?"
_NUMBER = "[0-9]{1,9}"
_SPECIFIER = (
    rf"(?:(?:[=!<>]=|[<>]){_NUMBER}(?:\.{_NUMBER}){{0,9}}|~={_NUMBER}(?:\.{_NUMBER}){{1,9}})"
    rf"(?:(?:a|b|rc){_NUMBER})?(?:\.post{_NUMBER})?(?:\.dev{_NUMBER})?"
)
_PLAIN = re.compile(
    rf"({_NAME})(?:\[({_NAME}(?:,{_NAME}){{0,20}})\])?({_SPECIFIER}(?:,{_SPECIFIER}){{0,9}})?", re.ASCII
)
# Longer text, deeper nesting or a number with more digits (the limit of int()) is not parsed: pip may accept it, but
# comparing with it is not safe.
_MAX_LENGTH = 64 * 1024
_MAX_DEPTH = 100
_MAX_DIGITS = 4300
_LONG_NUMBER = rf"[0-9]{{{_MAX_DIGITS + 1}}}"
_QUOTED = r"'[^']*'|\"[^\"]*\""
_MAX_TAGS = 10_000
_NOTHING: frozenset[str] = frozenset()
_OPERATORS = ("~=", "==", "!=", "<=", ">=", "<", ">")


class Entry(NamedTuple):
    """A parsed entry. The fields are those of the same name in model.Requirement."""

    name: str | None
    specifier: str
    extras: frozenset[str]
    marker: Marker | None
    url: str | None
    path: str | None


def parse_line(text: str, base: str) -> Entry:
    """Parse the part of a line before its options. Relative paths are relative to `base`.

    Raises RefusedError if pip rejects it, UndeterminedError if it is not parsed here.
    """
    if entry := _plain(text.rstrip(" "), None):
        return entry
    _check_size(text)
    name, separator, condition = text.partition("; " if is_url(text) else ";")
    condition = condition.strip()
    marker = _marker(condition) if separator and condition else None
    name = name.strip()
    if entry := _plain(name, marker):
        return entry
    link, extras = _find_link(name, base)
    if link is None:
        requirement = _requirement(name)
        link = Link(requirement.url) if requirement.url else None
        return _entry(requirement, extras or requirement.extras, marker, link, base)
    if link.scheme == "file" and "../" in link.url:
        link = Link(path_to_url(absolute(link.path, base)))
    named: Requirement | None
    if wheel := link.wheel:
        named = _wheel_requirement(wheel)
    else:
        named = _requirement(link.egg) if link.egg is not None else None
    return _entry(named, extras, marker, link, base)


def parse_editable(text: str, base: str) -> Entry:
    """Parse the argument of -e, like parse_line(). A marker counts only inside `name @ url ; marker`."""
    _check_size(text)
    named: Requirement | None = None
    if "@" in text:
        with contextlib.suppress(RefusedError):
            named = _requirement(text)
    if named is not None and named.url:
        link, extras = Link(named.url), frozenset(named.extras)
    else:
        link, extras = _find_editable(text, base)
        named = _requirement(link.egg) if link.egg is not None else None
    local = link.url.startswith("file:")
    if not local and not link.is_vcs:
        raise RefusedError("-e needs a folder or the URL of a repository such as git+https://")
    if named is None and not local:
        raise RefusedError("-e has no project name; use NAME @ URL")
    return _entry(named, extras, None, link, base)


def _plain(text: str, marker: Marker | None) -> Entry | None:
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    name, extras, specifier = match.groups()
    if specifier is None and "." in name:
        return None
    named = frozenset(map(normalize_name, extras.split(","))) if extras else _NOTHING
    if specifier and "," in specifier:
        specifier = _printed(specifier)
    return Entry(normalize_name(name), specifier or "", named, marker, None, None)


@lru_cache(maxsize=2048)
def _printed(specifier: str) -> str:
    """Return several clauses as packaging prints them: sorted, without duplicates."""
    clauses = sorted(specifier.split(","))
    if len({clause.rstrip("0123456789.abcdeoprstv") for clause in clauses}) == len(clauses):
        return ",".join(clauses)  # different operators, so no duplicates
    from packaging.specifiers import SpecifierSet

    return str(SpecifierSet(specifier))


def _entry(
    requirement: Requirement | None, extras: Iterable[str], marker: Marker | None, link: Link | None, base: str
) -> Entry:
    path = link.local_path(base) if link else None
    return Entry(
        normalize_name(requirement.name) if requirement else None,
        str(requirement.specifier) if requirement else "",
        frozenset(map(normalize_name, extras or (requirement.extras if requirement else ()))),
        requirement.marker if requirement and marker is None else marker,
        link.redacted if link else None,
        path,
    )


def _find_link(name: str, base: str) -> tuple[Link | None, frozenset[str]]:
    """Return (link, extras) if `name` is a URL or the path of a folder or an archive; the link is None if it is not."""
    if is_url(name):
        return Link(name), frozenset()
    whole = absolute(name, base)
    path, bracketed = split_extras(whole)
    extras = _extras(bracketed)
    if looks_like_path(name):
        check_touchable(name)
        check_touchable(path)
        if os.path.isdir(path):
            if is_installable(path):
                return Link(path_to_url(path)), extras
            raise RefusedError("names a folder without pyproject.toml and setup.py")
    if not is_archive(path):
        return None, extras
    check_touchable(path)
    before, at, _ = name.partition("@")
    if at and not looks_like_path(before) and not os.path.isfile(path):
        return None, extras
    return Link(path_to_url(path)), extras


def _find_editable(text: str, base: str) -> tuple[Link, frozenset[str]]:
    path, bracketed = split_extras(text)
    extras = _extras(bracketed)
    if "://" not in path:
        check_touchable(path)
    if path and os.path.isdir(os.path.join(base, path)):
        path = path_to_url(absolute(path, base))
    if path.lower().startswith("file:"):
        return Link(path), extras
    return Link(complete_vcs(text)), frozenset()


def _extras(bracketed: str) -> frozenset[str]:
    return frozenset(_requirement("placeholder" + bracketed.lower()).extras) if bracketed else frozenset()


def _requirement(text: str) -> Requirement:
    from packaging.requirements import Requirement

    if reason := disputed(text):
        raise UndeterminedError(f"{reason}, which some versions of pip accept and others refuse")
    try:
        requirement = _quietly(Requirement, text)
        if requirement.marker is not None and "\\" in text:
            str(requirement.marker)
    except ValueError as error:
        raise RefusedError(_reason(error, text)) from error
    except RecursionError as error:
        raise UndeterminedError("is nested too deeply") from error
    return requirement


def _quietly(parse: Callable[[str], T], text: str) -> T:
    """Parse `text`. packaging parses strings in markers as Python literals, and Python warns about unknown escapes."""
    if "\\" not in text:
        return parse(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parse(text)


def _wheel_requirement(filename: str) -> Requirement:
    """Return the requirement for a wheel's file name: NAME==VERSION."""
    from packaging.utils import parse_wheel_filename

    product = 1
    for tags in filename.rsplit("-", 3)[1:]:
        product *= tags.count(".") + 1
    if product > _MAX_TAGS:  # packaging expands the product of the compressed tags
        raise UndeterminedError("names a wheel with too many tags")
    try:
        name, version, _, _ = parse_wheel_filename(filename)
    except ValueError as error:
        raise RefusedError("names a wheel with an invalid file name") from error
    return _requirement(f"{name}=={version}")


@lru_cache(maxsize=512)
def _marker(text: str) -> Marker:
    from packaging.markers import Marker

    try:
        marker = _quietly(Marker, text)
    except ValueError as error:
        raise RefusedError(_reason(error, "")) from error
    except RecursionError as error:
        raise UndeterminedError("is nested too deeply") from error
    if "\\" in text:
        try:
            str(marker)
        except ValueError as error:  # a value with both kinds of quotes: packaging cannot print it
            raise UndeterminedError("has a marker with both kinds of quotes in one value") from error
    return marker


def _reason(error: ValueError, text: str) -> str:
    if "=" in text and not any(operator in text for operator in _OPERATORS):
        return "has =, which is not an operator; use =="
    # packaging puts the reason on the first line, and quotes the text below it or after a colon.
    return "is not a valid requirement: " + str(error).partition("\n")[0].partition(":")[0]


def _check_size(text: str) -> None:
    if len(text) <= _MAX_DEPTH:  # too short for all of them
        return
    if len(text) > _MAX_LENGTH:
        raise UndeterminedError(f"is longer than {_MAX_LENGTH} characters")
    if len(text) > _MAX_DIGITS and re.search(_LONG_NUMBER, text):
        raise UndeterminedError(f"has a number of more than {_MAX_DIGITS} digits")
    if text.count("(") > _MAX_DEPTH:
        depth = 0
        for char in re.sub(_QUOTED, "", text):
            depth += (char == "(") - (char == ")")
            if depth > _MAX_DEPTH:
                raise UndeterminedError("is nested too deeply")
