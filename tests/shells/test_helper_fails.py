"""Whatever becomes of the helper, the shell goes on as if stepin were not there, and says so in one line once."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import Adapter
from shells.driver import ROOT, UNSET, Place, Session
from stepin import shells

Make = Callable[..., Path]
Allow = Callable[..., None]


def fake_helper(place: Place, script: str) -> None:
    """Put a program in the interpreter's place."""
    program = place.home / "python"
    program.write_text(f"#!/bin/sh\necho started >>{place.home}/started\n{script}\n")
    program.chmod(0o755)
    place.helpers = [(str(program), str(ROOT / "src"))]


def starts(place: Place) -> int:
    file = place.home / "started"
    return len(file.read_text().splitlines()) if file.exists() else 0


@pytest.mark.parametrize(
    "script",
    {
        "dies": "exit 3",
        "is killed": "kill -9 $$",
        "prints nothing": "exit 0",
        "prints garbage": "echo 'rm -rf $(echo x); `'",
        "is cut short": "printf '__stepin_decision=(1 allowed /'",
        "speaks another protocol": (
            """echo "__stepin_protocol=9 __stepin_decision=('9' 'allowed')"; echo '# stepin: end'"""
        ),
    }.values(),
)
def test_a_helper_that_fails(shell: str, adapter: Adapter, place: Place, make: Make, script: str) -> None:
    make("project")
    fake_helper(place, script)
    place.write_rc(shell)
    with Session(place, shell) as session:
        fail, status = adapter.fail
        state = session.run(f"cd project; {fail}")
        assert state.status == status
        assert state.VIRTUAL_ENV == UNSET
        assert len(state.lines) <= 1
        if "protocol" not in script and "'9'" not in script:
            assert state.lines == ['stepin: the helper did not answer; run "stepin doctor"']
        for _ in range(3):
            state = session.run(":")
            # zsh's line editor shows what was typed.
            shown = state.tty.replace("> ", "").replace(f"t '#{session.count}'", "").replace(":", "")
            assert shown.strip() == "" or adapter.echoes
            assert state.lines == []
        assert starts(place) == 1, "asked once, not at every prompt"
        session.run("cd ..")
        state = session.run("cd project")
        assert starts(place) == 2, "asked again on return"
        assert state.lines == [], "told once"


def test_a_helper_that_is_gone(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    other = make("other")
    allow(project, other)
    copy = place.home / "copy"
    shutil.copytree(ROOT / "src/stepin", copy / "stepin", ignore=shutil.ignore_patterns("__pycache__"))
    place.helpers = [(sys.executable, str(copy))]
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        shutil.rmtree(copy)
        assert session.run("cd ..").variables == session.first.variables, "leaving works without it"
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv", "so does what was decided before"
        state = session.run("cd ../other")
        assert state.VIRTUAL_ENV == UNSET
        assert len(state.lines) == 1
        assert "stepin setup" in state.lines[0]
        assert session.run(":").lines == []


def test_the_next_recorded_helper_is_taken(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """After an upgrade the package may lie elsewhere: the folders that setup recorded are tried in turn."""
    project = make("project")
    allow(project)
    place.helpers = [("/nowhere/python", "/nowhere"), *place.helpers]
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"


def test_ctrl_c_gives_the_prompt_back(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    make("project")
    fake_helper(place, "exec sleep 60")
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run(adapter.interrupted)
        session.child.sendline("cd project")
        end = time.monotonic() + 10
        while starts(place) < 1 and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.2)
        session.child.sendintr()
        time.sleep(0.2)
        state = session.look(seconds=10)
        assert state.VIRTUAL_ENV == UNSET
        assert session.run(":", seconds=10).lines == []
        assert starts(place) == 1, "not started again at that prompt"
        if adapter.interrupted != ":":
            assert "u" in session.out('printf %s "$-"')
        assert session.run("cd ..", seconds=10).variables == session.first.variables


def test_a_state_folder_that_cannot_be_written(shell: str, place: Place, make: Make) -> None:
    """A file in its place stands for all that can be wrong with it, also for root, who may write anywhere."""
    make("project")
    place.store.parent.mkdir(parents=True)
    place.store.write_text("")
    place.write_rc(shell)
    with Session(place, shell) as session:
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == UNSET
        assert len(state.lines) <= 1
        for line in (":", "cd ..", "cd project", ":"):
            assert session.run(line).lines == []


def test_a_state_folder_that_others_can_write_to(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.store.chmod(0o777)
    place.write_rc(shell)
    with Session(place, shell) as session:
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == UNSET
        assert len(state.lines) == 1
        assert "is writable by other users" in state.lines[0]


@pytest.mark.parametrize("damage", ["", "garbage '(", "\0\0\0"])
def test_a_corrupt_decision_is_asked_anew(shell: str, place: Place, make: Make, allow: Allow, damage: str) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project; cd ..")
        session.run("cd project")
        session.run("cd ..")
        files = [path for path in place.store.rglob(shell) if path.is_file()]
        assert len(files) == 1
        files[0].write_text(damage)
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
    with Session(place, shell) as session:  # one that does not know the decision yet
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert state.lines == []
        assert "stepin: end" in files[0].read_text(), "written again"


def test_without_home(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run(adapter.unset("HOME"))
        assert len(session.run(f"cd {project}").lines) <= 1
        for line in (":", f"cd {place.home}", ":"):
            assert session.run(line).lines == []


def test_times_in_the_future_are_as_good_as_others(shell: str, place: Place, make: Make, allow: Allow) -> None:
    import os

    project = make("project")
    allow(project)
    future = time.time() + 86_400
    for path in (project / ".venv", project / ".venv/bin", project / ".venv/pyvenv.cfg"):
        os.utime(path, (future, future))
    program = place.home / "python"
    program.write_text(f'#!/bin/sh\necho started >>{place.home}/started\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    place.helpers = [(str(program), str(ROOT / "src"))]
    place.write_rc(shell)
    with Session(place, shell) as session:
        for _ in range(2):
            assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
            for _ in range(3):
                assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"
            session.run("cd ..")
    assert starts(place) == 1


def test_another_version_of_the_hook_applies_nothing(shell: str, place: Place, make: Make, allow: Allow) -> None:
    make("project")
    allow(place.home / "project")
    place.write_rc(shell)
    hook = place.home / f"stepin-hook.{shell}"
    text = hook.read_text()
    speaks = shells.load(shell).assign("__stepin_speaks", [shells.PROTOCOL])
    assert text.count(speaks + "\n") == 1
    hook.write_text(text.replace(speaks, shells.load(shell).assign("__stepin_speaks", ["9"])))
    with Session(place, shell) as session:
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == UNSET
        assert len(state.lines) == 1
