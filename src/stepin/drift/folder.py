"""One folder of distributions, a site-packages or one that a .pth file names: what its names say, what was read."""

from __future__ import annotations

import marshal
import os
import time
from stat import S_ISDIR
from typing import TYPE_CHECKING, Any, NamedTuple

from stepin.drift import cache, metadata, names
from stepin.drift.model import Dependency, Details, Distribution, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

Key = tuple[int, ...]

# A file may change once more within the tick of its file system's clock, and keep its time; FAT's is two seconds.
_RACY = 2_000_000_000  # ns

# What a folder of distributions never has; to list more would keep somebody busy.
_MOST_ENTRIES = 200_000


class _Found(NamedTuple):
    """What a name in the folder says."""

    entry: str
    name: str  # normalised
    version: str | None
    sure: bool  # nothing has to be read to know name and version


class Folder:
    """The distributions of one folder, and the cache of what was read of them.

    A cache entry is believed only while the stat of the distribution's folder and of its files is what it was.
    """

    def __init__(self, path: str, cache_dir: str | None, previous: Folder | None) -> None:
        self.path = path
        self.cache_dir = cache_dir
        self.distributions: dict[str, Distribution] = {}  # by name
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.pth: list[str] = []  # names of .pth files
        self.egg_links: list[str] = []  # names of .egg-link files
        self._all: dict[str, Distribution] = {}  # by path, also those that are duplicates or come from elsewhere
        self._before = previous._all if previous else {}
        # path below the folder, or whole path -> key, key of the second file, marshalled metadata.Contents
        self._entries: dict[str, tuple[Key, Key | None, bytes]]
        self._entries = previous._entries if previous else cache.load(cache_dir, path) if cache_dir else {}
        self._changed: bool = previous is not None and previous._changed

    def scan(self, inherited: bool) -> None:
        """List the folder, and say what the names in it say."""
        try:
            listed = os.listdir(self.path)
        except OSError as error:
            self._unreadable(f"{self.path} cannot be read ({error.strerror or error})")
            return
        if len(listed) > _MOST_ENTRIES:
            self._unreadable(f"{self.path} holds more than {_MOST_ENTRIES} entries")
            return
        found: dict[str, list[_Found]] = {}
        editables = set()
        for entry in listed:
            end = entry[-5:].lower()
            if entry[0] == "~":
                if not inherited:
                    self.notes.append(
                        f"{os.path.join(self.path, entry)} was left behind by an interrupted installation"
                    )
            elif end == "-info":
                one = _parse(entry)
                if one is not None:
                    found.setdefault(one.name, []).append(one)
            elif end[1:] == ".pth":
                self.pth.append(entry)
                if entry.startswith("__editable__."):  # setuptools: __editable__.NAME-VERSION.pth
                    editables.add(names.normalise(entry[13:].partition("-")[0]))
            elif end == "-link" and entry[-9:].lower() == ".egg-link":
                self.egg_links.append(entry)
        for name, several in found.items():
            read = self._read_editable if name in editables else self._read
            dists = [self._make(one, inherited, read) for one in several]
            self.distributions[name] = dists[0] if len(dists) == 1 else self._choose(dists, inherited)

    def add(
        self, path: str, inherited: bool, read: Callable[[Distribution], Details] | None = None
    ) -> Distribution | None:
        """Return the distribution whose .dist-info, .egg-info or EGG-INFO is at `path`, here or elsewhere.

        None where its name says that it is none. `read` may change its details; it gets them from details().
        """
        entry = os.path.basename(path)
        one = _parse(os.path.basename(os.path.dirname(path)) if entry == "EGG-INFO" else entry)
        return None if one is None else self._make(one._replace(entry=path), inherited, read or self._read)

    def details(self, dist: Distribution) -> Details:
        return self._contents(dist.path, dist.name).details

    def save(self) -> None:
        """Write what was read to the disk cache, if there is anything new in it, or something that is gone."""
        here = {self._below(path) for path in self._all}
        if self.cache_dir and (self._changed or not self._entries.keys() <= here):
            self._entries = {below: entry for below, entry in self._entries.items() if below in here}
            cache.save(self.cache_dir, self.path, self._entries)
            self._changed = False

    def _unreadable(self, what: str) -> None:
        self.faults.append(Fault("unknown", "unreadable", None, what, self.path))

    def _below(self, path: str) -> str:
        length = len(self.path) + 1
        return path[length:] if path.startswith(self.path) and path[length - 1 : length] in ("/", os.sep) else path

    def _make(self, one: _Found, inherited: bool, read: Callable[[Distribution], Details]) -> Distribution:
        path = os.path.join(self.path, one.entry)
        before = self._before.get(path)
        if before is not None and before.loaded and before.inherited == inherited and self._unchanged(path):
            dist = before
        elif one.sure:
            dist = Distribution(one.name, one.version, path, inherited, read=read)
        else:
            contents = self._contents(path, one.name)
            name = one.name if contents.name is None else names.normalise(contents.name)
            dist = Distribution(name, contents.version or one.version, path, inherited, read=read)
        self._all[path] = dist
        return dist

    def _read(self, dist: Distribution) -> Details:
        return self.details(dist)

    def _read_editable(self, dist: Distribution) -> Details:
        # An editable install whose installer wrote no direct_url.json.
        details = self.details(dist)
        return details if details.direct_url else details._replace(editable=True)

    def _choose(self, dists: list[Distribution], inherited: bool) -> Distribution:
        """Return the one of several distributions of one name in one folder that was installed last.

        pip takes the first that the file system lists, which may be any; one that is emptied counts only if all are.
        """
        keys = {dist.path: _key(dist.path) or () for dist in dists}
        whole = [dist for dist in dists if any(keys[dist.path][3:])]
        alive = whole or dists
        alive.sort(key=lambda dist: (keys[dist.path][:1], dist.path.endswith(".dist-info"), dist.path), reverse=True)
        first = alive[0]
        if not inherited:
            for dist in dists:
                if dist not in alive:
                    self.faults += dist.faults
            versions = sorted({dist.version or "?" for dist in alive})
            if len(versions) > 1:
                what = f"{first.name}: {' and '.join(versions)} are both installed in {self.path}"
                self.faults.append(Fault("broken", "duplicate", first.name, what, first.path))
        return first

    def _contents(self, path: str, name: str) -> metadata.Contents:
        now = time.time_ns()
        below = self._below(path)
        key = _key(path)
        entry = self._entries.get(below)
        if entry is not None and entry[0] == key and (entry[1] is None or entry[1] == _second_key(path)):
            return _load(entry[2])
        contents = metadata.read_details(path, name)
        second = _second_key(path)
        settled = key is not None and max(*key[:2], *key[3:5], *(second or (0,))[:2]) < now - _RACY
        if settled and key is not None and not any(fault.reason == "unreadable" for fault in contents.details.faults):
            self._entries[below] = (key, second, _dump(contents))
            self._changed = True
        else:
            self._entries.pop(below, None)
        return contents

    def _unchanged(self, path: str) -> bool:
        entry = self._entries.get(self._below(path))
        return entry is not None and entry[0] == _key(path) and (entry[1] is None or entry[1] == _second_key(path))


