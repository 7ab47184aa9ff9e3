"""One watcher a user; it is found, and ended, without ever touching another process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stepin.watch.projects import traces
from stepin.watch.service import instance
from watch.machine import Machine


def test_a_second_one_says_so(machine: Machine) -> None:
    machine.start()
    assert machine.watcher is not None
    second = subprocess.run(
        [sys.executable, "-m", "stepin.watch"], env=machine.environ, capture_output=True, text=True, timeout=20
    )
    assert second.returncode == 1
    assert second.stderr == f"stepin: a watcher runs already (process {machine.watcher.pid}): stepin service status\n"
    assert instance.running(str(machine.store)) is not None
    machine.stop()
    assert instance.running(str(machine.store)) is None


def test_stop_ends_ours_alone(machine: Machine) -> None:
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
def test_a_stale_pid_is_not_believed(tmp_path: Path, locked: bool) -> None:
    """A killed watcher leaves its pid; the pid may be another process's by now, even while somebody holds the lock."""
    store = str(tmp_path)
    other = subprocess.Popen(["sleep", "60"])
    try:
        fd = instance.take(store)
        ticks = traces.start_ticks(other.pid)
        assert ticks is not None
        (tmp_path / "watch/pid").write_text(f"{other.pid} {ticks + 5 if locked else ticks} {int(time.time())}\n")
        if not locked:
            os.close(fd)
        assert instance.running(store) is None
        assert instance.stop(store) == 0
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_shell_s_pid_that_is_another_process_s_by_now(tmp_path: Path) -> None:
    """A trace that was written before its process began is not that process's."""
    folder = tmp_path / traces.FOLDER
    folder.mkdir()
    trace = folder / str(os.getpid())
    trace.write_bytes(b"/a/b\0left of a longer path")
    assert traces.read(str(tmp_path)) == [traces.Trace(os.getpid(), "/a/b", trace.stat().st_mtime, True)]
    os.utime(trace, (1000, 1000))
    assert [one.live for one in traces.read(str(tmp_path))] == [False]
    assert not trace.exists()


@pytest.mark.parametrize("content", [b"", b"\0", b"relative\0", b"/a/../b\0", b"/a//b\0", b"\xff\0", b"/" * 20000])
def test_traces_that_mean_nothing(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / traces.FOLDER
    folder.mkdir()
    (folder / str(os.getpid())).write_bytes(content)
    for name in ("x", "-1", "1" * 30, "\u0663"):
        (folder / name).write_bytes(b"/a\0")
    assert [one.project for one in traces.read(str(tmp_path))] == [""]


def test_all_that_it_writes_is_the_user_s_alone(machine: Machine) -> None:
    machine.requirements.write_text("flask\n")
    machine.start()
    machine.wait(machine.notice)
    machine.stop()
    for folder in ("watch", "notices", "log", "shells"):
        for path in [machine.store / folder, *(machine.store / folder).rglob("*")]:
            assert path.lstat().st_mode & 0o077 == 0, path
