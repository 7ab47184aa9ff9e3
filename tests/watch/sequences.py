"""Do random sequences of what people do to a project, and compare the notice at the end with a fresh check."""

from __future__ import annotations

import os
import random
import shutil
import time

from watch.machine import VERSIONS, Machine

STEPS = 6
LINES = ("flask==1.0", "flask==2.0", "flask==2.3", "flask>=2", "itsdangerous", "foo", "foo==9", "-r more.txt", "part1")


def run(machine: Machine, seed: int) -> str:
    """Do a random sequence. Return "" if the notice agrees with `stepin check` in the end, else how they differ."""
    chance = random.Random(seed)
    done = []
    for _ in range(chance.randint(1, STEPS)):
        name = chance.choice(sorted(_ACTIONS))
        done.append(name)
        _ACTIONS[name](machine, chance)
        if chance.random() < 0.5:
            time.sleep(chance.choice((0.01, 0.05, 0.2, 0.4)))
    verdict, findings = machine.verdict()
    end = time.monotonic() + 30
    shown = _shown(machine)
    while shown != _expected(verdict, findings):
        if time.monotonic() > end:
            return f"seed {seed}: {done}: check found {verdict} {findings}, the notice shows {shown}"
        time.sleep(0.02)
        shown = _shown(machine)
    time.sleep(0.35)  # nothing that is still pending may change it
    return "" if _shown(machine) == shown else f"seed {seed}: {done}: it changed to {_shown(machine)} after {shown}"


def _expected(verdict: str, findings: int) -> str | int:
    return "nothing" if verdict == "unknown" else findings


def _shown(machine: Machine) -> str | int:
    """Return what a shell would show: the number of findings, or "nothing" if there is no notice or it is stale."""
    if machine.shown() is None:
        return "nothing"
    notice = machine.notice()
    return notice.findings if notice else "nothing"


def _edit(machine: Machine, chance: random.Random) -> None:
    text = "".join(line + "\n" for line in chance.sample(LINES, chance.randint(0, 3)))
    path = machine.project / chance.choice(("requirements.txt", "requirements.txt", "more.txt"))
    way = chance.randrange(3)
    if way == 0:
        path.write_text(text)
    elif way == 1:
        new = path.with_name(".new")
        new.write_text(text)
        os.replace(new, path)
    else:
        if path.exists():
            os.replace(path, path.with_name(path.name + "~"))
        path.write_text(text)


def _remove_file(machine: Machine, chance: random.Random) -> None:
    (machine.project / chance.choice(("more.txt", "requirements.txt"))).unlink(missing_ok=True)


def _environment(machine: Machine) -> bool:
    return (machine.project / ".venv/pyvenv.cfg").exists()


def _install(machine: Machine, chance: random.Random) -> None:
    if _environment(machine):
        machine.uv("install", chance.choice((*(f"flask=={version}" for version in VERSIONS), "foo", "part1", "part2")))


def _uninstall(machine: Machine, chance: random.Random) -> None:
    if _environment(machine):
        machine.uv("uninstall", chance.choice(("flask", "foo", "itsdangerous", "part1")))


def _remove(machine: Machine, chance: random.Random) -> None:
    shutil.rmtree(machine.project / ".venv", ignore_errors=True)


def _make(machine: Machine, chance: random.Random) -> None:
    if not _environment(machine):
        machine.venv(machine.project / ".venv")


def _move(machine: Machine, chance: random.Random) -> None:
    away = machine.home / "away"
    here = machine.project / ".venv"
    if away.exists() and not here.exists():
        os.rename(away, here)
    elif here.exists() and not away.exists():
        os.rename(here, away)


_ACTIONS = {
    "edit": _edit,
    "edit again": _edit,
    "remove a file": _remove_file,
    "install": _install,
    "install more": _install,
    "uninstall": _uninstall,
    "remove the environment": _remove,
    "make it": _make,
    "make it again": _make,
    "move it": _move,
}
