"""The commands watch, service, snooze and ignore."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from stepin.watch.service import instance
from watch.machine import Machine

CALL = [sys.executable, "-c", "import sys; from stepin.cli import main; sys.exit(main())"]
MISSING = 'stepin: drift from requirements.txt: flask is not installed, ==2.3 is declared; run "stepin check"'


def stepin(machine: Machine, *words: str) -> subprocess.CompletedProcess[str]:
    """Run stepin in the project, on a system without a service manager."""
    return subprocess.run(
        [*CALL, *words], env=machine.environ, cwd=machine.project, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def drifting(machine: Machine) -> Machine:
    machine.requirements.write_text("flask==2.3\nfoo; python_version < '3'\n")
    return machine


def test_a_detached_process_without_a_service_manager(drifting: Machine) -> None:
    store = str(drifting.store)
    try:
        assert stepin(drifting, "service", "status").returncode == 1
        assert (
            stepin(drifting, "service", "stop").stderr
            == 'stepin: no watcher is running; "stepin service start" starts one\n'
        )
        assert "there is no service manager; " in stepin(drifting, "service", "install").stderr
        started = stepin(drifting, "service", "start")
        running = instance.find_running(store)
        assert running is not None, started.stderr
        assert started.stdout == f"started (process {running.pid})\n"
        assert stepin(drifting, "service", "start").returncode == 1
        assert stepin(drifting, "watch").returncode == 1
        drifting.expect(MISSING)
        drifting.wait(lambda: drifting.status()["projects"][0]["verdict"] == "drift")
        status = json.loads(stepin(drifting, "service", "status", "--json").stdout)
        row = status["projects"][0]
        assert (status["schema"], status["running"], status["pid"]) == ("stepin.service/1", True, running.pid)
        assert (row["path"], row["watched"], row["verdict"]) == (str(drifting.project), "events", "drift")
        assert 0 < status["memory"] < 64 << 20
        assert row["checked"] == pytest.approx(time.time(), abs=60)
        assert MISSING in stepin(drifting, "service", "logs").stdout
        assert stepin(drifting, "service", "restart").returncode == 0
        again = instance.find_running(store)
        assert again is not None
        assert again.pid != running.pid
    finally:
        stepin(drifting, "service", "stop")
    assert instance.find_running(store) is None
    after = json.loads(stepin(drifting, "service", "status", "--json").stdout)
    assert (after["running"], after["pid"]) == (False, None)
    assert [one["verdict"] for one in after["projects"]] == [None], "without a watcher the verdict is unknown"


def test_in_the_foreground_until_ctrl_c(drifting: Machine) -> None:
    """A project that the user names need not be trusted: nothing of it is run."""
    stepin(drifting, "forget")
    command = [*CALL, "watch", "--json", str(drifting.project)]
    with subprocess.Popen(command, env=drifting.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watcher:
        assert watcher.stdout is not None
        assert watcher.stderr is not None
        line = json.loads(watcher.stdout.readline())
        assert (line["schema"], line["verdict"], line["text"]) == ("stepin.watch/1", "drift", MISSING)
        drifting.uv("install", "flask==2.3")
        assert json.loads(watcher.stdout.readline())["verdict"] == "clean"
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(10) == 0
        assert watcher.stderr.read() == b""


def test_snooze_until_the_drift_changes(drifting: Machine) -> None:
    drifting.start()
    drifting.expect(MISSING)
    assert stepin(drifting, "snooze").returncode == 0
    assert drifting.notice() is None
    drifting.requirements.write_text("# a comment changes line numbers only\n" + drifting.requirements.read_text())
    time.sleep(1)
    assert drifting.notice() is None
    drifting.requirements.write_text("flask==1.0\nfoo; python_version < '3'\n")
    drifting.wait(lambda: "==1.0 is declared" in (drifting.shown() or ""))


def test_snooze_for_a_time_and_off(drifting: Machine) -> None:
    drifting.start()
    drifting.expect(MISSING)
    assert "drift notices are off until" in stepin(drifting, "snooze", "--for", "2h").stdout
    drifting.requirements.write_text("flask==1.0\nfoo; python_version < '3'\n")
    time.sleep(1)
    assert drifting.notice() is None
    assert stepin(drifting, "snooze", "--off").returncode == 0
    drifting.wait(lambda: "==1.0 is declared" in (drifting.shown() or ""))


@pytest.mark.parametrize(
    "words",
    [("--for", "2x"), ("--for", "-1h"), ("--until", "25:00"), ("--until", "2001-01-01"), ("--off", "--until-change")],
)
def test_snooze_rejects_nonsense(drifting: Machine, words: tuple[str, ...]) -> None:
    done = stepin(drifting, "snooze", *words)
    assert done.returncode == 2
    assert done.stderr.startswith("stepin: ")
    assert done.stderr.count("\n") == 1


def test_ignore(drifting: Machine) -> None:
    drifting.start()
    drifting.expect(MISSING)
    assert stepin(drifting, "ignore", "code:nonsense").returncode == 2
    assert stepin(drifting, "ignore", "--project", "Flask").returncode == 0
    drifting.expect("clean")
    assert "flask" in stepin(drifting, "check", "--verbose").stdout


def test_a_folder_that_cannot_be_read(drifting: Machine) -> None:
    """The status reports it, and other projects are still watched."""
    other = drifting.add("other")
    (other / "requirements.txt").write_text("flask==2.3\n")
    drifting.start()
    drifting.expect(MISSING, other)
    away = drifting.home / "away"
    os.rename(drifting.project, away)
    drifting.project.write_text("")
    (other / "requirements.txt").write_text("flask==1.0\n")
    drifting.wait(lambda: "==1.0 is declared" in (drifting.shown(other) or ""))
    drifting.project.unlink()
    os.rename(away, drifting.project)
