"""In fish, what a decision says is done at `cd` itself, so that `cd project && pip install x` is right."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.counting import counting_helper
from shells.driver import UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]

pytestmark = pytest.mark.parametrize("shell", ["fish"], indirect=True)
SHOW = "set -q VIRTUAL_ENV; and echo $VIRTUAL_ENV; or echo off"


def test_known_or_not_and_after_a_change_elsewhere(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project, other = make("project"), make("other")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.out(f"cd project; {SHOW}; cd ..; {SHOW}") == f"{project}/.venv\noff\n"
        allow(other)
        line = f"cd project; {SHOW}; cd ../other; {SHOW}; pushd ../project; {SHOW}; popd; cd ..; {SHOW}"
        assert session.out(line) == f"{project}/.venv\n{other}/.venv\n{project}/.venv\noff\n", (
            "another project was trusted meanwhile"
        )


def test_what_there_is_to_say_waits_for_the_prompt(place: Place, make: Make, shell: str) -> None:
    make("project")
    place.write_rc(shell)
    with Session(place, shell) as session:
        state = session.run("cd project; echo at-cd; cd ..")
        assert len(state.lines) == 1
        assert state.tty.index("at-cd\n") < state.tty.index("is not trusted")
        assert session.run("cd project").lines == []


def test_not_while_path_is_local(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project; cd ..")
        line = f"begin; set -lx PATH /local /usr/bin; cd project; {SHOW}; string join : $PATH; end"
        assert session.out(line) == "off\n/local:/usr/bin\n"
        state = session.look()
        assert (state.VIRTUAL_ENV, state.PATH) == (f"{project}/.venv", f"{project}/.venv/bin:/usr/bin:/bin")
        assert session.out("begin; set -lx PATH /usr/bin; cd ..; end; string join : $PATH") != "/usr/bin:/bin\n"
        assert session.look().PATH == "/usr/bin:/bin"


def test_a_setting_turns_it_off(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("set -g __stepin_at_cd ''")
        assert session.out(f"cd project; {SHOW}") == "off\n"
        assert session.look().VIRTUAL_ENV == f"{project}/.venv"


def test_a_key_that_changes_the_folder(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell, after="bind \\cg 'cd ~/project; commandline -f repaint'")
    with Session(place, shell) as session:
        session.child.send("\x07")
        assert session.run("true").VIRTUAL_ENV == f"{project}/.venv"


def test_the_users_variables_are_left_alone(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """`string match` with a named group writes into a global variable of that name."""
    allow(make("project"))
    place.write_rc(shell)
    names = ("up", "parts", "path", "front", "rest", "text", "name", "folder", "line", "place", "number")
    with Session(place, shell) as session:
        for name in names:
            session.run(f"set -g {name} mine")
        session.run("cd project; cd ..; cd project")
        session.run("deactivate")
        values = session.out(f"for n in {' '.join(names)}; echo $$n; end")
        assert values == "mine\n" * len(names)


def test_consent_needs_a_typed_command(place: Place, make: Make, shell: str) -> None:
    """What a plugin does at a `cd` or a prompt, or a startup file, is no consent; beside an .envrc, typing is."""
    project = make("project")
    source = f"source {project}/.venv/bin/activate.fish"
    inside = f'test $PWD = {project} -a "$VIRTUAL_ENV" = ""; and {source}'
    for plugin in (
        f"function plugin --on-variable PWD; {inside}; end",
        f"function plugin --on-event fish_prompt; {inside}; end",
        source,
    ):
        for before, after in ((plugin, ""), ("", plugin)):
            place.write_rc(shell, before=before, after=after)
            with Session(place, shell, cwd=project if plugin == source else None) as session:
                session.run("cd ~/project")
                assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"
            assert not (place.store / "trust").exists(), (plugin, before)
    place.write_rc(shell, after="set -gx DIRENV_DIFF x; set -gx DIRENV_DIR -/x")
    with Session(place, shell) as session:
        session.run("cd project")
        assert len(session.run(source).lines) == 1
    assert (place.store / "trust").exists()


def test_on_and_off_are_requests(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        requests = place.store / "requests"
        requests.mkdir()
        file = requests / session.out("echo $fish_pid").strip()
        for line, expected in (("off 1", UNSET), ("off 1", UNSET), ("on 2", f"{project}/.venv")):
            file.write_text(line + "\n")
            allow()
            assert session.run(":").VIRTUAL_ENV == expected
        session.run("deactivate")
        assert session.run(":").VIRTUAL_ENV == UNSET
        allow()
        assert session.run(":").VIRTUAL_ENV == UNSET, "the same line asks for nothing"
        file.write_text("on 3\n")
        allow()
        assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"


def test_each_question_once(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """One start for each project, however often the shell passes, and none for a doubt that stays."""
    projects = [make(f"p{n}") for n in range(3)]
    allow(*projects[:2])
    starts = counting_helper(place)
    place.write_rc(shell)
    with Session(place, shell) as session:
        for _ in range(3):
            session.run("for p in p0 p1 p2; cd ~/$p; end; cd")
        assert starts() == 3


def test_what_never_holds_is_not_asked_at_each_prompt(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    changing = f"{sys.executable} -c 'import os; os.utime(\"{project}/.venv/bin\")'"
    starts = counting_helper(place, f'{sys.executable} "$@"; {changing}')
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        for _ in range(10):
            assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"
        assert 3 <= starts() <= 6
        subprocess.run(["rm", "-r", project / ".venv"], check=True)
        assert session.run(":").VIRTUAL_ENV == UNSET
