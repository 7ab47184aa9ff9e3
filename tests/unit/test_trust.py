"""May we: records are believed for the folder that they were made for, and facts speak against by their names."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from stepin.hook import environment as find
from stepin.hook import permissions as modes
from stepin.hook import trust
from stepin.store import records

OTHER = 4321


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "state")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "code/project"
    make(folder / ".venv")
    return folder


def make(env: Path) -> Path:
    (env / "bin").mkdir(parents=True)
    (env / "bin/python").symlink_to(sys.executable)
    (env / "pyvenv.cfg").write_text("home = /usr/bin\n")
    return env


def reasons(project: Path) -> list[str]:
    env = find.in_folder(str(project))
    assert env is not None
    return trust.reasons(env, os.path.realpath(project))


def said(store: str, folder: Path) -> str:
    return trust.lookup(store, os.path.realpath(folder))[0]


def test_records(store: str, project: Path) -> None:
    assert said(store, project) == ""
    records.write(store, str(project), "allow", by="test", anyway=["tracked", "symlink:/a b\n%"])
    assert trust.lookup(store, str(project)) == ("allow", ["tracked", "symlink:/a b\n%"])
    shutil.rmtree(project / ".venv")
    make(project / ".venv")
    assert said(store, project) == "allow", "an environment that was made anew"
    records.write(store, str(project), "deny", by="test")
    assert said(store, project) == "deny"
    assert records.forget(store, str(project))
    assert not records.forget(store, str(project))
    assert said(store, project) == ""
    assert os.listdir(store) == [], "nothing is left of it"


def test_a_project_in_anothers_place(store: str, project: Path) -> None:
    records.write(store, str(project), "allow", by="test")
    project.rename(project.parent / "moved")
    project.mkdir()
    assert said(store, project) == "changed"
    assert said(store, project.parent / "moved") == ""


def test_trees(store: str, project: Path) -> None:
    records.write(store, str(project.parent), "allow", by="test", tree=True)
    assert said(store, project) == "allow"
    assert trust.lookup(store, str(project), trees=False) == ("", [])
    records.write(store, str(project), "deny", by="test")
    assert said(store, project) == "deny", "the nearest word counts"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\0\xff",
        b"stepin-trust 1",
        b"stepin-trust 2\nverdict allow\npath /x\n",
        b"stepin-trust 1\nverdict allow\n",
    ],
)
def test_a_damaged_record_is_no_consent(store: str, project: Path, damage: bytes) -> None:
    records.write(store, str(project), "allow", by="test")
    path = Path(trust.record_path(store, str(project)))
    path.write_bytes(damage)
    assert said(store, project) == ""
    assert records.damaged(store) == [str(path)]
    assert list(records.everything(store)) == []


def test_a_record_is_of_one_path_alone(store: str, project: Path) -> None:
    """A record that somebody copies to another project's place says nothing about that one."""
    other = project.parent / "other"
    other.mkdir()
    records.write(store, str(project), "allow", by="test")
    place = Path(trust.record_path(store, str(other)))
    place.parent.mkdir(parents=True)
    shutil.copy(trust.record_path(store, str(project)), place)
    assert said(store, other) == ""


def test_nothing_speaks_against_an_ordinary_one(project: Path) -> None:
    assert reasons(project) == []


@pytest.mark.parametrize("place", [".venv", ".venv/bin", ".venv/pyvenv.cfg", ".", ".."])
def test_writable(project: Path, place: str) -> None:
    path = project / place
    path.chmod(path.stat().st_mode | 0o002)
    assert reasons(project) == ["writable"]
    path.chmod(path.stat().st_mode & ~0o002 | 0o020)
    os.chown(path, -1, OTHER)
    assert reasons(project) == ["writable"]


def test_sticky_parents_are_fine_and_a_sticky_project_is_not(project: Path) -> None:
    project.parent.chmod(0o1777)
    assert reasons(project) == []
    project.chmod(0o1777)
    assert reasons(project) == ["writable"]


def test_private_groups(tmp_path: Path) -> None:
    users = tmp_path / "passwd"
    groups = tmp_path / "group"
    users.write_text("me:x:1000:1000::/home/me:/bin/sh\nyou:x:1001:1001::/home/you:/bin/sh\n")
    groups.write_text("me:x:1000:\nyou:x:1001:me\nstaff:x:20:\n")
    files = (str(users), str(groups))
    assert modes.is_private_group(1000, 1000, *files)
    assert not modes.is_private_group(1001, 1001, *files), "somebody else is in it"
    assert not modes.is_private_group(1000, 20, *files), "not numbered as the user"
    users.write_text(users.read_text() + "third:x:1002:1000::/:/bin/sh\n")
    assert not modes.is_private_group(1000, 1000, *files), "somebody else's first group"


def test_file_systems_without_modes(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "2 1 0:5 / /mnt/c rw,noatime - 9p C:\\134 rw\n"
        "3 1 0:6 / /mnt/my\\040disk rw - exfat /dev/sdb rw\n"
    )
    assert modes.file_system("/home/me", str(mounts)) == "ext4"
    assert modes.file_system("/mnt/c/code", str(mounts)) in modes.MODELESS
    assert modes.file_system("/mnt/my disk/a", str(mounts)) in modes.MODELESS
    assert modes.file_system("/mnt/cc", str(mounts)) == "ext4"
    assert modes.file_system("/", str(tmp_path / "nowhere")) == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
@pytest.mark.parametrize("place", [".venv", ".venv/bin", ".venv/pyvenv.cfg", ".", ".."])
def test_owner(project: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(project / place, OTHER, -1)
    monkeypatch.delenv("SUDO_UID", raising=False)
    assert reasons(project) == ["owner"]
    monkeypatch.setenv("SUDO_UID", str(OTHER))
    assert reasons(project) == []


def test_links(project: Path, tmp_path: Path) -> None:
    outside = make(tmp_path / "elsewhere/env")
    shutil.rmtree(project / ".venv")
    (project / ".venv").symlink_to(outside)
    assert reasons(project) == [f"symlink:{outside}"]
    (project / ".venv").unlink()
    make(project / "envs/one")
    (project / ".venv").symlink_to("envs/one")
    assert reasons(project) == []
    shutil.rmtree(project / "envs/one/bin")
    (project / "envs/one/bin").symlink_to(outside / "bin")
    assert reasons(project) == [f"symlink:{outside}/bin"]


def test_redirects(project: Path, tmp_path: Path) -> None:
    outside = make(tmp_path / "elsewhere/env")
    shutil.rmtree(project / ".venv")
    (project / ".venv").write_text("../../elsewhere/env\n")
    assert reasons(project) == [f"redirect:{outside}"]


def test_shared_folders(tmp_path: Path) -> None:
    assert not trust.is_shared(str(tmp_path))
    tmp_path.chmod(0o1777)
    assert trust.is_shared(str(tmp_path))
