"""What only fish has: decisions applied at `cd`, prompts that are functions, universal variables, lists for paths."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.driver import UNSET, Place, Session
from shells.snapshot import difference, snapshot

Make = Callable[..., Path]
Allow = Callable[..., None]


pytestmark = pytest.mark.parametrize("shell", ["fish"], indirect=True)

# The words that are not reserved (fish: function), so that a user may have a function of that name.
RESERVED = {
    *("[", "_", "and", "argparse", "begin", "break", "builtin", "case", "command", "continue", "else", "end", "eval"),
    *("exec", "for", "function", "if", "not", "or", "read", "return", "set", "status", "string", "switch", "test"),
    *("time", "while"),
}


def test_a_known_decision_is_applied_at_cd_itself(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    other = make("other")
    allow(project, other)
    place.write_rc(shell)
    with Session(place, shell) as session:
        for line in ("cd project", "cd ../other", "cd"):
            session.run(line)
        line = "cd project; command -v python; cd ../other; command -v python; cd ..; set -q VIRTUAL_ENV; or echo off"
        assert session.out(line) == f"{project}/.venv/bin/python\n{other}/.venv/bin/python\noff\n"


def test_what_is_not_known_waits_for_the_prompt(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """Neither the helper nor a line comes between the commands of a line; an unknown inner project is off at once."""
    outer = make("outer")
    make("outer/inner")
    allow(outer)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd outer; cd ..")
        session.run("cd outer")
        state = session.run("cd inner; echo at-cd:$VIRTUAL_ENV:(count $VIRTUAL_ENV)")
        assert "at-cd" in state.tty
        assert state.tty.index("at-cd") < state.tty.index("is not trusted")
        assert len(state.lines) == 1
        assert session.out("cd ..; cd inner; set -q VIRTUAL_ENV; or echo off") == "off\n"


def test_nothing_stale_is_applied_at_cd(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """A project that was replaced since it was decided is not on before the helper has judged it."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("cd ..")
        project.rename(place.home / "moved")
        make("project")
        assert session.out("cd project; set -q VIRTUAL_ENV; or echo off; cd ..") == "off\n"


