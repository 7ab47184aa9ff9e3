"""What came with a repository is found from git's files; what cannot be determined counts as having come with it."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from stepin.hook import environment, git_names, trust
from stepin.hook.facts import Facts
from stepin.hook.git import Examination
from stepin.hook.git_repository import Repository, UnknownRepositoryError, read_config

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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a commit, and an environment that it does not track."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a").write_text("a")
    git(folder, "add", "a")
    git(folder, "commit", "-qm", "a")
    make(folder / ".venv")
    return folder


def make(env: Path) -> Path:
    (env / "bin").mkdir(parents=True)
    (env / "lib/python3.11/site-packages").mkdir(parents=True)
    (env / "bin/python").symlink_to(sys.executable)
    (env / "pyvenv.cfg").write_text("home = /usr/bin\n")
    return env


def examine(project: Path, store: str = "", facts: Facts | None = None) -> Examination:
    env = environment.in_folder(str(project))
    assert env is not None
    found = trust.examine_git(env, store, facts)
    assert found is not None
    return found


def test_an_environment_beside_a_repository_is_not_tracked(project: Path) -> None:
    assert not examine(project).tracked


def test_an_environment_outside_of_repositories_loads_nothing(tmp_path: Path) -> None:
    make(tmp_path / ".venv")
    env = environment.in_folder(str(tmp_path))
    assert env is not None
    assert trust.examine_git(env, "") is None


@pytest.mark.parametrize(
    "damage", ["unreadable", "fifo", "broken link", "other text", "gitdir gone", "no HEAD", "empty"]
)
def test_a_git_that_cannot_be_determined_counts_as_tracked(project: Path, damage: str) -> None:
    dot_git = project / ".git"
    if damage == "no HEAD":
        (dot_git / "HEAD").unlink()
    elif damage == "unreadable" and os.geteuid() == 0:
        pytest.skip("root reads everything")
    elif damage == "unreadable":
        dot_git.chmod(0)
    else:
        dot_git.rename(project.parent / "away")
        if damage == "fifo":
            os.mkfifo(dot_git)
        elif damage == "broken link":
            dot_git.symlink_to("nowhere")
        else:
            dot_git.write_text({"other text": "hello\n", "gitdir gone": "gitdir: nowhere\n", "empty": ""}[damage])
    with pytest.raises(UnknownRepositoryError):
        Repository(str(dot_git))
    assert examine(project).tracked
    if damage == "unreadable":
        dot_git.chmod(0o755)


@pytest.mark.parametrize("damage", ["gone", "cut", "cut within its hash", "shared gone", "shared cut", "garbage"])
@pytest.mark.parametrize("version", ["2", "4"])
def test_an_index_that_is_damaged_counts_as_tracked(project: Path, damage: str, version: str) -> None:
    git(project, "update-index", "--index-version", version)
    index = project / ".git/index"
    if damage.startswith("shared"):
        git(project, "update-index", "--split-index")
        (index,) = (project / ".git").glob("sharedindex.*")
    assert not examine(project).tracked
    data = index.read_bytes()
    index.chmod(0o644)
    if damage in ("gone", "shared gone"):
        index.unlink()
    else:
        index.write_bytes({"cut within its hash": data[:-7], "garbage": b"x" * 99}.get(damage, data[: len(data) // 2]))
    assert examine(project).tracked


def test_a_branch_named_after_a_format_does_not_change_it(project: Path) -> None:
    """Only `extensions.objectformat`, in its own section, says which hash a repository uses."""
    git(project, "update-index", "--index-version", "4")
    git(project, "checkout", "-qb", "objectformat-sha256")
    git(project, "config", "branch.objectformat-sha256.remote", "https://localhost/objectformat = sha256")
    assert Repository(str(project / ".git")).hash_bytes == 20
    assert not examine(project).tracked
    git(project, "add", "-f", ".venv/pyvenv.cfg")
    assert examine(project).tracked


def test_an_environment_that_is_a_repository_itself(project: Path) -> None:
    git(project / ".venv", "init", "-q")
    assert examine(project).tracked


def test_a_link_to_what_another_repository_tracks(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    make(other / "env")
    git(other, "init", "-q")
    (project / ".venv").rename(project / "old")
    (project / ".venv").symlink_to(other / "env")
    assert not examine(project).tracked
    git(other, "add", "-f", "env/pyvenv.cfg")
    assert examine(project).tracked


def test_a_work_tree_elsewhere(project: Path, tmp_path: Path) -> None:
    """core.worktree says what the names in the index are relative to."""
    git(project, "add", "-f", ".venv/pyvenv.cfg")
    git(project, "config", "core.worktree", str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    assert not examine(project).tracked
    git(project, "config", "core.worktree", "..")
    assert examine(project).tracked


def test_a_sparse_folder_that_is_back(project: Path) -> None:
    """The index has one entry for the folder; its tree says what is in it."""
    for name in ("in/a", "out/.venv/x", "clean/y"):
        (project / name).parent.mkdir(parents=True)
        (project / name).write_text("")
    git(project, "add", "-f", "in", "out", "clean")
    git(project, "commit", "-qm", "b")
    git(project, "sparse-checkout", "set", "--cone", "--sparse-index", "in")
    make(project / "out/.venv")
    make(project / "clean/.venv")
    assert examine(project / "out").tracked
    assert not examine(project / "clean").tracked


@pytest.mark.parametrize(
    ("tracked", "on_disk"),
    [
        ("café/.venv", "CAFÉ/.venv"),
        (unicodedata.normalize("NFD", "café") + "/.venv", "café/.venv"),
        ("straße/.venv", "STRASSE/.venv"),
        ("\u212ait/.venv", "kit/.venv"),
        ("\u017fhop/.venv", "shop/.venv"),
        (".ve\u200cnv", ".venv"),
        (".VENV", ".venv"),
    ],
)
def test_names_are_compared_as_a_file_system_may_fold_them(project: Path, tracked: str, on_disk: str) -> None:
    (project / ".venv").rename(project / "old")
    make(project / on_disk)
    folder = (project / on_disk).parent
    assert not examine(folder).tracked
    (project / tracked).mkdir(parents=True, exist_ok=True)
    (project / tracked / "x").write_text("")
    git(project, "add", "-f", f"{tracked}/x")
    assert examine(folder).tracked


def test_every_other_spelling_of_ascii_is_looked_for() -> None:
    """A search for ASCII bytes is used only if no character that folds to them is in the index."""
    for code in range(0x80, sys.maxunicode + 1):
        if 0xD800 <= code < 0xE000:
            continue
        spelling = chr(code).encode()
        folded = git_names.fold(b"a" + spelling)
        if folded.isascii():
            name = folded + b";`" if len(folded) == 1 else folded
            assert git_names.has_other_spellings(name, b"..a" + spelling + b"..")


def test_a_lock_makes_what_is_new_wait_and_keeps_what_was_judged(project: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "state")
    lock = project / ".git/index.lock"
    lock.touch()
    assert examine(project, store).locked
    lock.unlink()
    assert not examine(project, store).locked
    lock.touch()
    found = examine(project, store)
    assert not found.locked
    assert not found.tracked
    os.utime(project / ".venv/bin", ns=(1, 1))
    assert examine(project, store).locked


def test_a_decision_depends_on_what_git_writes(project: Path) -> None:
    facts = Facts()
    examine(project, facts=facts)
    git_dir = project / ".git"
    assert {str(git_dir / name) for name in ("index", "HEAD", "logs/HEAD")} <= set(facts.times)
    assert str(git_dir / "index.lock") in facts.absent


def test_commits_are_looked_at_once(project: Path, tmp_path: Path) -> None:
    """What was found clean is kept, 0600; a damaged file counts for nothing."""
    store = tmp_path / "state"
    assert not examine(project, str(store)).tracked
    (memory,) = store.rglob("tips")
    assert memory.stat().st_mode & 0o777 == 0o600
    name = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project, capture_output=True, text=True).stdout.strip()
    assert name in memory.read_text()
    for path in (project / ".git/objects").rglob("??????*"):
        if path.is_file():
            path.unlink()
    assert not examine(project, str(store)).tracked, "no object is read again"
    memory.write_text(memory.read_text()[:-5])
    assert examine(project, str(store)).tracked, "HEAD's commit cannot be read"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('[branch "a ]\\" b"]\n\tmerge = refs/heads/x ; c\n', {'branch.a ]" b.merge': "refs/heads/x"}),
        (
            '[core] bare = false # no\n[Core]\n\tworkTree = "a#b\\\\c"\n',
            {"core.bare": "false", "core.worktree": "a#b\\c"},
        ),
        ("[core]\nbare\n; x = y\nkey = one \\\n two\r\n", {"core.bare": "", "core.key": "one  two"}),
    ],
)
def test_a_config_is_read_as_git_reads_it(text: str, wanted: dict[str, str], tmp_path: Path) -> None:
    assert read_config(text.encode()) == wanted
    (tmp_path / "config").write_text(text)
    for key, value in wanted.items():
        done = subprocess.run(["git", "config", "-f", "config", key], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stdout.rstrip("\n")) == (0, value)
