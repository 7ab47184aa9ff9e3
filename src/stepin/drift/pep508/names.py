"""The names of distributions, and what the names of their folders say (PEP 376, PEP 427, PEP 503, setuptools' eggs)."""

from __future__ import annotations

import re

# PEP 508's names; what does not match is no distribution to pip either.
_VALID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")

# A name and a version as the wheel and egg formats escape them: no dash inside either. A version with an underscore
# was something else before it was escaped.
_PLAIN = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._]*[A-Za-z0-9])?)-([A-Za-z0-9.+!]+)\Z")

# setuptools: name-version-pyX.Y-platform, the last two may be missing.
_EGG = re.compile(r"([^-]+)(?:-([^-]+)(?:-py[0-9.]+(?:-.+)?)?)?\Z")


def normalize_name(name: str) -> str:
    """Return a name as PEP 503 compares it."""
    name = name.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name


def is_valid_name(name: str) -> bool:
    return _VALID.match(name) is not None


def parse_dist_info_name(stem: str) -> tuple[str, str, bool] | None:
    """Take NAME-VERSION, the stem of a .dist-info folder, apart.

    Returns (name as written, version, whether the two can be relied on), or None where it names no distribution. Where
    they cannot be relied on (a dash too many, an escaped version) METADATA knows better; pip cuts at the first dash.
    """
    plain = _PLAIN.match(stem)
    if plain:
        return plain[1], plain[2], True
    name, dash, version = stem.partition("-")
    if "-" in version:
        name, dash, version = stem.rpartition("-")
    if not dash or not is_valid_name(name):
        return None
    return name, version, False


def parse_egg_name(stem: str) -> tuple[str, str | None, bool] | None:
    """Take the stem of an .egg-info or .egg apart: (name as written, version, whether it can be relied on) or None."""
    match = _EGG.match(stem)
    if not match or not is_valid_name(match[1]):
        return None
    version = match[2]
    return match[1], version, version is not None and "_" not in version
