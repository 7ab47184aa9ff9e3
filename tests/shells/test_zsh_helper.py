"""The helper fails or is interrupted in zsh: nothing that is stale is applied."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.counting import counting_helper
from shells.driver import UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]

pytestmark = pytest.mark.parametrize("shell", ["zsh"], indirect=True)


def test_nothing_stale_is_applied(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """Where the helper fails, a decision that does not hold is on neither at `cd` nor at any prompt."""
    project = make("project")
    allow(project)
    started = counting_helper(place)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project; cd ..")
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        session.run("cd ..")
        shutil.rmtree(project / ".venv")
        make("project")
        program = place.home / "python"
        program.write_text(f"#!/bin/sh\necho started >>{place.home}/started\nexit 1\n")
        count = started()
        assert session.out("cd project; print -r -- ${VIRTUAL_ENV-off}") == "off\n"
        for line in (":", ":", "cd .", ":"):
            assert session.run(line).VIRTUAL_ENV == UNSET
        assert started() == count + 1


def test_ctrl_c_leaves_nothing_stale(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    started = counting_helper(place)
    place.write_rc(shell, after="TRAPINT() { print INT >>$HOME/int; return $(( 128 + $1 )) }")
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("cd ..")
        (project / ".venv/bin/new").write_text("")
        program = place.home / "python"
        program.write_text(f"#!/bin/sh\necho started >>{place.home}/started\nexec sleep 60\n")
        count = started()
        session.child.sendline("cd project")
        while started() == count:
            pass
        session.child.sendintr()
        for _ in range(3):
            assert session.look(seconds=10).VIRTUAL_ENV == UNSET
        assert started() == count + 1, "not started again"
        version = tuple(map(int, session.out("print -r -- ${ZSH_VERSION%%-*}").strip().split(".")[:2]))
        if version >= (5, 5):  # older ones do not run it while they wait for a substitution, with a hook or without
            assert (place.home / "int").exists(), "the trap is the user's"
        assert "TRAPINT" in session.out("typeset -f TRAPINT")


def test_a_doubt_that_stays_is_asked_three_times(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """What the helper answers is in force, and it is asked again when something that the decision names has changed."""
    project = make("project")
    allow(project)
    env = project / ".venv"
    # Each answer is out of date as soon as it is there.
    started = counting_helper(place, f'{sys.executable} "$@"\ntouch {env}/bin')
    place.write_rc(shell)
    with Session(place, shell) as session:
        for line in ("cd project", ":", ":", ":", ":"):
            assert session.run(line).VIRTUAL_ENV == str(env)
        assert started() == 3
        shutil.move(env, place.home / "away")
        env.symlink_to(place.home / "away")
        for line in (":", ":", ":"):
            assert session.run(line).VIRTUAL_ENV == UNSET, "a link that leads out of the project"
        assert started() == 6
        session.run("cd ..")
        session.run("cd project")
        assert started() > 6, "asked again on return"
