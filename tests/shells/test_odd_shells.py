"""Shells within shells of another kind, users who redefine what everything stands on, and paths that are too long."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import ADAPTERS, Adapter
from shells.driver import SHELLS, UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]


@pytest.mark.parametrize("inner", SHELLS)
def test_a_shell_of_another_kind_adopts_ours(shell: str, inner: str, place: Place, make: Make, allow: Allow) -> None:
    if ADAPTERS[inner].program is None:
        pytest.skip(f"{inner} is not installed; the fixture `shell` tells so")
    project = make("project")
    allow(project)
    for name in {shell, inner}:
        place.write_rc(name)
    with Session(place, shell, PYTHONHOME="/x") as session:
        before = session.first
        session.run("cd project")
        outer, session.shell = session.shell, inner
        state = session.run(ADAPTERS[inner].start()[0])
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert state.PATH == f"{project}/.venv/bin:/usr/bin:/bin"
        assert state.deactivate
        state = session.run("cd ..")
        assert state.variables == before.variables
        session.run("cd project")
        assert session.run("deactivate").VIRTUAL_ENV == UNSET
        session.run("exit")
        session.shell = outer
        assert session.look().VIRTUAL_ENV == f"{project}/.venv"


def test_special_builtins_redefined(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    """Nobody can work on such ground: the hook says so at most once, and the prompt goes on."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    for word in adapter.unforgiving_words.split():
        with Session(place, shell) as session:
            session.run(adapter.function(word, ":"))
            told = []
            for line in ("cd project", ":", "cd ..", "cd project", ":"):
                state = session.run(line, seconds=10)
                told += state.lines
                assert state.status == "0"
            assert len(told) <= 1, word


def test_read_only_variables(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    if not adapter.has_read_only:
        return
    project = make("project")
    allow(project)
    for name in ("VIRTUAL_ENV", "PATH", "PS1"):
        place.write_rc(shell, after=f"readonly {name}\n")
        with Session(place, shell) as session:
            told = []
            for line in ("cd project", ":", ":", "cd ..", ":"):
                state = session.run(line)
                told += state.lines
                assert state.tty.count("read") <= 3, "not at every prompt"
            assert len(told) <= 1
            assert state.status == "0"


def test_a_path_too_long_for_a_decision(shell: str, place: Place, allow: Allow) -> None:
    """Mirrored in the state folder it would pass PATH_MAX: the shell keeps the decision while it stays."""
    top = place.home / "deep"
    top.mkdir()
    allow(top, tree=True)
    project = top
    steps = 0
    while len(str(project)) < 3700:
        project /= "n" * 200
        steps += 1
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/bin/python").symlink_to(sys.executable)
    (project / ".venv/pyvenv.cfg").write_text("home = /usr/bin\n")
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd deep")
        for _ in range(steps):
            state = session.run("cd " + "n" * 200)
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert state.lines == []
        assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"
        state = session.run("cd")
        assert state.VIRTUAL_ENV == UNSET
        assert state.lines == []
