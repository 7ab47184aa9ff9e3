"""Does git track files in an environment: read from the index, without running git.

An environment that came with a clone was put there by whoever wrote the repository. The format is git's
Documentation/gitformat-index.txt: versions 2 to 4, with SHA-1 or SHA-256, split indexes and sparse entries.
"""

import os

from stepin.hook.environment import read_regular

INDEX_BYTES = 1 << 28
HEADER = 12  # "DIRC", version, number of entries


def git_folder(dot_git: str) -> str:
    """Return the folder with a work tree's index: `.git`, or where a file `.git` leads (worktrees, submodules)."""
    if os.path.isdir(dot_git):
        return dot_git
    content = read_regular(dot_git, 8192) or b""
    if not content.startswith(b"gitdir:"):
        return ""
    return os.path.join(os.path.dirname(dot_git), os.fsdecode(content[7:].strip(b" \r\n")))


def tracks(dot_git: str, path: str) -> bool:
    """Return whether the repository of this `.git` tracks `path` or anything below it. An unreadable index tracks it.

    Names are compared without regard to case: where the file system does so, `.VENV` in the index is `.venv` on disk.
    """
    folder = git_folder(dot_git)
    name = os.fsencode(os.path.relpath(path, os.path.dirname(dot_git)).replace(os.sep, "/")).lower()
    if name.startswith(b"../"):
        return False
    index = os.path.join(folder, "index")
    if not folder or not os.path.lexists(index):
        return False
    data = read_regular(index, INDEX_BYTES)
    if data is None:
        return True
    try:
        split = any(entry.startswith("sharedindex.") for entry in os.listdir(folder))
    except OSError:
        return True
    version = int.from_bytes(data[4:8], "big")
    if data[:4] != b"DIRC" or version not in (2, 3, 4):
        return True
    if split or version == 4:
        from stepin.hook import git_index_v4 as gitindex  # the kinds of index that few have

        return gitindex.holds(folder, data, name)
    return holds(data, name)


def holds(data: bytes, name: bytes) -> bool:
    """Return whether an index of version 2 or 3 has the entry `name` (lower case) or one below it."""
    # Versions 2 and 3 write each name in full, after its flags, and end it with NUL. A search for the bytes is some
    # hundred times as fast as a walk of the entries; each hit is then held against the entry that it would be in.
    low = data.lower()
    at = low.find(name, HEADER)
    while at >= 0:
        if low[at + len(name) : at + len(name) + 1] in (b"/", b"\0") and _starts_name(data, at):
            return True
        at = low.find(name, at + 1)
    return False


def _starts_name(data: bytes, at: int) -> bool:
    """Return whether a name of a version 2 or 3 entry starts here: the 12 bits before it are its length, or all set."""
    length = int.from_bytes(data[at - 2 : at], "big") & 0xFFF
    if data[at - 2] & 0x40 or length == 0:  # 0x40: extended; then 16 more bits lie between (and no 12 bits of length)
        length = int.from_bytes(data[at - 4 : at - 2], "big") & 0xFFF
    end = data.find(b"\0", at)
    return end - at == length or length == 0xFFF
