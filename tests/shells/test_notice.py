"""What the watcher has to tell is shown at the prompt: once, on stderr, without a process, and not when it is stale."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import Adapter
from shells.driver import Place, Session
from shells.test_processes import count, strace  # noqa: F401  # a fixture
from stepin.watch.notices import notices
from stepin.watch.projects import traces

Make = Callable[..., Path]
Allow = Callable[..., None]
DRIFT = "stepin: requirements.txt drifted: flask 2.0 installed, ==2.3 declared: stepin check"
MENDED = "stepin: requirements.txt and the environment agree again"


@pytest.fixture
def project(place: Place, shell: str, make: Make, allow: Allow) -> Path:
    project = make("it's a $(project) [x]")
    (project / "requirements.txt").write_text("flask==2.3\n")
    allow(project)
    place.write_rc(shell)
    return project


def write(place: Place, project: Path, ident: str, findings: int, text: str, news: str = "") -> None:
    site = next((project / ".venv").glob("lib/*/site-packages"))
    about = (str(project / "requirements.txt"), str(site), str(project / ".venv/pyvenv.cfg"))
    time.sleep(0.05)  # what was made just now counts as older than what is written now
    notices.write(str(place.store), str(project), notices.Notice(ident, findings, text, news, about), time.time_ns())


def left(trace: Path) -> str:
    """Return the project in a trace, as the watcher reads it."""
    return next(one.project for one in traces.read(str(trace.parents[1])) if one.pid == int(trace.name))


def drift(session: Session) -> str:
    return session.out("printenv STEPIN_DRIFT").strip()


def test_told_once_and_mended_once(place: Place, shell: str, project: Path) -> None:
    with Session(place, shell, cwd=project) as session:
        assert session.first.lines == []
        write(place, project, "a1", 3, DRIFT)
        assert session.run(":").lines == [DRIFT]
        assert session.run(":").lines == []
        assert drift(session) == "3"
        write(place, project, "a1", 3, DRIFT)  # the watcher looked again
        assert session.run(":").lines == []
        write(place, project, notices.CLEAN, 0, MENDED)
        assert session.run(":").lines == [MENDED]
        assert session.run(":").lines == []
        assert drift(session) == ""
        write(place, project, "a1", 3, DRIFT)  # it drifted again
        assert session.run(":").lines == [DRIFT]


def test_each_shell_is_told_and_only_who_was_told_hears_that_it_is_mended(
    place: Place, shell: str, project: Path
) -> None:
    write(place, project, "a1", 1, DRIFT)
    with Session(place, shell, cwd=project) as one:
        assert one.first.lines == [DRIFT]
        write(place, project, notices.CLEAN, 0, MENDED)
        with Session(place, shell, cwd=project) as two:
            assert two.first.lines == []
            assert two.run(":").lines == []
        assert one.run(":").lines == [MENDED]


def test_leaving_and_coming_back_says_nothing_twice(place: Place, shell: str, project: Path) -> None:
    write(place, project, "a1", 2, DRIFT)
    with Session(place, shell) as session:
        assert session.run("cd it*").lines == [DRIFT]
        assert drift(session) == "2"
        assert session.run("cd ..").lines == []
        assert drift(session) == ""
        assert session.run("cd it*").lines == []
        assert drift(session) == "2"
        session.run("cd ..")
        write(place, project, notices.CLEAN, 0, MENDED)
        assert session.run("cd it*").lines == [MENDED]


@pytest.mark.parametrize("what", ["requirements.txt", "site-packages", "removed", "no notice"])
def test_a_stale_warning_is_not_shown(place: Place, shell: str, project: Path, what: str) -> None:
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
            notices.remove(str(place.store), str(project))
        assert session.run(":").lines == []
        assert drift(session) == ""
        with Session(place, shell, cwd=project) as other:
            assert other.first.lines == []
            assert drift(other) == ""


def test_news_is_told_to_the_shells_that_were_there(place: Place, shell: str, project: Path) -> None:
    news = "stepin: foo 1.2 is installed but not in requirements.txt"
    with Session(place, shell, cwd=project) as one:
        write(place, project, notices.CLEAN, 0, MENDED, f"n1 {news}")
        assert one.run(":").lines == [news]
        assert one.run(":").lines == []
        with Session(place, shell, cwd=project) as two:
            assert two.first.lines == []
            assert two.run(":").lines == []
        assert drift(one) == ""


def test_a_trace_is_left_on_entering_and_leaving_alone(place: Place, shell: str, project: Path) -> None:
    with Session(place, shell) as session:
        trace = place.store / traces.FOLDER / str(session.child.pid)
        assert not trace.exists() or left(trace) == ""
        session.run("cd it*")
        assert left(trace) == str(project)
        found = traces.read(str(place.store))
        assert [(one.project, one.live) for one in found] == [(str(project), True)]
        os.utime(trace, (1, 1))
        session.run("cd .venv")
        session.run(":")
        assert trace.stat().st_mtime == 1
        session.run("cd ../..")
        assert left(trace) == ""
    assert not traces.read(str(place.store))[0].live
    assert not trace.exists()


def test_without_the_folder_for_traces_all_else_works(place: Place, shell: str, project: Path) -> None:
    (place.store / traces.FOLDER).rmdir()
    write(place, project, "a1", 2, DRIFT)
    with Session(place, shell) as session:
        state = session.run("cd it*")
        assert state.lines == [DRIFT]
        assert "No such file" not in state.tty
        assert session.run("cd ..").lines == []


def test_a_notice_of_somebody_else_s_making_is_data(place: Place, shell: str, project: Path) -> None:
    """No word of a notice is run, whatever it holds."""
    path = Path(notices.path_of(str(place.store), str(project)))
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
        write(place, project, notices.CLEAN, 0, MENDED)
        assert session.run(":").lines == [MENDED]
        notices.remove(str(place.store), str(project))
        session.run(":")
        assert count(trace) - before == 0
