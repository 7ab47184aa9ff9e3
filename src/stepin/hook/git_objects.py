"""Read objects of a git repository, loose or packed, without running git.

Loaded only when a decision has to look at the trees of commits. The formats are those of git's
Documentation/gitformat-pack.txt (pack version 2, index versions 1 and 2, deltas) and gitrepository-layout.txt
(loose objects, alternates).
"""

from __future__ import annotations

import os
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from mmap import mmap

OBJECT_BYTES = 64 << 20  # a tree or a commit larger than this is not read
_COMMIT, _TREE, _BLOB, _TAG, _OFS_DELTA, _REF_DELTA = 1, 2, 3, 4, 6, 7
_KINDS = {b"commit": _COMMIT, b"tree": _TREE, b"blob": _BLOB, b"tag": _TAG}
_CHAIN = 4096  # git's own limit on the length of a delta chain (pack.depth) is 4095


class MissingObjectError(Exception):
    """An object is not in the repository or cannot be read; str() is its name in hexadecimal."""


class _Pack:
    """One pack and its index, opened when first asked."""

    __slots__ = ("_data", "_index", "_path", "_size")

    def __init__(self, index_path: str, hash_bytes: int) -> None:
        self._path = index_path
        self._size = hash_bytes
        self._index: mmap | None = None
        self._data = -1

    def find(self, name: bytes) -> int | None:
        """Return the offset of an object, or None. Raises OSError, IndexError."""
        if self._index is None:
            from mmap import ACCESS_READ, mmap  # only a repository with packs pays for it

            with open(self._path, "rb") as file:
                self._index = mmap(file.fileno(), 0, access=ACCESS_READ)
        index = self._index
        version_2 = index[:8] == b"\xfftOc\0\0\0\2"
        fanout = 8 if version_2 else 0
        row = self._size if version_2 else self._size + 4
        names = fanout + 1024 + (0 if version_2 else 4)
        low = _number(index, fanout + 4 * (name[0] - 1)) if name[0] else 0
        high = _number(index, fanout + 4 * name[0])
        total = _number(index, fanout + 1020)
        while low < high:
            middle = (low + high) // 2
            at = names + middle * row
            found = index[at : at + self._size]
            if found == name:
                if not version_2:
                    return _number(index, at - 4)
                offsets = names + total * (self._size + 4)
                offset = _number(index, offsets + 4 * middle)
                if offset < 1 << 31:
                    return offset
                at = offsets + 4 * total + 8 * (offset - (1 << 31))  # packs over 2 GiB: 8 bytes in a table of their own
                return int.from_bytes(index[at : at + 8], "big")
            if found < name:
                low = middle + 1
            else:
                high = middle
        return None

    def read(self, offset: int, size: int) -> bytes:
        """Return at most `size` bytes of the pack. Raises OSError."""
        if self._data < 0:
            self._data = os.open(self._path[:-3] + "pack", os.O_RDONLY | getattr(os, "O_BINARY", 0))
        return os.pread(self._data, size, offset)

    def close(self) -> None:
        if self._data >= 0:
            os.close(self._data)
            self._data = -1


class ObjectStore:
    """The objects of one repository, those of its alternates included. `objects` is its folder `objects`."""

    def __init__(self, objects: str, hash_bytes: int) -> None:
        self._size = hash_bytes
        self._folders = _with_alternates(objects)
        self._packs: list[_Pack] | None = None

    def close(self) -> None:
        """Close the packs that were opened."""
        for pack in self._packs or ():
            pack.close()

    def tree_of(self, name: bytes) -> bytes | None:
        """Return the name of the tree of a commit, a tag (peeled) or a tree itself; None for a blob.

        Raises MissingObjectError.
        """
        for _ in range(8):  # tags of tags
            kind, content = self.read(name)
            if kind == _TREE:
                return name
            if kind not in (_COMMIT, _TAG):
                return None
            word, _, rest = content.partition(b" ")
            if word not in (b"tree", b"object"):
                raise MissingObjectError(name.hex())
            try:
                name = bytes.fromhex(rest[: 2 * self._size].decode("ascii"))
            except ValueError:
                raise MissingObjectError(name.hex()) from None
            if kind == _COMMIT:
                return name
        raise MissingObjectError(name.hex())

    def entries(self, tree: bytes) -> list[tuple[bytes, bytes, bool]]:
        """Return (file name, object name, whether it is a tree) of every entry of a tree. Raises MissingObjectError."""
        kind, content = self.read(tree)
        if kind != _TREE:
            raise MissingObjectError(tree.hex())
        found = []
        at = 0
        while at < len(content):
            space = content.find(b" ", at)
            end = content.find(b"\0", space)
            if space < 0 or end < 0:
                raise MissingObjectError(tree.hex())
            is_tree = content[at:space] == b"40000"
            found.append((content[space + 1 : end], content[end + 1 : end + 1 + self._size], is_tree))
            at = end + 1 + self._size
        return found

    def holds(self, tree: bytes, parts: list[bytes], fold: Callable[[bytes], bytes]) -> bool:
        """Return whether a tree has the path with these folded parts, in any spelling. Raises MissingObjectError."""
        level = [tree]
        for depth, part in enumerate(parts):
            last = depth == len(parts) - 1
            level = [
                name
                for one in level
                for entry, name, is_tree in self.entries(one)
                if (last or is_tree) and (entry == part or fold(entry) == part)
            ]
            if not level:
                return False
        return bool(level)

    def read(self, name: bytes) -> tuple[int, bytes]:
        """Return (kind, content) of an object. Raises MissingObjectError."""
        try:
            found = self._loose(name) or self._packed(name)
        except (OSError, ValueError, IndexError, zlib.error):
            raise MissingObjectError(name.hex()) from None
        if found is None:
            raise MissingObjectError(name.hex())
        return found

    def _loose(self, name: bytes) -> tuple[int, bytes] | None:
        text = name.hex()
        for folder in self._folders:
            try:
                with open(f"{folder}/{text[:2]}/{text[2:]}", "rb") as file:
                    data = zlib.decompressobj().decompress(file.read(OBJECT_BYTES), OBJECT_BYTES)
            except FileNotFoundError:
                continue
            head, _, content = data.partition(b"\0")
            kind, _, size = head.partition(b" ")
            if len(content) != int(size):
                raise ValueError(text)
            return _KINDS[kind], content
        return None

    def _packed(self, name: bytes) -> tuple[int, bytes] | None:
        if self._packs is None:
            self._packs = [_Pack(path, self._size) for folder in self._folders for path in _pack_indexes(folder)]
        for pack in self._packs:
            offset = pack.find(name)
            if offset is not None:
                return self._unpack(pack, offset)
        return None

    def _unpack(self, pack: _Pack, offset: int) -> tuple[int, bytes]:
        """Return an object of a pack: the base of its delta chain, with the deltas applied."""
        deltas: list[bytes] = []
        while len(deltas) < _CHAIN:
            head = pack.read(offset, 64)
            kind, size, at = _entry_head(head)
            if kind == _OFS_DELTA:
                back, at = _offset(head, at)
                deltas.append(_inflate(pack, offset + at, size))
                offset -= back
            elif kind == _REF_DELTA:
                base = head[at : at + self._size]
                deltas.append(_inflate(pack, offset + at + self._size, size))
                inside = pack.find(base)
                if inside is None:  # only in a thin pack, which git completes before it keeps it
                    kind, content = self.read(base)
                    return kind, _apply(content, deltas)
                offset = inside
            else:
                return kind, _apply(_inflate(pack, offset + at, size), deltas)
        raise ValueError(offset)


