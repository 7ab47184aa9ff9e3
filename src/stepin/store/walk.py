"""Walk from a folder up to the one that decides, as the hooks do with builtins."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stepin.hook import environment, trust, verdict


class Place(NamedTuple):
    """What a walk depends on."""

    store: str  # the state folder
    home: str
    names: tuple[str, ...]  # of environment folders, in order
    above: Sequence[str] = ()  # the folders above HOME that are looked at
    trouble: str = ""  # why the state folder must not be believed; "" if it can be


class Step(NamedTuple):
    """What a walk found in one folder. `env` and `case` are None if there is no environment."""

    folder: str
    env: environment.Environment | None
    case: verdict.Case | None
    verdict: str
    reason: str

    @property
    def decides(self) -> bool:
        """Whether the walk ends here."""
        return self.verdict not in (verdict.NONE, verdict.INCOMPLETE)


def current_folder() -> str:
    """Return the current folder as the shell names it: `$PWD` if that is right, with its links. Raises OSError."""
    real = os.getcwd()
    logical = os.environ.get("PWD", "")
    if os.path.isabs(logical) and os.path.normpath(logical) == logical and is_same(logical, real):
        return logical
    return real


def normalized(path: str) -> str:
    """Return an absolute path as the shell's `cd` would have it: links kept, unless `..` then leads elsewhere."""
    short = os.path.normpath(path)
    return short if is_same(short, path) else os.path.realpath(path)


def levels(start: str, home: str, above: Sequence[str] = ()) -> Iterator[str]:
    """Yield the folders that a walk looks at, nearest first.

    Below HOME, or the folder that HOME is a link to, it ends there. The folders above HOME are not looked at (they may
    be automounters), except those in `above`.
    """
    home = home.rstrip("/") or "/"
    real = os.path.realpath(home)
    if not _is_below(start, home) and _is_below(start, real):
        home = real
    folder = start
    while True:
        if folder == home or folder in above or not _is_below(home, folder):
            yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def steps(start: str, place: Place) -> Iterator[Step]:
    """Yield what a walk from `start` finds. The last step decides, if any does."""
    for folder in levels(start, place.home, place.above):
        step = look(folder, place)
        yield step
        if step.decides:
            return


def look(folder: str, place: Place) -> Step:
    """Return what is decided in one folder."""
    env = environment.in_folder(folder, place.names)
    if env is None:
        return Step(folder, None, None, *verdict.decide(verdict.Case("")))
    case = trust.judge(env, place.store, place.home, place.trouble)
    return Step(folder, env, case, *verdict.decide(case))


def _is_below(path: str, folder: str) -> bool:
    """Return whether a path is a folder or lies below it."""
    return (path + "/").startswith(folder.rstrip("/") + "/")


def is_same(one: str, other: str) -> bool:
    """Return whether two paths lead to the same existing file or folder."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
