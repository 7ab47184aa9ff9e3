"""Beside the tools that people have: what wraps the prompt, runs hooks of its own, or activates by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import Adapter
from shells.driver import UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]
READY = ("bash",)
pytestmark = pytest.mark.parametrize("shell", READY, indirect=True)

# Each does at every prompt what the terminal's own script does to PS1, and nothing else.
WRAPPERS = {
    # VS Code wraps what differs from what it set, and runs what was in PROMPT_COMMAND first.
    "VS Code": r"""
__vsc_original=("${PROMPT_COMMAND[@]}")
__vsc_prompt() {
    local command
    for command in "${__vsc_original[@]}"; do eval "$command"; done
    if [[ -z ${__vsc_custom_PS1-} || $__vsc_custom_PS1 != "$PS1" ]]; then
        __vsc_original_PS1=$PS1
        __vsc_custom_PS1="\[\e]633;A\a\]$__vsc_original_PS1\[\e]633;B\a\]"
        PS1=$__vsc_custom_PS1
    fi
}
unset PROMPT_COMMAND
PROMPT_COMMAND=__vsc_prompt
""",
    # kitty takes its marks out and puts them around whatever is there.
    "kitty": r"""
_ksi_prompt() {
    PS1=${PS1//'\[\e]133;k;start_kitty\a\]'*'\[\e]133;k;end_kitty\a\]'}
    PS1=${PS1//'\[\e]133;k;start_suffix_kitty\a\]'*'\[\e]133;k;end_suffix_kitty\a\]'}
    PS1='\[\e]133;k;start_kitty\a\]\[\e]133;A\a\]\[\e]133;k;end_kitty\a\]'$PS1
    PS1+='\[\e]133;k;start_suffix_kitty\a\]\[\e[5 q\]\[\e]133;k;end_suffix_kitty\a\]'
}
PROMPT_COMMAND+=(_ksi_prompt)
""",
}
# bash-preexec: its functions run first, and the rest of PROMPT_COMMAND after them.
PREEXEC = r"""
precmd_functions=()
__bp_precmd_invoke_cmd() { local f; for f in "${precmd_functions[@]}"; do "$f"; done; }
__bp_install() { PROMPT_COMMAND="__bp_precmd_invoke_cmd"$'\n'"${PROMPT_COMMAND/__bp_install/:}"; }
PROMPT_COMMAND="${PROMPT_COMMAND-}"$'\n'"__bp_install"
prompt() { SHOWN=${VIRTUAL_ENV-}; }
precmd_functions+=(prompt)
"""


@pytest.fixture
def project(make: Make, allow: Allow) -> Path:
    project = make("project")
    (project.parent / "elsewhere").mkdir()
    allow(project)
    return project


@pytest.mark.parametrize("name", WRAPPERS)
def test_a_terminal_that_wraps_the_prompt(shell: str, place: Place, project: Path, name: str) -> None:
    place.write_rc(shell, after=WRAPPERS[name])
    with Session(place, shell) as session:
        session.run("cd elsewhere")
        before = session.run(":").PS1
        for _ in range(5):
            state = session.run("cd ../project")
            assert state.VIRTUAL_ENV == f"{project}/.venv"
            assert state.PS1.count("(.venv) ") == 1
            assert session.run(":").PS1.count("(.venv) ") == 1
            assert session.run("cd ../elsewhere").PS1 == before


@pytest.mark.parametrize("order", ["before", "after"])
def test_functions_that_build_the_prompt_see_what_is_active(
    shell: str, place: Place, project: Path, order: str
) -> None:
    place.write_rc(shell, before=PREEXEC if order == "before" else "", after=PREEXEC if order == "after" else "")
    with Session(place, shell) as session:
        session.run(":")
        for line, expected in (
            ("cd project", f"{project}/.venv"),
            ("cd", ""),
            ("builtin cd project", f"{project}/.venv"),
        ):
            session.run(line)
            assert session.out("echo $SHOWN") == expected + "\n"


def test_a_prompt_that_begins_with_a_newline(shell: str, adapter: Adapter, place: Place, project: Path) -> None:
    place.write_rc(shell)
    for prompt in (r"\n\n> ", "\n> "):
        with Session(place, shell) as session:
            session.run(f"PS1={adapter.quote(prompt)}")
            assert session.run("cd project").PS1 == prompt.replace("> ", "(.venv) > ")
            assert session.run("cd").PS1 == prompt


def test_the_prefix_goes_as_soon_as_it_is_not_wanted(shell: str, adapter: Adapter, place: Place, project: Path) -> None:
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd project").PS1 == "(.venv) > "
        assert session.run(adapter.export("VIRTUAL_ENV_DISABLE_PROMPT", "1")).PS1 == "> "
        assert session.run("cd").PS1 == "> "


def test_what_a_plugin_does_at_a_cd_is_no_consent(shell: str, adapter: Adapter, place: Place, make: Make) -> None:
    project = make("project")
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run(f"cd project; {adapter.activate(project / '.venv')}")
        session.run(":")
        assert not (place.store / "trust").exists()
        session.run("deactivate")
        assert any("stepin" in line for line in session.run(adapter.activate(project / ".venv")).lines)
        assert (place.store / "trust").exists(), "typed here"


def test_nothing_of_ours_is_exported(shell: str, place: Place, project: Path) -> None:
    place.write_rc(shell, before="set -a")
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("cd")
        assert "stepin_" not in session.out("env")


def test_any_ifs(shell: str, place: Place, project: Path) -> None:
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("IFS=_")
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
        assert session.run("cd").VIRTUAL_ENV == UNSET


def test_an_environment_activated_elsewhere_survives_a_walk_through_a_project(
    shell: str, adapter: Adapter, place: Place, make: Make, project: Path
) -> None:
    own = make("own")
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run(adapter.activate(own / ".venv"))
        assert len(session.run("cd project").lines) == 1
        state = session.run("cd")
        assert state.VIRTUAL_ENV == f"{own}/.venv"
        assert session.run("cd project").lines == [], "a hint once"
