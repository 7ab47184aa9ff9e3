"""Judge whether an environment came with a git repository, from git's own files, without running git.

Loaded only if the project, or what its environment leads to, lies in a repository. It asks, cheapest first: is the
environment a repository itself, does the index track it, does the tree of a commit have it? What cannot be determined
counts as tracked.
"""

import os
import time

from stepin.hook import git_index, git_tips
from stepin.hook.files import mirror, read_regular, write_whole
from stepin.hook.git_repository import Repository, UnknownRepositoryError

_HEAD = "stepin-tips 1"
_MEMORY_BYTES = 4 << 20
_MOST_TIPS = 50_000

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from stepin.hook.environment import Environment
    from stepin.hook.facts import Facts


class Examination:
    """What was found. `tracked`: it came with a repository, or that cannot be excluded; `why` says how, in words.

    `locked`: git is writing to the work tree, and nothing is known from before. `left` counts the tips that were not
    looked at.
    """

    __slots__ = ("left", "locked", "tracked", "why")

    def __init__(self) -> None:
        self.tracked = False
        self.why = ""
        self.locked = False
        self.left = 0

    def track(self, why: str) -> "Examination":
        """Set `tracked`, and why; return self."""
        self.tracked, self.why = True, why
        return self


class KnownTips:
    """What is kept about one project between two decisions, in the file `path` ("": nothing is kept).

    `clean` has, for each path (folded, in hexadecimal), the tips whose trees do not have it. `signature` is that of the
    environment when it was last found not to be tracked.
    """

    __slots__ = ("clean", "path", "signature")

    def __init__(self, path: str) -> None:
        self.path = path
        self.signature = ""
        self.clean: dict[str, set[str]] = {}
        lines = os.fsdecode(read_regular(path, _MEMORY_BYTES) or b"").split("\n") if path else []
        if len(lines) < 3 or lines[0] != _HEAD or lines[-1]:
            return
        self.signature = lines[1]
        for line in lines[2:-1]:
            key, _, name = line.partition(" ")
            self.clean.setdefault(key, set()).add(name)

    def keep(self, signature: str, clean: "dict[str, set[str]]") -> None:
        """Write what was found, if it is not what is kept. A full or read-only disk is no error: it is found again."""
        if not self.path or (signature, clean) == (self.signature, self.clean):
            return
        lines = [f"{path} {name}" for path in sorted(clean) for name in sorted(clean[path])][:_MOST_TIPS]
        try:  # noqa: SIM105  # contextlib loads collections and functools
            write_whole(self.path, "\n".join([_HEAD, signature, *lines, ""]).encode())
        except OSError:
            pass


def examine_environment(
    env: "Environment",
    project: str,
    prefix: str,
    dot_gits: "Iterable[str]",
    store: str,
    facts: "Facts | None" = None,
) -> Examination:
    """Examine an environment whose project and prefix have these real paths.

    `store` is the state folder that remembers what was looked at ("": nothing is remembered).
    """
    folders = site_packages(env.path)
    if facts is not None:
        for folder in folders:  # git may replace what it tracks there
            facts.note(folder)
    memory = KnownTips(os.path.join(store, "git" + mirror(project), "tips") if store else "")
    signature = _signature([env.path, env.bin, env.cfg, *folders])
    return examine(dict.fromkeys((os.path.join(project, env.name), prefix)), dot_gits, memory, signature, facts)


def examine(
    paths: "Iterable[str]", dot_gits: "Iterable[str]", memory: KnownTips, signature: str, facts: "Facts | None" = None
) -> Examination:
    """Look for any of these absolute paths in the repositories of these `.git`.

    `signature` says what the environment is now; while git holds the lock of an index, one with the signature in
    `memory` counts as not tracked, since it was not when it was last judged. `facts` notes the files that the answer
    depends on.
    """
    found = Examination()
    paths = tuple(paths)
    for path in paths:
        if os.path.lexists(os.path.join(path, ".git")):
            return found.track(f"{path} is a repository itself")
    repositories = []
    for dot_git in dot_gits:
        try:
            repository = Repository(dot_git)
        except UnknownRepositoryError as error:
            if facts is not None:
                facts.note(dot_git)
            return found.track(f"{dot_git}: {error}")
        repositories.append(repository)
        if facts is not None:
            for file in repository.moving_files():
                facts.note(file)
    if any(repository.is_locked() for repository in repositories):
        found.locked = signature != memory.signature
        return found
    for repository in repositories:
        if any(git_index.tracks(repository, path) for path in paths):
            return found.track(f"the index in {repository.folder} has it, or cannot be read")
    return _look_at_tips(repositories, paths, memory, signature, found)


def _look_at_tips(
    repositories: "list[Repository]", paths: "tuple[str, ...]", memory: KnownTips, signature: str, found: Examination
) -> Examination:
    clean: dict[str, set[str]] = {}
    ends = time.monotonic() + git_tips.BUDGET
    for repository in repositories:
        for path in paths:
            name = git_index.relative(repository, path)
            if name is None:
                continue
            key = name.hex()
            answer = git_tips.look(repository, name, memory.clean.get(key, ()), ends - time.monotonic())
            if answer.holds or answer.unknown:
                return found.track(answer.unknown or f"a commit in {repository.common} has it")
            found.left += answer.left
            clean[key] = clean.get(key, set()) | answer.clean
    memory.keep(signature, clean)
    return found


def site_packages(prefix: str) -> "list[str]":
    """Return the folders that packages are installed in."""
    try:
        found = [os.path.join(prefix, "lib", name, "site-packages") for name in os.listdir(os.path.join(prefix, "lib"))]
    except OSError:
        return []
    return [path for path in found if os.path.isdir(path)]


def _signature(paths: "list[str]") -> str:
    """Return what these files and folders are: inode and modification time of each."""
    found = []
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            found.append("-")
        else:
            found.append(f"{status.st_ino:x}.{status.st_mtime_ns:x}")
    return " ".join(found)
