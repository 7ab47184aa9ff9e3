"""Read the state of a git working copy without running git: the folder may be somebody else's.

The layout is that of gitrepository-layout(5). A worktree has a file `.git` (`gitdir: PATH`), with `commondir` there.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from stepin.hook.files import read_regular

_POINTER_BYTES = 8 * 1024
_CONFIG_BYTES = 256 * 1024
_PACKED_BYTES = 8 * 1024 * 1024
_LEVELS = 16  # how far above an editable's folder its working copy may begin (`#subdirectory=`)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_REF = re.compile(r"refs/[A-Za-z0-9._/@{}+=,#%-]{1,512}\Z")


class Checkout(NamedTuple):
    """The state of a working copy. What cannot be determined is None or missing."""

    git: str  # the git folder
    commit: str | None  # of HEAD
    branch: str | None  # of HEAD
    url: str | None  # of the remote `origin`
    refs: dict[str, str | None]  # each name that was looked up -> its commit; None: it exists and cannot be read


def read_checkout(folder: str, names: frozenset[str] = frozenset()) -> Checkout | None:
    """Return the state of the git working copy that `folder` is in, None if it is in none.

    `names` are the branches and tags to look up, as a requirement's revision names them.
    """
    git = git_folder(folder)
    if git is None:
        return None
    common = _pointer(os.path.join(git, "commondir"))
    shared = os.path.normpath(os.path.join(git, common)) if common else git
    refs = _Refs(git, shared)
    head = _pointer(os.path.join(git, "HEAD")) or ""
    branch = None
    commit: str | None = head if _COMMIT.match(head) else None
    if head.startswith("ref: "):
        ref = head[5:].strip()
        branch = ref.removeprefix("refs/heads/")
        commit = refs.resolve(ref)[0]
    asked = {name: refs.named(name, commit) for name in names}
    known = {name: found[0] for name, found in asked.items() if found}
    return Checkout(git, commit, branch, _origin(os.path.join(shared, "config")), known)


class _Refs:
    """The refs of a repository: one file each, or all of them in the file of git-pack-refs(1)."""

    def __init__(self, git: str, shared: str) -> None:
        self._places = tuple(dict.fromkeys((git, shared)))
        self._packed_file = os.path.join(shared, "packed-refs")
        self._packed: dict[str, str] | None = None

    def resolve(self, ref: str) -> tuple[str | None, bool]:
        """Return (the commit or object of a full ref name, whether the ref has its own file)."""
        if not _REF.match(ref) or ".." in ref:
            return None, False
        for place in self._places:
            text = _pointer(os.path.join(place, ref))
            if text is not None:
                return (text if _COMMIT.match(text) else None), True
        if self._packed is None:
            self._packed = _packed(self._packed_file)
        return self._packed.get(ref), False

    def named(self, name: str, head: str | None) -> tuple[str | None] | None:
        """Return the commit of a branch or tag, HEAD's commit if any ref of that name has it; None: no such ref.

        (None,) if it cannot be determined: a tag's file may name a tag object, which only git can unpack.
        """
        tag, loose = self.resolve(f"refs/tags/{name}")
        found = [tag, self.resolve(f"refs/remotes/origin/{name}")[0], self.resolve(f"refs/heads/{name}")[0]]
        if head is not None and head in found:
            return (head,)
        if loose:
            return (None,)
        commits = [commit for commit in found if commit is not None]
        return (commits[0],) if commits else None


def git_folder(folder: str) -> str | None:
    """Return the git folder of the working copy that `folder` is in, None if it is in none."""
    for _ in range(_LEVELS):
        git = os.path.join(folder, ".git")
        if os.path.isdir(git):
            return git
        pointer = _pointer(git)
        if pointer and pointer.startswith("gitdir:"):
            target = os.path.normpath(os.path.join(folder, pointer[7:].strip()))
            return target if os.path.isdir(target) else None
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return None


def _pointer(path: str) -> str | None:
    """Return a one-line file's line."""
    data = read_regular(path, _POINTER_BYTES)
    return None if data is None else os.fsdecode(data).strip()


def _packed(path: str) -> dict[str, str]:
    """Return git pack-refs' file as ref -> commit; an annotated tag's is in the line below it, `^COMMIT`."""
    refs: dict[str, str] = {}
    ref = ""
    for line in os.fsdecode(read_regular(path, _PACKED_BYTES) or b"").splitlines():
        if line.startswith("^"):
            refs[ref] = line[1:].strip()
        elif line and not line.startswith("#"):
            commit, _, ref = line.partition(" ")
            refs[ref] = commit
    return refs


def _origin(path: str) -> str | None:
    """Return `remote.origin.url` of git's configuration (git-config(1), "Syntax"), without its includes."""
    section = ""
    for line in os.fsdecode(read_regular(path, _CONFIG_BYTES) or b"").splitlines():
        text = line.strip()
        if text.startswith("["):
            section = text
        elif section == '[remote "origin"]':
            key, equals, value = text.partition("=")
            if equals and key.strip().lower() == "url":
                return value.strip().strip('"')
    return None
