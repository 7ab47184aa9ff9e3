"""At `cd` itself: what follows on the same line runs in the environment, and nothing is printed before the prompt."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import Adapter
from shells.counting import counting_helper
from shells.driver import UNSET, Place, Session
from stepin.store import generations

Make = Callable[..., Path]
Allow = Callable[..., None]
READY = ("bash", "zsh", "fish")
pytestmark = pytest.mark.parametrize("shell", READY, indirect=True)
SEPARATOR = {"bash": "&&", "zsh": "&&", "fish": "; and"}


def age(project: Path) -> None:
    """Make the environment older than two seconds: bash before 5.0 compares whole ones, and asks about younger ones."""
    for path in (project / ".venv", project / ".venv/bin", project / ".venv/pyvenv.cfg"):
        os.utime(path, (1, 1))


def found(session: Session, line: str) -> str:
    """Return the `python` that is found at the end of a line, without a prompt in between."""
    out = session.report.with_name("found")
    session.run(f"{line} {SEPARATOR[session.shell]} command -v python >{out}")
    return out.read_text().strip()


def test_what_follows_a_cd_runs_in_the_environment(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """Known and unknown decisions alike, also after another project's trust has changed."""
    one, two = make("one"), make("two")
    allow(one, two)
    place.write_rc(shell)
    with Session(place, shell) as session:
        for _ in range(2):
            assert found(session, "cd ~/one") == f"{one}/.venv/bin/python"
            assert found(session, "cd ../two") == f"{two}/.venv/bin/python"
            assert not found(session, "cd").startswith(str(place.home))
            allow(make("three"))
        assert found(session, "pushd one") == f"{one}/.venv/bin/python"
        assert not found(session, "popd").startswith(str(place.home))


def test_a_hint_waits_for_the_prompt(shell: str, place: Place, make: Make) -> None:
    make("project")
    place.write_rc(shell)
    with Session(place, shell) as session:
        out = place.home / "both"
        state = session.run(f"cd project >{out} 2>&1; cd / >>{out} 2>&1; cd ~/project")
        assert out.read_text() == ""
        assert len(state.lines) == 1


def test_one_question_for_a_cd_and_its_prompt(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    age(project)
    allow(project)
    starts = counting_helper(place)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("cd ..; cd project; cd ..; cd project")
    assert starts() == 1


def test_the_builtin_s_words_are_kept(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    (place.home / "with space").mkdir()
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd nowhere").status == "1"
        assert session.run("cd 'with space'").PWD == f"{place.home}/with space"
        session.run("cd ../project")
        state = session.run("cd -")
        assert state.PWD == f"{place.home}/with space"
        assert state.VIRTUAL_ENV == UNSET
        assert session.run("cd -").VIRTUAL_ENV == f"{project}/.venv"
        assert session.out(f"echo {adapter.last_folder}").endswith("with space\n")


@pytest.mark.parametrize("mine", ["function", "alias"])
def test_a_cd_of_the_user_s_own_is_left_alone(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow, mine: str
) -> None:
    project = make("project")
    allow(project)
    if not adapter.cd_is_builtin:
        return
    text = adapter.function("cd", 'echo "mine $1" >>~/log; builtin cd "$@"')
    if mine == "alias":
        text = "alias cd='echo mine >>~/log; builtin cd'"
    place.write_rc(shell, after=text)
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv", "at the prompt"
        assert (place.home / "log").read_text().startswith("mine")


def test_a_local_path_in_a_function_stays_local(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    if not adapter.cd_is_builtin:
        return
    project = make("project")
    allow(project)
    place.write_rc(shell, after='go() { local PATH=/bin:/usr/bin; cd "$1"; }\n')
    with Session(place, shell) as session:
        for _ in range(2):
            state = session.run("go ~/project")
            assert state.VIRTUAL_ENV == f"{project}/.venv"
            assert state.PATH == f"{project}/.venv/bin:/usr/bin:/bin"
            assert session.run("go ~").variables == session.first.variables


def test_nothing_in_subshells_and_scripts(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("cd ..")
        if adapter.has_subshells:
            assert session.out(
                '(cd project; echo "[${VIRTUAL_ENV-}]"); x=$(cd project; echo "$VIRTUAL_ENV"); echo "[$x]"'
            ) == ("[]\n[]\n")
            assert session.out('cd project | cat; echo "[${VIRTUAL_ENV-}]"') == "[]\n"
        assert session.look().variables == session.first.variables
        line = 'cd ~/project; echo "[$VIRTUAL_ENV]"'
        command = [*adapter.start(), "-c", line]
        result = subprocess.run(command, env=place.environ(), capture_output=True, text=True, check=True)
        assert result.stdout == "[]\n"


def test_a_setting_turns_it_off(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    """Then the environment is activated at the next prompt only."""
    project = make("project")
    place.config.parent.mkdir(parents=True)
    place.config.write_text("cd = false\n")
    allow(project)
    place.write_rc(shell)
    found = place.home / "found"
    with Session(place, shell) as session:
        state = session.run(f"cd ~/project; command -v python >{found}; :")
        assert f"{project}/.venv" not in found.read_text()
        assert state.VIRTUAL_ENV == f"{project}/.venv"


def is_bash_3(adapter: Adapter) -> bool:
    """Return whether this is bash 3.2, where nothing tells a key's command from a function."""
    result = subprocess.run([*adapter.start(), "--version"], capture_output=True, text=True, check=True)
    return " 3." in result.stdout.splitlines()[0]


def test_a_key_that_changes_the_folder(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    if shell != "bash" or is_bash_3(adapter):
        return
    place.write_rc(shell, after="go() { cd ~/project; }\nbind -x '\"\\C-g\": go'\n")
    with Session(place, shell) as session:
        session.child.send("\x07")
        out = place.home / "found"
        session.child.sendline(f"command -v python >{out}")
        session.look()
        assert out.read_text() == f"{project}/.venv/bin/python\n"


def request(place: Place, session: Session, word: str) -> None:
    """Do what `stepin on` and `stepin off` do (shell/README.md, Requests)."""
    folder = place.store / "requests"
    folder.mkdir(exist_ok=True)
    (folder / str(session.child.pid)).write_text(f"{word} {session.count}\n")
    generations.start(str(place.store), str(place.config), str(place.home))


def test_on_and_off(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        assert session.run("deactivate").VIRTUAL_ENV == UNSET
        request(place, session, "on")
        for _ in range(2):
            assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"
        request(place, session, "off")
        for _ in range(2):
            state = session.run(":")
            assert state.variables == session.first.variables | {"PWD": str(project)}
        session.run("cd")
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        allow(make("other"))
        assert session.run(":").VIRTUAL_ENV == f"{project}/.venv", "a request counts once"
