"""One watcher per user, which is found and stopped without touching any other process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stepin.watch.projects.processes import start_ticks
from stepin.watch.service import instance
from watch.machine import Machine


def test_a_second_watcher_exits(machine: Machine) -> None:
    machine.start()
    assert machine.watcher is not None
    second = subprocess.run(
        [sys.executable, "-m", "stepin.watch"], env=machine.environ, capture_output=True, text=True, timeout=20
    )
    assert second.returncode == 1
    pid = machine.watcher.pid
    assert second.stderr == f'stepin: a watcher is already running (process {pid}); see "stepin service status"\n'
    assert instance.find_running(str(machine.store)) is not None
    machine.stop()
    assert instance.find_running(str(machine.store)) is None


def test_a_killed_watcher_frees_the_lock(machine: Machine) -> None:
    machine.start()
    machine.kill()
    assert instance.find_running(str(machine.store)) is None
    machine.start()
    machine.stop()


def test_looking_does_not_keep_a_watcher_from_starting(tmp_path: Path) -> None:
    """To look is to try the lock, which holds it for a moment."""
    store = str(tmp_path)
    instance.release(store, instance.take(store))
    (tmp_path / "watch/pid").write_text(f"{os.getpid()} 0 0\n")
    code = "import sys; from stepin.watch.service import instance\nwhile True: instance.find_running(sys.argv[1])"
    others = [subprocess.Popen([sys.executable, "-c", code, store]) for _ in range(2)]
    try:
        time.sleep(1)
        for _ in range(50):
            instance.take(store).release()
        assert all(other.poll() is None for other in others)
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_stop_ends_only_the_watcher(machine: Machine) -> None:
    machine.start()
    other = subprocess.Popen(["sleep", "60"])
    try:
        assert machine.watcher is not None
        assert instance.stop(str(machine.store)) == machine.watcher.pid
        assert machine.watcher.wait(10) == 0
        assert instance.stop(str(machine.store)) == 0
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("locked", [False, True])
def test_a_stale_pid_file_is_not_trusted(tmp_path: Path, locked: bool) -> None:
    """A killed watcher leaves its pid. It may be another process's by now, even while a process holds the lock."""
    store = str(tmp_path)
    other = subprocess.Popen(["sleep", "60"])
    try:
        lock = instance.take(store)
        ticks = start_ticks(other.pid)
        assert ticks is not None
        (tmp_path / "watch/pid").write_text(f"{other.pid} {ticks + 5 if locked else ticks} {int(time.time())}\n")
        if not locked:
            lock.release()
        assert instance.find_running(store) is None
        assert instance.stop(store) == 0
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_all_that_it_writes_is_private(machine: Machine) -> None:
    machine.requirements.write_text("flask\n")
    machine.start()
    machine.wait(machine.notice)
    machine.stop()
    for folder in ("watch", "notices", "log", "shells"):
        for path in [machine.store / folder, *(machine.store / folder).rglob("*")]:
            assert path.lstat().st_mode & 0o077 == 0, path
