"""No process is started at a prompt, by `cd`, by entering, leaving or switching between what was decided before."""

from __future__ import annotations

import os
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import Adapter
from shells.driver import Place, Session
from stepin.hook import files as stepin_state

Make = Callable[..., Path]
Allow = Callable[..., None]
STARTS = re.compile(r"\b(?:clone3?|v?fork|execve)\((?!\)|.*CLONE_THREAD)")


@pytest.fixture
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("strace is not installed: processes are NOT counted")
        warnings.warn("strace is not installed: processes are NOT counted", stacklevel=1)
        pytest.skip("no strace")
    return found


def count(trace: Path) -> int:
    return sum(bool(STARTS.search(line)) for line in trace.read_text(errors="replace").splitlines())


@pytest.mark.parametrize("projects", [0, 10_000])
def test_steady_state_starts_no_process(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow, strace: str, projects: int
) -> None:
    one = make("one")
    two = make("two", "venv")
    inner = make("one/inner", "env")
    stranger = make("stranger")
    allow(one, two, inner)
    place.write_rc(shell)
    (place.home / "outside/a/b").mkdir(parents=True)
    for number in range(projects):  # what as many other projects leave in the state folder
        folder = Path(stepin_state.generation(str(place.store)) + stepin_state.mirror(f"{place.home}/many/{number}"))
        folder.mkdir(parents=True)
        (folder / shell).write_text("")
    trace = place.home / "trace"
    command = [strace, "-f", "-q", "-e", "trace=process", "-e", "signal=none", "-o", str(trace), *adapter.start()]
    with Session(place, shell, command=command) as session:
        for folder in (one, two, inner, stranger, place.home):
            session.run(f"cd {folder}")
        before = count(trace)
        assert before > 0, "the helper's starts are seen"
        session.run(":")
        for line in (":", "cd outside/a", "cd b", "cd ../../..", ":"):
            session.run(line)
        assert count(trace) - before == 0, "outside"
        assert session.run("cd one").VIRTUAL_ENV == f"{one}/.venv"
        session.run(":")
        assert session.run("cd inner").VIRTUAL_ENV == f"{inner}/env"
        assert session.run("cd ../../two").VIRTUAL_ENV == f"{two}/venv"
        session.run("cd ../stranger")
        session.run("cd ../one")
        session.run("deactivate")
        session.run("cd ..")
        assert count(trace) - before == 0, "inside"


def test_a_new_shell_starts_no_process_of_ours(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow, strace: str
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell, cwd=project):
        pass  # decided
    counts = []
    for hook in (True, False):
        place.write_rc(shell, hook=hook)
        trace = place.home / f"trace{hook}"
        command = [strace, "-f", "-q", "-e", "trace=process", "-e", "signal=none", "-o", str(trace), *adapter.start()]
        with Session(place, shell, command=command, cwd=project) as session:
            assert (session.first.VIRTUAL_ENV == f"{project}/.venv") is hook
            counts.append(count(trace))
    assert counts[0] == counts[1]
