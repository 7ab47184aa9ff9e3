"""The promise that a working copy's state is read as git itself tells it, and that git is not run for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from drift.support import wheels
from drift.support.wheels import git
from stepin.drift.compare import checkout


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheels.repository(tmp_path_factory.mktemp("git") / "up stream", 'name = "rep"')


@pytest.fixture
def clone(upstream: Path, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "-q", str(upstream), "clone")
    return tmp_path / "clone"


NAMES = frozenset({"main", "side", "v1", "light", "no-such"})


def read(folder: Path) -> checkout.Checkout:
    found = checkout.read_checkout(str(folder), NAMES)
    assert found is not None
    return found


def test_a_fresh_clone(clone: Path, upstream: Path) -> None:
    """Branch, commit, where it came from; packed tags, an annotated one as the commit that it stands for."""
    found = read(clone)
    assert found.branch == "main"
    assert found.commit == git(clone, "rev-parse", "HEAD")
    assert found.url == str(upstream)
    assert found.refs == {
        "main": found.commit,
        "side": git(clone, "rev-parse", "origin/side"),
        "v1": git(clone, "rev-parse", "v1^{commit}"),
        "light": git(clone, "rev-parse", "light"),
    }


def test_a_detached_head(clone: Path) -> None:
    """A tag or a commit that was checked out: no branch."""
    git(clone, "checkout", "-q", "v1")
    found = read(clone)
    assert (found.branch, found.commit) == (None, git(clone, "rev-parse", "v1^{commit}"))
    assert found.refs["v1"] == found.commit


def test_a_loose_annotated_tag_is_not_guessed(clone: Path) -> None:
    """A tag's own file may name a tag object; where that is not HEAD, nothing is claimed of it."""
    git(clone, "tag", "-a", "no-such", "-m", "x", "HEAD~1")
    assert read(clone).refs["no-such"] is None


def test_below_its_top(clone: Path) -> None:
    """`#subdirectory=`: the working copy begins above the project's folder."""
    (clone / "a" / "b").mkdir(parents=True)
    assert read(clone / "a" / "b").commit == git(clone, "rev-parse", "HEAD")


def test_a_worktree(clone: Path, tmp_path: Path) -> None:
    """`.git` is a file there, and branches and configuration lie in the main repository."""
    git(clone, "worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"), "HEAD~1")
    found = read(tmp_path / "tree")
    assert (found.branch, found.commit) == ("other", git(clone, "rev-parse", "HEAD~1"))
    assert found.url == read(clone).url


def test_packed(clone: Path) -> None:
    """After `git pack-refs` no branch has a file of its own."""
    git(clone, "pack-refs", "--all")
    assert read(clone).commit == git(clone, "rev-parse", "HEAD")


def test_sha256(tmp_path: Path) -> None:
    """Repositories whose commits have 64 digits."""
    tmp_path.joinpath("new").mkdir()
    git(tmp_path / "new", "init", "-q", "--object-format=sha256")
    git(tmp_path / "new", "commit", "-q", "--allow-empty", "-m", "x")
    assert read(tmp_path / "new").commit == git(tmp_path / "new", "rev-parse", "HEAD")


def test_no_repository(tmp_path: Path) -> None:
    """Nothing above it is one."""
    assert checkout.read_checkout(str(tmp_path)) is None


@pytest.mark.parametrize(
    "head",
    [
        "",
        "ref: ",
        "ref: refs/heads/../../../../etc/passwd",
        "ref: /etc/passwd",
        "\0",
        "x" * 100_000,
        "ref: refs/heads/a\nb",
    ],
)
def test_a_hostile_head(clone: Path, head: str) -> None:
    """HEAD may hold anything: nothing outside the repository is read, nothing raises, nothing is claimed."""
    (clone / ".git" / "HEAD").write_text(head)
    found = read(clone)
    assert found.commit is None


def test_a_pointer_to_elsewhere(tmp_path: Path) -> None:
    """A file `.git` may name anything, itself and a FIFO included."""
    for text in ("gitdir: .", "gitdir: .git", "gitdir: /dev", "gitdir: \0", "gitdir: " + "x" * 9000, "nonsense"):
        (tmp_path / ".git").write_text(text)
        found = checkout.read_checkout(str(tmp_path), NAMES)
        assert found is None or found.commit is None
