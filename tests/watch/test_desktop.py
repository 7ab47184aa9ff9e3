"""Notifications on the desktop: shown by the system's own program, as data, and not too often."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from stepin.watch import programs
from stepin.watch.notices.desktop import INTERVAL, DesktopNotifier
from watch.machine import Machine

TEXT = "stepin: drift from <b>& $(touch PWNED).txt"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="notify-send is for Linux")


def stand_in(folder: Path, status: int = 0) -> Path:
    """Write a stand-in for notify-send that logs its arguments, one a line. Return the log."""
    log = folder / "notifications"
    program = folder / "bin/notify-send"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" --- >>'{log}'\nexit {status}\n")
    program.chmod(0o755)
    return log


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    log = stand_in(tmp_path)
    monkeypatch.setattr(programs, "FOLDERS", ("/nowhere", str(tmp_path / "bin")))
    return log


def test_the_text_is_one_argument_without_markup(log: Path) -> None:
    assert DesktopNotifier().notify("/project", TEXT)
    body = "drift from &lt;b&gt;&amp; $(touch PWNED).txt"
    assert log.read_text().splitlines() == ["--app-name=stepin", "--", "stepin", body, "---"]


def test_one_in_ten_minutes_a_project(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    notifier = DesktopNotifier()
    assert notifier.notify("/project", "one")
    assert not notifier.notify("/project", "two")
    assert notifier.notify("/other", "three")
    now += INTERVAL
    assert notifier.notify("/project", "four")
    assert log.read_text().splitlines()[3::5] == ["one", "three", "four"]


def test_a_program_that_fails_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "FOLDERS", (str(tmp_path / "bin"),))
    assert not DesktopNotifier().notify("/project", "none is installed")
    stand_in(tmp_path, status=1)
    assert not DesktopNotifier().notify("/project", "no desktop to show it")


def test_nothing_is_run_that_path_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watcher in the foreground has the PATH of a shell, whose first folder may be a project's."""
    log = stand_in(tmp_path)
    monkeypatch.setattr(programs, "FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert not DesktopNotifier().notify("/project", "text")
    assert not log.exists()


@pytest.mark.parametrize("turned_on", [True, False])
def test_the_watcher_notifies_of_drift_if_it_is_turned_on(machine: Machine, turned_on: bool) -> None:
    log = stand_in(machine.home)
    if turned_on:
        config = machine.home / ".config/stepin/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text("[drift]\ndesktop = true\n")
    machine.requirements.write_text("foo\n")
    machine.start(f"from stepin.watch import programs; programs.FOLDERS = ({str(log.parent / 'bin')!r},)")
    text = "drift from requirements.txt: foo is not installed"
    machine.wait(lambda: text in (machine.shown() or ""))
    if turned_on:
        machine.wait(log.exists)
        assert text in log.read_text()
    machine.uv("install", "foo")
    machine.expect("clean")
    assert (log.read_text().count("---") if log.exists() else 0) == turned_on, "drift only, not its end"
