"""The shell is left as it was found: variables, functions, options, traps, under any options a user may have set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shells.driver import Place, Session
from shells.snapshot import difference, snapshot

Make = Callable[..., Path]
Allow = Callable[..., None]

OPTIONS = {
    "bash": {
        "plain": "",
        "strict": "set -euo pipefail",
        "no hash": "set +h",
        "no globbing": "set -f",
        "noclobber": "set -C",
        "allexport": "set -a",
        "posix": "set -o posix",
        "extdebug": "shopt -s extdebug",
        "functrace": "set -ET; trap 'x=1' DEBUG",
        "nullglob": "shopt -s nullglob",
        "failglob": "shopt -s failglob",
        "nocasematch": "shopt -s nocasematch",
        "keyword": "set -k",
        "IFS": "IFS=/.abcdefghijklmnopqrstuvwxyz0123456789_",
        "no IFS": "unset IFS",
        "traps": "trap 'echo int' INT; trap 'x=2' ERR; trap 'x=3' RETURN; trap 'x=4' EXIT",
    },
    "zsh": {
        "plain": "",
        "strict": "setopt no_unset pipe_fail",
        "err_exit": "setopt err_exit",
        "err_return": "setopt err_return",
        "ksh_arrays": "setopt ksh_arrays",
        "sh_word_split": "setopt sh_word_split glob_subst",
        "warn": "setopt warn_create_global warn_nested_var 2>/dev/null; true",
        "allexport": "setopt all_export",
        "noclobber": "setopt no_clobber",
        "null_glob": "setopt null_glob",
        "extended": "setopt extended_glob ksh_glob rc_quotes csh_null_glob",
        "prompt_subst": "setopt prompt_subst",
        "auto": "setopt cdable_vars chase_links pushd_minus",
        "sh": "emulate sh",
        "ksh": "emulate ksh",
        "IFS": "IFS=/.abcdefghijklmnopqrstuvwxyz0123456789_",
        "traps": "trap 'echo int' INT; TRAPUSR1() { x=1 }; trap 'x=2' EXIT",
    },
    "fish": {"plain": "", "umask": "umask 077", "interrupt": "function on_int --on-signal INT; end"},
}
CASES = [(shell, name) for shell, options in OPTIONS.items() for name in options]


@pytest.mark.parametrize(("shell", "name"), CASES, indirect=["shell"])
def test_entering_and_leaving_changes_nothing_else(
    shell: str, name: str, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    other = make("other", "venv")
    allow(project, other)
    place.write_rc(shell)
    (place.home / "elsewhere").mkdir()
    with Session(place, shell, PYTHONHOME="/some where") as session:
        # Once around first: OLDPWD and what the shell itself remembers are then the same before and after.
        for line in ("cd project", "cd ../elsewhere", OPTIONS[shell][name] or ":", "cd ..", "cd elsewhere"):
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
def test_inside_only_what_activation_is_differs(shell: str, name: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        for line in ("cd project", "cd ..", "cd project", "deactivate", OPTIONS[shell][name] or ":"):
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


def test_the_prompt_keeps_the_status(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        fail = "false" if shell == "fish" else "(exit 37)"
        assert session.run(fail).status == ("1" if shell == "fish" else "37")
        assert session.run(f"cd project; {fail}").status != "0"
        assert session.run(f"cd ..; {fail}").status != "0"
        assert session.run("cd project").status == "0"


def test_pipestatus_and_last_argument_stay(shell: str, place: Place, make: Make, allow: Allow) -> None:
    allow(make("project"))
    place.write_rc(shell)
    statuses = {"bash": '"${PIPESTATUS[@]}"', "zsh": '"${pipestatus[@]}"', "fish": "$pipestatus"}[shell]
    with Session(place, shell) as session:
        out = place.home / "statuses"
        session.child.sendline("cd project; true | false | true")
        session.run(f"echo {statuses} >{out}")
        assert out.read_text() == "0 1 0\n"
        if shell != "fish":
            session.child.sendline("cd ../project; : some last-word")
            session.run(f'echo "$_" >|{out}')
            assert out.read_text() == "last-word\n"


def test_aliases_and_functions_over_any_word(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    words = "local printf shopt declare echo test true source typeset hash rehash"
    if shell == "fish":  # what its own functions do not call at a prompt or a cd; the rest is in test_fish.py
        words = "cat head true false path emit"
    broken = "".join(
        f"function {word}; command echo BROKEN {word}; end\n" if shell == "fish" else f"{word}() {{ BROKEN-{word}; }}\n"
        for word in words.split()
    )
    aliases = ""
    if shell != "fish":
        keywords = "if then else elif fi for in do done while case esac function return"
        keywords += " local printf builtin export unset set eval emulate"
        aliases = "".join(f"alias {word}='BROKEN-{word}'\n" for word in keywords.split())
    # The aliases are in force while the hook is read, the functions come after it.
    place.write_rc(shell, before=("shopt -s expand_aliases\n" if shell == "bash" else "") + aliases, after=broken)
    with Session(place, shell) as session:
        assert "BROKEN" not in session.first.tty
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert "BROKEN" not in state.tty
        state = session.run("cd ..")
        assert state.variables == session.first.variables
        assert "BROKEN" not in state.tty


def test_a_function_deactivate_of_the_users_comes_back(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    mine = "function deactivate; echo mine; end\n" if shell == "fish" else "deactivate() { echo mine; }\n"
    place.write_rc(shell, after=mine)
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
