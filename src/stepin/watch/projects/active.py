"""Choose the active projects: those that a live shell is in, then those visited last."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stepin.hook import environment, trust, verdict
from stepin.hook.files import state_trouble
from stepin.settings import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stepin.watch.projects.catalog import KnownProject

MOST = 8


def choose_active(
    known: Mapping[str, KnownProject], live: set[str], store: str, config_file: str, home: str
) -> list[str]:
    """Return the paths of the projects to watch. `live` are those that a shell is in."""
    names = load.load(user=config_file).names
    order = sorted(known.values(), key=lambda one: (one.path not in live, -one.visited))
    chosen: list[str] = []
    real: set[str] = set()
    for one in order:
        if len(chosen) == MOST:
            break
        place = os.path.realpath(one.path)
        # A project with two names is checked under both only if shells are in both.
        if (place not in real or one.path in live) and is_trusted(one.path, names, store, home):
            chosen.append(one.path)
            real.add(place)
    return chosen


def is_trusted(path: str, names: tuple[str, ...], store: str, home: str) -> bool:
    """Return whether a project's environment would be activated; if it is gone, whether the project is trusted."""
    trouble = state_trouble(store)
    env = environment.in_folder(path, names)
    if env is None or env.state != "ok":
        return not trouble and trust.lookup(store, os.path.realpath(path))[0] == "allow"
    return verdict.decide(trust.judge(env, store, home, trouble))[0] == verdict.TRUSTED
