"""A decision holds while its facts are what they were: to the nanosecond, whatever the clock says."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from stepin import shells
from stepin.hook import entry, facts
from stepin.hook.decision import Decision
from stepin.hook.facts import Facts

HOUR_NS = 3_600_000_000_000


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose environment is an hour old."""
    folder = tmp_path / "project"
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").write_text("")
    (folder / ".venv/bin/python").chmod(0o755)
    (folder / ".venv/pyvenv.cfg").write_text("home = /usr/bin\n")
    old = time.time_ns() - HOUR_NS
    for path in (".venv/pyvenv.cfg", ".venv/bin", ".venv"):
        os.utime(folder / path, ns=(old, old))
    return folder


def decide(project: Path) -> Decision:
    """Return the helper's decision about a folder."""
    store, config = str(project.parent / "state"), str(project.parent / "config.toml")
    request = entry.Request(["bash", shells.PROTOCOL, "decide", store, config, str(project), "/nowhere"])
    given: list[Decision] = []

    class Recorder:
        def quote(self, text: str) -> str:
            return text

        def assign(self, name: str, values: Sequence[str]) -> str:
            return ""

        def decision(self, decision: Decision) -> str:
            given.append(decision)
            return ""

    request.dialect = Recorder()
    entry.answer(request)
    return given[-1]


def holds(decision: Decision) -> bool:
    """Test a decision as a shell does, with what its builtins can ask."""
    for test, path, other in decision.conditions():
        if test == "never":
            return False
        if test == "run" and not os.access(path, os.X_OK):
            return False
        if test == "own" and os.stat(path).st_uid != os.geteuid():
            return False
        if test == "direct" and os.path.islink(path):
            return False
        if test == "same" and not (os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other)):
            return False
        if test == "time" and not (os.path.exists(path) and os.path.exists(other)):
            return False
        if test == "time" and os.stat(path).st_mtime_ns != os.stat(other).st_mtime_ns:
            return False
        if test == "absent" and os.path.exists(path):
            return False
        if test == "stuck" and os.path.isfile(path) and os.access(path, os.X_OK):
            return False
    return True


def test_it_holds_until_a_fact_changes(project: Path) -> None:
    for path in (".venv/pyvenv.cfg", ".venv/bin", ".venv"):
        decision = decide(project)
        assert holds(decision)
        status = (project / path).stat()
        os.utime(project / path, ns=(status.st_mtime_ns, status.st_mtime_ns + 1))
        assert not holds(decision), path
        assert holds(decide(project))


@pytest.mark.parametrize("ahead", [-HOUR_NS, HOUR_NS, 24 * HOUR_NS], ids=["behind", "hour", "day"])
def test_times_ahead_of_the_clock(project: Path, ahead: int) -> None:
    """A clock that was ahead when something was made hides no later change."""
    made = time.time_ns() + ahead
    for path in (".venv/pyvenv.cfg", ".venv/bin", ".venv"):
        os.utime(project / path, ns=(made, made))
    decision = decide(project)
    assert holds(decision)
    (project / ".venv/bin/pip").write_text("")
    assert not holds(decision)
    assert holds(decide(project))


def test_a_young_fact_is_waited_for(project: Path) -> None:
    (project / ".venv/bin/pip").write_text("")
    begun = time.monotonic_ns()
    decision = decide(project)
    assert holds(decision)
    assert time.time_ns() - (project / ".venv/bin").stat().st_mtime_ns >= facts.TICK_NS
    assert time.monotonic_ns() - begun < 1_000_000_000
    (project / ".venv/bin/wheel").write_text("")
    assert not holds(decision), "what comes after the wait bears another time"


def test_old_facts_are_not_waited_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("nothing is young"))
    assert holds(decide(project))


