"""List the distributions of one folder: a site-packages, or a folder that a .pth file names."""

from __future__ import annotations

import marshal
import os
import time
from itertools import repeat
from stat import S_ISDIR
from typing import TYPE_CHECKING, Any

from stepin.drift.installed import cache
from stepin.drift.model import Contents, Dependency, Details, Distribution, Fault
from stepin.drift.pep508 import names

if TYPE_CHECKING:
    from collections.abc import Callable

Key = tuple[int, ...]
_Entry = tuple[Key, Key | None, bytes]  # the distribution's key, that of its second file, its marshalled Contents

# A file may change again within the tick of its file system's clock and keep its time. FAT's tick is two seconds.
_RACY = 2_000_000_000  # ns

# More than any real folder has. Listing more would only take time.
_MOST_ENTRIES = 200_000


class DistributionFolder:
    """The distributions of one folder, and the cache of their files.

    A cache entry is used only while the stat of the distribution's folder and files is unchanged.
    """

    def __init__(self, path: str, cache_dir: str | None, previous: DistributionFolder | None) -> None:
        self.path = path
        self.cache_dir = cache_dir
        self._prefix = os.path.join(path, "")
        self.distributions: dict[str, Distribution] = {}  # by name
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.pth: list[str] = []  # names of .pth files
        self.egg_links: list[str] = []  # names of .egg-link files
        # Both by the name in the folder, or by the absolute path outside of it.
        self._all: dict[str, Distribution] = {}
        self._entries: dict[str, _Entry]
        self._before = previous._all if previous else {}
        self._entries = previous._entries if previous else cache.load_entries(cache_dir, path) if cache_dir else {}
        self._changed: bool = previous is not None and previous._changed

    def scan(self, inherited: bool) -> None:
        """List the folder and parse the names in it."""
        fd = None
        try:
            if os.stat in os.supports_dir_fd:  # it takes a third off the time of each stat()
                fd = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NONBLOCK | os.O_CLOEXEC)
            self._scan(os.listdir(self.path), fd, inherited)
        except OSError as error:
            self._unreadable(f"{self.path} cannot be read ({error.strerror or error})")
        finally:
            if fd is not None:
                os.close(fd)

    def _scan(self, listed: list[str], fd: int | None, inherited: bool) -> None:
        if len(listed) > _MOST_ENTRIES:
            self._unreadable(f"{self.path} holds more than {_MOST_ENTRIES} entries")
            return
        found: dict[str, list[Distribution]] = {}
        editables = set()
        for entry in listed:
            end = entry[-5:].lower()
            if entry[0] == "~":
                if not inherited:
                    self.notes.append(
                        f"{os.path.join(self.path, entry)} was left behind by an interrupted installation"
                    )
            elif end == "-info":
                dist = self._make(entry, inherited, fd)
                if dist is not None:
                    found.setdefault(dist.name, []).append(dist)
            elif end[1:] == ".pth":
                self.pth.append(entry)
                if entry.startswith("__editable__."):  # setuptools: __editable__.NAME-VERSION.pth
                    editables.add(names.normalize_name(entry[13:].partition("-")[0]))
            elif end == "-link" and entry[-9:].lower() == ".egg-link":
                self.egg_links.append(entry)
        for name, dists in sorted(found.items()):
            self.distributions[name] = dists[0] if len(dists) == 1 else self._choose(dists)
        for name in editables & found.keys():
            # An editable install whose installer may have written no direct_url.json.
            self.distributions[name] = _amended(self.distributions[name], _editable)

    def add(self, path: str, inherited: bool, amend: Callable[[Details], Details] | None = None) -> Distribution | None:
        """Return the distribution whose .dist-info, .egg-info or EGG-INFO is at `path`, here or elsewhere.

        None if its name is not that of a distribution. `amend` changes its details.
        """
        dist = self._make(path, inherited, None)
        return dist if dist is None or amend is None else _amended(dist, amend)

    def complete(self) -> None:
        """Release the previous state, and drop the cache entries of what is gone."""
        self._before = {}
        for entry in self._entries.keys() - self._all.keys():
            del self._entries[entry]
            self._changed = True

    def save(self) -> None:
        """Write the disk cache if anything in it changed."""
        if self.cache_dir and self._changed:
            cache.save_entries(self.cache_dir, self.path, self._entries)
            self._changed = False

    def _unreadable(self, what: str) -> None:
        self.faults.append(Fault("unknown", "unreadable", None, what, self.path))

    def _make(self, entry: str, inherited: bool, fd: int | None) -> Distribution | None:
        known = self._known(entry, fd)
        dist = self._before.get(entry) if known else None
        if dist is None or not dist.loaded or dist.inherited != inherited:
            name, version, sure = _parse(entry)
            if name is None:
                return None
            path = self._path(entry)
            read = self._load if known else self._read
            if sure:
                dist = Distribution(name, version, path, inherited, read=read)
            else:
                contents = self._contents(path, name)
                own = name if contents.name is None else names.normalize_name(contents.name)
                dist = Distribution(own, contents.version or version, path, inherited, read=read)
        self._all[entry] = dist
        return dist

    def _known(self, entry: str, fd: int | None) -> bool:
        """Return whether the cache entry of `entry` is still valid."""
        kept = self._entries.get(entry)
        if kept is None:
            return False
        path = entry if fd is not None else self._path(entry)
        return kept[0] == _key(path, fd) and (kept[1] is None or kept[1] == _second_key(path, fd))

    def _choose(self, dists: list[Distribution]) -> Distribution:
        """Return the most recently installed of several distributions of one name in one folder.

        pip takes the first that the file system lists, which may be any. An emptied one counts only if all are. If one
        version is there twice (Debian's cryptography), the .dist-info has more data.
        """
        keys = {dist.path: _key(dist.path) or (0,) * 7 for dist in dists}
        alive = [dist for dist in dists if any(keys[dist.path][3:])] or list(dists)
        versions = sorted({dist.version or "?" for dist in alive})
        alive.sort(
            key=lambda dist: (len(versions) > 1 and keys[dist.path][0], dist.path.endswith(".dist-info"), dist.path)
        )
        first = alive[-1]
        for dist in dists:
            if dist not in alive:
                self.faults += dist.faults
        if len(versions) > 1:
            what = f"{first.name}: {' and '.join(versions)} are both installed in {self.path}"
            self.faults.append(Fault("broken", "duplicate", first.name, what, first.path))
        return first

    def _path(self, entry: str) -> str:
        return entry if os.sep in entry else self._prefix + entry

    def _entry(self, path: str) -> str:
        entry = path.removeprefix(self._prefix)
        return path if os.sep in entry else entry

    def _load(self, dist: Distribution) -> Details:
        kept = self._entries.get(self._entry(dist.path))
        # A later scan of the folder, which shares the entries, may have dropped it.
        return self._read(dist) if kept is None else _load(kept[2]).details

    def _read(self, dist: Distribution) -> Details:
        return self._contents(dist.path, dist.name).details

    def _contents(self, path: str, name: str) -> Contents:
        entry = self._entry(path)
        if self._known(entry, None):
            return _load(self._entries[entry][2])
        from stepin.drift.installed import metadata

        now = time.time_ns()
        key = _key(path)
        second = _second_key(path)
        contents = metadata.read_details(path, name)
        settled = key is not None and max(*key[:2], *key[3:5], *(second or (0,))[:2]) < now - _RACY
        if key is not None and settled and all(fault.reason != "unreadable" for fault in contents.details.faults):
            self._entries[entry] = (key, second, _dump(contents))
            self._changed = True
        else:
            self._entries.pop(entry, None)
        return contents


