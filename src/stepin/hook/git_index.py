"""Find out whether git tracks files in an environment: read git's index, without running git.

An environment that came with a clone was put there by whoever wrote the repository. The format is git's
Documentation/gitformat-index.txt: versions 2 to 4, with SHA-1 or SHA-256, split indexes and sparse folders.
"""

import os

from stepin.hook.files import read_regular
from stepin.hook.git_names import fold, has_other_spellings

INDEX_BYTES = 1 << 28
HEADER = 12  # "DIRC", version, number of entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from stepin.hook.git_repository import Repository


def tracks(repository: "Repository", path: str) -> bool:
    """Return whether a repository's index has `path`, or anything below it, in any spelling.

    An index that cannot be read tracks everything, and so does a repository that has objects but no index: a checkout
    writes the index last.
    """
    name = relative(repository, path)
    if name is None:
        return False
    index = os.path.join(repository.folder, "index")
    if not os.path.lexists(index):
        return repository.has_objects()
    data = read_regular(index, INDEX_BYTES)
    if data is None or data[:4] != b"DIRC" or _version(data) not in (2, 3, 4) or not _is_whole(data, repository):
        return True
    # The extension `link` is that of a split index, `sdir` that of one with sparse folders.
    if b"link" in data or b"sdir" in data or _version(data) == 4 or has_other_spellings(name, data):
        return _search_entries(repository, data, name)
    return contains(data, name)


def relative(repository: "Repository", path: str) -> "bytes | None":
    """Return the folded path below the work tree; None if it lies outside."""
    name = os.path.relpath(path, repository.top).replace(os.sep, "/")
    return None if name == ".." or name.startswith("../") else fold(os.fsencode(name))


def contains(data: bytes, name: bytes) -> bool:
    """Return whether an index of version 2 or 3 has the entry `name` (folded, ASCII) or one below it."""
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


def _is_whole(data: bytes, repository: "Repository") -> bool:
    """Return whether an index ends with the hash of what is before it, or with zeros (index.skipHash)."""
    size = repository.hash_bytes
    body, found = data[:-size], data[-size:]
    if not found.strip(b"\0"):
        from stepin.hook.git_entries import entries

        try:
            return len(found) == size and sum(1 for _ in entries(data, HEADER, size)) >= 0
        except IndexError:
            return False
    return _digest(body, size) == found


def _digest(data: bytes, size: int) -> bytes:
    """Return the SHA-1 (20 bytes) or SHA-256 (32) of data. It is git's format, not a matter of security."""
    if size == 20:
        try:
            from _sha1 import sha1  # type: ignore[import-not-found]  # hashlib takes 4 ms to load
        except ImportError:
            from hashlib import sha1
        return bytes(sha1(data).digest())  # noqa: S324  # it is what git writes
    from hashlib import sha256

    return sha256(data).digest()


def _search_entries(repository: "Repository", data: bytes, name: bytes) -> bool:
    """Do the same for any kind of index, entry by entry."""
    from stepin.hook.git_entries import entries, read_link  # few repositories need it

    size = repository.hash_bytes
    below = name + b"/"
    try:
        parts: list[tuple[bytes, frozenset[int]]] = [(data, frozenset())]
        link = read_link(data, size)
        if link is not None:
            content = read_regular(os.path.join(repository.folder, link.shared), INDEX_BYTES)
            if content is None or content[:4] != b"DIRC" or not _is_whole(content, repository):
                return True
            parts.append((content, link.deleted))
        for part, deleted in parts:
            for position, (entry, mode, tree) in enumerate(entries(part, HEADER, size)):
                folded = entry.lower() if entry.isascii() else fold(entry)
                if position in deleted:
                    continue
                if folded == name or folded.startswith(below):
                    return True
                if folded.endswith(b"/") and name.startswith(folded):
                    rest = name[len(folded) :]
                    if _sparse_holds(repository, mode, tree, rest):
                        return True
    except IndexError:
        return True
    return False


def _sparse_holds(repository: "Repository", mode: int, tree: bytes, name: bytes) -> bool:
    """Return whether the tree that stands for a sparse folder has `name` below it; True if it cannot be read."""
    from stepin.hook.git_entries import SPARSE
    from stepin.hook.git_objects import MissingObjectError, ObjectStore

    if mode != SPARSE:
        return False
    store = ObjectStore(os.path.join(repository.common, "objects"), repository.hash_bytes)
    try:
        return store.holds(tree, name.split(b"/"), fold)
    except MissingObjectError:
        return True
    finally:
        store.close()
