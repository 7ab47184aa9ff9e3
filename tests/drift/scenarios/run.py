"""Puts the rows of one state to stepin, and to pip or uv."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from drift.scenarios import states
from drift.scenarios.table import Row, State
from drift.support.oracles import Pip, Uv
from stepin.drift import check


class Disagreement(NamedTuple):
    state: str
    row: Row
    who: str
    expected: str
    said: str

    def __str__(self) -> str:
        return f"{self.state}: {self.row.declared!r}: {self.who} says {self.said!r}, expected {self.expected!r}"


def run_state(state: State, base: Path, shared: Path, pip_target: Path | None = None) -> Iterator[Disagreement]:
    """Make the environment, put every row to stepin and to the one it asks, and yield what is not as the row says."""
    place = states.Place(base, shared)
    states.STATES[state.build](place)
    texts = place.texts()
    pip = None if state.why_nobody else Pip(place.env / "bin/python", place.depot, pip_target)
    uv = Uv(place.env, place.depot)
    try:
        for row in state.rows:
            filled = row._replace(
                declared=row.declared.format(**texts), files=tuple((n, t.format(**texts)) for n, t in row.files)
            )
            yield from _run_row(state, filled, place, pip, uv)
    finally:
        if pip is not None:
            pip.close()


def _run_row(state: State, row: Row, place: states.Place, pip: Pip | None, uv: Uv) -> Iterator[Disagreement]:
    file = place.root / "requirements.txt"
    declared = row.declared
    if declared == "FREEZE" and pip is not None:
        declared = pip.run("freeze", cwd=place.root)[1]
    file.write_text(f"{declared}\n{state.also}\n")
    for name, text in row.files:
        (place.root / name).parent.mkdir(exist_ok=True)
        (place.root / name).write_text(text)
    said = _stepin(row, place)
    if said != _canonical(row.drift):
        yield Disagreement(state.build, row, "stepin", row.drift, said)
    if state.why_nobody or row.ask == "nobody":
        assert state.why_nobody or row.why, row
        return
    assert pip is not None
    arguments = ["-r", "requirements.txt", *row.options]
    if row.ask == "pip":
        answer = pip.wants_change(arguments, place.root)
    elif row.ask == "check":
        answer = pip.checks(place.root)
    elif row.ask == "uv check":
        answer = uv.checks(place.root)
    elif row.ask == "sync":
        answer = uv.wants_change(["requirements.txt"], place.root, "sync")
    else:
        answer = uv.wants_change(arguments, place.root)
    if bool(answer) == bool(row.drift) and row.why:
        yield Disagreement(state.build, row, row.ask, "the opposite, as the row explains", answer)
    if bool(answer) != bool(row.drift) and not row.why:
        yield Disagreement(state.build, row, row.ask, row.drift, answer)


def _stepin(row: Row, place: states.Place) -> str:
    here = os.getcwd()
    os.chdir(place.root)
    try:
        report = check(
            place.root,
            constraints=[option for option in row.options if option != "-c"],
            strict=row.strict,
            environ=os.environ,
        )
    finally:
        os.chdir(here)
    if row.note and not any(row.note in note.message for note in report.notes):
        return f"no note of {row.note!r} in {report.notes}"
    if row.complete is not None and report.complete_freeze != row.complete:
        return f"complete_freeze is {report.complete_freeze}"
    for finding in report.findings:
        assert finding.file is None or (finding.line and Path(finding.file).is_relative_to(place.root)), finding
    return _canonical("; ".join(f"{finding.code} {finding.name or ''}" for finding in report.findings))


def _canonical(drift: str) -> str:
    return "; ".join(sorted(" ".join(part.split()) for part in drift.split(";") if part.strip()))