def _parse(entry: str) -> _Found | None:
    stem, _, suffix = entry.rpartition(".")
    parsed: tuple[str, str | None, bool] | None = None
    if suffix == "dist-info" or suffix.lower() == "dist-info":
        parsed = names.from_dist_info(stem)
    elif suffix.lower() in ("egg-info", "egg"):
        parsed = names.from_egg(stem)
    return None if parsed is None else _Found(entry, names.normalise(parsed[0]), parsed[1], parsed[2])


def _key(path: str) -> Key | None:
    """Return what changes with a distribution: seven numbers, the last four zero where it has no METADATA."""
    try:
        own = os.stat(path)
    except OSError:
        return None
    mine = (own.st_mtime_ns, own.st_ctime_ns, own.st_ino)
    if not S_ISDIR(own.st_mode):
        return (*mine, own.st_mtime_ns, own.st_ctime_ns, own.st_size, own.st_ino)
    for name in ("/METADATA", "/PKG-INFO"):
        try:
            file = os.stat(path + name)
        except OSError:
            continue
        return (*mine, file.st_mtime_ns, file.st_ctime_ns, file.st_size, file.st_ino)
    return (*mine, 0, 0, 0, 0)


def _second_key(path: str) -> Key | None:
    """Return what changes with the other file that is read, if it is there; the folder's key tells if it appears."""
    try:
        file = os.stat(path + ("/direct_url.json" if path.endswith(".dist-info") else "/requires.txt"))
    except OSError:
        return None
    return (file.st_mtime_ns, file.st_ctime_ns, file.st_size, file.st_ino)


def _dump(contents: metadata.Contents) -> bytes:
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
            details.installer,
            tuple(map(tuple, details.faults)),
        )
    )


def _load(blob: bytes) -> metadata.Contents:
    fields: tuple[Any, ...] = marshal.loads(blob)  # noqa: S302  # from cache.load(), which vouches for it, or from _dump()
    name, version, requires, python, extras, url, editable, requested, installer, faults = fields
    details = Details(
        tuple(map(Dependency._make, requires)),
        python,
        frozenset(extras),
        url,
        editable,
        requested,
        installer,
        tuple(map(Fault._make, faults)),
    )
    return metadata.Contents(name, version, details)
