"""No change is lost when events are: limits of the system, an overflow of the kernel's queue, a clock that jumps."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from stepin.hook.permissions import Mounts
from stepin.watch.changes.watches import WatchSet
from watch.machine import Machine

MISSING = 'stepin: drift from requirements.txt: flask is not installed, ==2.3 is declared; run "stepin check"'
SETTLED = 1.0  # seconds after which the first check, and the one after the folders are watched, are over
NO_WATCHES = """
import errno
from stepin.watch.changes import watches
class NoWatches:
    def start(self): pass
    def stop(self): pass
    def join(self): pass
    def schedule(self, *args, **options): raise OSError(errno.EMFILE, "x")
watches.Observer = NoWatches
"""
# time.time and time.time_ns are ahead by the seconds in a file.
CLOCK = """
import pathlib, time
offset = pathlib.Path({offset!r})
real, real_ns = time.time, time.time_ns
time.time = lambda: real() + float(offset.read_text())
time.time_ns = lambda: real_ns() + int(float(offset.read_text()) * 1e9)
"""


@pytest.fixture
def drifting(machine: Machine) -> Machine:
    machine.requirements.write_text("flask==2.3\n")
    return machine


def test_a_limit_of_the_system(drifting: Machine) -> None:
    """With too few open files for a watch, folders are polled, and the status says so."""
    drifting.start(NO_WATCHES)
    drifting.expect(MISSING)
    drifting.wait(lambda: drifting.status().get("trouble"))
    assert drifting.status()["projects"][0]["watched"] == "polling"
    assert all("too many open files" in line for line in drifting.status()["trouble"])
    drifting.uv("install", "flask==2.3", "itsdangerous")
    drifting.expect("clean")


def test_a_file_system_without_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mounts, "remote_type", lambda *_: "nfs4")
    watched = WatchSet(lambda *_: None, lambda: None)
    try:
        assert watched.set([str(tmp_path)]) == {str(tmp_path)}
        assert watched.polled == {str(tmp_path): "nfs4"}
        assert watched.poll() == []
        (tmp_path / "file").write_text("")
        assert watched.poll() == [str(tmp_path)]
        (tmp_path / "file").write_text("longer")
        assert watched.poll() == [str(tmp_path)]
        assert watched.poll() == []
    finally:
        watched.close()


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is for Linux")
def test_the_queue_of_events_overflows(drifting: Machine) -> None:
    """The kernel drops what comes after max_queued_events; the change is found all the same, without the sweep."""
    drifting.uv("install", "flask==2.3", "itsdangerous")
    drifting.start()
    drifting.expect("clean")
    time.sleep(SETTLED)
    assert drifting.watcher is not None
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    drifting.watcher.send_signal(signal.SIGSTOP)
    try:
        noise = drifting.project / "noise"
        for _ in range(limit // 2 + 100):  # created and removed: two events that the kernel does not merge
            os.mkdir(noise)
            os.rmdir(noise)
        drifting.requirements.write_text("flask==1.0\n")
    finally:
        drifting.watcher.send_signal(signal.SIGCONT)
    drifting.wait(lambda: "==1.0 is declared" in (drifting.shown() or ""))
    assert drifting.stop() == "", "the warning of a library is not for the user"


@pytest.mark.parametrize("jump", [7200, -7200])
def test_the_clock_jumps(drifting: Machine, jump: int) -> None:
    """All active projects are checked at once, and notices hold before and after the jump."""
    offset = drifting.home / "offset"
    offset.write_text("0")
    drifting.start(CLOCK.format(offset=str(offset)))
    drifting.expect(MISSING)
    time.sleep(SETTLED)
    checked = drifting.status()["projects"][0]["checked"]
    offset.write_text(str(jump))
    (drifting.store / "shells/1").write_text("")  # wakes the watcher, as a shell that enters a project does
    drifting.wait(lambda: abs(drifting.status()["projects"][0]["checked"] - checked - jump) < 60)
    drifting.uv("install", "flask==2.3", "itsdangerous")
    drifting.expect("clean")
