"""What zsh alone has stays as it was: tied PATH, traps, psvar, directory stack, other hooks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shells.driver import Place, Session
from shells.snapshot import difference, snapshot

Make = Callable[..., Path]
Allow = Callable[..., None]

pytestmark = pytest.mark.parametrize("shell", ["zsh"], indirect=True)


@pytest.mark.parametrize("environ", [{}, {"PYTHONHOME": "/x"}])
def test_unique_paths(place: Place, make: Make, allow: Allow, shell: str, environ: dict[str, Any]) -> None:
    """`typeset -U` takes the user's own equal entry out of PATH while ours is in it; it comes back."""
    project = make("project")
    allow(project)
    place.write_rc(shell, after=f"typeset -U PATH path\nPATH=/usr/bin:{project}/.venv/bin:/bin")
    with Session(place, shell, **environ) as session:
        before = session.first.PATH
        assert before == f"/usr/bin:{project}/.venv/bin:/bin"
        assert session.run("cd project").PATH == f"{project}/.venv/bin:/usr/bin:/bin"
        assert before == session.run("cd").PATH
        session.run("cd project")
        session.run("path=(/mine $path)")
        assert session.run("cd").PATH == "/mine:/usr/bin:/bin"
        assert "unique" in session.out("print ${(t)PATH}")


