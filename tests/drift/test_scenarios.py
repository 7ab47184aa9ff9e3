"""The scenario table: every drift is found, nothing is told falsely, and where pip or uv differ the row says why.

All rows of one environment are one test, so that each environment is made once.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drift.scenarios import index
from drift.scenarios.run import Disagreement, run_state
from drift.scenarios.states import shared as make_shared
from drift.scenarios.table import State


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenarios")
    make_shared(folder)
    return folder


def test_the_table_is_large_enough() -> None:
    """At least 150 rows, each a kind of drift, or none, in one way installed and one way declared."""
    assert sum(len(state.rows) for state in index.STATES) >= 150


@pytest.mark.parametrize("state", index.STATES, ids=lambda state: state.build)
def test_state(state: State, shared: Path, tmp_path: Path) -> None:
    """What check() says of each row is what the row says; what pip or uv says is the same, or the row says why not."""
    wrong: list[Disagreement] = list(run_state(state, tmp_path, shared))
    assert not wrong, "\n" + "\n".join(map(str, wrong))
