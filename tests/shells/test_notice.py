"""A prompt shows what the watcher found: once, on stderr, without a process, and not if it is stale."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import Adapter
from shells.driver import Place, Session
from shells.test_processes import count, strace  # noqa: F401  # a fixture
from stepin.watch.notices.notice_file import NO_DRIFT, Notice, notice_path, remove_notice, write_notice
from stepin.watch.projects.traces import read_traces, trace_folder

Make = Callable[..., Path]
Allow = Callable[..., None]
DRIFT = 'stepin: drift from requirements.txt: flask 2.0 is installed, ==2.3 is declared; run "stepin check"'
MATCH = "stepin: the environment matches requirements.txt again"


@pytest.fixture
def project(place: Place, shell: str, make: Make, allow: Allow) -> Path:
    project = make("it's a $(project) [x]")
    (project / "requirements.txt").write_text("flask==2.3\n")
    allow(project)
    Path(trace_folder(str(place.store))).mkdir()  # a watcher was set up
    place.write_rc(shell)
    return project


def write(place: Place, project: Path, ident: str, findings: int, text: str, news: str = "") -> None:
    site = next((project / ".venv").glob("lib/*/site-packages"))
    about = (str(project / "requirements.txt"), str(site), str(project / ".venv/pyvenv.cfg"))
    time.sleep(0.05)  # what was made just now counts as older than what is written now
    write_notice(str(place.store), str(project), Notice(ident, findings, text, news, about), time.time_ns())


def left(trace: Path) -> str:
    """Return the project in a trace, as the watcher reads it."""
    return next(one.project for one in read_traces(str(trace.parents[1])) if one.pid == int(trace.name))


def drift(session: Session) -> str:
    return session.out("printenv STEPIN_DRIFT").strip()


def test_drift_and_its_end_are_shown_once(place: Place, shell: str, project: Path) -> None:
    with Session(place, shell, cwd=project) as session:
        assert session.first.lines == []
        write(place, project, "a1", 3, DRIFT)
        assert session.run(":").lines == [DRIFT]
        assert session.run(":").lines == []
        assert drift(session) == "3"
        write(place, project, "a1", 3, DRIFT)  # the watcher looked again
        assert session.run(":").lines == []
        write(place, project, NO_DRIFT, 0, MATCH)
        assert session.run(":").lines == [MATCH]
        assert session.run(":").lines == []
        assert drift(session) == ""
        write(place, project, "a1", 3, DRIFT)  # it drifted again
        assert session.run(":").lines == [DRIFT]


def test_each_shell_shows_drift_and_its_end_only_if_it_showed_the_drift(
    place: Place, shell: str, project: Path
) -> None:
    write(place, project, "a1", 1, DRIFT)
    with Session(place, shell, cwd=project) as one:
        assert one.first.lines == [DRIFT]
        write(place, project, NO_DRIFT, 0, MATCH)
        with Session(place, shell, cwd=project) as two:
            assert two.first.lines == []
            assert two.run(":").lines == []
        assert one.run(":").lines == [MATCH]


def test_nothing_is_shown_twice_after_leaving_and_coming_back(place: Place, shell: str, project: Path) -> None:
    write(place, project, "a1", 2, DRIFT)
    with Session(place, shell) as session:
        assert session.run("cd it*").lines == [DRIFT]
        assert drift(session) == "2"
        assert session.run("cd ..").lines == []
        assert drift(session) == ""
        assert session.run("cd it*").lines == []
        assert drift(session) == "2"
        session.run("cd ..")
        write(place, project, NO_DRIFT, 0, MATCH)
        assert session.run("cd it*").lines == [MATCH]


@pytest.mark.parametrize("what", ["requirements.txt", "site-packages", "removed", "no notice"])
def test_a_stale_notice_is_not_shown(place: Place, shell: str, project: Path, what: str) -> None:
    """A watcher that is gone must not leave a warning about what has changed since."""
    write(place, project, "a1", 2, DRIFT)
    with Session(place, shell, cwd=project) as session:
        assert drift(session) == "2"
        time.sleep(0.05)
        if what == "requirements.txt":
            (project / what).write_text("flask==2.0\n")
        elif what == "site-packages":
            (next((project / ".venv").glob("lib/*/site-packages")) / "new").mkdir()
        elif what == "removed":
            (project / "requirements.txt").unlink()
        else:
            remove_notice(str(place.store), str(project))
        assert session.run(":").lines == []
        assert drift(session) == ""
        with Session(place, shell, cwd=project) as other:
            assert other.first.lines == []
            assert drift(other) == ""


def test_news_is_shown_in_shells_that_were_in_the_project(place: Place, shell: str, project: Path) -> None:
    news = "stepin: foo 1.2 is installed but not declared in requirements.txt"
    with Session(place, shell, cwd=project) as one:
        write(place, project, NO_DRIFT, 0, MATCH, f"n1 {news}")
        assert one.run(":").lines == [news]
        assert one.run(":").lines == []
        with Session(place, shell, cwd=project) as two:
            assert two.first.lines == []
            assert two.run(":").lines == []
        assert drift(one) == ""


def test_a_trace_is_written_only_on_entering_and_leaving(place: Place, shell: str, project: Path) -> None:
    with Session(place, shell) as session:
        trace = Path(trace_folder(str(place.store))) / str(session.child.pid)
        assert not trace.exists() or left(trace) == ""
        session.run("cd it*")
        assert left(trace) == str(project)
        found = read_traces(str(place.store))
        assert [(one.project, one.live) for one in found] == [(str(project), True)]
        os.utime(trace, (1, 1))
        session.run("cd .venv")
        session.run(":")
        assert trace.stat().st_mtime == 1
        session.run("cd ../..")
        assert left(trace) == ""
    assert not read_traces(str(place.store))[0].live
    assert not trace.exists()


def test_all_else_works_without_the_folder_of_traces(place: Place, shell: str, project: Path) -> None:
    (Path(trace_folder(str(place.store)))).rmdir()
    write(place, project, "a1", 2, DRIFT)
    with Session(place, shell) as session:
        state = session.run("cd it*")
        assert state.lines == [DRIFT]
        assert "No such file" not in state.tty
        assert session.run("cd ..").lines == []


def test_a_malformed_notice_is_data(place: Place, shell: str, project: Path) -> None:
    """No word of a notice is run, whatever it holds."""
    path = Path(notice_path(str(place.store), str(project)))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x$(touch pwned) `touch pwned` a/../b\n$(touch pwned)%s%n\\n\n\n$(touch pwned)\n\n")
    with Session(place, shell, cwd=project) as session:
        session.run(":")
        assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"
    assert not (project / "pwned").exists()


def test_the_prompt_starts_no_process(
    place: Place,
    shell: str,
    adapter: Adapter,
    project: Path,
    strace: str,  # noqa: F811
) -> None:
    trace = place.home / "trace"
    command = [strace, "-f", "-q", "-e", "trace=process", "-e", "signal=none", "-o", str(trace), *adapter.start()]
    with Session(place, shell, command=command, cwd=project) as session:
        session.run(":")
        before = count(trace)
        session.run(":")
        write(place, project, "a1", 3, DRIFT)
        assert session.run(":").lines == [DRIFT]
        session.run(":")
        write(place, project, NO_DRIFT, 0, MATCH)
        assert session.run(":").lines == [MATCH]
        remove_notice(str(place.store), str(project))
        session.run(":")
        assert count(trace) - before == 0
