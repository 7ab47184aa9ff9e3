"""May we: what the user said about a project, and what speaks against it whatever they said.

A record is one small file of `key value` lines, so that the helper needs no parser:

    stepin-trust 1
    verdict allow            or deny
    path /home/me/project    percent-encoded where it holds a newline or `%`
    inode 1234
    device 2050              only where it is a real disk's: others are numbered anew at each mount
    birth 1700000000.25      only where this Python knows it
    anyway tracked symlink:/opt/env

The record lies at the mirror of the project's *real* path. It is believed while the folder there is the same one.
"""

import os
from stat import S_ISVTX

from stepin.hook import files as state

PROJECT = "project"
TREE = "tree"
RECORD_BYTES = 64 * 1024

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from stepin.hook.environment import Environment


def identity(folder: str) -> dict[str, str]:
    """Return what tells this folder from another one that takes its place. Raises OSError.

    An inode number is used again by ext4 as soon as its folder is removed: see docs/trust.md for what that means.
    """
    status = os.stat(folder)
    found = {"inode": str(status.st_ino)}
    # Major 0 are anonymous devices (btrfs, NFS, overlay, tmpfs), whose number may differ after the next mount.
    if hasattr(os, "major") and os.major(status.st_dev):
        found["device"] = str(status.st_dev)
    birth = getattr(status, "st_birthtime", None)
    if birth:
        found["birth"] = repr(birth)
    return found


def record_path(store: str, real: str, scope: str = PROJECT) -> str:
    """Return where the record about the folder with this real path lies. `scope` is PROJECT or TREE."""
    return os.path.join(store, "trust" + state.mirror(real), scope)


def encode(path: str) -> str:
    """Return a path on one line: what would break the line is percent-encoded."""
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D").replace(" ", "%20")


def decode(text: str) -> str:
    """Return the path that `encode` was given."""
    return text.replace("%20", " ").replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def read_record(store: str, real: str, scope: str = PROJECT) -> dict[str, str] | None:
    """Return a record's keys and values; None where there is none, or it cannot be understood."""
    try:
        fd = os.open(record_path(store, real, scope), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except (OSError, ValueError):
        return None
    try:
        text = os.fsdecode(os.read(fd, RECORD_BYTES))
    except OSError:
        return None
    finally:
        os.close(fd)
    lines = text.split("\n")
    if lines[0] != "stepin-trust 1" or lines[-1] or decode(text.partition("\npath ")[2].partition("\n")[0]) != real:
        return None
    return dict(line.split(" ", 1) for line in lines[1:] if " " in line)


def lookup(store: str, real: str, trees: bool = True) -> tuple[str, list[str]]:
    """Return (what was said about the project with this real path, the reasons consented to).

    `trees` False: only what was said of this very project counts.

    The first is "allow", "deny", "changed" (it was said of a folder that is another one now) or "". The project's own
    record comes first, then those of trees, the nearest first.
    """
    said = ""
    scope, folder = PROJECT, real
    while True:
        record = read_record(store, folder, scope)
        if record:
            try:
                now = identity(folder)
            except OSError:
                now = {}
            if all(record.get(key, value) == value for key, value in now.items()) and now:
                return record.get("verdict", ""), [decode(word) for word in record.get("anyway", "").split()]
            said = "changed" if record.get("verdict") == "allow" else said
        if scope == PROJECT and trees:
            scope = TREE
            continue
        parent = os.path.dirname(folder)
        if parent == folder or not trees:
            return said, []
        folder = parent


def reasons(env: "Environment", real_project: str) -> list[str]:
    """Return the facts that speak against an environment, each by its name (decide.REASONS), some with a target."""
    facts = []
    real = os.path.realpath(env.path)
    if not _inside(real, real_project):
        facts.append(("redirect:" if env.redirect else "symlink:") + real)
    elif not _inside(os.path.realpath(env.bin), real):
        facts.append("symlink:" + os.path.realpath(env.bin))
    if os.name != "nt":
        own = {real, real_project, os.path.realpath(env.bin), os.path.join(real, "pyvenv.cfg")}
        above = {folder for path in own for folder in _parents(path)} - own
        uid = os.geteuid()
        mine = {uid}
        if uid == 0 and os.environ.get("SUDO_UID", "").isdecimal():
            mine.add(int(os.environ["SUDO_UID"]))
        status = {path: _status(path) for path in own | above}
        owners = {path: found.st_uid if found else None for path, found in status.items()}
        if any(owners[path] not in mine for path in own) or any(owners[path] not in mine | {0} for path in above):
            facts.append("owner")
        if _by_others([path for path, found in status.items() if _writable(found, sticky=path in above)]):
            facts.append("writable")
    if found_repository(real_project):
        from stepin.hook import (
            git_index as tracked,  # only where there is a repository: the helper's start is what a user waits for
        )

        paths = {os.path.join(real_project, env.name), real}
        if any(tracked.tracks(repository, path) for repository in repositories(real_project) for path in paths):
            facts.append("tracked")
    return facts


def is_shared(folder: str) -> bool:
    """Return whether a folder is a shared temporary one: anybody may add to it, nobody may replace (the sticky bit)."""
    return (status := _status(folder)) is not None and status.st_mode & (S_ISVTX | 0o002) == S_ISVTX | 0o002


def repositories(real_project: str) -> "Iterator[str]":
    """Yield the `.git` of each work tree that the project lies in, the nearest first."""
    for folder in (real_project, *_parents(real_project)):
        dot_git = os.path.join(folder, ".git")
        if os.path.lexists(dot_git):
            yield dot_git


def found_repository(real_project: str) -> bool:
    """Return whether the project lies in a git work tree."""
    return any(True for _ in repositories(real_project))


def _inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _parents(path: str) -> "Iterator[str]":
    parent = os.path.dirname(path)
    while parent != path:
        yield parent
        path, parent = parent, os.path.dirname(parent)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


def _writable(status: os.stat_result | None, sticky: bool) -> bool:
    """Return whether a mode lets others than the owner write. A sticky folder lets them add, not replace."""
    return status is None or (bool(status.st_mode & 0o022) and not (sticky and status.st_mode & S_ISVTX))


def _by_others(folders: "list[str]") -> bool:
    """Return whether there is anybody whom those modes let write."""
    if not folders:
        return False
    from stepin.hook import permissions as modes  # reads /etc: not on the way of an ordinary decision

    return any(modes.writable_by_others(folder) for folder in folders)
