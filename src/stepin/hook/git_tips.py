"""Whether the tree of a commit that a repository knows holds a path.

A checkout writes files first and the index last. If it fails half way, or if the index was removed, the index does not
show what came from the repository; the trees of its commits do. The commits that a checkout may have used are the tips:
the *_HEAD files first, then HEAD's upstream, loose references, packed references.
"""

from __future__ import annotations

import os
import time

from stepin.hook.git_objects import MissingObjectError, ObjectStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUDGET = 0.1  # seconds that one decision spends on this
# What git's commands leave (gitrepository-layout(5), git-rev-parse(1)). These are looked at whatever the time.
HEADS = (
    "HEAD",
    "ORIG_HEAD",
    "FETCH_HEAD",
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "REBASE_HEAD",
    "AUTO_MERGE",
)
IN_PROGRESS = ("rebase-merge/onto", "rebase-merge/orig-head", "rebase-apply/onto", "rebase-apply/orig-head")
REFERENCE_BYTES = 1 << 16
PACKED_BYTES = 64 << 20


class Answer:
    """`holds`: a tree holds the path. `unknown`: why that cannot be excluded. `left`: tips not looked at."""

    __slots__ = ("clean", "holds", "left", "unknown")

    def __init__(self) -> None:
        self.holds = False
        self.unknown = ""
        self.left = 0
        self.clean: set[str] = set()  # object names of tips whose trees do not hold the path


def look(
    git_dir: str,
    common_dir: str,
    hash_bytes: int,
    path: bytes,
    fold: Callable[[bytes], bytes],
    known: set[str] | frozenset[str] = frozenset(),
    budget: float = BUDGET,
) -> Answer:
    """Look for `path` (relative to the work tree, `/` between its parts) in the trees of all tips.

    `fold` maps a name to what the file system may take it for. `known` holds tips that are known not to have the path.
    """
    answer = Answer()
    store = ObjectStore(os.path.join(common_dir, "objects"), hash_bytes)
    parts = [fold(part) for part in path.split(b"/")]
    ends = time.monotonic() + budget
    if os.path.lexists(os.path.join(common_dir, "reftable")):  # extensions.refStorage, git 2.45
        answer.unknown = "its references are in a reftable, which stepin does not read"
        return answer
    trees: dict[bytes, bool] = {}
    try:
        seen: set[str] = set()
        for name, likely in tips(git_dir, common_dir, 2 * hash_bytes):
            if name in seen:
                continue
            seen.add(name)
            if name in known:
                answer.clean.add(name)
                continue
            if not likely and time.monotonic() > ends:
                answer.left += 1
                continue
            try:
                tree = store.tree_of(bytes.fromhex(name))
                if tree is not None and _holds(store, tree, parts, fold, trees):
                    answer.holds = True
                    return answer
                answer.clean.add(name)
            except MissingObjectError as error:
                if likely:
                    answer.unknown = f"object {error} cannot be read"
                    return answer
                answer.left += 1
    finally:
        store.close()
    return answer


def _holds(
    store: ObjectStore,
    tree: bytes,
    parts: list[bytes],
    fold: Callable[[bytes], bytes],
    trees: dict[bytes, bool],
) -> bool:
    """Return whether a tree holds the path; `trees` remembers the answers for root trees."""
    if tree not in trees:
        level = [tree]
        for depth, part in enumerate(parts):
            level = [
                name for one in level for entry, name in store.entries(one) if entry == part or fold(entry) == part
            ]
            if not level or depth == len(parts) - 1:
                break
        trees[tree] = bool(level)
    return trees[tree]


def tips(git_dir: str, common_dir: str, digits: int) -> Iterator[tuple[str, bool]]:
    """Yield (object name, whether it is one of the likely ones), likely ones first."""
    head = _read(os.path.join(git_dir, "HEAD"))
    for file in (*HEADS, *IN_PROGRESS):
        for line in _read(os.path.join(git_dir, file)).splitlines():
            name = _resolve(line, git_dir, common_dir, digits)
            if name:
                yield name, True
    upstream = _upstream(common_dir, head.removeprefix("ref: refs/heads/").strip())
    if upstream:
        name = _resolve("ref: " + upstream, git_dir, common_dir, digits)
        if name:
            yield name, True
    for folder, _, files in os.walk(os.path.join(common_dir, "refs")):
        for file in files:
            name = _resolve(_read(os.path.join(folder, file)), git_dir, common_dir, digits)
            if name:
                yield name, False
    for line in _packed(common_dir):
        name = line[:digits] if line[:1] not in ("#", "^") else ""
        if _is_name(name, digits):
            yield name, False


def _upstream(common_dir: str, branch: str) -> str:
    """Return the remote-tracking reference of a branch, from the repository's config; "" if it has none."""
    section = f'[branch "{branch}"]'
    values: dict[str, str] = {}
    inside = False
    for line in _read(os.path.join(common_dir, "config")).splitlines():
        text = line.strip()
        if text.startswith("["):
            inside = text == section
        elif inside:
            key, _, value = text.partition("=")
            values[key.strip().lower()] = value.strip()
    merge = values.get("merge", "")
    if not values.get("remote") or not merge.startswith("refs/heads/"):
        return ""
    return f"refs/remotes/{values['remote']}/{merge.removeprefix('refs/heads/')}"


def _resolve(line: str, git_dir: str, common_dir: str, digits: int) -> str:
    """Return the object name that a line of a reference file leads to; "" if it leads nowhere."""
    for _ in range(5):  # git's own limit on symbolic references (refs.c, SYMREF_MAXDEPTH)
        if not line.startswith("ref:"):
            name = line[:digits]
            return name if _is_name(name, digits) else ""
        reference = line[4:].strip()
        if not reference.startswith("refs/") or ".." in reference:
            return ""
        line = _read(os.path.join(git_dir, reference)) or _read(os.path.join(common_dir, reference))
        if not line:
            return next(
                (one[:digits] for one in _packed(common_dir) if one.rstrip("\n")[digits + 1 :] == reference), ""
            )
    return ""


def _is_name(text: str, digits: int) -> bool:
    return len(text) == digits and not text.strip("0123456789abcdef") and bool(text.strip("0"))


def _packed(common_dir: str) -> list[str]:
    return _read(os.path.join(common_dir, "packed-refs"), PACKED_BYTES).splitlines()


def _read(path: str, limit: int = REFERENCE_BYTES) -> str:
    """Return a small file's text; "" if it is none that can be read."""
    from stepin.hook.environment import read_regular

    return os.fsdecode(read_regular(path, limit) or b"")
