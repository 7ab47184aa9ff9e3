"""An environment that a checkout wrote is not activated: not below a trusted tree, nor by a checkout that failed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.driver import UNSET, Place, Session, State

Make = Callable[..., Path]
Allow = Callable[..., None]
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
LONG = b"x" * 5000  # no file system takes a link with this target: the checkout fails before it writes the index


def git(folder: Path, *arguments: str, check: bool = True, data: bytes | None = None) -> bytes:
    env = os.environ | GIT
    return subprocess.run(["git", *arguments], cwd=folder, check=check, capture_output=True, input=data, env=env).stdout


@pytest.fixture
def origin(place: Place) -> Path:
    """A repository whose branch `evil` adds an environment, and cannot be checked out whole."""
    folder = place.home / "origin"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "README").write_text("hello")
    git(folder, "add", "README")
    git(folder, "commit", "-qm", "a")
    git(folder, "checkout", "-qb", "evil")
    env = folder / ".venv"
    (env / "bin").mkdir(parents=True)
    (env / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (env / "bin/python").symlink_to(sys.executable)
    git(folder, "add", "-f", ".venv")
    blob = git(folder, "hash-object", "-w", "--stdin", data=LONG).decode().strip()
    git(folder, "update-index", "--add", "--cacheinfo", f"120000,{blob},zz")
    git(folder, "commit", "-qm", "b")
    git(folder, "checkout", "-qf", "main", check=False)
    return folder


def virtual_env(state: State) -> str:
    """Return VIRTUAL_ENV, once nothing of the project is on PATH unless it is activated."""
    if state.VIRTUAL_ENV == UNSET:
        assert "code" not in state.PATH
    return state.VIRTUAL_ENV


def test_a_clone_that_fails_below_a_trusted_tree(
    shell: str, place: Place, make: Make, allow: Allow, origin: Path
) -> None:
    control = make("code/control")
    allow(place.home / "code", tree=True)
    git(place.home / "code", "clone", "-q", "-b", "evil", str(origin), "half", check=False)
    half = place.home / "code/half"
    assert (half / ".venv/bin/python").exists()
    assert not (half / ".git/index").exists()
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert virtual_env(session.run(f"cd {half}")) == UNSET
        assert virtual_env(session.run(f"cd {control}")) == f"{control}/.venv"


VERBS = {
    "merge --squash": ["merge", "-q", "--squash", "origin/evil"],
    "merge --no-ff": ["merge", "-q", "--no-ff", "--no-edit", "origin/evil"],
    "reset --hard": ["reset", "-q", "--hard", "origin/evil"],
    "read-tree -u": ["read-tree", "-u", "-m", "HEAD", "origin/evil"],
    "checkout -- .": ["checkout", "-q", "origin/evil", "--", "."],
    "restore --source": ["restore", "-q", "--source", "origin/evil", "--", "."],
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_checkout_that_fails_while_a_shell_is_there(
    shell: str, place: Place, make: Make, allow: Allow, origin: Path, verb: str
) -> None:
    """A shell that stands in the work tree and has decided about it decides again."""
    control = make("code/control")
    work = place.home / "code/work"
    git(place.home / "code", "clone", "-q", str(origin), str(work))
    allow(place.home / "code", tree=True)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert virtual_env(session.run(f"cd {work}")) == UNSET
        git(work, *VERBS[verb], check=False)
        assert (work / ".venv/bin/python").exists()
        assert virtual_env(session.run(":")) == UNSET
        assert virtual_env(session.run(f"cd {control}")) == f"{control}/.venv"
        assert virtual_env(session.run(f"cd {work}")) == UNSET


def test_a_merge_that_overwrites_an_installed_file(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """HEAD need not move, and no folder of the environment that a shell tests: the index does."""
    work = make("code/work")
    (site,) = (work / ".venv/lib").glob("python*/site-packages")
    (site / "package").mkdir()
    (site / "package/__init__.py").write_text("good")
    git(work, "init", "-q", "-b", "main")
    (work / "a").write_text("a")
    git(work, "add", "a")
    git(work, "commit", "-qm", "a")
    allow(work)
    place.write_rc(shell)
    with Session(place, shell) as one, Session(place, shell) as two:
        for session in (one, two):
            assert virtual_env(session.run(f"cd {work}")) == f"{work}/.venv", "the control"
        git(work, "checkout", "-qb", "evil")
        (site / "package/__init__.py").write_text("evil")
        git(work, "add", "-f", str(site / "package/__init__.py"))
        git(work, "commit", "-qm", "b")
        git(work, "rm", "-qr", "--cached", ".venv")
        git(work, "commit", "-qm", "c")
        git(work, "branch", "of-the-file", "HEAD~1")
        for session in (one, two):
            state = session.run(":")
            assert virtual_env(state) == UNSET, "a commit that the repository knows has a file of it"
            assert virtual_env(session.run(":")) == UNSET


def test_what_is_judged_while_git_holds_the_lock_waits(shell: str, place: Place, make: Make, allow: Allow) -> None:
    work, new = make("code/work"), make("code/new")
    for folder in (work, new):
        git(folder, "init", "-q")
        (folder / "a").write_text("a")
        git(folder, "add", "a")
        git(folder, "commit", "-qm", "a")
    allow(place.home / "code", tree=True)
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert virtual_env(session.run(f"cd {work}")) == f"{work}/.venv"
        for folder in (work, new):
            (folder / ".git/index.lock").touch()
        assert virtual_env(session.run(":")) == f"{work}/.venv", "judged before, and unchanged"
        assert virtual_env(session.run(f"cd {new}")) == UNSET, "not judged before"
        assert virtual_env(session.run(":")) == UNSET
        assert virtual_env(session.run(f"cd {work}")) == f"{work}/.venv"
        (new / ".git/index.lock").unlink()
        assert virtual_env(session.run(f"cd {new}")) == f"{new}/.venv"
        assert not session.run(":").lines
