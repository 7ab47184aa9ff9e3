"""Does git track files in an environment: read from the index, without running git.

An environment that came with a clone was put there by whoever wrote the repository. The format is git's
Documentation/gitformat-index.txt: versions 2 to 4, with SHA-1 or SHA-256, split indexes and sparse entries.
"""

import os

from stepin.find import read_regular

INDEX_BYTES = 1 << 28
HEADER = 12  # "DIRC", version, number of entries
FIXED = 40  # an entry's times, device, inode, mode, owner and size; then the object's name and 16 bits of flags


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
    hash_bytes = _hash_bytes(folder)
    if _holds(data, name, hash_bytes):
        return True
    # A split index: the extension `link` names the file that the other entries are in. The word may stand in names too.
    try:
        split = any(entry.startswith("sharedindex.") for entry in os.listdir(folder))
    except OSError:
        return True
    at = data.find(b"link", HEADER) if split else -1
    while at >= 0:
        shared = os.path.join(folder, "sharedindex." + data[at + 8 : at + 8 + hash_bytes].hex())
        if os.path.lexists(shared):
            content = read_regular(shared, INDEX_BYTES)
            return content is None or _holds(content, name, hash_bytes)
        at = data.find(b"link", at + 1)
    return False


def _hash_bytes(folder: str) -> int:
    """Return the length of an object's name: 32 where the repository's config says `objectformat = sha256`, else 20."""
    common = read_regular(os.path.join(folder, "commondir"), 8192)
    if common:
        folder = os.path.join(folder, os.fsdecode(common.strip()))
    config = (read_regular(os.path.join(folder, "config"), 1 << 20) or b"").lower()
    return 32 if b"objectformat" in config and b"sha256" in config.partition(b"objectformat")[2][:16] else 20


def _holds(data: bytes, name: bytes, hash_bytes: int) -> bool:
    """Return whether an index has the entry `name` or one below it. A version that is not known holds everything."""
    version = int.from_bytes(data[4:8], "big")
    if data[:4] != b"DIRC" or version not in (2, 3, 4):
        return True
    if version == 4:
        return _holds_v4(data, name, hash_bytes)
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


def _holds_v4(data: bytes, name: bytes, hash_bytes: int) -> bool:
    """Version 4 writes of each name only what differs from the one before it, so the entries are walked."""
    below = name + b"/"
    last = below + b"\xff"
    wanted = len(below)
    at = HEADER
    path = b""
    find = data.find
    for _ in range(int.from_bytes(data[8:12], "big")):
        flags = at + FIXED + hash_bytes
        at = flags + (4 if data[flags] & 0x40 else 2)
        # The number of bytes to drop from the end: 7 bits a byte, each further byte counting from one more.
        byte = data[at]
        drop = byte & 0x7F
        at += 1
        while byte & 0x80:
            byte = data[at]
            drop = ((drop + 1) << 7) | (byte & 0x7F)
            at += 1
        end = find(b"\0", at)
        if end < 0:
            return True
        path = path[: len(path) - drop] + data[at:end]
        at = end + 1
        if path[:wanted].lower() == below or path.lower() == name:
            return True
        if path > last:  # entries are sorted, and no spelling of the name sorts behind the lower-case one
            return False
    return False
