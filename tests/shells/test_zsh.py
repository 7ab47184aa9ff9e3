"""What only zsh has: decisions applied at `cd`, hooks in arrays, a PATH that is an array too, traps and options."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.driver import ROOT, UNSET, Place, Session
from shells.snapshot import difference, snapshot
from shells.test_quoting import random_words
from stepin import shells

Make = Callable[..., Path]
Allow = Callable[..., None]

pytestmark = pytest.mark.parametrize("shell", ["zsh"], indirect=True)


def counting_helper(place: Place, script: str = f'exec {sys.executable} "$@"') -> Callable[[], int]:
    """Put a program in the helper's place that notes each start; return what counts them."""
    program, started = place.home / "python", place.home / "started"
    program.write_text(f"#!/bin/sh\necho started >>{started}\n{script}\n")
    program.chmod(0o755)
    place.helpers = [(str(program), str(ROOT / "src"))]
    return lambda: len(started.read_text().splitlines()) if started.exists() else 0


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


def test_what_is_not_known_waits_for_the_prompt(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """Neither the helper nor a line comes between the commands of a line; what was on goes off at once."""
    outer = make("outer")
    make("outer/inner")
    allow(outer)
    started = counting_helper(place)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd outer")
        before = started()
        out = place.home / "out"
        state = session.run(f"cd inner; print -r -- ${{VIRTUAL_ENV-off}} $(wc -l <{place.home}/started) >{out}")
        assert out.read_text().split() == ["off", str(before)]
        assert len(state.lines) == 1
        assert started() == before + 1


def test_a_doubt_at_cd_keeps_on_what_is_on(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """`pip install x; cd src; python`: bin is newer than the decision, which waits for the prompt to be made anew."""
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


def test_nothing_stale_is_applied(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """Where the helper fails, a decision that does not hold is on neither at `cd` nor at any prompt."""
    project = make("project")
    allow(project)
    started = counting_helper(place)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project; cd ..")
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        session.run("cd ..")
        shutil.rmtree(project / ".venv")
        make("project")
        program = place.home / "python"
        program.write_text(f"#!/bin/sh\necho started >>{place.home}/started\nexit 1\n")
        count = started()
        assert session.out("cd project; print -r -- ${VIRTUAL_ENV-off}") == "off\n"
        for line in (":", ":", "cd .", ":"):
            assert session.run(line).VIRTUAL_ENV == UNSET
        assert started() == count + 1


def test_ctrl_c_leaves_nothing_stale(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    started = counting_helper(place)
    place.write_rc(shell, after="TRAPINT() { print INT >>$HOME/int; return $(( 128 + $1 )) }")
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("cd ..")
        (project / ".venv/bin/new").write_text("")
        program = place.home / "python"
        program.write_text(f"#!/bin/sh\necho started >>{place.home}/started\nexec sleep 60\n")
        count = started()
        session.child.sendline("cd project")
        while started() == count:
            pass
        session.child.sendintr()
        for _ in range(3):
            assert session.look(seconds=10).VIRTUAL_ENV == UNSET
        assert started() == count + 1, "not started again"
        assert (place.home / "int").exists(), "the trap is the user's"
        assert "TRAPINT" in session.out("typeset -f TRAPINT")


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


@pytest.mark.parametrize("environ", [{}, {"PYTHONHOME": "/x"}])
def test_unique_paths(place: Place, make: Make, allow: Allow, shell: str, environ: dict[str, str]) -> None:
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
        assert session.out("print $precmd_functions $chpwd_functions") == "__stepin_prompt early late __stepin_moved\n"
        session.run(f"source {place.home}/stepin-hook.zsh")
        assert session.out("print $precmd_functions $chpwd_functions") == "__stepin_prompt early late __stepin_moved\n"


def test_hooks_that_cannot_be_added(place: Place, make: Make, allow: Allow, shell: str) -> None:
    allow(make("project"))
    place.write_rc(shell, before="typeset -ra precmd_functions")
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == UNSET
        assert session.run(f"source {place.home}/stepin-hook.zsh 2>&1 | wc -l").tty.count("\n1\n") == 1


def test_too_old_a_zsh(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    for version, works in (("5.2", False), ("4.3.11", False), ("5.3", True), ("5.10", True), ("6.0.1-dev", True)):
        place.write_rc(shell, before=f"ZSH_VERSION={version}")
        with Session(place, shell) as session:
            told = session.first.lines
            state = session.run("cd project")
            told += state.lines
            assert (state.VIRTUAL_ENV == f"{project}/.venv") is works
            assert len(told) == (0 if works else 1)


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


def test_read_by_eval_under_aliases_over_everything(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """zsh reads the text of an `eval` as a whole: nothing that the text itself switches off helps."""
    project = make("project")
    allow(project)
    words = "if then else elif fi for do done while until case esac local export function eval builtin emulate setopt"
    aliases = "".join(f"alias {word}='BROKEN-{word}'\n" for word in words.split())
    aliases += "".join(f"alias -g {word}='BROKEN'\n" for word in ("return", "-z", "zsh", "print"))
    load = f'x=$(<{place.hook(shell)})\n{aliases}\\eval "$x"\nunalias -a\nunset x\n'
    place.write_rc(shell, hook=False, after=load)
    with Session(place, shell) as session:
        assert "BROKEN" not in session.first.tty
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        assert session.run("cd").variables == session.first.variables


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


def test_without_zsh_parameter(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """A zsh that is linked statically may lack the modules: the user's own `deactivate` is found nevertheless."""
    project = make("project")
    allow(project)
    place.write_rc(shell, before="zmodload -ui zsh/parameter 2>/dev/null; zmodload -Fa zsh/parameter -p:functions")
    with Session(place, shell) as session:
        session.run("module_path=(/nowhere); deactivate() { print mine }")
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        assert session.run("cd").lines == []
        assert session.out("deactivate") == "mine\n"


def test_more_names_than_four(place: Place, make: Make, allow: Allow, shell: str) -> None:
    place.config.parent.mkdir(parents=True, exist_ok=True)
    names = ["a", "b", "c", "d", "e", ".venv"]
    place.config.write_text(f"names = {names}\n".replace("'", '"'))
    projects = {name: make(f"in-{name}", name) for name in names}
    allow(*projects.values())
    place.write_rc(shell)
    with Session(place, shell) as session:
        for name, project in projects.items():
            assert session.run(f"cd ~/in-{name}").VIRTUAL_ENV == f"{project}/{name}"
        place.config.write_text('names = ["e"]\n')
        assert session.run("cd ~/in-e").VIRTUAL_ENV == f"{projects['e']}/e"
        assert session.run("cd ~/in-a").VIRTUAL_ENV == UNSET


def test_words_come_back_under_options_that_change_quotes(place: Place, shell: str) -> None:
    words = [word for word in random_words()[:1500] if b"\n" not in word]  # CSH_JUNKIE_QUOTES takes no newline
    file = place.home / "words"
    file.write_bytes(os.fsencode(shells.script(shells.load(shell), words=[os.fsdecode(word) for word in words])))
    text = 'setopt rc_quotes csh_junkie_quotes glob_subst sh_word_split; . "$0"; printf "%s\\0" "${__stepin_words[@]}"'
    result = subprocess.run([shell, "-f", "-c", text, str(file)], capture_output=True, env=place.environ())
    assert result.stdout.split(b"\0")[:-1] == words


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