def test_read_only_while_it_is_on(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """Nobody can undo that: one line, and the prompts go on, the hooks behind ours too."""
    allow(make("project"))
    place.write_rc(shell, after="mine() { print mine >>$HOME/mine }; precmd_functions+=(mine)")
    for name in ("PATH", "path", "VIRTUAL_ENV", "STEPIN_ENV"):
        with Session(place, shell) as session:
            session.run("cd project")
            session.run(f"readonly {name}")
            state = session.run("cd")
            assert len(state.lines) == 1
            for line in (":", "cd project", "cd", "deactivate; true"):
                count = len((place.home / "mine").read_text().splitlines())
                state = session.run(line)
                assert "stepin" not in state.tty
                assert state.status == "0"
                assert len((place.home / "mine").read_text().splitlines()) > count


def test_other_hooks_see_the_environment_and_the_status(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    log = "print -r -- $? $pipestatus ${VIRTUAL_ENV-off} >>$HOME/log"
    before = f"early() {{ {log} }}; precmd_functions=(early); chpwd() {{ {log} }}\n"
    place.write_rc(shell, before=before, after=f"late() {{ {log} }}; precmd_functions+=(late)")
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("cd ..")
        (place.home / "log").write_text("")
        session.child.sendline("cd project; true | (exit 3)")
        session.run(":")
        env = f"{project}/.venv"
        assert (place.home / "log").read_text().splitlines().count(f"3 0 3 {env}") == 2
        functions = "__stepin_prompt early late __stepin_after __stepin_moved\n"
        assert session.out("print $precmd_functions $chpwd_functions") == functions
        session.run(f"source {place.home}/stepin-hook.zsh")
        assert session.out("print $precmd_functions $chpwd_functions") == functions


@pytest.mark.parametrize("form", ["list", "function"])
def test_traps_of_the_users_are_not_about_our_commands(
    place: Place, make: Make, allow: Allow, shell: str, form: str
) -> None:
    allow(make("project"))
    note = {"ZERR": "print -r ZERR >>$HOME/traps", "DEBUG": "print -r -- DEBUG $ZSH_DEBUG_CMD >>$HOME/traps"}
    text = "".join(
        f"trap '{do}' {name}\n" if form == "list" else f"TRAP{name}() {{ {do} }}\n" for name, do in note.items()
    )
    place.write_rc(shell)
    (place.home / "traps.zsh").write_text(text)
    with Session(place, shell) as session:
        session.run("cd project; cd")
        session.run(f"source {place.home}/traps.zsh")
        (place.home / "traps").write_text("")
        for line in ("cd project", ":", "cd ..", "cd nowhere"):
            session.run(line)
        lines = (place.home / "traps").read_text().splitlines()
        assert lines.count("ZERR") == 1, "that of the user's own failing command"
        assert "DEBUG :" in lines
        seen = {line.removeprefix("DEBUG ").strip() for line in lines}
        assert {line for line in seen if "stepin" in line or "[[" in line} == set()
        assert "builtin trap - DEBUG ZERR" in seen, "what puts it aside, it sees"


def test_tracing_shows_nothing_of_ours(place: Place, make: Make, allow: Allow, shell: str) -> None:
    allow(make("project"))
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project; cd")
        session.run("setopt xtrace verbose")
        for line in ("cd project", ":", "cd"):
            assert "__stepin" not in session.run(line).tty
        session.run("deactivate 2>/dev/null; setopt no_xtrace no_verbose")


def test_the_users_deactivate_keeps_its_options(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """It is copied, not read again: it does not take on the options that ours are defined under."""
    allow(make("project"))
    mine = "deactivate() { x='a b'; set -- $x; print $# }\n"
    for copies in ("", "disable functions\n"):
        place.write_rc(shell, after=mine + copies + "setopt sh_word_split")
        with Session(place, shell) as session:
            before = session.out("typeset -f deactivate")
            assert session.out("deactivate") == "2\n"
            session.run("cd project")
            assert "__stepin" in session.out("typeset -f deactivate")
            session.run("cd")
            assert before == session.out("typeset -f deactivate")
            if not copies:
                assert session.out("deactivate") == "2\n"
            assert session.run(":").lines == []


def test_virtualenvs_prefix_in_psvar_is_undone(place: Place, allow: Allow, shell: str) -> None:
    project = place.home / "project"
    tool = Path(sys.executable).parent / "virtualenv"
    env = dict(os.environ, VIRTUALENV_APP_DATA=str(place.home / "app-data"))
    subprocess.run([tool, "--quiet", "--no-pip", "--no-setuptools", project / ".venv"], check=True, env=env)
    allow(project)
    place.write_rc(shell, after="psvar=(one)")
    with Session(place, shell) as session:
        session.run("source project/.venv/bin/activate")
        state = session.run("cd project")
        assert state.PS1 == "(.venv) > "
        state = session.run("cd")
        assert state.variables == session.first.variables
        assert session.out('print -r -- "${(j:,:)psvar}" ${_OLD_VIRTUAL_PSVAR-unset}') == "one,,,,,,,, unset\n"


def test_the_directory_stack_is_the_users(place: Place, make: Make, allow: Allow, shell: str) -> None:
    allow(make("project"))
    stacks = []
    for hook in (True, False):
        place.write_rc(shell, hook=hook, after="setopt auto_pushd")
        with Session(place, shell) as session:
            for line in ("cd project", "cd /usr", "cd -", "pushd /", "popd", "cd ~1"):
                session.run(line)
            stacks.append(session.out("dirs -v; print $OLDPWD"))
    assert stacks[0] == stacks[1]


def test_nothing_is_left_of_a_visit(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """Neither by a helper's answer, nor by a stranger's project, nor by what is no environment."""
    allow(make("project"))
    make("stranger")
    (place.home / "odd/env").mkdir(parents=True)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd /")
        session.run("cd")
        before = snapshot(session)
        for line in ("cd project", "cd ../stranger", "cd ../odd", "cd /", "cd"):
            session.run(line)
        assert difference(before, snapshot(session)) == {}


def test_a_function_deactivate_with_options_of_its_own(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """zsh 5.9 crashes when a copy of such a function (`functions -c`) is removed."""
    allow(make("project"))
    mine = "'builtin' 'emulate' 'zsh' '-c' 'deactivate() { print mine; }'\n"
    place.write_rc(shell, after=mine)
    with Session(place, shell) as session:
        for _ in range(3):
            session.run("cd project")
            session.run("cd ..")
            assert session.out("deactivate") == "mine\n"
            session.run("cd project")
            session.run("command mv .venv away")
            session.run("command mv away .venv; cd ..")
            assert session.out("deactivate") == "mine\n"
