"""Walk over the entries of a git index, one by one.

A search for a name's bytes (stepin.hook.git_index) is some hundred times as fast and does for most indexes. This is for
the others: version 4, which stores of each name only how it differs from the one before; names beyond ASCII; sparse
folders. The format is git's Documentation/gitformat-index.txt.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

FIXED = 40  # an entry's times, device, inode, mode, owner and size; then the object's name and 16 bits of flags
_MODE = 24  # where its mode stands
SPARSE = 0o040000  # the mode of an entry that stands for a whole folder (sparse-index.txt)


def entries(data: bytes, at: int, hash_bytes: int) -> "Iterator[tuple[bytes, int, bytes]]":
    """Yield (name, mode, object name) of each entry. `at` is the length of the header.

    Raises IndexError if the index ends within an entry.
    """
    version_4 = data[7] == 4
    path = b""
    find = data.find
    for _ in range(int.from_bytes(data[8:12], "big")):
        start = at
        flags = at + FIXED + hash_bytes
        at = flags + (4 if data[flags] & 0x40 else 2)
        if version_4:
            drop, at = _varint(data, at)
            path = path[: len(path) - drop]
        end = find(b"\0", at)
        if end < 0:
            raise IndexError(at)
        path = path + data[at:end] if version_4 else data[at:end]
        # Versions 2 and 3 pad each entry with one to eight NULs to a multiple of eight bytes.
        at = end + 1 if version_4 else start + ((end - start + 8) & ~7)
        mode = int.from_bytes(data[start + _MODE : start + _MODE + 4], "big")
        yield path, mode, data[start + FIXED : flags]
    if at > len(data):
        raise IndexError(at)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return (value, next position): 7 bits a byte, each further byte counts from one more."""
    byte = data[at]
    value = byte & 0x7F
    at += 1
    while byte & 0x80:
        byte = data[at]
        value = ((value + 1) << 7) | (byte & 0x7F)
        at += 1
    return value, at


def shared_indexes(data: bytes, start: int, hash_bytes: int) -> "Iterator[str]":
    """Yield the names of files that a split index may share entries with.

    `start` is the length of the header. The extension `link` contains the file's hash; an entry's name may contain the
    word, too, so the caller checks which of the files exists.
    """
    at = data.find(b"link", start)
    while at >= 0:
        yield "sharedindex." + data[at + 8 : at + 8 + hash_bytes].hex()
        at = data.find(b"link", at + 1)
