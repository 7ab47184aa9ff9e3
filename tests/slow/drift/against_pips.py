"""Hold stepin check against several years' pips: the whole scenario table, then random files.

    .dev/bin/python tests/slow/drift/against_pips.py [--pips 23.0,26.3] [--random 2000] [--seed 1] [--keep DIR]

The pips are installed from the index into a folder that is removed again, or kept in DIR for the next time. Of the
table, told are the rows on which all pips agree among themselves and not with the row, which is a failure, and those on
which they differ, which is not: there the row follows the newest. Of the random files every difference from the newest
pip is a failure. Exits with 1 where there is one.
"""

from __future__ import annotations

import argparse
import collections
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS))

from drift.scenarios import chance, index, states  # noqa: E402  (the path comes first)
from drift.scenarios.run import Disagreement, run_state  # noqa: E402
from drift.support.oracles import Pip  # noqa: E402
from slow.requirements.against_pips import install  # noqa: E402

PIPS = ("23.0", "23.3.2", "24.0", "24.3.1", "25.0.1", "25.3", "26.0", "26.3")


def table(pips: dict[str, Path], folder: Path) -> int:
    """Put the table to each pip; return the number of failures."""
    shared = folder / "shared"
    states.shared(shared)
    said: dict[tuple[str, ...], dict[str, Disagreement]] = collections.defaultdict(dict)
    failures = rows = 0
    for number, state in enumerate(index.STATES):
        rows += len(state.rows)
        for version, target in pips.items():
            for wrong in run_state(state, folder / f"{number}-{version}", shared, target):
                if wrong.who == "stepin":
                    print(f"FAILED: {wrong}")
                    failures += 1
                else:
                    said[state.build, str(number), wrong.row.declared, str(wrong.row.files)][version] = wrong
    odd = 0
    for versions in said.values():
        if len(versions) == len(pips):
            failures += 1
            print(f"FAILED with every pip: {next(iter(versions.values()))}")
        else:
            odd += 1
            print(f"the pips differ ({', '.join(versions)} against the row): {next(iter(versions.values()))}")
    print(f"table: {rows} rows, {len(pips)} pips: {failures} failures; on {odd} rows the pips differ among themselves")
    return failures


def at_random(target: Path, folder: Path, seed: int, rounds: int) -> int:
    """Put random files to the newest pip; return the number of failures."""
    states.shared(folder / "shared")
    place = states.Place(folder / "here", folder / "shared")
    states.by_pip(place)
    pip = Pip(place.env / "bin/python", place.depot, target)
    try:
        found, satisfied = chance.disagreements(place, pip, seed, rounds)
    finally:
        pip.close()
    for one in found:
        print(f"FAILED: {one}")
    print(f"random: {rounds} files, {satisfied} of them satisfied to pip: {len(found)} failures")
    return len(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pips", default=",".join(PIPS))
    parser.add_argument("--random", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        keep = options.keep or Path(temporary) / "pips"
        keep.mkdir(parents=True, exist_ok=True)
        pips = {version: install(version, keep) for version in options.pips.split(",")}
        failures = table(pips, Path(temporary) / "table")
        newest = list(pips.values())[-1]
        failures += at_random(newest, Path(temporary) / "random", options.seed, options.random)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