def test_a_cd_in_a_substitution_is_seen_at_the_prompt(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """In fish `(cd x)` moves the whole shell."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project; cd ..")
        session.run("cd project")
        session.run("cd ..")
        state = session.run("set x (cd project; set -q VIRTUAL_ENV; or echo off)")
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert session.out("echo $x") == "off\n"
        state = session.run("set x (cd ..)")
        assert state.VIRTUAL_ENV == UNSET


def test_the_prompt_sees_its_statuses(place: Place, make: Make, allow: Allow, shell: str) -> None:
    allow(make("project"))
    told = place.home / "told"
    place.write_rc(
        shell, after="function fish_prompt; echo $status $pipestatus >>$HOME/told; builtin printf '> '; end\n"
    )
    with Session(place, shell) as session:
        session.run("cd project")
        for line, statuses in {
            "true | false": "1 0 1",
            "function f; return 7; end; f": "7 7",
            "false | f | true": "0 1 7 0",
            "not f": "0 7",
            "cd ../project; f": "7 7",
        }.items():
            told.write_text("")
            assert session.run(line).PS1 == "(.venv) > "
            assert statuses in told.read_text().splitlines()


def test_a_prompt_of_many_lines_is_kept(place: Place, make: Make, allow: Allow, shell: str) -> None:
    allow(make("project"))
    place.write_rc(shell, after="function fish_prompt; builtin printf 'one $x \\n\\n two\\t\\\\ '; end\n")
    with Session(place, shell) as session:
        assert session.run("cd project").PS1 == "(.venv) one $x \n\n two\t\\ "


def test_arguments_reach_the_prompt(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """fish 4.1 calls it with --final-rendering where the prompt is transient."""
    allow(make("project"))
    place.write_rc(shell, after='function fish_prompt; echo -n "$argv> "; end\n')
    with Session(place, shell) as session:
        session.run("cd project")
        assert session.out("fish_prompt --final-rendering") == "(.venv) --final-rendering> "


def test_a_prompt_set_meanwhile_stays(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """As when a framework is loaded, or a theme chosen, inside a project."""
    allow(make("project"))
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("function fish_prompt; builtin printf 'new> '; end")
        assert session.run("cd ..").PS1 == "new> "
        assert session.run("cd project").PS1 == "(.venv) new> "
        assert session.run("cd ..").PS1 == "new> "


def test_a_prompt_around_ours_stays_and_works(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """Something that copies fish_prompt and calls the copy, as activate scripts do."""
    allow(make("project"))
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("functions -c fish_prompt mine; function fish_prompt; builtin printf 'w '; mine; end")
        assert session.look().PS1 == "w (.venv) > "
        for _ in range(3):
            assert session.run("cd ..").PS1 == "w > "
            assert session.run("cd project").PS1 == "(.venv) w > "


def test_the_way_is_the_same_from_wherever_one_comes(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """The folders to look at are made from the last ones where these are a neighbour's: as if made anew."""
    above = place.home.parent
    make("..")
    outer = make("a")
    inner = make("a/b/c", "venv")
    (place.home / "a/b/d/e/f").mkdir(parents=True)
    (place.home / "x/y").mkdir(parents=True)
    allow(outer, inner)
    place.write_rc(shell)
    envs = {"a": f"{outer}/.venv", "a/b/c": f"{inner}/venv", "x/y": UNSET, ".": UNSET, "a/b/d/e/f": f"{outer}/.venv"}
    envs |= {"a/b/d": f"{outer}/.venv", "a/b": f"{outer}/.venv", "x": UNSET, "..": UNSET}
    with Session(place, shell) as session:
        for round_ in range(3):
            for folder in ("a", "a/b/c", "x/y", "x", ".", "..", "a/b/d/e/f", "a/b/d", "a/b", "a/b/c", "a", "x", "a"):
                expected = f"{above}/.venv" if round_ == 2 and envs[folder] == UNSET else envs[folder]
                assert session.run(f"cd {place.home}/{folder}").VIRTUAL_ENV == expected, folder
                assert session.run(":").VIRTUAL_ENV == expected, folder
            if round_ == 1:
                session.run(f"cd {place.home}/x/y")
                allow(above)
                assert session.run(":").VIRTUAL_ENV == f"{above}/.venv", "at once, with nothing but the setting changed"


def test_universal_variables_are_left_alone(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """They belong to all of a user's shells: ours stand in front of them, in this shell."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    setup = "set -Ux PYTHONHOME /uni; set -Ux VIRTUAL_ENV_PROMPT uni; set -Ux STEPIN_ENV ''"
    with Session(place, shell) as session:
        session.run(setup)
        before = snapshot(session)
        session.run("cd project")
        assert session.out("printenv PYTHONHOME VIRTUAL_ENV_PROMPT") == "\n.venv\n", "empty is as unset for Python"
        assert session.out("set -qU PYTHONHOME; and set -qU VIRTUAL_ENV_PROMPT; and echo kept") == "kept\n"
        session.run("cd ..")
        changed = difference(before, snapshot(session))
        assert changed == {}
        assert session.out("printenv PYTHONHOME VIRTUAL_ENV_PROMPT") == "/uni\nuni\n"


def test_variables_of_any_kind_come_back(place: Place, make: Make, allow: Allow, shell: str) -> None:
    allow(make("project"))
    place.write_rc(shell)
    with Session(place, shell) as session:
        for line in ("set -e PATH", "set -gx PATH", "set -gx PATH . '~/x' '/a b' . /usr/bin"):
            session.run(line)
            before = session.out("set --show PATH")
            session.run("cd project")
            session.run("cd ..")
            assert session.out("set --show PATH") == before


def test_functions_over_every_word_that_is_not_reserved(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """fish's own functions call some of them, so each tells only of a call from a function of ours."""
    project = make("project")
    make("stranger")
    allow(project)
    builtins = subprocess.run(
        ["fish", "--no-config", "-c", "builtin -n"], capture_output=True, text=True
    ).stdout.split()
    words = [word for word in builtins if word not in (*RESERVED, ".", ":", "true", "false")]
    functions = "".join(
        f"function {word} --wraps {word}\n"
        f"  if status stack-trace | builtin string match -q -r 'in function .__stepin'\n"
        f"    command echo BROKEN {word} >>$HOME/broken\n  end\n  builtin {word} $argv\nend\n"
        for word in words
    ) + "".join(f"function {word}; command echo BROKEN {word} >>$HOME/broken; end\n" for word in ("cat", "seq", "head"))
    place.write_rc(shell, after=functions)
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        session.run("cd ../stranger")
        session.run("set -gx PATH /x $PATH; cd ../project; set -gx PATH /y $PATH")
        session.run("deactivate")
        assert session.run("cd ..").VIRTUAL_ENV == UNSET
    assert not (place.home / "broken").exists()


@pytest.mark.parametrize(
    "setting", ["set -g IFS ''", "set -g IFS", "set -g fish_trace 1", "set -g fish_read_limit 5000"]
)
def test_settings_that_change_how_fish_reads(place: Place, make: Make, allow: Allow, shell: str, setting: str) -> None:
    project = make("it's a\n new one")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run(setting)
        state = session.run("cd it*")
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert "__stepin_walk" not in state.tty, "not traced"
        assert session.run("cd ..").variables == session.first.variables


def test_an_interpreter_that_cannot_be_started(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """An unknown format, a shebang whose program is gone: fish may say why in words of its own, we say one line."""
    allow(make("project"))
    for number, content in enumerate((b"\x7fELF garbage", b"#!/nowhere/python\n", b"", b"\0\0")):
        program = place.home / f"python{number}"
        program.write_bytes(content)
        program.chmod(0o755)
        place.helpers = [(str(program), place.helpers[-1][1])]
        place.write_rc(shell)
        with Session(place, shell) as session:
            state = session.run("cd project")
            assert state.lines == ['stepin: the helper did not answer; run "stepin doctor"']
            assert session.run("cd ..").variables == session.first.variables


def test_what_virtualenvs_script_leaves_goes_with_the_rest(place: Place, allow: Allow, shell: str) -> None:
    project = place.home / "project"
    virtualenv = Path(sys.executable).with_name("virtualenv")
    command: list[str | Path] = [virtualenv, "--quiet", "--no-pip", "--no-setuptools", project / ".venv"]
    subprocess.run(command, check=True, env=place.environ(VIRTUALENV_APP_DATA=str(place.home / "app-data")))
    allow(project)
    place.write_rc(shell)
    with Session(place, shell, PKG_CONFIG_PATH="/a:/b") as session:
        session.run("cd project")
        session.run("cd ..")
        before = snapshot(session)
        session.run("source project/.venv/bin/activate.fish")
        session.run("cd project")
        session.run("cd ..")
        assert difference(before, snapshot(session)) == {}


def test_the_hook_is_read_by_fish_without_a_complaint(shell: str) -> None:
    for file in sorted((Path(__file__).parents[2] / "shell/fish").glob("*.fish")):
        for command in (["fish", "--no-execute", str(file)], ["fish_indent", "--check", str(file)]):
            result = subprocess.run(command, capture_output=True, text=True)
            assert (result.returncode, result.stdout, result.stderr) == (0, "", ""), file
