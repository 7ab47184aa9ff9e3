"""Run a thousand random sequences against a watcher: no drift may be lost, no notice stay stale.

    .dev/bin/python tests/slow/watch/sequences.py [--count 1000] [--jobs 4] [--first 0]

Each job has its own folder and watcher. Prints each sequence after which the notice and a fresh `stepin check` differ,
and their number; exits with 1 if there are any.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[2])  # not this folder: its names are those of packages

from watch import sequences  # noqa: E402
from watch.machine import Machine, build_wheels  # noqa: E402

EACH = 25  # sequences a machine


def batch(task: tuple[str, int, int]) -> list[str]:
    wheels, first, count = task
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), Path(wheels))
        machine.start()
        try:
            failures = [sequences.run(machine, seed) for seed in range(first, first + count)]
            return [failure for failure in failures if failure]
        except Exception as error:
            return [f"seeds {first} to {first + count - 1}: {error}"]
        finally:
            machine.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    failures = done = 0
    with tempfile.TemporaryDirectory() as folder, multiprocessing.Pool(options.jobs) as pool:
        build_wheels(Path(folder))
        starts = range(options.first, options.first + options.count, EACH)
        tasks = [(folder, first, min(EACH, options.first + options.count - first)) for first in starts]
        for task, found in zip(tasks, pool.imap(batch, tasks), strict=True):
            done += task[2]
            failures += len(found)
            for text in found:
                print(text, flush=True)
            print(f"{done} done, {failures} differ", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
