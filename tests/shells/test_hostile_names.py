"""A project may be named anything: nothing in a name is ever run, and its environment works as any other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shells.adapter import Adapter
from shells.driver import Place, Session
from stepin.store import generations as generation
from stepin.store import records

NAMES = {
    "quotes": "a'b\"c",
    "command": "x$(touch PWNED)",
    "quoted command": "x'; touch PWNED; '",
    "backquotes": "`touch PWNED`",
    "brackets": "[b]",
    "backslash": "a\\b\\\\c\\",
    "space": " a  b ",
    "tab": "a\tb",
    "newline": "a\nb",
    "trailing newline": "a\n",
    "escape": "a\x1b[31mb\x07",
    "option": "-n",
    "star": "*",
    "tilde": "~root",
    "history": "!!a",
    "percent": "%n%d",
    "ampersand": "a&b;c|d",
    "hash": "#a",
    "equals": "a=b",
    "braces": "{a,b}",
    "not utf-8": "a\udcff\udc80b",
    "emoji": "\N{SNAKE}\N{ROCKET}",
    "long": "l" * 200,
}


def real_environment(folder: str) -> None:
    """Make a venv without `venv` itself, which refuses some names: links to an interpreter and a pyvenv.cfg."""
    os.makedirs(folder + "/bin")
    os.symlink(sys.executable, folder + "/bin/python")
    Path(folder, "pyvenv.cfg").write_text(f"home = {os.path.dirname(sys.executable)}\n")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_hostile_name(shell: str, adapter: Adapter, place: Place, name: str) -> None:
    project = os.path.join(str(place.home), "in", name)
    real_environment(project + "/.venv")
    place.write_rc(shell)
    with Session(place, shell, PROJECT=project) as session:
        state = session.run(f"cd -- {adapter.value('PROJECT')}")
        assert project == state.PWD
        assert len(state.lines) == 1, "told that it is not allowed"
        assert state.lines[0].isprintable()
        records.write(str(place.store), project, "allow", by="test")
        generation.start(str(place.store), str(place.config), str(place.home))
        state = session.run(":")
        assert project + "/.venv" == state.VIRTUAL_ENV
        assert state.PATH == project + "/.venv/bin:/usr/bin:/bin"
        assert state.lines == []
        before = session.first.variables
        state = session.run("cd")
        assert before == state.variables
        state = session.run(f"cd -- {adapter.value('PROJECT')}")
        assert project + "/.venv" == state.VIRTUAL_ENV, "from the decision file this time"
        assert state.lines == []
    assert subprocess.run(["find", place.home, "-name", "PWNED"], capture_output=True).stdout == b""


def test_the_path_separator_can_never_go_onto_path(shell: str, place: Place) -> None:
    project = os.path.join(str(place.home), "a:b")
    real_environment(project + "/.venv")
    records.write(str(place.store), project, "allow", by="test")
    place.write_rc(shell)
    with Session(place, shell) as session:
        state = session.run("cd a:b")
        assert state.PATH == "/usr/bin:/bin"
        assert len(state.lines) == 1
        assert "separates" in state.lines[0]