def _with_alternates(objects: str) -> list[str]:
    """Return a folder of objects and those that its info/alternates names, which may have alternates themselves."""
    folders = [objects]
    for folder in folders:
        try:
            with open(f"{folder}/info/alternates", "rb") as file:
                lines = file.read(1 << 16).splitlines()
        except OSError:
            continue
        for line in lines:
            path = os.path.normpath(os.path.join(folder, os.fsdecode(line)))
            if line and not line.startswith(b"#") and path not in folders and len(folders) < 8:
                folders.append(path)
    return folders


def _pack_indexes(folder: str) -> list[str]:
    try:
        names = os.listdir(f"{folder}/pack")
    except OSError:
        return []
    return [f"{folder}/pack/{name}" for name in names if name.endswith(".idx")]


def _number(data: mmap, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _entry_head(data: bytes) -> tuple[int, int, int]:
    """Return (kind, size when inflated, length of this head) of a pack entry."""
    byte = data[0]
    kind, size, shift, at = byte >> 4 & 7, byte & 15, 4, 1
    while byte & 0x80:
        byte = data[at]
        size |= (byte & 0x7F) << shift
        shift += 7
        at += 1
    return kind, size, at


def _offset(data: bytes, at: int) -> tuple[int, int]:
    """Return (how far back the base of an offset delta lies, where the delta begins)."""
    byte = data[at]
    value = byte & 0x7F
    at += 1
    while byte & 0x80:
        byte = data[at]
        value = ((value + 1) << 7) | (byte & 0x7F)
        at += 1
    return value, at


def _inflate(pack: _Pack, offset: int, size: int) -> bytes:
    """Return `size` inflated bytes that begin at `offset`."""
    if size > OBJECT_BYTES:
        raise ValueError(size)
    inflate = zlib.decompressobj()
    found = b""
    step = size + 64
    while len(found) < size and not inflate.eof:
        data = pack.read(offset, step)
        if not data:
            break
        found += inflate.decompress(data, size - len(found) + 1)
        offset += len(data)
    if len(found) != size:
        raise ValueError(size)
    return found


def _apply(content: bytes, deltas: list[bytes]) -> bytes:
    """Return what the deltas, the last one first, make of an object."""
    for delta in reversed(deltas):
        content = _patch(content, delta)
    return content


def _patch(base: bytes, delta: bytes) -> bytes:
    """Apply one delta: copy instructions (bit 7 set) and insert instructions."""
    at = 0
    sizes = []
    for _ in range(2):
        value = shift = 0
        while True:
            byte = delta[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        sizes.append(value)
    if sizes[0] != len(base) or sizes[1] > OBJECT_BYTES:
        raise ValueError(sizes)
    parts = []
    while at < len(delta):
        code = delta[at]
        at += 1
        if not code & 0x80:
            parts.append(delta[at : at + code])
            at += code
            continue
        start = size = 0
        for bit in range(4):
            if code & 1 << bit:
                start |= delta[at] << 8 * bit
                at += 1
        for bit in range(3):
            if code & 16 << bit:
                size |= delta[at] << 8 * bit
                at += 1
        parts.append(base[start : start + (size or 0x10000)])
    found = b"".join(parts)
    if len(found) != sizes[1]:
        raise ValueError(sizes)
    return found
