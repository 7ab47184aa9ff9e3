"""Find the project that a command is about, and judge it as the hook does."""

from __future__ import annotations

import os
from typing import NamedTuple

from stepin.cli.ui import Misuse, Refusal, tilde
from stepin.hook import environment, files, trust
from stepin.settings import folders, load
from stepin.store import generations, walk
from stepin.store.walk import Step


class Context(NamedTuple):
    """The user's folders and settings."""

    store: str  # the state folder
    config_file: str
    home: str
    settings: load.Settings
    trouble: str  # why the state folder cannot be trusted; "" if it can


def place() -> Context:
    """Return the user's folders and settings. Raises RuntimeError if there is no home."""
    store, config_file = folders.store(), folders.config_file()
    home = os.environ.get("HOME", "")
    return Context(store, config_file, home, load.load(user=config_file), files.state_trouble(store))


def settings(folder: str | None, at: Context) -> load.Settings:
    """Return the settings in force in a project's folder; the user's if there is no project (None)."""
    return load.load(folder, at.config_file)


def here() -> str:
    """Return the current folder: `$PWD`, which keeps symbolic links, if it is right. Raises Refusal."""
    try:
        return walk.current_folder()
    except OSError:
        raise Refusal("the current folder no longer exists; cd to one that does") from None


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
    return walk.normalized(path)


def steps(start: str, at: Context) -> list[Step]:
    """Return what a hook's search from `start` finds. The last step decides, if any does."""
    return list(walk.steps(start, _where(at)))


def look(level: str, at: Context) -> Step:
    """Return what is decided in one folder."""
    return walk.look(level, _where(at))


def deciding(start: str, at: Context) -> Step | None:
    """Return the step that decides; None if none does."""
    found = steps(start, at)
    return found[-1] if found and found[-1].decides else None


def nearest(given: str | None, at: Context) -> Step:
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
    return bool(env and active and walk.is_same(active, env.path))


def change(at: Context) -> None:
    """Make every open shell notice that trust has changed. Raises OSError."""
    generations.start(at.store, at.config_file, at.home)
    generations.sweep(at.store)


def insist(at: Context) -> None:
    """Raise Refusal if the state folder must not be written to."""
    if at.trouble:
        remedy = "remove it, or set XDG_STATE_HOME to another folder"
        if "another user" in at.trouble:
            remedy = "run stepin as the user of these shells, without sudo"
        elif "writable" in at.trouble:
            remedy = f'check "stepin trust", then run "chmod go-w {tilde(at.store)}"'
        raise Refusal(f"the state folder {tilde(at.store)} {at.trouble}; {remedy}")


def lookup(real: str, at: Context) -> dict[str, str] | None:
    """Return the project's own trust record; None if there is none."""
    return None if at.trouble else trust.read_record(at.store, real)


def _where(at: Context) -> walk.Place:
    above = generations.allowed_above(at.store, at.home)
    return walk.Place(at.store, at.home, at.settings.names, above, at.trouble)
