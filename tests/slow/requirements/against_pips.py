"""Hold the requirement parser against several years' pips: where they agree among themselves, we must agree with them.

    .dev/bin/python tests/slow/requirements/against_pips.py [--files 20000] [--seed 1] [--pips 23.0,26.3] [--keep DIR]

The pips are installed from the index into a folder that is removed again, or kept in DIR for the next time. Each is
asked about every line of `tests/drift/requirements/lines/` and about random files put together from all constructs.
Exits with 1 where a file on which all pips agree is read otherwise by us.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS)]

from drift.requirements import cases, generate, oracle  # noqa: E402  (the path comes first)

PIPS = ("23.0", "23.1.2", "23.3.2", "24.0", "24.1.2", "24.3.1", "25.0.1", "25.3", "26.0", "26.1", "26.2", "26.3")


def install(version: str, folder: Path) -> Path:
    """Install a pip into a folder of its own, unless it is there."""
    target = folder / f"pip-{version}"
    if not (target / "pip").is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--target", target, f"pip=={version}"], check=True)
    return target


def ask(target: Path, tree: Path, paths: list[str]) -> list[oracle.Answer]:
    """Ask one pip about all files."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", oracle.__file__],
        input="\n".join(paths),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=tree,
        env=environ | cases.ENVIRONMENT | {"PYTHONPATH": str(target)},
    )
    return [comparable(json.loads(line)) for line in done.stdout.splitlines()]


def comparable(answer: oracle.Answer) -> oracle.Answer:
    """Put what the pips' copies of packaging print differently, but mean alike, in one form."""
    for one in answer["requirements"]:
        one["specifier"] = ",".join(sorted(one["specifier"].split(",")))
    return answer


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pips", default=",".join(PIPS))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--show", type=int, default=20, help="how many differences to print")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        pips = {version: install(version, options.keep or Path(scratch)) for version in options.pips.split(",")}
        tree = Path(scratch).resolve() / "tree"
        tree.mkdir()
        cases.make_tree(tree)
        paths = write_files(tree, options.files, options.seed)
        answers = {version: ask(target, tree, paths) for version, target in pips.items()}
        return compare(paths, answers, tree, options.show)


def write_files(tree: Path, number: int, seed: int) -> list[str]:
    groups = [path.stem for path in sorted((Path(cases.__file__).parent / "lines").glob("*.txt"))]
    files = [line.encode() for group in [*groups, None] for line in cases.lines(tree, group)]
    chance = random.Random(seed)
    files += [generate.make_file(chance, tree) for _ in range(number)]
    paths = []
    for index, data in enumerate(files):
        path = tree / f"case-{index}.txt"
        path.write_bytes(data)
        paths.append(str(path))
    return paths


def compare(paths: list[str], answers: dict[str, list[oracle.Answer]], tree: Path, show: int) -> int:
    counts: collections.Counter[str] = collections.Counter()
    others: collections.Counter[str] = collections.Counter()
    newest = list(answers)[-1]
    for index, path in enumerate(paths):
        ours = comparable(oracle.ask_us(path, root=str(tree), environ=os.environ | cases.ENVIRONMENT))
        theirs = {version: answer[index] for version, answer in answers.items()}
        last = theirs[newest]
        for version, answer in theirs.items():
            others[version] += not same(answer, last)
        agreed = all(same(answer, last) for answer in theirs.values())
        counts["files"] += 1
        counts["on which all pips agree"] += agreed
        counts["of these accepted"] += agreed and not last["refused"]
        if ours["unknown"]:
            counts["of which we say that we do not know"] += 1
        elif (found := oracle.difference(last, ours)) is not None:
            counts["that we read otherwise than all pips"] += agreed
            counts["that we read otherwise than the newest pip"] += 1
            if show > 0:
                show -= 1
                print(Path(path).read_bytes(), found, sep="\n  ")
    for what in (
        "files",
        "on which all pips agree",
        "of these accepted",
        "of which we say that we do not know",
        "that we read otherwise than all pips",
        "that we read otherwise than the newest pip",
    ):
        print(f"{counts[what]:8} {what}")
    for version, number in others.items():
        print(f"{number:8} that pip {version} reads otherwise than pip {newest}")
    return 1 if counts["that we read otherwise than all pips"] else 0


def same(one: oracle.Answer, other: oracle.Answer) -> bool:
    """Tell whether two pips agree: both refuse, or both accept and mean the same."""
    if one["refused"] or other["refused"]:
        return bool(one["refused"] and other["refused"])
    return bool(one["requirements"] == other["requirements"])


if __name__ == "__main__":
    sys.exit(main())
