"""Everything that the declared distributions need, and what they need in turn, as the metadata says it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stepin.drift import markers, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from stepin.drift.model import Dependency, Distribution, Requirement, Target
    from stepin.drift.sources import Folder

# How sure it is that something is needed. What is reached in several ways counts by the surest, so the walk takes the
# levels in this order.
CERTAIN = 0
UNCERTAIN = 1  # through a marker that cannot be decided
REPLACED = 2  # through a distribution that is to be replaced: what another version of it needs is not known


class Root(NamedTuple):
    """A distribution that a line asks for."""

    name: str
    extras: frozenset[str]
    requirement: Requirement
    level: int = CERTAIN


class Edge(NamedTuple):
    """A dependency that is not met."""

    parent: Distribution
    dependency: Dependency
    found: Distribution | None  # None: missing; else it is of a version that does not do
    root: Root
    level: int


class Closure(NamedTuple):
    reached: dict[str, tuple[int, Root]]  # of the installed ones, by name: how surely, and through which line
    unmet: list[Edge]


def walk(
    roots: Iterable[Root],
    distributions: Mapping[str, Distribution],
    folders: Mapping[str, Folder],
    replaced: AbstractSet[str],
    target: Target,
) -> Closure:
    """Follow Requires-Dist from the roots, with the extras asked for, as pip does (its ExtrasCandidate).

    `folders` holds, by name, the declared local folders, whose own pyproject.toml stands above stale metadata;
    `replaced` the names of what is to be replaced whoever needs it: another version or source is declared.
    """
    queues: tuple[list[tuple[str, str, Root]], ...] = ([], [], [])
    for root in roots:
        queues[root.level].append((root.name, "", root))
        queues[root.level].extend((root.name, extra, root) for extra in sorted(root.extras))
    seen: set[tuple[str, str]] = set()
    closure = Closure({}, [])
    applies = _Applies(target)
    for level in (CERTAIN, UNCERTAIN, REPLACED):
        for name, extra, root in queues[level]:  # grows while it is walked
            if (name, extra) in seen or name not in distributions:
                continue
            seen.add((name, extra))
            parent = distributions[name]
            if not extra:
                closure.reached[name] = (level, root)
            requires, provided = needs(parent, folders.get(name))
            if extra and extra not in provided:
                continue  # pip warns of such an extra and drops it
            below = REPLACED if name in replaced else level
            for dependency in requires:
                answer = applies(dependency, extra)
                if answer is False:
                    continue
                at = below if answer else max(below, UNCERTAIN)
                found = distributions.get(dependency.name)
                if found is None or (
                    found.version is not None
                    and dependency.specifier
                    and versions.allows(dependency.specifier, found.version) is False
                ):
                    closure.unmet.append(Edge(parent, dependency, found, root, at))
                    at = REPLACED
                queues[at].append((dependency.name, "", root))
                for asked in dependency.extras:
                    queues[at].append((dependency.name, asked, root))
    return closure


def needs(distribution: Distribution, folder: Folder | None) -> tuple[tuple[Dependency, ...], frozenset[str]]:
    """Return what a distribution requires, and its extras; a declared folder's static tables stand above metadata."""
    if folder is None or (folder.requires is None and folder.optional is None):
        return distribution.requires, distribution.provides_extra
    always = folder.requires
    if always is None:
        always = tuple(one for one in distribution.requires if not _mentions_extra(one))
    if folder.optional is not None:
        return always + folder.optional, folder.extras
    optional = tuple(one for one in distribution.requires if _mentions_extra(one))
    return always + optional, distribution.provides_extra


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
    """Whether a dependency applies under an extra; each marker is judged once for all that have it."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._known: dict[tuple[int, str], bool | None] = {}

    def __call__(self, dependency: Dependency, extra: str) -> bool | None:
        """Say whether `dependency` applies; under an extra, only where it does not anyway."""
        marker = dependency.marker
        if marker is None:
            return not extra
        # By identity: equal markers are one object (trees.parse remembers them) and live as long as the walk.
        key = (id(marker), extra)
        if key not in self._known:
            if extra:
                answer = markers.evaluate(marker, self._target, frozenset((extra,)))
                if answer and self(dependency, ""):
                    answer = False
            else:
                answer = markers.evaluate(marker, self._target)
            self._known[key] = answer
        return self._known[key]
