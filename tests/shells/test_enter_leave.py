"""Stepping in switches the environment on, stepping out leaves the shell as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import Adapter
from shells.driver import UNSET, Place, Session, State

Make = Callable[..., Path]
Allow = Callable[..., None]


def on(state: State, project: Path, name: str = ".venv") -> None:
    """Assert that the project's environment is on, as after `source bin/activate`."""
    env = f"{project}/{name}"
    assert env == state.VIRTUAL_ENV
    assert env == state.STEPIN_ENV
    assert state.PATH.split(":").count(f"{env}/bin") == 1
    assert state.PATH.startswith(f"{env}/bin:")
    assert state.deactivate


def off(state: State) -> None:
    assert state.VIRTUAL_ENV == UNSET
    assert state.VIRTUAL_ENV_PROMPT == UNSET
    assert state.STEPIN_ENV == UNSET
    assert not state.deactivate
    assert "venv" not in state.PATH
    assert state.PS1 == "> "


@pytest.mark.parametrize("name", [".venv", "venv", "env", ".env"])
def test_enter_and_leave(shell: str, place: Place, make: Make, allow: Allow, name: str) -> None:
    project = make("project", name)
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        before = session.first
        off(before)
        state = session.run("cd project")
        on(state, project, name)
        assert name == state.VIRTUAL_ENV_PROMPT
        assert f"({name}) > " == state.PS1
        assert session.out("command -v python") == f"{project}/{name}/bin/python\n"
        assert state.lines == []
        state = session.run("cd ..")
        assert state.variables == before.variables
        off(state)


def test_the_nearest_wins_and_the_outer_returns(shell: str, place: Place, make: Make, allow: Allow) -> None:
    outer = make("outer")
    inner = make("outer/inner", "venv")
    (inner / "src/deep").mkdir(parents=True)
    allow(outer, inner)
    place.write_rc(shell)
    with Session(place, shell) as session:
        on(session.run("cd outer"), outer)
        on(session.run("cd inner/src/deep"), inner, "venv")
        on(session.run("cd ../../.."), outer)
        off(session.run("cd"))


def test_an_inner_project_that_is_not_allowed_switches_the_outer_one_off(
    shell: str, place: Place, make: Make, allow: Allow
) -> None:
    outer = make("outer")
    make("outer/inner")
    allow(outer)
    place.write_rc(shell)
    with Session(place, shell) as session:
        on(session.run("cd outer"), outer)
        state = session.run("cd inner")
        off(state)
        assert state.lines == ['stepin: ~/outer/inner/.venv is not trusted; run "stepin allow"']
        on(session.run("cd .."), outer)
        assert session.run("cd inner").lines == [], "told once a session"


def test_allow_and_deny_reach_open_shells_at_their_next_prompt(
    shell: str, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    place.write_rc(shell)
    with Session(place, shell) as session:
        off(session.run("cd project"))
        allow(project)
        on(session.run(":"), project)
        allow(project, verdict="deny")
        state = session.run(":")
        off(state)
        assert state.lines == []


def test_what_the_user_changed_meanwhile_stays(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    entry = f"{project}/.venv/bin"
    with Session(place, shell) as session:
        session.run("cd project")
        session.run(adapter.add_to_path(["/mine", entry], ["/end"]))
        prompt = adapter.prefix_prompt("x ")
        session.run(prompt or ":")
        state = session.run("cd ..")
        assert state.PATH == f"/mine:{entry}:/usr/bin:/bin:/end"
        assert state.PS1 == ("x > " if prompt else "> ")


def test_an_odd_path_comes_back_byte_for_byte(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    odd = adapter.odd_path
    with Session(place, shell) as session:
        session.run(adapter.set_path(odd))
        state = session.run("cd project")
        assert state.PATH == f"{project}/.venv/bin:{odd}"
        assert odd == session.run("cd ..").PATH


def test_pythonhome_is_set_aside(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell, PYTHONHOME="/some/where") as session:
        state = session.run("cd project")
        assert state.PYTHONHOME == UNSET
        assert state.STEPIN_PYTHONHOME == "/some/where"
        state = session.run("cd ..")
        assert state.PYTHONHOME == "/some/where"
        assert state.STEPIN_PYTHONHOME == UNSET


def test_the_prompt_is_left_alone_if_the_user_says_so(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell, VIRTUAL_ENV_DISABLE_PROMPT="1") as session:
        assert session.run("cd project").PS1 == "> "
        assert session.run("cd ..").PS1 == "> "


def test_the_name_is_the_one_that_activate_shows(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project", ".venv", "--prompt", "a $(touch PWNED) %n `x` \\ !h")
    allow(project)
    place.write_rc(shell, adapter.prompt_expands)
    with Session(place, shell) as session:
        state = session.run("cd project")
        assert state.VIRTUAL_ENV_PROMPT == "a $(touch PWNED) %n `x` \\ !h"
        assert state.PS1 == "(a ?(touch PWNED) ?n ?x? ? ?h) > "
        session.run(":")
    assert not list(place.home.rglob("PWNED"))
