"""Debounce events: a change is due after a while of quiet, and an endless writer cannot put it off forever. Pure."""

from __future__ import annotations

QUIET = 0.3  # seconds without an event
CAP = 5.0  # seconds after the first event


class Debounce:
    """Times are seconds on one monotonic clock."""

    __slots__ = ("_first", "_last")

    def __init__(self) -> None:
        self._first: float | None = None
        self._last = 0.0

    def event(self, now: float) -> None:
        """Note that something happened."""
        if self._first is None:
            self._first = now
        self._last = now

    def trigger(self, now: float) -> None:
        """Make a look due at once, without an event to wait for."""
        self._first = self._last = now - QUIET

    def due(self) -> float | None:
        """Return when to look; None if nothing has happened."""
        return None if self._first is None else min(self._last + QUIET, self._first + CAP)

    def reset(self) -> None:
        """Note that a look was taken."""
        self._first = None
