"""The promise that a check is clean where pip would change nothing, and only there: on random requirement files."""

from __future__ import annotations

from pathlib import Path

from drift.scenarios import chance, states
from drift.support.oracles import Pip


def test_random_files(tmp_path: Path) -> None:
    """Seeded files of names, versions, extras, markers, constraints and includes; tests/slow/drift has many more."""
    states.shared(tmp_path / "shared")
    place = states.Place(tmp_path / "here", tmp_path / "shared")
    states.by_pip(place)
    pip = Pip(place.env / "bin/python", place.depot)
    try:
        found, satisfied = chance.disagreements(place, pip, seed=1, rounds=120)
    finally:
        pip.close()
    assert not found, "\n" + "\n".join(map(str, found))
    assert 15 < satisfied < 105, "the files are of both kinds"
