"""The kinds of git index that few have: version 4, which writes only what differs, and split ones.

`git update-index --index-version 4` and feature.manyFiles make the one, `git update-index --split-index` the other.
"""

from __future__ import annotations

import os

from stepin.hook import git_index as tracked
from stepin.hook.environment import read_regular

FIXED = 40  # an entry's times, device, inode, mode, owner and size; then the object's name and 16 bits of flags


def holds(folder: str, data: bytes, name: bytes) -> bool:
    """Return whether the index `data` of the repository in `folder`, or the one it shares, has `name` or below.

    `name` is in lower case. What cannot be read holds everything.
    """
    hash_bytes = _hash_bytes(folder)
    if _holds(data, name, hash_bytes):
        return True
    # The extension `link` names the file that the other entries are in. The word may stand in names too.
    at = data.find(b"link", tracked.HEADER)
    while at >= 0:
        shared = os.path.join(folder, "sharedindex." + data[at + 8 : at + 8 + hash_bytes].hex())
        if os.path.lexists(shared):
            content = read_regular(shared, tracked.INDEX_BYTES)
            return content is None or _holds(content, name, hash_bytes)
        at = data.find(b"link", at + 1)
    return False


def _holds(data: bytes, name: bytes, hash_bytes: int) -> bool:
    version = int.from_bytes(data[4:8], "big")
    try:
        return _holds_v4(data, name, hash_bytes) if version == 4 else tracked.holds(data, name)
    except IndexError:  # it ends within an entry
        return True


def _hash_bytes(folder: str) -> int:
    """Return the length of an object's name: 32 where the repository's config says `objectformat = sha256`, else 20."""
    common = read_regular(os.path.join(folder, "commondir"), 8192)
    if common:
        folder = os.path.join(folder, os.fsdecode(common.strip()))
    config = (read_regular(os.path.join(folder, "config"), 1 << 20) or b"").lower()
    return 32 if b"objectformat" in config and b"sha256" in config.partition(b"objectformat")[2][:16] else 20


def _holds_v4(data: bytes, name: bytes, hash_bytes: int) -> bool:
    """Version 4 writes of each name only what differs from the one before it, so the entries are walked."""
    below = name + b"/"
    last = below + b"\xff"
    wanted = len(below)
    at = tracked.HEADER
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
