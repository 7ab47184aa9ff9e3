"""Normalize names (PEP 503) and parse the names of .dist-info and .egg-info folders (PEP 376, PEP 427, setuptools)."""

from __future__ import annotations

import re

# The names of PEP 508. pip ignores distributions with other names.
_VALID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")

# A name and a version as the wheel and egg formats escape them: without a dash. An underscore in a version stands for
# another character.
_PLAIN = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._]*[A-Za-z0-9])?)-([A-Za-z0-9.+!]+)\Z")

# setuptools: name-version-pyX.Y-platform; the last two are optional.
_EGG = re.compile(r"([^-]+)(?:-([^-]+)(?:-py[0-9.]+(?:-.+)?)?)?\Z")


def normalize_name(name: str) -> str:
    """Return a name in the normalized form of PEP 503."""
    name = name.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name


def is_valid_name(name: str) -> bool:
    return _VALID.match(name) is not None


def parse_dist_info_name(stem: str) -> tuple[str, str, bool] | None:
    """Split NAME-VERSION, the stem of a .dist-info folder, into (name as written, version, whether both are reliable).

    None if it is not a distribution. If they are not reliable (a surplus dash, an escaped version), METADATA counts.
    pip splits at the first dash.
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
    """Split the stem of an .egg-info or .egg into (name as written, version, whether it is reliable), or None."""
    match = _EGG.match(stem)
    if not match or not is_valid_name(match[1]):
        return None
    version = match[2]
    return match[1], version, version is not None and "_" not in version
