"""Which projects are awake: those that a live shell is in, then the latest visited."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stepin.hook import environment as find
from stepin.hook import files as state
from stepin.hook import trust
from stepin.hook import verdict as decide
from stepin.settings import load as config
from stepin.watch.projects.known import Known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stepin.watch.projects.traces import Trace

MOST = 8


def visited(known: dict[str, Known], traces: Iterable[Trace]) -> set[str]:
    """Note the visits; return the projects that a live shell is in."""
    live = set()
    for trace in traces:
        if trace.project:
            one = known.setdefault(trace.project, Known(trace.project, 0.0))
            one.visited = max(one.visited, trace.written)
            if trace.live:
                live.add(trace.project)
    return live


def choose(known: dict[str, Known], live: set[str], store: str, config_file: str, home: str) -> list[str]:
    """Return the paths of those that are to be awake, the most wanted first."""
    names = config.load(user=config_file).names
    order = sorted(known.values(), key=lambda one: (one.path not in live, -one.visited))
    chosen: list[str] = []
    real: set[str] = set()
    for one in order:
        if len(chosen) == MOST:
            break
        place = os.path.realpath(one.path)
        # One project under two names is checked under both only where shells are in both.
        if (place not in real or one.path in live) and is_allowed(one.path, names, store, home):
            chosen.append(one.path)
            real.add(place)
    return chosen


def is_allowed(path: str, names: tuple[str, ...], store: str, home: str) -> bool:
    """Say whether a project's environment would be switched on; where it is gone, whether the project is allowed."""
    trouble = state.state_trouble(store)
    env = find.in_folder(path, names)
    if env is None or env.state != "ok":
        return not trouble and trust.lookup(store, os.path.realpath(path))[0] == "allow"
    return decide.decide(trust.judge(env, store, home, trouble))[0] == decide.TRUSTED
