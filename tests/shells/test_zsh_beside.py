"""Beside what people load in zsh: themes, plugin managers, terminals. Stand-ins do what the real ones document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shells.driver import UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]

pytestmark = pytest.mark.parametrize("shell", ["zsh"], indirect=True)

# VS Code's shellIntegration-rc.zsh: marks around the prompt before it is shown, and the prompt as it was before
# when a command runs.
VSCODE = """
vsc_running=1
vsc_precmd() { [[ -z $vsc_running ]] || { vsc_prior=$PS1; PS1="%{A%}$PS1%{B%}"; vsc_running=; } }
vsc_preexec() { PS1=$vsc_prior; vsc_running=1; }
precmd_functions+=(vsc_precmd); preexec_functions+=(vsc_preexec)
"""
# kitty's integration: a mark in front of the prompt unless it is there, taken out when a command runs.
KITTY = """
kitty_precmd() {
    [[ $PS1 == *'%{K%}'* ]] || PS1="%{K%}$PS1"
    precmd_functions=(${precmd_functions:#kitty_precmd} kitty_precmd)
}
kitty_preexec() { PS1=${PS1//'%{K%}'} }
precmd_functions+=(kitty_precmd); preexec_functions+=(kitty_preexec)
"""


def plain(prompt: str) -> str:
    return prompt.replace("%{A%}", "").replace("%{B%}", "").replace("%{K%}", "")


@pytest.mark.parametrize("terminal", [VSCODE, KITTY])
@pytest.mark.parametrize("first", ["terminal", "stepin"])
def test_terminals_that_wrap_the_prompt(
    place: Place, make: Make, allow: Allow, shell: str, terminal: str, first: str
) -> None:
    allow(make("one"), make("two"))
    before, after = (terminal, "") if first == "terminal" else ("", terminal)
    place.write_rc(shell, before=before, after=after)
    with Session(place, shell) as session:
        for _ in range(2):
            for line in ("cd ~/one", ":", "", "cd ../two", "", ":"):
                state = session.run(line)
                assert plain(state.PS1) == "(.venv) > ", line
            for line in ("cd", "", ":"):
                state = session.run(line)
                assert plain(state.PS1) == "> "
        session.run("for i in {1..100}; do cd ~/one; for f in $precmd_functions; do $f; done; cd; done")
        assert plain(session.run(":").PS1) == "> "


def test_an_old_style_precmd_that_builds_the_prompt(place: Place, make: Make, allow: Allow, shell: str) -> None:
    allow(make("one"), make("two"))
    place.write_rc(shell, after='precmd() { PROMPT="$? ${PWD:t} > " }')
    with Session(place, shell) as session:
        assert session.run("cd one").PS1 == "(.venv) 0 one > "
        assert session.run("(exit 3)").PS1.startswith("(.venv) ")
        assert session.run("cd ../two").PS1 == "(.venv) 0 two > "
        assert "(" not in session.run("cd").PS1


def test_a_hook_that_is_loaded_after_the_first_prompt(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """zsh-defer, and zinit's `ice wait`: a file descriptor that is ready while the prompt is shown (zshzle(1), -F)."""
    project, other = make("project"), make("other")
    allow(project)
    hook = place.hook(shell)
    load = f"load() {{ emulate -L zsh; zle -F $1; exec {{later}}<&-; source {hook}; }}\n"
    load += "exec {later}</dev/null; zle -N load; zle -F $later load"
    place.write_rc(shell, hook=False, after=load)
    with Session(place, shell, cwd=project) as session:
        state = session.run(":")
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert session.first.lines + state.lines == []
        state = session.run("cd")
        assert (state.VIRTUAL_ENV, state.PATH, state.PS1) == (UNSET, "/usr/bin:/bin", "> ")
    with Session(place, shell) as session:
        session.run(f"source {other}/.venv/bin/activate")
        session.run(f"cd {other}")
        assert session.run(":").VIRTUAL_ENV == f"{other}/.venv"
    assert not (place.store / f"trust{str(other).replace('/', '/d/')}/project").exists(), "no consent"


def test_nothing_is_printed_under_an_instant_prompt(place: Place, make: Make, shell: str) -> None:
    """powerlevel10k objects to output as long as this variable is set; it unsets it behind the first prompt."""
    project = make("project")
    after = "typeset -g __p9k_instant_prompt_active=1\np9k() { unset __p9k_instant_prompt_active }"
    place.write_rc(shell, after=after)
    with Session(place, shell, cwd=project) as session:
        assert session.first.lines == []
        assert session.run(":").lines == []
        assert len(session.run("p9k").lines) == 1
        assert session.run(":").lines == []


def test_where_no_prefix_is_wanted(place: Place, make: Make, allow: Allow, shell: str) -> None:
    allow(make("project"))
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd project").PS1 == "(.venv) > "
        assert session.run("VIRTUAL_ENV_DISABLE_PROMPT=20").PS1 == "> "
        assert session.run("cd ..").PS1 == "> "
        assert session.run("cd project").PS1 == "> "
        assert session.run("unset VIRTUAL_ENV_DISABLE_PROMPT").PS1 == "(.venv) > "
        session.run("cd; prompt_pure_precmd() { : }")  # pure shows VIRTUAL_ENV itself
        state = session.run("cd project")
        assert (state.PS1, state.VIRTUAL_ENV_PROMPT) == ("> ", ".venv")
        assert session.run("cd").PS1 == "> "


def test_a_prompt_that_begins_with_a_newline(place: Place, make: Make, allow: Allow, shell: str) -> None:
    allow(make("one"), make("two"))
    place.write_rc(shell, after="PS1=$'\\n\\n%~ > '")
    with Session(place, shell) as session:
        for line in ("cd one", ":", "cd ../two", "cd ../one"):
            assert session.run(line).PS1 == "\n\n(.venv) %~ > "
        assert session.run("cd").PS1 == "\n\n%~ > "
        session.run("cd one")
        session.run(f"source {place.home}/two/.venv/bin/activate")
        assert session.run("deactivate").PS1 == "\n\n(.venv) %~ > "


@pytest.mark.parametrize("option", ["auto_name_dirs", "all_export"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_options_that_act_on_every_variable(
    place: Place, make: Make, allow: Allow, shell: str, option: str, when: str
) -> None:
    """None of ours becomes a named directory or an exported variable."""
    allow(make("one"), make("two"))
    line = f"setopt {option}"
    place.write_rc(shell, before=line if when == "before" else "", after=line if when == "after" else "")
    with Session(place, shell) as session:
        for line in ("cd one", "cd ../two", ":", "cd", "cd one"):
            session.run(line)
        assert "stepin" not in session.out("hash -d; printenv | grep -i __stepin; true")


def test_a_plugin_that_activates_on_cd_is_no_consent(place: Place, make: Make, shell: str) -> None:
    """As oh-my-zsh's python, virtualenvwrapper and autoswitch do, before our hook and behind it."""
    project = make("project")
    switch = "switch() { [[ ! -f .venv/bin/activate ]] || source .venv/bin/activate }\n"
    for add in ("chpwd_functions+=(switch)", "chpwd_functions=(switch $chpwd_functions)", "precmd_functions+=(switch)"):
        place.write_rc(shell, after=switch + add)
        with Session(place, shell) as session:
            for line in ("cd project", ":", ":"):
                assert session.run(line).VIRTUAL_ENV == f"{project}/.venv"
            assert not (place.store / "trust").exists()


def test_consent_by_doing_beside_an_allowed_envrc(place: Place, make: Make, shell: str) -> None:
    project = make("project")
    load = "load() { [[ $PWD == */project ]] && export DIRENV_DIR=-x DIRENV_DIFF=abc || unset DIRENV_DIR DIRENV_DIFF }"
    place.write_rc(shell, before=load + "\nprecmd_functions+=(load)")
    with Session(place, shell) as session:
        session.run("cd project")
        state = session.run("source .venv/bin/activate")
        assert (place.store / "trust").exists()
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert session.run("cd").VIRTUAL_ENV == UNSET


def test_consent_is_given_at_the_prompt_of_the_folder(place: Place, make: Make, shell: str) -> None:
    """`cd` and `activate` on one line may come from anywhere: a second one is asked for."""
    make("project")
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project; source .venv/bin/activate")
        assert not (place.store / "trust").exists()


def test_a_widget_that_changes_the_folder(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell, after="into() { cd ~/project; zle reset-prompt }; zle -N into; bindkey '^G' into")
    with Session(place, shell) as session:
        for _ in range(2):
            session.child.send("\x07")
            out = place.home / "found"
            session.child.sendline(f"print -r -- $VIRTUAL_ENV >|{out}")
            assert session.look().VIRTUAL_ENV == f"{project}/.venv"
            assert out.read_text() == f"{project}/.venv\n"
            session.run("cd")


def test_a_prompt_that_a_tool_puts_back(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """nodeenv's deactivate_node restores PS1 and PATH as they were in another project."""
    one, two = make("one"), make("two", "venv")
    allow(one, two)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd one")
        session.run("old_ps1=$PS1 old_path=$PATH; PS1='(node) '$PS1 PATH=/node:$PATH")
        session.run("cd ../two")
        state = session.run("PS1=$old_ps1 PATH=$old_path")
        assert (state.PS1, state.PATH) == ("(venv) > ", f"{two}/venv/bin:/usr/bin:/bin")
        session.run("cd")
        state = session.run("PS1=$old_ps1 PATH=$old_path")
        assert (state.PS1, state.PATH) == ("> ", "/usr/bin:/bin")


def test_a_shell_that_starts_in_another_project_speaks_of_no_conda(
    place: Place, make: Make, allow: Allow, shell: str
) -> None:
    one, two = make("one"), make("two")
    allow(one, two)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd one")
        state = session.run('sh -c "cd ../two && exec zsh"')
        assert state.lines == []
        assert state.VIRTUAL_ENV == f"{two}/.venv"
        assert state.PATH == f"{two}/.venv/bin:/usr/bin:/bin"


def test_an_activated_one_survives_a_walk(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    theirs = make("theirs", "env")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        before = session.run("source theirs/env/bin/activate")
        state = session.run("cd project")
        assert len(state.lines) == 1
        assert state.lines[0].endswith('another environment is active; run "deactivate"')
        for line in ("cd ..", "cd project", "cd"):
            state = session.run(line)
            assert state.lines == []
            assert state.VIRTUAL_ENV == f"{theirs}/env"
        assert state.variables == before.variables
