"""Does git track files in an environment: read from indexes that git itself wrote, without running git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from stepin.hook import environment, git_index, trust
from stepin.hook.git_repository import Repository

GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=os.environ | GIT)


def repository(folder: Path, *options: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", *options)
    return folder


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        git(folder, "add", "-f", name)


def tracks(folder: Path, path: str) -> bool:
    return git_index.tracks(Repository(str(folder / ".git")), str(folder / path))


def is_tracked(env: environment.Environment) -> bool:
    found = trust.examine_git(env, "")
    return found is not None and found.tracked


# Names around the environment's that a careless search would take for it.
NEAR = (".gitignore", ".venv-old/x", ".venvx/bin/python", "a/.venv/bin/python", "venv.txt", "x.venv/y", "zz/venv/z")


def change(folder: Path, kind: str) -> None:
    if kind == "version 4":
        git(folder, "update-index", "--index-version", "4")
    elif kind == "version 3":
        git(folder, "add", "-N", "-f", *["later"])
    elif kind == "split":
        git(folder, "update-index", "--split-index")
    elif kind == "skip-worktree":
        names = subprocess.run(["git", "ls-files", "-z"], cwd=folder, capture_output=True, text=True, check=True).stdout
        git(folder, "update-index", "--skip-worktree", *names.split("\0")[:-1])


@pytest.mark.parametrize("hashes", ["sha1", "sha256"])
@pytest.mark.parametrize("kind", ["version 2", "version 3", "version 4", "split", "split version 4", "skip-worktree"])
def test_every_kind_of_index(tmp_path: Path, kind: str, hashes: str) -> None:
    folder = repository(tmp_path / "r", f"--object-format={hashes}")
    (folder / "later").write_text("")
    write(folder, *NEAR)
    for part in ("split", "version 4") if kind == "split version 4" else (kind,):
        change(folder, part)
    assert not tracks(folder, ".venv")
    assert not tracks(folder, "venv")
    assert tracks(folder, "a/.venv")
    assert tracks(folder, "zz/venv")
    assert tracks(folder, ".venv-old")
    write(folder, ".venv/bin/python", "venv/x")
    assert tracks(folder, ".venv")
    assert tracks(folder, "venv")
    assert not tracks(folder, "env")
    if kind == "skip-worktree":
        change(folder, kind)
        assert tracks(folder, ".venv")


@pytest.mark.parametrize("version", ["2", "4"])
def test_a_long_walk_and_names_without_regard_to_case(tmp_path: Path, version: str) -> None:
    folder = repository(tmp_path / "r")
    names = [f"d{n // 50}/file_{n}" for n in range(2000)]
    names += ["z/.VENV/bin/python", "Y/x", "." + "q" * 5000 + "/.venv2/a"]
    listing = "".join(f"100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\t{name}\n" for name in names)
    subprocess.run(["git", "update-index", "--index-info"], cwd=folder, input=listing, text=True, check=True)
    git(folder, "update-index", "--index-version", version)
    assert tracks(folder, "z/.venv")
    assert tracks(folder, "y")
    assert tracks(folder, "d39/file_1999")
    assert not tracks(folder, "d39/file_199")
    assert not tracks(folder, ".venv")
    assert tracks(folder, "." + "q" * 5000 + "/.venv2")


def test_gitlinks_links_and_redirect_files(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r")
    other = repository(folder / "venv")
    write(other, "a")
    git(other, "commit", "-qm", "a")
    git(folder, "add", "-f", "venv")
    assert tracks(folder, "venv"), "a gitlink"
    (folder / ".venv").symlink_to("/somewhere")
    git(folder, "add", "-f", ".venv")
    assert tracks(folder, ".venv"), "a link"


def test_worktrees_and_submodules(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r")
    write(folder, ".venv/x")
    git(folder, "commit", "-qm", "a")
    git(folder, "worktree", "add", "-q", str(tmp_path / "tree"))
    assert (tmp_path / "tree/.git").is_file()
    assert tracks(tmp_path / "tree", ".venv")
    assert not tracks(tmp_path / "tree", "venv")


def test_sparse_index(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r")
    write(folder, "in/a", "out/.venv/x", ".venv/x")
    git(folder, "commit", "-qm", "a")
    git(folder, "sparse-checkout", "set", "--cone", "--sparse-index", "in")
    assert tracks(folder, ".venv"), "folded into one entry"
    assert not tracks(folder, "venv")


def test_what_cannot_be_read_tracks_everything(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r")
    assert not tracks(folder, ".venv"), "no index yet"
    index = folder / ".git/index"
    for data in (b"", b"JUNK" * 10, b"DIRC\0\0\0\x09" + bytes(100), b"DIRC\0\0\0\x04\0\0\0\x05" + bytes(30)):
        index.write_bytes(data)
        assert tracks(folder, ".venv")
    index.unlink()
    os.mkfifo(index)
    assert tracks(folder, ".venv")


def test_nothing_is_run_and_the_nearest_repositories_are_asked(tmp_path: Path) -> None:
    outer = repository(tmp_path / "outer")
    inner = repository(outer / "inner")
    (inner / ".venv/bin").mkdir(parents=True)
    (inner / ".venv/bin/python").symlink_to("/bin/true")
    (inner / ".venv/pyvenv.cfg").write_text("")
    (inner / ".git/config").write_text("[core]\n\tfsmonitor = touch PWNED\n")
    env = environment.in_folder(str(inner))
    assert env is not None
    assert not is_tracked(env)
    assert not list(tmp_path.rglob("PWNED"))
    write(inner, ".venv/pyvenv.cfg")
    assert is_tracked(env)
