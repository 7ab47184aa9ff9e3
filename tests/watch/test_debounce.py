"""A change is due after a while of quiet, or at the latest after the cap."""

from __future__ import annotations

from stepin.watch.changes.debounce import CAP, QUIET, Debounce


def test_quiet_and_the_cap() -> None:
    debounce = Debounce()
    assert debounce.due() is None
    debounce.event(100)
    assert debounce.due() == 100 + QUIET
    for tenth in range(200):  # an endless writer
        debounce.event(100 + tenth / 10)
    assert debounce.due() == 100 + CAP
    debounce.reset()
    assert debounce.due() is None
    debounce.trigger(200)
    assert debounce.due() == 200
