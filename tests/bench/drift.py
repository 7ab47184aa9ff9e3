"""How long a check takes, and beside what: run it with `.dev/bin/python tests/bench/drift.py [COUNT...]`.

All commands of one size are run in turns, so that what else the machine does falls on all of them alike; told are
medians, in milliseconds and as multiples of a bare `python -I -c "import click, packaging.requirements"`. The
environments are laid out by hand (synthetic.py). A peer that is missing is told, and left out.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import synthetic

COUNTS = (20, 200, 500, 2000)
ROUNDS = 11
SLOW_ROUNDS = 3  # of what takes seconds
BARE = "import click, packaging.requirements"


class Run(NamedTuple):
    wall: float  # ms
    cpu: float  # ms, user and system
    rss: float  # MiB, at its peak


class Command(NamedTuple):
    name: str
    arguments: list[str]
    rounds: int
    before: Callable[[], None] = lambda: None
    variables: Mapping[str, str] = MappingProxyType({})


def run(command: Command, cwd: Path) -> Run:
    """Run a command once; its exit code must be 0, or there would be nothing to compare."""
    command.before()
    variables = {**os.environ, **command.variables}
    started = time.perf_counter()
    process = subprocess.Popen(
        command.arguments, cwd=cwd, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr
    errors = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{command.name}: exit {process.returncode}: {errors}")
    kib = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Run(wall * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3, kib / 1024)


def commands(project: Path, base: Path) -> list[Command]:
    here = Path(sys.executable).parent
    cache = {"XDG_CACHE_HOME": str(base / "cache"), "HOME": str(base)}
    offline = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_OFFLINE": "1", "UV_NO_CONFIG": "1"}
    env = str(project / ".venv")
    stepin = [sys.executable, "-I", str(here / "stepin"), "check"]
    found = [
        Command("bare import", [sys.executable, "-I", "-c", BARE], ROUNDS),
        Command("stepin check, cold", stepin, ROUNDS, lambda: shutil.rmtree(base / "cache", ignore_errors=True), cache),
        Command("stepin check, cached", stepin, ROUNDS, variables=cache),
    ]
    dry_run = ["install", "--dry-run", "-r", "requirements.txt"]
    if (here / "uv").exists():
        uv = [str(here / "uv"), "pip"]
        found += [
            Command("uv pip install --dry-run", [*uv, *dry_run, "--python", env], ROUNDS, variables=offline),
            Command("uv pip check", [*uv, "check", "--python", env], ROUNDS, variables=offline),
        ]
    if (here / "pip").exists():
        pip = [str(here / "pip"), "--python", env]
        found += [
            Command("pip install --dry-run", [*pip, *dry_run], SLOW_ROUNDS, variables=offline),
            Command("pip freeze", [*pip, "freeze"], SLOW_ROUNDS, variables=offline),
        ]
    return found


def warm(project: Path) -> tuple[float, float]:
    """Return the milliseconds of a check in a process that lives on: nothing changed, one distribution changed."""
    code = """
import os, sys, time
from stepin.drift import engine
from stepin.drift.memory import Memory
root, env = engine.locate(sys.argv[1], None, (".venv",))
memory = Memory()
path = sys.argv[2]
times = {"same": [], "changed": []}
for round in range(42):
    if round % 2:
        text = open(path).read()
        os.remove(path)
        open(path, "w").write(text)
    started = time.perf_counter()
    report = engine.run(root, env, memory=memory)
    times["changed" if round % 2 else "same"].append(time.perf_counter() - started)
    assert report.verdict == "clean"
print(sorted(times["same"][2:])[10] * 1e3, sorted(times["changed"])[10] * 1e3)
"""
    metadata = next(project.glob(".venv/lib/*/site-packages/package_1-*/METADATA"))
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(project), str(metadata)], capture_output=True, text=True, check=True
    )
    same, changed = map(float, done.stdout.split())
    return same, changed


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or COUNTS
    for tool in ("uv", "pip"):
        if not Path(sys.executable).with_name(tool).exists():
            print(f"SKIPPED: {tool} is not installed beside {sys.executable}", file=sys.stderr)
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            base = Path(folder)
            project = base / "project"
            synthetic.make(project, count)
            results: dict[str, list[Run]] = {}
            todo = commands(project, base)
            for command in todo:
                run(command, project)  # once unmeasured: the disk's cache, and ours
            for number in range(ROUNDS):
                for command in todo:
                    if number < command.rounds:
                        results.setdefault(command.name, []).append(run(command, project))
            print(f"\n{count} distributions{'':13}  wall ms    x bare   cpu ms    x bare  peak MiB")
            bare = results["bare import"]
            for name, runs in results.items():
                wall, cpu = (statistics.median(getattr(one, field) for one in runs) for field in ("wall", "cpu"))
                bare_wall, bare_cpu = (statistics.median(getattr(one, f) for one in bare) for f in ("wall", "cpu"))
                rss = max(one.rss for one in runs)
                print(f"  {name:28}{wall:9.1f}{wall / bare_wall:10.2f}{cpu:9.1f}{cpu / bare_cpu:10.2f}{rss:10.1f}")
            print("  in a warm process           {:9.2f} ms; one distribution changed {:.2f} ms".format(*warm(project)))


main()
