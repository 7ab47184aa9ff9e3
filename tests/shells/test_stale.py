"""What was decided once and holds no more is never applied, whatever becomes of the helper."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from shells.driver import ROOT, UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]


def breakable_helper(place: Place, broken: str) -> Path:
    """Put a program before the interpreter that runs `broken` as soon as the file exists that is returned."""
    program, switch = place.home / "python", place.home / "broken"
    program.write_text(
        f'#!/bin/sh\necho started >>{place.home}/started\n[ ! -e {switch} ] || {broken}\nexec {sys.executable} "$@"\n'
    )
    program.chmod(0o755)
    place.helpers = [(str(program), str(ROOT / "src"))]
    return switch


def starts(place: Place) -> int:
    return len((place.home / "started").read_text().splitlines())


def test_deny_reaches_every_open_shell(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """Also the one that comes second, where another has had the new decision written down by then."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as one, Session(place, shell) as two:
        for session in (one, two):
            assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        allow(project, verdict="deny")
        for session in (one, two):
            assert session.run(":").VIRTUAL_ENV == UNSET


def test_a_replaced_project_stays_off_without_the_helper(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    switch = breakable_helper(place, "exit 3")
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("cd ..")
        switch.touch()
        project.rename(place.home / "moved")
        make("project")
        for _ in range(2):
            for line in ("cd project", ":", ":"):
                assert session.run(line).VIRTUAL_ENV == UNSET
            session.run("cd ..")


def test_a_replaced_environment_goes_off_without_the_helper(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    switch = breakable_helper(place, "exit 3")
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        switch.touch()
        (project / ".venv").rename(project / "moved")
        make("project")
        for line in (":", ":", "cd ..", "cd project", ":", ":"):
            assert session.run(line).VIRTUAL_ENV == UNSET


def test_ctrl_c_leaves_nothing_on_that_is_not_decided(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    other = make("other")
    allow(project, other)
    for path in (project / ".venv", project / ".venv/bin", project / ".venv/pyvenv.cfg"):
        os.utime(path, (1, 1))  # bash before 5.0 compares whole seconds, and asks again about what is younger than two
    switch = breakable_helper(place, "exec sleep 60")
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd other")
        assert session.run("cd ../project").VIRTUAL_ENV == f"{project}/.venv"
        switch.touch()
        (other / ".venv/pyvenv.cfg").write_text("home = /nowhere\n")
        count = starts(place)
        session.child.sendline("cd ../other")
        end = time.monotonic() + 10
        while starts(place) == count and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.2)
        session.child.sendintr()
        time.sleep(0.2)
        assert session.look().VIRTUAL_ENV == UNSET
        for _ in range(2):
            assert session.run(":").VIRTUAL_ENV == UNSET
        assert starts(place) == count + 1
        assert session.run("cd ../project").VIRTUAL_ENV == f"{project}/.venv", "decided before"
