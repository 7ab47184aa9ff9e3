"""Projects live: environments come, go, are made anew and move while a shell stands in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from shells.driver import UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]


def test_made_while_standing_in_the_project(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = place.home / "project"
    (project / "src").mkdir(parents=True)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project/src")
        make("project")
        state = session.run(":")
        assert len(state.lines) == 1
        allow(project)
        assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"


def test_half_made_is_quiet(shell: str, place: Place) -> None:
    """What `python -m venv` leaves in between: a folder, then pyvenv.cfg, then bin, then the interpreter."""
    project = place.home / "project"
    env = project / ".venv"
    env.mkdir(parents=True)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd project").lines == []
        (env / "pyvenv.cfg").write_text("home = /usr/bin\n")
        assert session.run(":").lines == []
        (env / "bin").mkdir()
        assert session.run(":").lines == []
        (env / "bin/python").symlink_to(sys.executable)
        # Once, be it at the prompt that the driver's own line is followed by.
        assert len(session.run("cd ..").lines + session.run("cd project").lines) == 1


def test_removed_while_on(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        state = session.run("command rm -rf .venv")
        assert state.variables == session.first.variables | {"PWD": str(project)}
        assert state.lines == []


def test_made_anew_in_one_line(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    again = f"command rm -rf .venv; {sys.executable} -m venv --without-pip .venv"
    with Session(place, shell) as session:
        session.run("cd project")
        for _ in range(3):
            state = session.run(again)
            assert state.VIRTUAL_ENV == f"{project}/.venv"
            assert state.PATH == f"{project}/.venv/bin:/usr/bin:/bin"
            assert state.lines == []


def test_another_name_that_comes_first(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project", "venv")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/venv"
        make("project", ".venv")
        assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"
        shutil.rmtree(project / ".venv")
        assert session.run(":").VIRTUAL_ENV == f"{project}/venv"


def test_moved_and_replaced(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project; cd ..")
        project.rename(place.home / "moved")
        make("project")
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == UNSET, "another folder than the one that was allowed"
        assert len(state.lines) == 1


def test_the_current_folder_is_removed(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        shutil.rmtree(project)
        state = session.run(":")
        assert state.VIRTUAL_ENV == UNSET
        assert state.lines == []
        assert session.run("cd").variables == session.first.variables


def test_broken_is_told_once_with_its_remedy(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    for python in (project / ".venv/bin").glob("python*"):
        python.unlink()
        python.symlink_to("/nowhere/python")
    place.write_rc(shell)
    with Session(place, shell) as session:
        state = session.run("cd project")
        assert state.PATH == "/usr/bin:/bin"
        assert len(state.lines) == 1
        assert "python3 -m venv" in state.lines[0]
        session.run("cd ..")
        assert session.run("cd project").lines == []
        python = project / ".venv/bin/python"
        python.unlink()
        python.symlink_to(sys.executable)
        assert session.run(":").VIRTUAL_ENV == f"{project}/.venv", "mended"


def test_through_a_link(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    (place.home / "link").symlink_to(project)
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd link").VIRTUAL_ENV == f"{place.home}/link/.venv"


def test_a_redirect_file(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project", "envs/one")
    (project / ".venv").write_text("envs/one\n")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/envs/one"
        (project / ".venv").write_text("/somewhere/else\n")
        assert session.run(":").VIRTUAL_ENV == UNSET


def test_a_dotenv_file_is_not_ours(shell: str, place: Place) -> None:
    project = place.home / "project"
    project.mkdir()
    (project / ".env").write_text("SECRET=1\n")
    place.write_rc(shell)
    with Session(place, shell) as session:
        state = session.run("cd project")
        assert state.variables == session.first.variables | {"PWD": str(project)}
        assert state.lines == []


def test_odd_things_by_those_names_are_quiet(shell: str, place: Place) -> None:
    place.write_rc(shell)
    for name in ("fifo", "folder", "device", "huge", "loop", "conda", "unreadable"):
        env = place.home / name / ".venv"
        env.mkdir(parents=True)
        (env / "bin").mkdir()
        (env / "bin/python").symlink_to(sys.executable)
        cfg = env / "pyvenv.cfg"
        if name == "fifo":
            os.mkfifo(cfg)
        elif name == "folder":
            cfg.mkdir()
        elif name == "device":
            cfg.symlink_to("/dev/zero")
        elif name == "huge":
            cfg.write_bytes(b"x = y\n" * 100_000)
        elif name == "conda":
            (env / "conda-meta").mkdir()
        elif name == "loop":
            shutil.rmtree(env)
            env.symlink_to(".venv")
    with Session(place, shell) as session:
        for name in ("fifo", "folder", "device", "huge", "loop", "conda"):
            state = session.run(f"cd {place.home}/{name}")
            assert state.VIRTUAL_ENV == UNSET
            assert state.lines == [], name


def test_home_and_above_are_used_only_if_allowed_themselves(shell: str, place: Place, make: Make, allow: Allow) -> None:
    make(".")
    (place.home / "work").mkdir()
    allow(place.home, tree=True)
    place.write_rc(shell)
    with Session(place, shell) as session:
        state = session.first
        assert state.VIRTUAL_ENV == UNSET
        assert state.lines == [], "never hinted at"
        allow(place.home)
        assert session.run("cd work").VIRTUAL_ENV == f"{place.home}/.venv"
    above = place.home.parent
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", above / ".venv"], check=True)
    shutil.rmtree(place.home / ".venv")
    with Session(place, shell) as session:
        assert session.first.VIRTUAL_ENV == UNSET
        allow(above)
        assert session.run(":").VIRTUAL_ENV == f"{above}/.venv"


def test_a_tree_allows_what_is_below(shell: str, place: Place, make: Make, allow: Allow) -> None:
    code = place.home / "code"
    code.mkdir()
    allow(code, tree=True)
    place.write_rc(shell)
    with Session(place, shell) as session:
        project = make("code/later")
        assert session.run("cd code/later").VIRTUAL_ENV == f"{project}/.venv"


def test_a_pip_install_inside_keeps_it_on(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """A new script makes bin newer than the decision: judged again, quietly."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        for name in ("one", "two", "three"):
            (project / ".venv/bin" / name).write_text("#!/bin/sh\n")
            state = session.run(":")
            assert state.VIRTUAL_ENV == f"{project}/.venv"
            assert state.lines == []
