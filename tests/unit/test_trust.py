"""A trust record covers the folder that it was made for, and no other."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from stepin.hook import trust
from stepin.hook.reasons import Reason
from stepin.store import records


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


def said(store: str, folder: Path) -> str:
    return trust.lookup(store, os.path.realpath(folder))[0]


def test_records(store: str, project: Path) -> None:
    assert said(store, project) == ""
    consents = [Reason("tracked"), Reason("symlink", "/a b\n%")]
    records.write(store, str(project), "allow", by="test", anyway=consents)
    assert trust.lookup(store, str(project)) == ("allow", consents)
    shutil.rmtree(project / ".venv")
    make(project / ".venv")
    assert said(store, project) == "allow", "a recreated environment"
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
    assert said(store, project) == "deny", "the nearest record counts"


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
