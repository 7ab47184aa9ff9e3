"""What another user can move, replace or write to is not activated, and does not decide what is on PATH.

Each needs root, to act as the other user.
"""

from __future__ import annotations

import os
import shutil
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.driver import UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]
OTHER = 65534  # nobody
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


@pytest.fixture(autouse=True)
def open_folders(tmp_path: Path) -> None:
    """Let the other user pass; pytest's own folders belong to root and are closed."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(0o755)


def test_a_link_of_another_user_on_the_way(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """They rename it after the shell is on: what is on PATH does not go by it."""
    project, evil = make("code/shop"), make("code/evil")
    team = place.home / "team"
    team.mkdir()
    (team / "shop").symlink_to(project)
    os.lchown(team / "shop", OTHER, OTHER)
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run(f"cd {project}").VIRTUAL_ENV == f"{project}/.venv", "the control"
        state = session.run(f"cd {team}/shop")
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert state.PATH.split(":")[0] == f"{project}/.venv/bin"
        (team / "shop").unlink()
        (team / "shop").symlink_to(evil)
        os.lchown(team / "shop", OTHER, OTHER)
        state = session.run(":")
        assert str(evil) not in state.PATH
        assert str(team) not in state.PATH


def replace(path: Path, target: Path) -> None:
    """Put a link to a copy of a folder or file in its place."""
    shutil.copytree(path, target, symlinks=True) if path.is_dir() else shutil.copy2(path, target)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.symlink_to(target)


def open_list(path: Path) -> None:
    """Give another user the right to write, by a POSIX access list."""
    entries = [(1, 7, 0xFFFFFFFF), (2, 7, OTHER), (4, 5, 0xFFFFFFFF), (0x10, 7, 0xFFFFFFFF), (0x20, 5, 0xFFFFFFFF)]
    data = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    try:
        os.setxattr(path, "system.posix_acl_access", data)
    except OSError as error:
        pytest.skip(f"no access lists here: {error.strerror}")


@pytest.mark.parametrize("part", ["bin", "lib", "lib/python*", "lib/python*/site-packages", "bin/python"])
@pytest.mark.parametrize("fault", ["owner", "mode", "access list", "through another's folder", "in another's folder"])
def test_a_part_of_the_environment(place: Place, make: Make, allow: Allow, part: str, fault: str, shell: str) -> None:
    project = make("shop", ".venv", "--copies")
    (path,) = (project / ".venv").glob(part)
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run(f"cd {project}").VIRTUAL_ENV == f"{project}/.venv", "the control"
        session.run("cd")
        theirs = place.home / "theirs"
        theirs.mkdir()
        os.chown(theirs, OTHER, OTHER)
        if fault == "owner":
            os.chown(path, OTHER, OTHER)
        elif fault == "mode":
            path.chmod(0o777)
        elif fault == "access list":
            open_list(path)
        elif fault == "in another's folder":
            replace(path, theirs / "copy")
        else:
            replace(path, place.home / "copy")
            path.unlink()
            (theirs / "link").symlink_to(place.home / "copy")
            path.symlink_to(theirs / "link")
        os.utime(project / ".venv")
        state = session.run(f"cd {project}")
        assert state.VIRTUAL_ENV == UNSET
        assert [line for line in state.lines if "owner" in line or "writable" in line or "symlink" in line]


def test_a_base_interpreter_that_root_owns_is_fine(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("shop")
    assert os.path.realpath(project / ".venv/bin/python") == os.path.realpath(sys.executable)
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert session.run(f"cd {project}").VIRTUAL_ENV == f"{project}/.venv"


def test_a_denial_stays_with_the_path(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """Another project takes the place of a denied one, below a trusted tree."""
    project, control = make("code/shop"), make("code/control")
    allow(place.home / "code", tree=True)
    allow(project, verdict="deny")
    place.write_rc(shell)
    shutil.move(project, place.home / "away")
    make("code/shop")
    with Session(place, shell) as session:
        assert session.run(f"cd {control}").VIRTUAL_ENV == f"{control}/.venv"
        assert session.run(f"cd {project}").VIRTUAL_ENV == UNSET
