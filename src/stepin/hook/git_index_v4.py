"""Search the kinds of git index that few repositories have: version 4, and split ones. Pure.

`git update-index --index-version 4` and feature.manyFiles write version 4, which stores of each name only how it
differs from the one before. `git update-index --split-index` moves most entries to a shared file.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

FIXED = 40  # an entry's times, device, inode, mode, owner and size; then the object's name and 16 bits of flags


def shared_indexes(data: bytes, start: int, hash_bytes: int) -> Iterator[str]:
    """Yield the names of files that an index may share entries with.

    `start` is the length of the header. The extension `link` contains the file's hash; an entry's name may contain the
    word, too, so the caller checks which of the files exists.
    """
    at = data.find(b"link", start)
    while at >= 0:
        yield "sharedindex." + data[at + 8 : at + 8 + hash_bytes].hex()
        at = data.find(b"link", at + 1)


def contains(data: bytes, start: int, name: bytes, hash_bytes: int) -> bool:
    """Return whether an index of version 4 has the entry `name` (lower case) or one below it.

    `start` is the length of the header, `hash_bytes` that of an object's name. An index that ends within an entry
    contains everything.
    """
    try:
        return _search(data, start, name, hash_bytes)
    except IndexError:
        return True


def _search(data: bytes, at: int, name: bytes, hash_bytes: int) -> bool:
    below = name + b"/"
    last = below + b"\xff"
    wanted = len(below)
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
        if path > last:  # entries are sorted, and no spelling of the name sorts after the lower-case one
            return False
    return False
