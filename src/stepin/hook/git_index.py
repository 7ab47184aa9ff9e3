"""Find out whether git tracks files in an environment: read git's index, without running git.

An environment that came with a clone was put there by whoever wrote the repository. The format is git's
Documentation/gitformat-index.txt: versions 2 to 4, with SHA-1 or SHA-256, split indexes and sparse entries.
"""

import os

from stepin.hook.files import read_regular

INDEX_BYTES = 1 << 28
CONFIG_BYTES = 1 << 20
LINE_BYTES = 8192  # of a file that consists of one path
HEADER = 12  # "DIRC", version, number of entries


def tracks(dot_git: str, path: str) -> bool:
    """Return whether the repository of this `.git` tracks `path` or anything below it.

    An index that cannot be read tracks everything. Case is ignored: on a file system that does so, `.VENV` in the index
    is `.venv` on disk.
    """
    folder = git_folder(dot_git)
    name = os.fsencode(os.path.relpath(path, os.path.dirname(dot_git)).replace(os.sep, "/")).lower()
    if name.startswith(b"../"):
        return False
    index = os.path.join(folder, "index")
    if not folder or not os.path.lexists(index):
        return False
    data = read_regular(index, INDEX_BYTES)
    if data is None or data[:4] != b"DIRC" or _version(data) not in (2, 3, 4):
        return True
    try:
        split = any(entry.startswith("sharedindex.") for entry in os.listdir(folder))
    except OSError:
        return True
    if not split and _version(data) != 4:
        return contains(data, name)
    return _contains_rare(folder, data, name)


def git_folder(dot_git: str) -> str:
    """Return the folder with a work tree's index; "" if there is none.

    That is `.git`, or the folder that a file `.git` names (worktrees, submodules).
    """
    if os.path.isdir(dot_git):
        return dot_git
    content = read_regular(dot_git, LINE_BYTES) or b""
    if not content.startswith(b"gitdir:"):
        return ""
    return os.path.join(os.path.dirname(dot_git), os.fsdecode(content[7:].strip(b" \r\n")))


def contains(data: bytes, name: bytes) -> bool:
    """Return whether an index of version 2 or 3 has the entry `name` (lower case) or one below it."""
    # These versions write each name in full, after its flags, and end it with NUL. A search for the bytes is some
    # hundred times as fast as a walk over the entries; each hit is then checked against the entry it would be in.
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


def _version(data: bytes) -> int:
    return int.from_bytes(data[4:8], "big")


def _contains_rare(folder: str, data: bytes, name: bytes) -> bool:
    """Do the same for an index of version 4, or one that shares entries with another file."""
    from stepin.hook import git_index_v4  # few repositories have one

    hash_bytes = _hash_bytes(folder)
    parts = [data]
    for shared in git_index_v4.shared_indexes(data, HEADER, hash_bytes):
        path = os.path.join(folder, shared)
        if os.path.lexists(path):
            content = read_regular(path, INDEX_BYTES)
            if content is None:
                return True
            parts.append(content)
            break
    for part in parts:
        found = git_index_v4.contains(part, HEADER, name, hash_bytes) if _version(part) == 4 else contains(part, name)
        if found:
            return True
    return False


def _hash_bytes(folder: str) -> int:
    """Return the length of an object's name: 32 if the repository's config says `objectformat = sha256`, else 20."""
    common = read_regular(os.path.join(folder, "commondir"), LINE_BYTES)
    if common:
        folder = os.path.join(folder, os.fsdecode(common.strip()))
    config = (read_regular(os.path.join(folder, "config"), CONFIG_BYTES) or b"").lower()
    return 32 if b"objectformat" in config and b"sha256" in config.partition(b"objectformat")[2][:16] else 20
