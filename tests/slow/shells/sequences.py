"""Run a thousand random sequences in each shell and compare the shell with a fresh decision after every prompt.

    .dev/bin/python tests/slow/shells/sequences.py [--shell bash]... [--count 1000] [--jobs 2] [--first 0]

Prints each sequence in which they differ, and the number of differences; exits with 1 if there is any.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[2])  # not this folder: its names are those of packages

from shells import sequences  # noqa: E402
from shells.driver import SHELLS, Place  # noqa: E402


def one(task: tuple[str, int]) -> str:
    """Run one sequence; return what went wrong, or ""."""
    shell, seed = task
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder).resolve() / "home"
        home.mkdir()
        try:
            fault = sequences.run(Place(home), shell, seed)
        except Exception as error:  # a shell that died is a failure of this sequence, not the end of the run
            fault = f"seed {seed}: {type(error).__name__}: {error}"
    return f"{shell}: {fault}" if fault else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shell", action="append", choices=SHELLS)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    tasks = [
        (shell, seed)
        for shell in options.shell or SHELLS
        for seed in range(options.first, options.first + options.count)
    ]
    failures = 0
    with multiprocessing.Pool(options.jobs) as pool:
        for done, fault in enumerate(pool.imap_unordered(one, tasks), 1):
            if fault:
                failures += 1
                print(fault, flush=True)
            if done % 100 == 0:
                print(f"{done} of {len(tasks)}, {failures} differ", file=sys.stderr, flush=True)
    print(f"{len(tasks)} sequences, {failures} differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
