"""Read trust records: what the user allowed or denied, and whether that covers a project.

A record is one small file of `key value` lines, so that the helper needs no parser:

    stepin-trust 1
    verdict allow            or deny
    path /home/me/project    percent-encoded where it contains a newline, a space or `%`
    inode 1234
    device 2050              only on a real disk: other devices get another number at each mount
    system 1a2b3c            the file system's id, likewise: another disk may get the same device number
    birth 1700000000.25      only if this Python knows it
    anyway tracked symlink:/opt/env

It lies at the mirror of the project's *real* path, and counts while the folder there is the same one.
"""

import os

from stepin.hook import files
from stepin.hook.reasons import Reason, find_reasons, is_shared, repositories
from stepin.hook.verdict import Case

PROJECT = "project"
TREE = "tree"
RECORD_BYTES = 64 * 1024

TYPE_CHECKING = False
if TYPE_CHECKING:
    from stepin.hook.environment import Environment
    from stepin.hook.facts import Facts
    from stepin.hook.git import Examination


def identity(folder: str) -> dict[str, str]:
    """Return what distinguishes this folder from another one in its place. Raises OSError.

    ext4 reuses an inode number as soon as its folder is removed: see docs/trust.md for what that means.
    """
    status = os.stat(folder)
    found = {"inode": str(status.st_ino)}
    # Major 0 are anonymous devices (btrfs, NFS, overlay, tmpfs), whose number may differ after the next mount.
    if hasattr(os, "major") and os.major(status.st_dev):
        found["device"] = str(status.st_dev)
        system = os.statvfs(folder).f_fsid  # from the file system's UUID on ext4 and others (statfs(2))
        if system:
            found["system"] = f"{system:x}"
    birth = getattr(status, "st_birthtime", None)
    if birth:
        found["birth"] = repr(birth)
    return found


def record_path(store: str, real: str, scope: str = PROJECT) -> str:
    """Return the path of the record about the folder with this real path. `scope` is PROJECT or TREE."""
    return os.path.join(store, "trust" + files.mirror(real), scope)


def encode(path: str) -> str:
    """Return a path as one word of a line: percent-encoded where it needs to be."""
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D").replace(" ", "%20")


def decode(text: str) -> str:
    """Return the path that `encode` wrote."""
    return text.replace("%20", " ").replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def read_record(store: str, real: str, scope: str = PROJECT) -> dict[str, str] | None:
    """Return a record's keys and values; None if there is none, or it cannot be understood."""
    data = files.read_regular(record_path(store, real, scope), RECORD_BYTES, links=False)
    if data is None:
        return None
    lines = os.fsdecode(data).split("\n")
    found = dict(line.split(" ", 1) for line in lines[1:] if " " in line)
    if lines[0] != "stepin-trust 1" or lines[-1] or decode(found.get("path", "")) != real:
        return None
    return found


def is_about(record: dict[str, str], folder: str) -> bool:
    """Return whether the folder is still the one that a record was made for."""
    try:
        now = identity(folder)
    except OSError:
        return False
    return all(record.get(key, value) == value for key, value in now.items())


def consents(record: dict[str, str]) -> list[Reason]:
    """Return the reasons that a record consents to."""
    return [Reason.parse(decode(word)) for word in record.get("anyway", "").split()]


def lookup(store: str, real: str, trees: bool = True) -> tuple[str, list[Reason]]:
    """Return (verdict of the record that covers the project with this real path, the reasons consented to).

    The verdict is "allow", "deny", "changed" (the record is about a folder that has been replaced) or "" (none). The
    project's own record comes first, then tree records, the nearest first; `trees` False leaves these out.
    """
    found = ""
    scope, folder = PROJECT, real
    while True:
        record = read_record(store, folder, scope)
        if record:
            if is_about(record, folder):
                return record.get("verdict", ""), consents(record)
            if record.get("verdict") == "deny":  # also for what has taken the project's place
                return "deny", []
            found = "changed" if record.get("verdict") == "allow" else found
        if scope == PROJECT and trees:
            scope = TREE
            continue
        parent = os.path.dirname(folder)
        if parent == folder or not trees:
            return found, []
        folder = parent


def judge(env: "Environment", store: str, home: str, trouble: str, facts: "Facts | None" = None) -> Case:
    """Return the case of an environment, for `verdict.decide`.

    `trouble` is why the state folder must not be believed ("" if it can be): then no record counts. `facts` notes what
    the case depends on.
    """
    real = env.real_project
    hinted = not (_is_above(env.project, home) or _is_above_link(real, home) or is_shared(real))
    record, consented = lookup(store, real, trees=hinted) if not trouble else ("store", [])
    found = examine_git(env, "" if trouble else store, facts)
    case = Case(env.state, record, find_reasons(env, bool(found and found.tracked)), consented)
    case.separator, case.hinted, case.locked = os.pathsep in env.bin, hinted, bool(found and found.locked)
    return case


def examine_git(env: "Environment", store: str, facts: "Facts | None" = None) -> "Examination | None":
    """Return what the repositories around an environment say of it; None if there are none.

    `store` is the state folder that remembers what was looked at ("": nothing is remembered).
    """
    project, prefix = env.real_project, env.real
    dot_gits = dict.fromkeys(repositories(project))
    if os.path.dirname(prefix) != project:
        dot_gits |= dict.fromkeys(repositories(os.path.dirname(prefix)))
    if not dot_gits and not os.path.lexists(os.path.join(prefix, ".git")):
        return None
    from stepin.hook import git  # only in a repository

    return git.examine_environment(env, project, prefix, dot_gits, store, facts)


def _is_above(folder: str, home: str) -> bool:
    """Return whether a folder is HOME or lies above it."""
    return bool(home) and (home.rstrip("/") + "/").startswith(folder.rstrip("/") + "/")


def _is_above_link(real: str, home: str) -> bool:
    """Do the same for HOME without links. A real path below HOME as it is written says that there are none in it."""
    return not real.startswith(home.rstrip("/") + "/") and _is_above(real, os.path.realpath(home))
