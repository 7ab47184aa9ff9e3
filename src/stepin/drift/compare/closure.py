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
    walk = _Walk(distributions, folders, target)
    for root in roots:
        walk.queue(root.name, sorted(root.extras) if root.extras else (), root.level, root)
    for level in (CERTAIN, UNCERTAIN, REPLACED):
        for name, extra, root in walk.queues[level]:  # grows while it is walked
            parent = distributions.get(name)
            if parent is not None and (requires := walk.requires(parent, name, extra, level, root)):
                walk.follow(parent, extra, requires, REPLACED if name in replaced else level, root)
    return walk.closure


class _Walk:
    """What waits to be looked at, and what was found so far."""

    def __init__(
        self, distributions: Mapping[str, Distribution], folders: Mapping[str, LocalProject], target: Target
    ) -> None:
        self.queues: tuple[list[tuple[str, str, Root]], ...] = ([], [], [])  # by level: (name, extra or "", root)
        self.closure = Closure({}, [])
        self._distributions = distributions
        self._folders = folders
        self._applies = _Applies(target)
        self._queued: dict[str, int] = {}  # by name: the most certain level at which it waits or was looked at
        self._seen: set[tuple[str, str]] = set()

    def queue(self, name: str, extras: Iterable[str], level: int, root: Root) -> None:
        if level < self._queued.get(name, _NEVER):
            self._queued[name] = level
            self.queues[level].append((name, "", root))
        for extra in extras:
            self.queues[level].append((name, extra, root))

    def requires(self, parent: Distribution, name: str, extra: str, level: int, root: Root) -> tuple[Dependency, ...]:
        """Return the dependencies to follow: none if they were followed already, or if there is no such extra."""
        folder = self._folders.get(name)
        if extra:
            provided = folder.extras if folder and folder.optional is not None else parent.provides_extra
            if (name, extra) in self._seen or extra not in provided:
                return ()  # pip warns about an unknown extra and drops it
            self._seen.add((name, extra))
            return parent.requires if folder is None else needs(parent, folder)
        if self._queued[name] < level:
            return ()
        self.closure.reached[name] = (level, root)
        return parent.requires_without_extras if folder is None else needs(parent, folder)

    def follow(self, parent: Distribution, extra: str, requires: Iterable[Dependency], below: int, root: Root) -> None:
        """Queue what `parent` requires, with `extra` if that is not "", and note what is not met."""
        for dependency in requires:
            needed, extras, specifier, marker, _ = dependency
            level = below
            if marker is not None:
                answer = self._applies(marker, extra)
                if answer is False:
                    continue
                if answer is None:
                    level = max(below, UNCERTAIN)
            elif extra:
                continue
            found = self._distributions.get(needed)
            # A version that cannot be read is reported as broken, not as a conflict.
            if found is None or (
                specifier and found.version is not None and versions.allows(specifier, found.version) is False
            ):
                self.closure.unmet.append(Edge(parent, dependency, found, root, level))
                level = REPLACED
            self.queue(needed, extras, level, root)


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