def test_a_change_in_the_same_tick(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put in its place within the tick bears another time, or none that a reference would prove."""
    cfg = project / ".venv/pyvenv.cfg"
    (project / ".venv/bin/pip").write_text("")

    def replaced(_: float) -> None:
        monkeypatch.undo()
        cfg.unlink()
        cfg.write_text("home = /usr/bin\nprompt = other\n")

    monkeypatch.setattr(time, "sleep", replaced)
    decision = decide(project)
    assert decision.prompt == "other", "judged again"
    assert holds(decision)


def test_what_changes_all_the_time_is_asked_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def touch(_: float) -> None:
        (project / ".venv/bin/pip").touch()
        os.utime(project / ".venv/bin")

    monkeypatch.setattr(time, "sleep", touch)
    touch(0)
    decision = decide(project)
    assert list(decision.conditions())[-1] == ("never", "", "")
    monkeypatch.undo()
    assert holds(decide(project))


def test_a_file_system_that_rounds_times(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state folder cannot bear the time: there is no reference, and no decision that would hold by it."""
    real = os.utime
    monkeypatch.setattr(os, "utime", lambda path, ns: real(path, ns=(ns[0] // 1000 * 1000, ns[1] // 1000 * 1000)))
    modified = (project / ".venv").stat().st_mtime_ns // 1000 * 1000 + 1
    real(project / ".venv", ns=(modified, modified))
    decision = decide(project)
    assert dict(decision.facts)[str(project / ".venv")] == ""
    assert not holds(decision)
    assert decision.verdict == "untrusted", "the answer is right; it is not one to rely on later"


def test_a_coarse_time_proves_nothing_while_it_is_young(tmp_path: Path) -> None:
    """On a file system that keeps whole seconds, a change within the second bears the same time."""
    now = time.time_ns() // 10**9 * 10**9
    for modified, expected in ((now, False), (now + 10**9, False), (now - 3 * 10**9, True)):
        file = tmp_path / "file"
        file.write_text("")
        os.utime(file, ns=(modified, modified))
        seen = Facts()
        seen.note(str(file))
        seen.settled = True
        ((_, reference),) = seen.references(str(tmp_path))
        assert bool(reference) is expected


def test_whole_seconds_are_announced(project: Path) -> None:
    """bash 3.2 compares no finer: it must not rely on a fact that is younger."""
    assert not decide(project).recent
    (project / ".venv/bin/pip").write_text("")
    assert decide(project).recent


def test_a_reference_is_made_once(tmp_path: Path) -> None:
    first = facts.reference(str(tmp_path), 10**18 + 1)
    status = os.stat(first)
    assert status.st_mtime_ns == 10**18 + 1
    assert facts.reference(str(tmp_path), 10**18 + 1) == first
    assert os.stat(first).st_ino == status.st_ino
    assert os.listdir(tmp_path / "t") == [f"{10**18 + 1:x}"]
    assert facts.reference(str(tmp_path), -5), "before 1970"


def test_a_broken_one_is_asked_about_when_its_interpreter_is_back(project: Path) -> None:
    python = project / ".venv/bin/python"
    bin_times = (project / ".venv/bin").stat()
    python.unlink()
    python.symlink_to(project / "base/python")
    os.utime(project / ".venv/bin", ns=(bin_times.st_atime_ns, bin_times.st_mtime_ns))
    decision = decide(project)
    assert decision.verdict == "broken"
    assert holds(decision)
    (project / "base").mkdir()
    (project / "base/python").touch(0o755)
    assert not holds(decision)
    assert decide(project).verdict == "untrusted"


def test_one_that_is_passed_over_is_asked_about_when_it_is_whole(project: Path) -> None:
    """`venv` decides while `.venv`, which comes first, is broken."""
    (project / ".venv").rename(project / "venv")
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/pyvenv.cfg").write_text("")
    (project / ".venv/bin/python").symlink_to(project / "base/python")
    decision = decide(project)
    assert (decision.stop, decision.prefix) == (".venv", str(project / "venv"))
    assert holds(decision)
    (project / "base").mkdir()
    (project / "base/python").touch(0o755)
    assert not holds(decision)
    assert decide(project).prefix == str(project / ".venv")


def test_a_redirect_to_what_is_not_there_yet(project: Path) -> None:
    (project / ".venv").rename(project / "other")
    (project / ".venv").write_text("elsewhere")
    decision = decide(project)
    assert decision.verdict == "none"
    assert holds(decision)
    (project / "other").rename(project / "elsewhere")
    assert not holds(decision)


def test_a_link_to_pyvenv_cfg(project: Path) -> None:
    """The kept hard link is the file itself, not a second symbolic link that leads elsewhere."""
    cfg = project / ".venv/pyvenv.cfg"
    cfg.rename(project / "shared.cfg")
    cfg.symlink_to("../shared.cfg")
    decision = decide(project)
    assert holds(decision)
    assert os.path.samefile(decision.link, project / "shared.cfg")
