"""What a decision was made from is other or newer than it was: the helper is asked, and its answer counts."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.driver import ROOT, UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]


def moved_and_linked_back(env: Path) -> None:
    outside = env.parents[1] / "outside"
    env.rename(outside)
    env.symlink_to(outside)


def copied_with_hard_links(env: Path) -> None:
    copy = env.with_name("copy")
    shutil.copytree(env, copy, symlinks=True, copy_function=os.link)
    shutil.rmtree(env)
    copy.rename(env)
    env.chmod(0o777)
    os.utime(env)  # as `cp -l` leaves it; one that keeps the times, too, cannot be told apart (docs/trust.md)


def bin_replaced(env: Path) -> None:
    shutil.rmtree(env / "bin")
    (env / "bin").mkdir(mode=0o777)
    (env / "bin").chmod(0o777)
    (env / "bin/python").symlink_to(sys.executable)


def cfg_written_over(env: Path) -> None:
    with open(env / "pyvenv.cfg", "a") as cfg:
        cfg.write("x = y\n")
    (env / "pyvenv.cfg").chmod(0o666)


def given_away(env: Path) -> None:
    os.chown(env, 4321, 4321)


def interpreter_gone(env: Path) -> None:
    for python in env.glob("bin/python*"):
        python.unlink()


CHANGES = [moved_and_linked_back, copied_with_hard_links, bin_replaced, cfg_written_over, interpreter_gone]
if os.geteuid() == 0:
    CHANGES.append(given_away)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("inside", [True, False])
def test_what_was_swapped_behind_a_decision_goes_off(
    shell: str, place: Place, make: Make, allow: Allow, change: Callable[[Path], None], inside: bool
) -> None:
    project = make("code/project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        for line in ("cd code/project", "cd ..", "cd project"):
            state = session.run(line)
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        if not inside:
            session.run("cd ..")
        change(project / ".venv")
        state = session.run(":" if inside else "cd project")
        assert state.VIRTUAL_ENV == UNSET
        assert state.PATH == "/usr/bin:/bin"


def test_a_changed_setting_reaches_open_shells(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project", "mine")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == UNSET
        place.config.parent.mkdir(parents=True, exist_ok=True)
        place.config.write_text('names = ["mine"]\n')
        assert session.run(":").VIRTUAL_ENV == f"{project}/mine"
        place.config.write_text("names = 3\n")
        state = session.run(":")
        assert state.VIRTUAL_ENV == UNSET
        assert len(state.lines) == 1
        assert "names is 3; set it to a list of folder names" in state.lines[0]
        assert session.run(":").lines == []
        place.config.unlink()
        session.run(":")
        make("project", ".venv")
        assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"


def test_nothing_is_asked_while_nothing_changes(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """The helper is a program that notes each start: one for each new folder, none afterwards."""
    one, two = make("one"), make("two", "env")
    make("stranger")
    allow(one, two)
    allow(place.home / "denied" if (place.home / "denied").exists() else make("denied"), verdict="deny")
    program = place.home / "python"
    program.write_text(f'#!/bin/sh\necho started >>{place.home}/started\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    place.helpers = [(str(program), str(ROOT / "src"))]
    place.write_rc(shell)
    folders = ("one", "two", "stranger", "denied")
    with Session(place, shell) as session:
        for _ in range(3):
            for name in folders:
                session.run(f"cd {place.home}/{name}")
                session.run(":")
        session.run("cd")
    with Session(place, shell) as session:
        for name in folders:
            session.run(f"cd {place.home}/{name}")
    assert len((place.home / "started").read_text().splitlines()) == len(folders)
