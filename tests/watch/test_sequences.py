"""No drift is lost and no notice stays stale, in whatever order things happen, even if the watcher is killed."""

from __future__ import annotations

import random
import time

import pytest

from watch import sequences
from watch.machine import Machine


@pytest.mark.parametrize("seed", range(10))
def test_random_sequences(machine: Machine, seed: int) -> None:
    """Five sequences in a row; tests/slow/watch runs a thousand."""
    machine.start()
    failures = [failure for number in range(5) if (failure := sequences.run(machine, seed * 1000 + number))]
    assert failures == []
    assert machine.stop() == ""


def test_killed_at_any_moment(machine: Machine) -> None:
    """SIGKILL at any point: the next watcher starts, and its notice is true."""
    chance = random.Random(7)
    failures = []
    for number in range(6):
        machine.start()
        machine.requirements.write_text(f"flask=={chance.choice(('1.0', '2.0', '2.3'))}\n")
        if number % 2:
            machine.uv("install", "flask")
        time.sleep(chance.random() * 0.6)
        machine.kill()
        machine.start()
        failures.append(sequences.run(machine, number))
        machine.kill()
    assert not any(failures), failures
