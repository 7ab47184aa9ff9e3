"""zsh applies decisions at `cd` itself, through chpwd_functions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shells.counting import counting_helper
from shells.driver import Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]

pytestmark = pytest.mark.parametrize("shell", ["zsh"], indirect=True)


def test_a_known_decision_is_applied_at_cd_itself(place: Place, make: Make, allow: Allow, shell: str) -> None:
    one, two = make("one"), make("two")
    (one / "src").mkdir()
    allow(one, two)
    place.write_rc(shell, after="setopt auto_cd")
    with Session(place, shell) as session:
        for line in ("cd one", "cd ../two", "cd"):
            session.run(line)
        moves = ("cd one", "cd src", "pushd ../../two >/dev/null", "popd >/dev/null", "cd", "~/two", "cd /")
        found = session.out("; ".join(f"{move}; print -r -- ${{VIRTUAL_ENV-off}}" for move in moves)).splitlines()
        assert found == [f"{p}/.venv" if p else "off" for p in (one, one, two, one, None, two, None)]
        assert session.run("cd").variables == session.first.variables


def test_nothing_at_cd_without_a_prompt_of_its_own(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """In subshells and substitutions, and while the rc file runs, though the decision is known."""
    project = make("project")
    allow(project)
    place.write_rc(shell, after="cd ~/project; print -r -- ${VIRTUAL_ENV-off} >$HOME/at-the-end; cd")
    for _ in range(2):
        with Session(place, shell) as session:
            assert (place.home / "at-the-end").read_text() == "off\n"
            assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
            session.run("cd")
            line = (
                "(cd project; print -r -- ${VIRTUAL_ENV-off}); print -r -- $(cd project; print -r ${VIRTUAL_ENV-off})"
            )
            assert session.out(line) == "off\noff\n"


def test_what_is_not_known_is_asked_at_cd(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """`cd project && pip install x` runs in the environment the first time, too. No line comes between the commands."""
    project = make("project")
    make("stranger")
    allow(project)
    started = counting_helper(place)
    place.write_rc(shell)
    with Session(place, shell) as session:
        out = place.home / "out"
        state = session.run(f"cd project && print -r -- ${{VIRTUAL_ENV-off}} $(wc -l <{place.home}/started) >{out}")
        assert out.read_text().split() == [f"{project}/.venv", "1"]
        assert state.lines == []
        state = session.run(
            f"cd ../stranger && {{ print -r -- ${{VIRTUAL_ENV-off}}; print -r middle >/dev/tty }} >{out}"
        )
        assert out.read_text() == "off\n"
        assert len(state.lines) == 1
        assert state.tty.index("middle\n") < state.tty.index("stepin: "), "at the prompt"
        assert "~/stranger/.venv" in state.lines[0]
        assert started() == 2
        allow(make("elsewhere"))
        assert session.out("cd ../project; print -r -- ${VIRTUAL_ENV-off}") == f"{project}/.venv\n", "no longer known"


def test_no_line_in_a_loop(place: Place, make: Make, shell: str) -> None:
    for name in ("a", "b", "c"):
        make(name)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("for d in a b c; do cd $d; cd ..; done").lines == []
        assert len(session.run("cd a").lines) == 1


def test_a_doubt_at_cd_keeps_on_what_is_on(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """`pip install x; cd src; python`: bin has changed since the decision."""
    project = make("project")
    (project / "src").mkdir()
    allow(project)
    started = counting_helper(place)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        before = started()
        found = session.out("touch .venv/bin/new; cd src; print -r -- ${VIRTUAL_ENV-off}")
        assert found == f"{project}/.venv\n"
        assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"
        assert started() == before + 1


def test_cd_inside_a_function_with_a_path_of_its_own(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """What would be undone when the function returns is left to the prompt."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project; cd ..")
        session.run("cd project")
        session.run("cd")
        for name in ("path", "PATH", "VIRTUAL_ENV"):
            session.run(f"f() {{ local {name}; cd $HOME/project; }}")
            state = session.run("f")
            assert state.VIRTUAL_ENV == f"{project}/.venv"
            assert state.PATH == f"{project}/.venv/bin:/usr/bin:/bin"
            assert session.run("cd").variables == session.first.variables


def test_what_was_switched_in_the_same_line_is_seen_at_the_prompt(
    place: Place, make: Make, allow: Allow, shell: str
) -> None:
    one, two = make("one"), make("two")
    allow(one)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd one")
        session.run("cd")
        state = session.run("cd one; deactivate; cd ../two; source .venv/bin/activate; cd ../one")
        assert state.VIRTUAL_ENV == f"{two}/.venv"
        assert state.PATH == f"{two}/.venv/bin:/usr/bin:/bin"
        assert "another environment is active" in state.lines[-1]
        state = session.run("deactivate")
        assert state.VIRTUAL_ENV == f"{one}/.venv", "free for the project's own"
        assert session.run("cd").variables == session.first.variables
