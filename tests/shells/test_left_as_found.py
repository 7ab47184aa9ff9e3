"""The shell is left as it was found: variables, functions, options, traps, under any options a user may have set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import ADAPTERS, Adapter
from shells.driver import Place, Session
from shells.snapshot import difference, snapshot

Make = Callable[..., Path]
Allow = Callable[..., None]

CASES = [(name, option) for name, adapter in ADAPTERS.items() for option in adapter.options]


@pytest.mark.parametrize(("shell", "name"), CASES, indirect=["shell"])
def test_entering_and_leaving_changes_nothing_else(
    shell: str, adapter: Adapter, name: str, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    other = make("other", "venv")
    allow(project, other)
    place.write_rc(shell)
    (place.home / "elsewhere").mkdir()
    with Session(place, shell, PYTHONHOME="/some where") as session:
        # Once around first: OLDPWD and what the shell itself remembers are then the same before and after.
        for line in ("cd project", "cd ../elsewhere", adapter.options[name] or ":", "cd ..", "cd elsewhere"):
            session.run(line)
        before = snapshot(session)
        session.run("cd ..")
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        state = session.run("cd ../other")
        assert state.VIRTUAL_ENV == f"{other}/venv"
        state = session.run("cd ..")
        assert state.lines == []
        state = session.run("cd elsewhere")
        after = snapshot(session)
        assert difference(before, after) == {}
        assert state.variables == session.first.variables | {"PWD": f"{place.home}/elsewhere"}


@pytest.mark.parametrize(("shell", "name"), CASES, indirect=["shell"])
def test_inside_only_what_activation_is_differs(
    shell: str, adapter: Adapter, name: str, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        for line in ("cd project", "cd ..", "cd project", "deactivate", adapter.options[name] or ":"):
            session.run(line)
        before = snapshot(session)
        session.run("cd ..")
        session.run("cd project")
        after = snapshot(session)
        changed = set(difference(before, after))
        meant = {"$VIRTUAL_ENV", "$VIRTUAL_ENV_PROMPT", "$STEPIN_ENV", "deactivate()"}
        possible = {
            "$PATH",
            "$PS1",
            "$path",
            "$OLDPWD",
            "$dirprev",
            "$dirnext",
            "$__fish_cd_direction",
            "fish_prompt()",
        }
        assert meant <= changed <= meant | possible


def test_the_prompt_keeps_the_status(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        fail, status = adapter.fail
        assert session.run(fail).status == status
        assert session.run(f"cd project; {fail}").status != "0"
        assert session.run(f"cd ..; {fail}").status != "0"
        assert session.run("cd project").status == "0"


def test_pipestatus_and_last_argument_stay(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    allow(make("project"))
    place.write_rc(shell)
    with Session(place, shell) as session:
        out = place.home / "statuses"
        session.child.sendline("cd project; true | false | true")
        session.run(f"echo {adapter.statuses} >{out}")
        assert out.read_text() == "0 1 0\n"
        if adapter.keeps_last_argument:
            session.child.sendline("cd ../project; : some last-word")
            session.run(f'echo "$_" >|{out}')
            assert out.read_text() == "last-word\n"


def test_aliases_and_functions_over_any_word(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    broken = "".join(adapter.function(word, f"command echo BROKEN {word}") + "\n" for word in adapter.words.split())
    aliases = "".join(f"alias {word}='BROKEN-{word}'\n" for word in adapter.keywords.split())
    # The aliases are in force while the hook is read, the functions come after it.
    place.write_rc(shell, before=f"{adapter.aliases_on}\n{aliases}", after=broken)
    with Session(place, shell) as session:
        assert "BROKEN" not in session.first.tty
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert "BROKEN" not in state.tty
        state = session.run("cd ..")
        assert state.variables == session.first.variables
        assert "BROKEN" not in state.tty


def test_a_function_deactivate_of_the_users_comes_back(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell, after=adapter.function("deactivate", "echo mine"))
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        session.run("cd ..")
        assert session.out("deactivate") == "mine\n"


def test_reading_the_rc_twice_installs_once(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    hook = place.home / f"stepin-hook.{shell}"
    with Session(place, shell) as session:
        before = snapshot(session)
        state = session.run(f". {hook}")
        assert state.lines == []
        assert difference(before, snapshot(session)) == {}
        session.run("cd project")
        state = session.run(f". {hook}")
        assert state.PATH.count(".venv/bin") == 1
        state = session.run("cd ..")
        assert state.variables == session.first.variables


def test_forgotten_command_locations(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """A command that was looked up before is looked up anew: `python` is the environment's from the first call on."""
    project = make("project")
    allow(project)
    tool = place.home / "tools/python3"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho outside\n")
    tool.chmod(0o755)
    inside = project / ".venv/bin/python3"
    inside.unlink()
    inside.write_text("#!/bin/sh\necho inside\n")
    inside.chmod(0o755)
    place.write_rc(shell)
    with Session(place, shell, PATH=f"{tool.parent}:/usr/bin:/bin") as session:
        assert session.out("python3") == "outside\n"
        session.run("cd project")
        assert session.out("python3") == "inside\n"
        session.run("cd ..")
        assert session.out("python3") == "outside\n"
