"""Find the facts about an environment that need named consent: its owner, its mode, links that lead out, git.

What cannot be determined counts as such a fact.
"""

import os
from stat import S_ISLNK, S_ISVTX

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

_MOST_LINKS = 40  # the kernel's limit (path_resolution(7))

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


def find_reasons(env: "Environment", is_tracked: bool) -> list[Reason]:
    """Return the facts about an environment that need named consent. `is_tracked` is what stepin.hook.git found."""
    found = []
    if not _is_inside(env.real, env.real_project):
        found.append(Reason(REDIRECT if env.redirect else SYMLINK, env.real))
    elif not _is_inside(env.real_bin, env.real):
        found.append(Reason(SYMLINK, env.real_bin))
    if os.name != "nt":
        found += _find_owners(env, env.real, env.real_project)
    if is_tracked:
        found.append(Reason(TRACKED))
    return found


def _find_owners(env: "Environment", real: str, real_project: str) -> "Iterator[Reason]":
    """Yield what owners and modes say of an environment and of every step on the way to its parts, links included.

    Within the environment and its project, all must belong to the user. root may own what lies elsewhere, such as the
    base interpreter, and a sticky folder there may be open to others: they can add to it, not replace.
    """
    steps: dict[str, os.stat_result | None] = {}
    # From the project's real path: how the shell came there decides nothing (is_safe).
    prefix = env.path if env.redirect else os.path.join(real_project, env.name)
    for path in (real_project, os.path.join(real_project, env.name), prefix):
        _follow(path, steps)
    for part in _parts(env):
        _follow(prefix + part.removeprefix(env.path), steps)
    own = {path for path in steps if path in (real, real_project) or _is_inside(path, real)}
    own |= {path for path in steps if _is_inside(path, real_project)}
    mine = user_ids()
    if any(_owner(steps[path]) not in (mine if path in own else mine | {0}) for path in steps):
        yield Reason(OWNER)
    loose = [path for path, status in steps.items() if _is_loose(status, sticky=path not in own)]
    if loose:
        from stepin.hook import permissions  # reads /etc: few decisions need it

        if any(map(permissions.writable_by_others, loose)):
            yield Reason(WRITABLE)


def _parts(env: "Environment") -> "Iterator[str]":
    """Yield the files and folders whose content runs when the environment is used."""
    yield from (env.cfg, env.bin, env.python) if env.python else (env.cfg, env.bin)
    library = os.path.join(env.path, "lib")
    try:
        names = [name for name in os.listdir(library) if name.startswith(("python", "pypy"))]
    except OSError:
        return
    for name in names:
        path = os.path.join(library, name, "site-packages")
        yield path if os.path.lexists(path) else os.path.join(library, name)


def _follow(path: str, steps: "dict[str, os.stat_result | None]") -> None:
    """Add the status of every folder and link that the kernel passes on the way to a path, and of the path itself.

    None stands for a status that cannot be read.
    """
    pending = path.split(os.sep)[::-1]
    here = os.sep
    links = 0
    while pending:
        name = pending.pop()
        if name in ("", "."):
            continue
        if name == "..":
            here = os.path.dirname(here)
            continue
        place = here + name if here == os.sep else here + os.sep + name
        if place not in steps:
            try:
                steps[place] = os.lstat(place)
            except OSError:
                steps[place] = None
        status = steps[place]
        if status is None or not S_ISLNK(status.st_mode):
            here = place
            continue
        links += 1
        try:
            target = os.readlink(place) if links <= _MOST_LINKS else ""
        except OSError:
            target = ""
        if not target:
            steps[place] = None
            return
        pending += target.split(os.sep)[::-1]
        if target.startswith(os.sep):
            here = os.sep
    steps.setdefault(os.sep, _status(os.sep))


def is_safe(path: str) -> bool:
    """Return whether nobody but the user and root decides where a path leads.

    Every folder and link of the path as it is written belongs to one of them, and others cannot write to it.
    """
    if os.name == "nt":
        return True
    steps: dict[str, os.stat_result | None] = {}
    _follow(path, steps)
    mine = user_ids() | {0}
    if any(_owner(status) not in mine for status in steps.values()):
        return False
    loose = [step for step, status in steps.items() if _is_loose(status, sticky=True)]
    if not loose:
        return True
    from stepin.hook import permissions

    return not any(map(permissions.writable_by_others, loose))


def user_ids() -> "set[int]":
    """Return the ids that are the user: as root, that of whoever called sudo, too."""
    mine = {os.geteuid()}
    if os.geteuid() == 0 and os.environ.get("SUDO_UID", "").isdecimal():
        mine.add(int(os.environ["SUDO_UID"]))
    return mine


def _owner(status: "os.stat_result | None") -> "int | None":
    return status.st_uid if status else None


def repositories(real: str) -> "Iterator[str]":
    """Yield the `.git` of each work tree that the folder with this real path lies in, the nearest first."""
    for folder in (real, *_parents(real)):
        dot_git = folder.rstrip(os.sep) + os.sep + ".git"
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
    if status is None:
        return True
    if S_ISLNK(status.st_mode):  # its mode means nothing (symlink(7)); the folder that it lies in has its own
        return False
    return bool(status.st_mode & 0o022) and not (sticky and bool(status.st_mode & S_ISVTX))
