"""Ask ten thousand random git indexes what they track, and compare the answers with `git ls-files`.

    .dev/bin/python tests/slow/git/indexes.py [--count 10000] [--jobs 2] [--first 0]

Versions 2, 3 and 4, split and sparse indexes, SHA-1 and SHA-256. Prints each index that stepin and git read
differently, and the number of them; exits with 1 if there is any.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[3] / "src")]

from stepin.hook import git_index  # noqa: E402
from stepin.hook.git_repository import Repository  # noqa: E402

ENV = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
NAMES = (".venv", "venv", "env", ".venvs", "x.venv", "bin", "python", "a", "b", "link", "sdir", "DIRC", "pkg", "café")
ASKED = (".venv", "venv", "env", "a/.venv", "pkg/.venv", "pkg/a/venv", "café/env", "link", "b", "a/b")
BLOB = {"sha1": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"}
BLOB["sha256"] = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"


def git(folder: str, *arguments: str, data: bytes | None = None, check: bool = True) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, input=data, env=ENV, check=check, capture_output=True).stdout


def one(seed: int) -> str:
    """Make one index; return the questions that are answered differently, or ""."""
    chance = random.Random(seed)
    hashes = chance.choice(("sha1", "sha256"))
    with tempfile.TemporaryDirectory() as folder:
        git(folder, "init", "-q", f"--object-format={hashes}")
        git(folder, "hash-object", "-w", "--stdin", data=b"")
        add(folder, chance, hashes)
        version = chance.choice(("2", "2", "3", "4"))
        if version == "3":  # an extended flag makes it so
            (Path(folder) / "later").touch()
            git(folder, "add", "-N", "-f", "later")
        else:
            git(folder, "update-index", "--index-version", version)
        kind = chance.choice(("plain", "plain", "split", "sparse"))
        if kind == "split":
            git(folder, "update-index", "--split-index")
            add(folder, chance, hashes)
        elif kind == "sparse":
            sparse(folder, chance)
        return compare(folder, seed, f"{hashes} version {version} {kind}")


def add(folder: str, chance: random.Random, hashes: str) -> None:
    """Put random paths into the index; one that is in the way of another is replaced."""
    paths = ["/".join(chance.choice(NAMES) for _ in range(chance.randint(1, 4))) for _ in range(chance.randint(1, 12))]
    for path in paths:
        git(folder, "update-index", "--add", "--replace", "--cacheinfo", f"100644,{BLOB[hashes]},{path}")


def sparse(folder: str, chance: random.Random) -> None:
    """Fold all folders but one into single entries."""
    tree = git(folder, "write-tree").decode().strip()
    name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    commit = git(folder, *name, "commit-tree", tree, "-m", "a").decode().strip()
    git(folder, "update-ref", "HEAD", commit)
    git(folder, "reset", "-q", "--hard")
    kept = chance.choice(("a", "pkg", "b"))  # git refuses one that is a file: then the index stays whole
    git(folder, "sparse-checkout", "set", "--cone", "--sparse-index", kept, check=False)


def compare(folder: str, seed: int, kind: str) -> str:
    listed = git(folder, "ls-files", "-z").split(b"\0")[:-1]
    repository = Repository(os.path.join(folder, ".git"))
    wrong = []
    for path in ASKED:
        name = path.encode()
        wanted = any(entry == name or entry.startswith(name + b"/") for entry in listed)
        if git_index.tracks(repository, os.path.join(folder, path)) != wanted:
            wrong.append(path)
    return f"seed {seed}, {kind}: {', '.join(wrong)}" if wrong else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    failures = 0
    with multiprocessing.Pool(options.jobs) as pool:
        seeds = range(options.first, options.first + options.count)
        for done, fault in enumerate(pool.imap_unordered(one, seeds, chunksize=16), 1):
            if fault:
                failures += 1
                print(fault, flush=True)
            if done % 1000 == 0:
                print(f"{done} of {options.count}, {failures} read differently", file=sys.stderr, flush=True)
    print(f"{options.count} indexes, {failures} read differently")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
