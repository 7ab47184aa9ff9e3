"""Find the project that a command is about, and judge it as the hook does."""

from __future__ import annotations

import os
from typing import NamedTuple

from stepin.cli.ui import Misuse, Refusal, tilde
from stepin.hook import entry, environment, files, trust, verdict
from stepin.settings import folders, load
from stepin.store import generations
from stepin.store.walk import levels

_GOES_ON = (verdict.NONE, verdict.INCOMPLETE)


class Place(NamedTuple):
    """The user's folders and settings."""

    store: str  # the state folder
    config_file: str
    home: str
    settings: load.Settings
    trouble: str  # why the state folder cannot be trusted; "" if it can


class Step(NamedTuple):
    """What the search found in one folder. `env` and `facts` are None if it found nothing."""

    folder: str
    env: environment.Environment | None
    facts: verdict.Case | None
    verdict: str
    reason: str

    @property
    def decides(self) -> bool:
        """Whether the search ends here."""
        return self.verdict not in _GOES_ON


def place() -> Place:
    """Return the user's folders and settings. Raises RuntimeError if there is no home."""
    store, config_file = folders.store(), folders.config_file()
    home = os.environ.get("HOME", "")
    return Place(store, config_file, home, load.load(user=config_file), files.unbelievable(store))


def here() -> str:
    """Return the current folder: `$PWD`, which keeps symbolic links, if it is right. Raises Refusal."""
    try:
        real = os.getcwd()
    except OSError:
        raise Refusal("the current folder no longer exists; cd to one that does") from None
    logical = os.environ.get("PWD", "")
    return logical if os.path.isabs(logical) and os.path.normpath(logical) == logical and _same(logical, real) else real


def absolute(given: str) -> str:
    """Return an argument as an absolute path, `..` and links kept. Raises Misuse for an empty one.

    An empty argument is a script's unset variable. It must not stand for the current folder.
    """
    if not given:
        raise Misuse("DIR is empty; name a folder")
    return given if os.path.isabs(given) else os.path.join(here(), given)


def folder(given: str | None) -> str:
    """Return the absolute path of DIR, symbolic links kept; None means the current folder. Raises Refusal, Misuse."""
    if given is None:
        return here()
    path = absolute(given)
    if not os.path.isdir(path):
        raise Refusal(f"{tilde(path)} is not a folder; name one that exists")
    short = os.path.normpath(path)  # resolve `..` as the shell's cd does, if that is the same folder
    return short if _same(short, path) else os.path.realpath(path)


def walk(start: str, at: Place) -> list[Step]:
    """Return what a hook's search from `start` finds. The last step decides, if any does."""
    home = at.home
    real = os.path.realpath(home) if home else ""
    if real and (start + "/").startswith(real.rstrip("/") + "/"):
        home = real
    steps = []
    for level in levels(start, home, generations.allowed_above(at.store, at.home)):
        step = look(level, at)
        steps.append(step)
        if step.decides:
            break
    return steps


def look(level: str, at: Place) -> Step:
    """Return what is decided in one folder."""
    env = environment.in_folder(level, at.settings.names)
    if env is None:
        return Step(level, None, None, verdict.NONE, "no environment")
    facts, _ = entry.judge(env, at.store, at.home, at.trouble)
    return Step(level, env, facts, *verdict.decide(facts))


def deciding(start: str, at: Place) -> Step | None:
    """Return the step that decides; None if none does."""
    steps = walk(start, at)
    return steps[-1] if steps and steps[-1].decides else None


def nearest(given: str | None, at: Place) -> Step:
    """Return the project that a trust command is about: DIR itself, or the project that the current folder is in.

    A folder that is an environment stands for its project. Raises Refusal if there is no environment.
    """
    start = folder(given)
    step = look(start, at)
    if step.env is None and os.path.basename(start) in at.settings.names and environment.examine(*os.path.split(start)):
        step = look(os.path.dirname(start), at)
    if step.env is None and given is None:
        step = deciding(start, at) or step
    if step.env is None:
        names = ", ".join(at.settings.names)
        raise Refusal(f'{tilde(start)} has no environment ({names}); create one with "python3 -m venv .venv"')
    return step


def is_active(env: environment.Environment | None) -> bool:
    """Return whether an environment is active in the shell that ran the command."""
    active = os.environ.get("VIRTUAL_ENV", "")
    return bool(env and active and _same(active, env.path))


def change(at: Place) -> None:
    """Make every open shell notice that trust has changed. Raises OSError."""
    generations.start(at.store, at.config_file, at.home)
    generations.sweep(at.store)


def insist(at: Place) -> None:
    """Raise Refusal if the state folder must not be written to."""
    if at.trouble:
        remedy = "remove it, or set XDG_STATE_HOME to another folder"
        if "somebody else" in at.trouble or "another user" in at.trouble:
            remedy = "run stepin as the user of these shells, without sudo"
        elif "written" in at.trouble:
            remedy = f'check "stepin trust", then run "chmod go-w {tilde(at.store)}"'
        raise Refusal(f"the state folder {tilde(at.store)} {at.trouble}; {remedy}")


def lookup(real: str, at: Place) -> dict[str, str] | None:
    """Return the project's own trust record; None if there is none."""
    return None if at.trouble else trust.read_record(at.store, real)


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