def _amended(dist: Distribution, amend: Callable[[Details], Details]) -> Distribution:
    """Return a distribution whose details depend on another file: an .egg-link, or the .pth file of an editable."""
    return Distribution(dist.name, dist.version, dist.path, dist.inherited, read=lambda _: amend(dist.details))


def _editable(details: Details) -> Details:
    return details if details.direct_url else details._replace(editable=True)


def _parse(entry: str) -> tuple[str | None, str | None, bool]:
    """Return (name, version, whether both are reliable) from a folder's name or path; name None: not a distribution."""
    if os.sep in entry:
        entry = os.path.basename(os.path.dirname(entry) if entry.endswith("EGG-INFO") else entry)
    stem, _, suffix = entry.rpartition(".")
    suffix = suffix.lower()
    parsed: tuple[str, str | None, bool] | None = None
    if suffix == "dist-info":
        parsed = names.parse_dist_info_name(stem)
    elif suffix in ("egg-info", "egg"):
        parsed = names.parse_egg_name(stem)
    return (None, None, False) if parsed is None else (names.normalize_name(parsed[0]), parsed[1], parsed[2])


def _key(path: str, fd: int | None = None) -> Key | None:
    """Return numbers that change with a distribution: seven, the last four zero if it has no METADATA."""
    try:
        own = os.stat(path, dir_fd=fd)
    except OSError:
        return None
    mine = (own.st_mtime_ns, own.st_ctime_ns, own.st_ino)
    if not S_ISDIR(own.st_mode):
        return (*mine, own.st_mtime_ns, own.st_ctime_ns, own.st_size, own.st_ino)
    for name in ("/METADATA", "/PKG-INFO"):
        try:
            file = os.stat(path + name, dir_fd=fd)
        except OSError:
            continue
        return (*mine, file.st_mtime_ns, file.st_ctime_ns, file.st_size, file.st_ino)
    return (*mine, 0, 0, 0, 0)


def _second_key(path: str, fd: int | None = None) -> Key | None:
    """Return numbers that change with the second file that is read, None if there is none.

    The key of the folder changes when it appears.
    """
    try:
        file = os.stat(path + ("/direct_url.json" if path.endswith(".dist-info") else "/requires.txt"), dir_fd=fd)
    except OSError:
        return None
    return (file.st_mtime_ns, file.st_ctime_ns, file.st_size, file.st_ino)


def _dump(contents: Contents) -> bytes:
    # marshal takes exact tuples alone.
    details = contents.details
    return marshal.dumps(
        (
            contents.name,
            contents.version,
            tuple(map(tuple, details.requires)),
            details.requires_python,
            tuple(details.provides_extra),
            details.direct_url,
            details.editable,
            details.requested,
            tuple(map(tuple, details.faults)),
        )
    )


def _load(blob: bytes) -> Contents:
    fields: tuple[Any, ...] = marshal.loads(blob)  # noqa: S302  # from cache.load_entries(), which vouches for it, or from _dump()
    name, version, requires, python, extras, url, editable, requested, faults = fields
    details = Details(
        tuple(map(tuple.__new__, repeat(Dependency), requires)),  # Dependency._make, without its cost
        python,
        frozenset(extras),
        url,
        editable,
        requested,
        tuple(map(Fault._make, faults)),
    )
    return Contents(name, version, details)
