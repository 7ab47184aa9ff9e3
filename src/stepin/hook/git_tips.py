"""Whether the tree of a commit that a repository knows holds a path.

A checkout writes files first and the index last. If it fails half way, or if the index was removed, the index does not
show what came from the repository; the trees of its commits do. The commits that a checkout may have used are the tips:
the *_HEAD files first, then HEAD's upstream, loose references, packed references.
"""

import os
import time

from stepin.hook.files import read_regular
from stepin.hook.git_names import fold
from stepin.hook.git_repository import CONFIG_BYTES, read_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from stepin.hook.git_repository import Repository

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
    repository: "Repository",
    path: bytes,
    known: "Collection[str]" = (),
    budget: float = BUDGET,
) -> Answer:
    """Look for `path` (below the work tree, folded, `/` between its parts) in the trees of all tips.

    `known` are tips that do not have the path. `budget` is in seconds; the likely tips are looked at all the same.
    """
    answer = Answer()
    if os.path.lexists(os.path.join(repository.common, "reftable")):  # extensions.refStorage, git 2.45
        answer.unknown = "its references are in a reftable, which stepin does not read"
        return answer
    names: dict[str, bool] = {}
    for name, likely in tips(repository.folder, repository.common, 2 * repository.hash_bytes):
        names.setdefault(name, likely)
    answer.clean = {name for name in names if name in known}
    unseen = {name: likely for name, likely in names.items() if name not in answer.clean}
    if unseen:
        _look_at(repository, unseen, path.split(b"/"), budget, answer)
    return answer


def _look_at(
    repository: "Repository", names: dict[str, bool], parts: list[bytes], budget: float, answer: Answer
) -> None:
    from stepin.hook.git_objects import MissingObjectError, ObjectStore  # most tips were looked at before

    store = ObjectStore(os.path.join(repository.common, "objects"), repository.hash_bytes)
    ends = time.monotonic() + budget
    trees: set[bytes | None] = set()  # many tips share one
    try:
        for name, likely in names.items():
            if not likely and time.monotonic() > ends:
                answer.left += 1
                continue
            try:
                tree = store.tree_of(bytes.fromhex(name))
                if tree is not None and tree not in trees and store.holds(tree, parts, fold):
                    answer.holds = True
                    return
                trees.add(tree)
                answer.clean.add(name)
            except MissingObjectError as error:
                if likely:
                    answer.unknown = f"object {error} cannot be read"
                    return
                answer.left += 1
    finally:
        store.close()


def tips(git_dir: str, common_dir: str, digits: int) -> "Iterator[tuple[str, bool]]":
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
    values = read_config(read_regular(os.path.join(common_dir, "config"), CONFIG_BYTES) or b"")
    remote, merge = values.get(f"branch.{branch}.remote", ""), values.get(f"branch.{branch}.merge", "")
    if not remote or not merge.startswith("refs/heads/"):
        return ""
    return f"refs/remotes/{remote}/{merge.removeprefix('refs/heads/')}"


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
    return os.fsdecode(read_regular(path, limit) or b"")
