"""Find the installed distributions that nothing declares, and say why they are there. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepin.drift.compare.closure import Root, follow_dependencies
from stepin.drift.model import Finding, Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stepin.drift.model import Distribution, Target

# What environments are made and filled with. `pip freeze` leaves out the first five (pip's commands/freeze.py).
INSTALLERS = frozenset({"pip", "setuptools", "wheel", "distribute", "pkg-resources", "uv", "pip-tools"})

_NO_LINE = Requirement(None, "", frozenset(), None, None, False, False, frozenset(), "", "", 0)

Wanted = tuple[str, frozenset[str]]  # (name, extras), normalized


def reach(wanted: Iterable[Wanted], distributions: Mapping[str, Distribution], target: Target) -> set[str]:
    """Return the names of the installed distributions that are wanted, and of all that they need."""
    roots = [Root(name, extras, _NO_LINE) for name, extras in wanted]
    return set(follow_dependencies(roots, distributions, {}, frozenset(), target).reached)


def without_wanted(
    undeclared: Sequence[Distribution],
    wanted: Iterable[Wanted],
    distributions: Mapping[str, Distribution],
    target: Target,
) -> list[Distribution]:
    """Return those of `undeclared` that neither `wanted` nor an installer needs."""
    installers = [(name, frozenset[str]()) for name in INSTALLERS]
    reached = reach([*installers, *wanted], distributions, target)
    return [one for one in undeclared if one.name not in reached]


def split_ignored(
    undeclared: Sequence[Distribution],
    ignored: frozenset[str],
    distributions: Mapping[str, Distribution],
    target: Target,
) -> tuple[list[Distribution], list[Distribution]]:
    """Split into (extra, ignored): with an ignored distribution goes what only that needs."""
    if not ignored:
        return list(undeclared), []
    pulled = reach(((name, frozenset()) for name in ignored), distributions, target)
    kept = [one.name for one in undeclared if one.name not in ignored and (one.requested or one.name not in pulled)]
    needed = reach(((name, frozenset()) for name in kept), distributions, target) - ignored
    return [one for one in undeclared if one.name in needed], [one for one in undeclared if one.name not in needed]


def extra_findings(
    extras: Sequence[Distribution], distributions: Mapping[str, Distribution], target: Target
) -> list[Finding]:
    """Return a finding for each of `extras`: first what was installed by name, each followed by what came with it."""
    found: list[Finding] = []
    pending = {one.name: one for one in sorted(extras, key=lambda one: one.name)}
    needed = {need.name for one in extras for need in one.requires if need.name != one.name}
    firsts = [one for one in pending.values() if one.requested]
    firsts += [one for one in pending.values() if not one.requested and one.name not in needed]
    firsts += pending.values()  # what is needed only in a ring
    for first in firsts:
        if first.name not in pending:
            continue
        del pending[first.name]
        found.append(_finding(first, ""))
        with_it = reach([(first.name, frozenset())], distributions, target)
        for name in [name for name, one in pending.items() if name in with_it and not one.requested]:
            found.append(_finding(pending.pop(name), f" for {first.name}"))
    return found


def _finding(extra: Distribution, why: str) -> Finding:
    version = f" {extra.version}" if extra.version else ""
    message = f"{extra.name}{version} is installed{why}, nothing declares it"
    return Finding("extra", extra.name, message, None, extra.version, None, None, None)
