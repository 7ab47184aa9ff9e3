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


class SplitIndex:
    """The extension `link` of a split index: which file it shares entries with, and which of these no longer count."""

    __slots__ = ("deleted", "shared")

    def __init__(self, shared: str, deleted: "frozenset[int]") -> None:
        self.shared = shared  # the name of a file beside the index
        self.deleted = deleted  # positions of entries in it


def read_link(data: bytes, hash_bytes: int) -> "SplitIndex | None":
    """Return the extension `link` of an index, None if it has none. Raises IndexError if it is cut short."""
    at = data.find(b"link", 12)
    while at >= 0:
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        start = at + 8
        # The word may stand in an entry's name, too. Extensions reach up to the next one, or to the hash at the end.
        end = start + size
        if size >= hash_bytes and (end == len(data) - hash_bytes or data[end : end + 4].isalpha()):
            name = data[start : start + hash_bytes]
            bits = data[start + hash_bytes : end]
            if name.strip(b"\0"):
                return SplitIndex("sharedindex." + name.hex(), frozenset(_bitmap(bits)) if bits else frozenset())
        at = data.find(b"link", at + 1)
    return None


def _bitmap(data: bytes) -> "Iterator[int]":
    """Yield the positions of the bits that are set in an EWAH bitmap (gitformat-bitmap, Appendix A)."""
    words = [int.from_bytes(data[at : at + 8], "big") for at in range(8, 8 + 8 * int.from_bytes(data[4:8], "big"), 8)]
    at = position = 0
    while at < len(words):
        head = words[at]
        run, literals = head >> 1 & 0xFFFFFFFF, head >> 33
        if head & 1:
            yield from range(position, position + 64 * run)
        position += 64 * run
        for word in words[at + 1 : at + 1 + literals]:
            yield from (position + bit for bit in range(64) if word >> bit & 1)
            position += 64
        at += 1 + literals
