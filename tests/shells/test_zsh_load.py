"""Loading the hook in zsh: old versions, read-only hook arrays, aliases, missing modules."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.driver import UNSET, Place, Session
from shells.test_quoting import random_words
from stepin import shells

Make = Callable[..., Path]
Allow = Callable[..., None]

pytestmark = pytest.mark.parametrize("shell", ["zsh"], indirect=True)


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
