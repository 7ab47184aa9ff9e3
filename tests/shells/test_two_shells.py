"""What one shell has decided anew, another that stands in the same project learns at its next prompt."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from shells.driver import ROOT, UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]


def test_what_was_refused_in_one_shell_goes_off_in_the_other(
    shell: str, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as one, Session(place, shell) as two:
        for session in (one, two):
            assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        (project / ".venv").chmod(0o777)
        os.utime(project / ".venv")
        assert one.run(":").VIRTUAL_ENV == UNSET
        state = two.run(":")
        assert state.VIRTUAL_ENV == UNSET
        assert len(state.lines) == 1


def test_what_was_half_made_is_seen_to_be_done_in_both(shell: str, place: Place, make: Make, allow: Allow) -> None:
    env = place.home / "project/.venv"
    env.mkdir(parents=True)
    (env / "pyvenv.cfg").write_text("home = /usr/bin\n")
    allow(env.parent)
    place.write_rc(shell)
    with Session(place, shell) as one, Session(place, shell) as two:
        for session in (one, two):
            assert session.run("cd project").VIRTUAL_ENV == UNSET
        time.sleep(0.1)
        (env / "bin").mkdir()
        (env / "bin/python").symlink_to(sys.executable)
        time.sleep(0.1)
        for session in (one, two, one):
            assert session.run(":").VIRTUAL_ENV == str(env)


def test_a_decision_made_again_is_no_news(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """An environment made anew, the same as before: the other projects' decisions stay."""
    one, two = make("one"), make("two")
    allow(one, two)
    program = place.home / "python"
    program.write_text(f'#!/bin/sh\necho started >>{place.home}/started\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    place.helpers = [(str(program), str(ROOT / "src"))]
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd two")
        session.run("cd ../one")
        shutil.rmtree(one / ".venv")
        make("one")
        assert session.run(":").VIRTUAL_ENV == f"{one}/.venv"
        before = (place.home / "started").read_text()
        assert session.run("cd ../two").VIRTUAL_ENV == f"{two}/.venv"
        assert (place.home / "started").read_text() == before
