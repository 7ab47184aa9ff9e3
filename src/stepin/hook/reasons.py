"""Find the facts about an environment that need named consent: its owner, its mode, links that lead out, git.

What cannot be determined counts as such a fact.
"""

import os
from stat import S_ISVTX

# The kinds of reason, each with a description that completes a sentence about the environment.
OWNER = "owner"
WRITABLE = "writable"
SYMLINK = "symlink"
REDIRECT = "redirect"
TRACKED = "tracked"
KINDS = {
    OWNER: "it, its project or a parent folder belongs to another user",
    WRITABLE: "other users can write to it, its project or a parent folder",
    SYMLINK: "it is a symbolic link that leads out of the project",
    REDIRECT: "the file .venv leads out of the project",
    TRACKED: "git tracks files in it",
}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stepin.hook.environment import Environment


class Reason:
    """A fact that needs named consent, or the consent to it.

    `kind` is one of KINDS. `target` is the absolute path that a link or a redirect leads to. Consent without a target
    covers every target.
    """

    __slots__ = ("kind", "target")

    def __init__(self, kind: str, target: str = "") -> None:
        self.kind = kind
        self.target = target

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reason) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        """Return it as one word, as trust records and JSON have it: `tracked`, `symlink:/opt/env`."""
        return f"{self.kind}:{self.target}" if self.target else self.kind

    def __repr__(self) -> str:
        return f"Reason({self.kind!r}, {self.target!r})"

    @classmethod
    def parse(cls, word: str) -> "Reason":
        """Return the reason that `str` wrote."""
        kind, _, target = word.partition(":")
        return cls(kind, target)

    @property
    def description(self) -> str:
        """What the kind means, in words."""
        return KINDS.get(self.kind, self.kind)

    def covers(self, other: "Reason") -> bool:
        """Return whether consent to this is consent to `other`."""
        return self.kind == other.kind and self.target in ("", other.target)


def unconsented(reasons: "Iterable[Reason]", consented: "Iterable[Reason]") -> list[Reason]:
    """Return the reasons that no consent covers."""
    return [reason for reason in reasons if not any(consent.covers(reason) for consent in consented)]


def find_reasons(env: "Environment", real_project: str, is_tracked: bool) -> list[Reason]:
    """Return the facts about an environment that need named consent. `is_tracked` is what stepin.hook.git found."""
    real, real_bin = os.path.realpath(env.path), os.path.realpath(env.bin)
    found = []
    if not _is_inside(real, real_project):
        found.append(Reason(REDIRECT if env.redirect else SYMLINK, real))
    elif not _is_inside(real_bin, real):
        found.append(Reason(SYMLINK, real_bin))
    if os.name != "nt":
        found += _find_owners({real, real_project, real_bin, os.path.join(real, "pyvenv.cfg")})
    if is_tracked:
        found.append(Reason(TRACKED))
    return found


def _find_owners(own: set[str]) -> "Iterator[Reason]":
    """Yield what owners and modes say of an environment's paths and the folders above them.

    root may own what lies above, and a sticky folder above may be open to others: they can add to it, not replace.
    """
    above = {folder for path in own for folder in _parents(path)} - own
    mine = {os.geteuid()}
    if os.geteuid() == 0 and os.environ.get("SUDO_UID", "").isdecimal():
        mine.add(int(os.environ["SUDO_UID"]))
    status = {path: _status(path) for path in own | above}
    owners = {path: found.st_uid if found else None for path, found in status.items()}
    if any(owners[path] not in mine for path in own) or any(owners[path] not in mine | {0} for path in above):
        yield Reason(OWNER)
    loose = [path for path, found in status.items() if _is_loose(found, sticky=path in above)]
    if loose:
        from stepin.hook import permissions  # reads /etc: few decisions need it

        if any(map(permissions.writable_by_others, loose)):
            yield Reason(WRITABLE)


def repositories(real: str) -> "Iterator[str]":
    """Yield the `.git` of each work tree that the folder with this real path lies in, the nearest first."""
    for folder in (real, *_parents(real)):
        dot_git = os.path.join(folder, ".git")
        if os.path.lexists(dot_git):
            yield dot_git


def is_shared(folder: str) -> bool:
    """Return whether a folder is a shared temporary one: anybody may add to it, nobody may replace (the sticky bit)."""
    status = _status(folder)
    return status is not None and status.st_mode & (S_ISVTX | 0o002) == S_ISVTX | 0o002


def _is_inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _parents(path: str) -> "Iterator[str]":
    parent = os.path.dirname(path)
    while parent != path:
        yield parent
        path, parent = parent, os.path.dirname(parent)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


def _is_loose(status: os.stat_result | None, sticky: bool) -> bool:
    """Return whether a mode lets anybody but the owner write; so does one that cannot be read."""
    return status is None or (bool(status.st_mode & 0o022) and not (sticky and bool(status.st_mode & S_ISVTX)))
