"""Whatever happens in whichever order, a shell is after each prompt what a fresh decision says."""

from __future__ import annotations

from pathlib import Path

import pytest

from shells import sequences
from shells.driver import Place

EACH = 5  # sequences a test; tests/slow/shells runs a thousand
READY = ("fish",)


@pytest.mark.parametrize("shell", READY, indirect=True)
@pytest.mark.parametrize("first", range(0, 50, EACH))
def test_random_sequences(shell: str, tmp_path: Path, first: int) -> None:
    failures = []
    for seed in range(first, first + EACH):
        home = tmp_path / f"home{seed}"
        home.mkdir()
        failures.append(sequences.run(Place(home), shell, seed))
    assert not any(failures), "\n".join(filter(None, failures))
