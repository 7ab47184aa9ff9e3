"""Objects are read as git wrote them, and a path is found in the tree of every commit that a checkout may come from."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from stepin.hook.git_objects import MissingObjectError, ObjectStore
from stepin.hook.git_repository import Repository
from stepin.hook.git_tips import look

GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
LONG = "x" * 5000  # git writes no symbolic link with a target this long: the checkout fails (ENAMETOOLONG)


def git(folder: Path, *arguments: str, check: bool = True, data: bytes | None = None) -> bytes:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=check, capture_output=True, input=data, env=os.environ | GIT
    )
    return done.stdout


def repository(folder: Path, *options: str) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main", *options)
    return folder


def commit(folder: Path, files: dict[str, str], message: str = "m") -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder, "add", "-Af")
    git(folder, "commit", "-qm", message)


def hash_bytes(folder: Path) -> int:
    return 32 if git(folder, "rev-parse", "--show-object-format").strip() == b"sha256" else 20


@pytest.mark.parametrize("hashes", ["sha1", "sha256"])
@pytest.mark.parametrize("kept", ["loose", "packed", "deltas", "version 1", "alternate"])
def test_every_object_is_read_as_git_reads_it(tmp_path: Path, kept: str, hashes: str) -> None:
    folder = repository(tmp_path / "r", f"--object-format={hashes}")
    for number in range(12):
        text = "".join(f"line {line} {number if line == number else ''}\n" for line in range(200))
        commit(folder, {f"d{number % 3}/f": text, f"g{number}": str(number)})
    git(folder, "tag", "-a", "v1", "-m", "t")
    if kept != "loose":
        options = {"deltas": ["-f", "--depth=4000", "--window=100"], "version 1": ["--no-write-bitmap-index"]}
        version = ["-c", "pack.indexVersion=1"] if kept == "version 1" and hashes == "sha1" else []
        git(folder, *version, "repack", "-adq", *options.get(kept, []))
    place = folder
    if kept == "alternate":
        git(tmp_path, "clone", "-q", "--shared", "r", "shared")
        place = tmp_path / "shared"
    size = hash_bytes(folder)
    store = ObjectStore(str(place / ".git/objects"), size)
    names = git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)").split(b"\n")[
        :-1
    ]
    assert len(names) > 40
    for line in names:
        name, kind = line.decode().split()
        wanted = git(folder, "cat-file", kind, name)
        assert store.read(bytes.fromhex(name))[1] == wanted
        if kind == "tree":
            listed = git(folder, "ls-tree", "-z", "--format=%(objectname) %(path)", name).split(b"\0")[:-1]
            assert [f"{entry[1].hex()} ".encode() + entry[0] for entry in store.entries(bytes.fromhex(name))] == listed
    tree = git(folder, "rev-parse", "v1^{tree}").decode().strip()
    assert store.tree_of(bytes.fromhex(git(folder, "rev-parse", "v1").decode().strip())) == bytes.fromhex(tree)
    with pytest.raises(MissingObjectError):
        store.read(bytes(size))
    store.close()


@pytest.mark.parametrize("damage", ["empty", "cut", "text"])
def test_a_damaged_object_is_missing(tmp_path: Path, damage: str) -> None:
    folder = repository(tmp_path / "r")
    commit(folder, {"a": "a"})
    name = git(folder, "rev-parse", "HEAD").decode().strip()
    path = folder / ".git/objects" / name[:2] / name[2:]
    path.chmod(0o644)
    path.write_bytes({"empty": b"", "cut": path.read_bytes()[:-9], "text": b"no zlib"}[damage])
    with pytest.raises(MissingObjectError):
        ObjectStore(str(folder / ".git/objects"), 20).read(bytes.fromhex(name))


def holds(folder: Path, path: str = ".venv") -> bool:
    found = look(Repository(str(folder / ".git")), os.fsencode(path))
    assert not found.unknown
    return found.holds


def origin(tmp_path: Path) -> tuple[Path, Path]:
    """Return a repository whose branch `evil` has an environment and cannot be checked out, and a clone from before."""
    source = repository(tmp_path / "origin")
    commit(source, {"README": "hello"})
    git(tmp_path, "clone", "-q", "origin", "work")
    git(source, "checkout", "-qb", "evil")
    commit(source, {".venv/pyvenv.cfg": "home = /usr/bin\n", ".venv/bin/python": "#!/bin/sh\n"})
    blob = git(source, "hash-object", "-w", "--stdin", data=LONG.encode()).decode().strip()
    git(source, "update-index", "--add", "--cacheinfo", f"120000,{blob},zz")
    git(source, "commit", "-qm", "long")
    git(source, "checkout", "-qf", "main", check=False)
    return source, tmp_path / "work"


VERBS = {
    "pull": ["pull", "-q", "--no-rebase", "--no-edit", "origin", "evil"],
    "pull --rebase": ["pull", "-q", "--rebase", "origin", "evil"],
    "merge": ["merge", "-q", "--no-edit", "origin/evil"],
    "merge --squash": ["merge", "-q", "--squash", "origin/evil"],
    "merge --no-ff": ["merge", "-q", "--no-ff", "--no-edit", "origin/evil"],
    "rebase": ["rebase", "-q", "origin/evil"],
    "reset --hard": ["reset", "-q", "--hard", "origin/evil"],
    "cherry-pick": ["cherry-pick", "origin/evil~1", "origin/evil"],
    "read-tree -u": ["read-tree", "-u", "-m", "HEAD", "origin/evil"],
    "checkout": ["checkout", "-q", "origin/evil"],
    "switch": ["switch", "-q", "--detach", "origin/evil"],
    "checkout -- .": ["checkout", "-q", "origin/evil", "--", "."],
    "restore --source": ["restore", "-q", "--source", "origin/evil", "--", "."],
}


@pytest.mark.parametrize("diverged", [False, True], ids=["behind", "diverged"])
@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_checkout_that_fails_half_way_is_seen(tmp_path: Path, verb: str, packed: bool, diverged: bool) -> None:
    """Whatever git wrote before it failed came from the tree of a tip that the repository knows."""
    _, work = origin(tmp_path)
    if diverged:
        commit(work, {"mine": "mine"})
    git(work, "fetch", "-q", "origin")
    if packed:
        git(work, "gc", "-q")
    git(work, *VERBS[verb], check=False)
    assert (work / ".venv/bin/python").exists() or verb in ("pull", "pull --rebase", "rebase"), "git wrote nothing"
    assert holds(work)
    assert not holds(work, "venv")
    assert not holds(work, ".venv/lib")


def test_a_clone_that_fails_has_no_index_but_its_head(tmp_path: Path) -> None:
    source, _ = origin(tmp_path)
    git(tmp_path, "clone", "-q", "-b", "evil", str(source), "half", check=False)
    assert (tmp_path / "half/.venv/bin/python").exists()
    assert not (tmp_path / "half/.git/index").exists()
    assert holds(tmp_path / "half")


def test_a_stash_and_a_tag_are_looked_at(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r")
    commit(folder, {"a": "a"})
    (folder / ".venv").mkdir()
    (folder / ".venv/x").write_text("x")
    git(folder, "add", "-f", ".venv/x")
    assert not holds(folder)
    git(folder, "stash", "-q")
    assert holds(folder)
    git(folder, "tag", "kept", "stash@{0}")
    git(folder, "stash", "drop", "-q")
    assert holds(folder)
    git(folder, "tag", "-d", "kept")
    assert not holds(folder)


def test_an_ordinary_repository_is_clean_and_remembered(tmp_path: Path) -> None:
    """The second look reads no object of a tip that the first one found clean."""
    folder = repository(tmp_path / "r")
    for number in range(30):
        commit(folder, {f"f{number}": "x"})
        git(folder, "branch", f"b{number}")
    arguments = (Repository(str(folder / ".git")), b".venv")
    first = look(*arguments)
    assert not first.holds
    assert not first.unknown
    assert first.left == 0
    assert len(first.clean) == 30
    for path in (folder / ".git/objects").rglob("*"):
        if path.is_file():
            path.unlink()
    second = look(*arguments, known=first.clean)
    assert not second.unknown
    assert second.clean == first.clean
    assert look(*arguments).unknown


def test_the_budget_leaves_only_unlikely_tips(tmp_path: Path) -> None:
    folder = repository(tmp_path / "r")
    commit(folder, {".venv/x": "x"})
    assert holds(folder)
    git(folder, "checkout", "-q", "--orphan", "other")
    git(folder, "rm", "-rqf", "--cached", ".venv")
    commit(folder, {"a": "a"})
    git(folder, "rm", "-rqf", "--cached", ".venv", check=False)
    git(folder, "commit", "-q", "--amend", "-m", "x", check=False)
    git(folder, "pack-refs", "--all")
    arguments = (Repository(str(folder / ".git")), b".venv")
    assert look(*arguments).holds
    hurried = look(*arguments, budget=-1.0)
    assert hurried.left == 1
