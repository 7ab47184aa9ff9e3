"""The watcher, measured: python tests/bench/watch.py [--quick]. Prints a table; nothing is judged here.

Memory, threads and watches with 1, 50, 200 and 2,000 known projects of 100 distributions, five of them with a live
shell; CPU seconds in an idle minute; from the last change to the verdict, beyond the 300 ms of quiet; checks for an
installation of 50 packages; the cost of the notice at a prompt.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # not this folder: its names are those of packages

from shells.driver import Place, Session  # noqa: E402
from stepin.hook import trust  # noqa: E402
from stepin.store import generations as generation  # noqa: E402
from stepin.store import records  # noqa: E402
from stepin.watch.changes.debounce import QUIET  # noqa: E402
from stepin.watch.notices.notice_file import Notice, notice_path, write_notice  # noqa: E402
from watch.machine import Machine, build_wheels  # noqa: E402

DISTRIBUTIONS = 100
ACTIVE = 5


def fill(project: Path) -> None:
    """Lay out an environment of a hundred distributions, each pinned."""
    site = project / ".venv/lib/python3.11/site-packages"
    site.mkdir(parents=True)
    (project / ".venv/bin").mkdir()
    (project / ".venv/bin/python").symlink_to(sys.executable)
    (project / ".venv/pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.7\n")
    for number in range(DISTRIBUTIONS):
        info = site / f"dist{number}-1.{number}.dist-info"
        info.mkdir()
        needs = "".join(f"Requires-Dist: dist{(number + k) % DISTRIBUTIONS}>=1\n" for k in range(1, 6))
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: dist{number}\nVersion: 1.{number}\n{needs}")
        (info / "INSTALLER").write_text("pip\n")
        (info / "RECORD").write_text("")
    (project / "requirements.txt").write_text("".join(f"dist{n}==1.{n}\n" for n in range(DISTRIBUTIONS)))


def memory(machine: Machine, known: int, idle: float) -> list[str]:
    """Return a row: known, RSS, threads, watches, CPU in an idle minute."""
    lines = []
    for number in range(known):
        project = machine.home / f"many/{number}"
        fill(project)
        records.write(str(machine.store), str(project), "allow", by="bench")
        lines.append(f"{int(time.time()) - number} {trust.encode(str(project))}\n")
    generation.start(str(machine.store), str(machine.home / ".config/stepin/config.toml"), str(machine.home))
    (machine.store / "watch").mkdir(exist_ok=True)
    (machine.store / "watch/visited").write_text("".join(lines))
    shells = [subprocess.Popen(["sleep", "600"]) for _ in range(min(ACTIVE, known))]
    time.sleep(0.1)
    for number, shell in enumerate(shells):
        (machine.store / "shells" / str(shell.pid)).write_bytes(os.fsencode(machine.home / f"many/{number}") + b"\0")
    try:
        machine.start()
        time.sleep(4)
        assert machine.watcher is not None
        pid = machine.watcher.pid
        before = cpu(pid)
        time.sleep(idle)
        used = (cpu(pid) - before) * 60 / idle
        fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        rss = int(fields["VmRSS"].split()[0]) / 1024
        watches = 0
        for link in Path(f"/proc/{pid}/fdinfo").iterdir():
            watches += link.read_text().count("inotify wd:")
        active = sum(row["watched"] != "inactive" for row in machine.status()["projects"])
        return [str(known), f"{active}", f"{rss:.1f}", fields["Threads"].strip(), str(watches), f"{used:.3f}"]
    finally:
        machine.kill()
        for shell in shells:
            shell.kill()
            shell.wait()


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def latency(machine: Machine, rounds: int) -> list[float]:
    """Return how long after quiet the notice was there, in ms, for one file that changed."""
    fill_here = machine.project
    subprocess.run(["rm", "-rf", fill_here / ".venv"], check=True)
    fill(fill_here)
    machine.start()
    found = []
    for number in range(rounds):
        machine.wait(lambda: machine.shown() is not None)
        time.sleep(0.7)
        before = os.stat(notice_path(str(machine.store), str(machine.project))).st_ino
        text = "".join(f"dist{n}==1.{n}\n" for n in range(DISTRIBUTIONS)) + (f"dist{number}==9\n" if number % 2 else "")
        machine.requirements.write_text(text)
        start = time.monotonic()
        while os.stat(notice_path(str(machine.store), str(machine.project))).st_ino == before:
            time.sleep(0.0005)
        found.append((time.monotonic() - start - QUIET) * 1000)
    machine.kill()
    return sorted(found)


def prompt(home: Path, shell: str) -> list[str]:
    """Return a row: the shell, us a prompt without a notice and with one."""
    place = Place(home)
    project = home / "a/b/c/d/e/f/project"
    fill(project)
    records.write(str(place.store), str(project), "allow", by="bench")
    generation.start(str(place.store), str(place.config), str(home))
    place.write_rc(shell)
    loop = {
        "bash": "T=$EPOCHREALTIME; for ((i=0;i<3000;i++)); do __stepin_notice; done; E=$EPOCHREALTIME;"
        " echo $(( (${E/./}-${T/./})*1000/3000 ))",
        "zsh": "zmodload zsh/datetime; T=$EPOCHREALTIME; for ((i=0;i<3000;i++)); do __stepin_notice; done;"
        " printf '%d\\n' $(( (EPOCHREALTIME-T)*1e9/3000 ))",
        "fish": 'set T (date +%s%N); for i in (seq 3000); __stepin_notice; end; math "round(($(date +%s%N)-$T)/3000)"',
    }[shell]
    times = []
    with Session(place, shell, cwd=project) as session:
        times.append(min(int(session.out(loop)) for _ in range(5)) / 1000)
        about = (str(project / "requirements.txt"), str(project / ".venv/lib/python3.11/site-packages"))
        write_notice(str(place.store), str(project), Notice("a", 1, "stepin: x", "", about), time.time_ns())
        assert session.run(":").lines == ["stepin: x"]
        times.append(min(int(session.out(loop)) for _ in range(5)) / 1000)
    return [shell, *(f"{one:.1f}" for one in times)]


def table(head: str, rows: list[list[str]]) -> None:
    print(head)
    for row in rows:
        print("  ".join(cell.rjust(9) for cell in row), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer projects, ten idle seconds")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder, "wheels")
        wheels.mkdir()
        build_wheels(wheels)
        rows = [prompt(Path(folder, "home-" + shell), shell) for shell in ("bash", "zsh", "fish")]
        table("the notice at a prompt, us:  shell, without, with", rows)
        found = latency(Machine(Path(folder, "latency"), wheels), 10 if quick else 40)
        print(f"from quiet to verdict, ms: median {found[len(found) // 2]:.0f}, worst {found[-1]:.0f}")
        machine = Machine(Path(folder, "install"), wheels)
        machine.requirements.write_text("".join(f"part{number}\n" for number in range(50)))
        machine.start()
        machine.wait(lambda: "(+49 more)" in (machine.shown() or ""))
        before = os.stat(notice_path(str(machine.store), str(machine.project))).st_ino
        seen = {before}
        installing = subprocess.Popen(machine.pip("install", "-r", str(machine.requirements)), env=machine.environ)
        while installing.poll() is None or machine.shown() != "clean":
            seen.add(os.stat(notice_path(str(machine.store), str(machine.project))).st_ino)
            time.sleep(0.005)
        machine.kill()
        print(f"checks for an installation of 50 packages by pip: {len(seen) - 1}")
        head = "known, active, RSS MiB, threads, watches, CPU s in an idle minute"
        counts = (1, 50, 200) if quick else (1, 50, 200, 2000)
        rows = [memory(Machine(Path(folder, f"m{n}"), wheels), n, 10 if quick else 60) for n in counts]
        table(head, rows)


if __name__ == "__main__":
    main()
