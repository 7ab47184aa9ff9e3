"""Which project a command is about, and what is decided there: the way a hook goes, told step by step."""

from __future__ import annotations

import os
from typing import NamedTuple

from stepin.cli.ui import Refusal, tilde
from stepin.hook import entry, environment, files, trust, verdict
from stepin.settings import folders, load
from stepin.store import generations
from stepin.store.walk import levels

_GOES_ON = (verdict.NONE, verdict.INCOMPLETE)


class Place(NamedTuple):
    """The user's own folders and settings, as this command finds them."""

    store: str
    config_file: str
    home: str
    settings: load.Settings
    trouble: str  # why the state folder cannot be believed


class Step(NamedTuple):
    """What a walk found in one folder. `env` and `facts` are None where there is nothing."""

    folder: str
    env: environment.Environment | None
    facts: verdict.Case | None
    verdict: str
    reason: str

    @property
    def decides(self) -> bool:
        return self.verdict not in _GOES_ON


def place() -> Place:
    """Return where stepin's own things lie. Raises RuntimeError where there is no home."""
    store, config_file = folders.store(), folders.config_file()
    home = os.environ.get("HOME", "")
    return Place(store, config_file, home, load.load(user=config_file), files.unbelievable(store))


def here() -> str:
    """Return the folder that the shell says it is in: `$PWD` where that is true, links in it kept."""
    try:
        real = os.getcwd()
    except OSError:
        raise Refusal("the current folder is gone: cd to one that is there") from None
    logical = os.environ.get("PWD", "")
    return logical if os.path.isabs(logical) and os.path.normpath(logical) == logical and _same(logical, real) else real


def folder(given: str | None) -> str:
    """Return the absolute path of a folder that was named, links in it kept, or of the current one. Raises Refusal."""
    if given is None:
        return here()
    path = given if os.path.isabs(given) else os.path.join(here(), given)
    if not os.path.isdir(path):
        raise Refusal(f"{tilde(path)} is not a folder: name one that is there")
    short = os.path.normpath(path)  # `..` as the shell's own cd takes it, if that is where it leads
    return short if _same(short, path) else os.path.realpath(path)


def walk(start: str, at: Place) -> list[Step]:
    """Return what a hook's walk from `start` finds: the last step is the one that decides, if any does."""
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
    """Return the step that decides, or None."""
    steps = walk(start, at)
    return steps[-1] if steps and steps[-1].decides else None


def nearest(given: str | None, at: Place) -> Step:
    """Return the project that a change of trust is about: the folder that was named, else the nearest project.

    A folder that is itself an environment stands for its project. Raises Refusal where there is nothing.
    """
    start = folder(given)
    step = look(start, at)
    if step.env is None and os.path.basename(start) in at.settings.names and environment.examine(*os.path.split(start)):
        step = look(os.path.dirname(start), at)
    if step.env is None and given is None:
        step = deciding(start, at) or step
    if step.env is None:
        names = ", ".join(at.settings.names)
        raise Refusal(f"{tilde(start)} holds no environment ({names}): make one: python3 -m venv .venv")
    return step


def is_active(env: environment.Environment | None) -> bool:
    """Return whether an environment is the one that is on in the shell that calls."""
    active = os.environ.get("VIRTUAL_ENV", "")
    return bool(env and active and _same(active, env.path))


def change(at: Place) -> None:
    """Make every open shell notice that trust has changed. Raises OSError."""
    generations.start(at.store, at.config_file, at.home)
    generations.sweep(at.store)


def insist(at: Place) -> None:
    """Raise Refusal where the state folder must not be written to."""
    if at.trouble:
        remedy = "remove it, or name another with XDG_STATE_HOME"
        if "somebody else" in at.trouble or "another user" in at.trouble:
            remedy = "run stepin as the user whose shells they are, without sudo"
        elif "written" in at.trouble:
            remedy = f"chmod go-w {tilde(at.store)}, after a look at stepin trust"
        raise Refusal(f"the state folder {tilde(at.store)} {at.trouble}: {remedy}")


def lookup(real: str, at: Place) -> dict[str, str] | None:
    """Return the project's own record."""
    return None if at.trouble else trust.read_record(at.store, real)


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
