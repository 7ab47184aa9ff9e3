"""Follow the dependencies of declared distributions, as their metadata declares them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stepin.drift.pep508 import markers, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from stepin.drift.declared.local_project import LocalProject
    from stepin.drift.model import Dependency, Distribution, MarkerTree, Requirement, Target

# How certain it is that something is needed. What is reached in several ways counts as the most certain of them, so the
# walk takes the levels in this order.
CERTAIN = 0
UNCERTAIN = 1  # through a marker that cannot be evaluated
REPLACED = 2  # through a distribution that is to be replaced (its other version may need other things) or is ignored
_NEVER = 3


class Root(NamedTuple):
    """A distribution that a line asks for."""

    name: str
    extras: frozenset[str]
    requirement: Requirement
    level: int = CERTAIN


class Edge(NamedTuple):
    """An unmet dependency."""

    parent: Distribution
    dependency: Dependency
    found: Distribution | None  # None: missing; else it has a version that is not allowed
    root: Root
    level: int


class Closure(NamedTuple):
    reached: dict[str, tuple[int, Root]]  # installed, by name: the level, and the line that leads to it
    unmet: list[Edge]


def follow_dependencies(
    roots: Iterable[Root],
    distributions: Mapping[str, Distribution],
    folders: Mapping[str, LocalProject],
    replaced: AbstractSet[str],
    target: Target,
) -> Closure:
    """Follow Requires-Dist from the roots, with the extras asked for, as pip does (its ExtrasCandidate).

    `folders` holds the declared local folders by name: their pyproject.toml counts, not their stale metadata.
    `replaced` are the names that are to be replaced or are ignored, whatever needs them.
    """
    queues: tuple[list[tuple[str, str, Root]], ...] = ([], [], [])
    queued: dict[str, int] = {}  # by name: the most certain level at which it waits or was looked at
    for root in roots:
        name, level = root.name, root.level
        if level < queued.get(name, _NEVER):
            queued[name] = level
            queues[level].append((name, "", root))
        for extra in sorted(root.extras) if root.extras else ():
            queues[level].append((name, extra, root))
    seen: set[tuple[str, str]] = set()
    closure = Closure({}, [])
    applies = _Applies(target)
    allows = versions.allows
    for level in (CERTAIN, UNCERTAIN, REPLACED):
        for name, extra, root in queues[level]:  # grows while it is walked
            parent = distributions.get(name)
            if parent is None:
                continue
            folder = folders.get(name)
            if extra:
                provided = folder.extras if folder and folder.optional is not None else parent.provides_extra
                if (name, extra) in seen or extra not in provided:
                    continue  # pip warns about an unknown extra and drops it
                seen.add((name, extra))
                requires = parent.requires if folder is None else needs(parent, folder)
            else:
                if queued[name] < level:
                    continue
                closure.reached[name] = (level, root)
                requires = parent.requires_without_extras if folder is None else needs(parent, folder)
            below = REPLACED if name in replaced else level
            for dependency in requires:
                needed, extras, specifier, marker, _ = dependency
                at = below
                if marker is not None:
                    answer = applies(marker, extra)
                    if answer is False:
                        continue
                    if answer is None:
                        at = max(below, UNCERTAIN)
                elif extra:
                    continue
                found = distributions.get(needed)
                # A version that cannot be read is reported as broken, not as a conflict.
                if found is None or (
                    specifier and found.version is not None and allows(specifier, found.version) is False
                ):
                    closure.unmet.append(Edge(parent, dependency, found, root, at))
                    at = REPLACED
                if at < queued.get(needed, _NEVER):
                    queued[needed] = at
                    queues[at].append((needed, "", root))
                for asked in extras:
                    queues[at].append((needed, asked, root))
    return closure


def needs(distribution: Distribution, folder: LocalProject) -> tuple[Dependency, ...]:
    """Return what a declared folder requires: its static tables as they are now, or its installed metadata."""
    if folder.requires is None and folder.optional is None:
        return distribution.requires
    always, optional = folder.requires, folder.optional
    if always is None:
        always = tuple(one for one in distribution.requires if not _mentions_extra(one))
    if optional is None:
        optional = tuple(one for one in distribution.requires if _mentions_extra(one))
    return always + optional


def _mentions_extra(dependency: Dependency) -> bool:
    pending = [dependency.marker] if dependency.marker else []
    while pending:
        tree = pending.pop()
        if tree[0] in ("and", "or"):
            pending += tree[1:]
        elif tree[0] == "extra":
            return True
    return False


class _Applies:
    """Evaluate markers under an extra, each once for all the dependencies that have it."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._known: dict[tuple[MarkerTree, str], bool | None] = {}

    def __call__(self, marker: MarkerTree, extra: str) -> bool | None:
        """Return whether a dependency with `marker` applies; under an extra, only if it does not apply without."""
        try:
            return self._known[marker, extra]
        except KeyError:
            answer = markers.evaluate_marker(marker, self._target, frozenset((extra,)) if extra else frozenset())
            if answer and extra and self(marker, ""):
                answer = False
            self._known[marker, extra] = answer
            return answer
