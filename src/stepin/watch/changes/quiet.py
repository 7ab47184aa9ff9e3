"""When a change has settled: after a while of quiet, but an endless writer cannot put it off for ever. Pure."""

from __future__ import annotations

QUIET = 0.3  # seconds without an event
CAP = 5.0  # seconds after the first event


class Quiet:
    """Times are seconds of one monotonic clock."""

    __slots__ = ("_first", "_last")

    def __init__(self) -> None:
        self._first: float | None = None
        self._last = 0.0

    def event(self, now: float) -> None:
        """Note that something happened."""
        if self._first is None:
            self._first = now
        self._last = now

    def at_once(self, now: float) -> None:
        """Make it due now: nothing is going on, somebody wants to know."""
        self._first = self._last = now - QUIET

    def due(self) -> float | None:
        """Return when to look; None while nothing has happened."""
        return None if self._first is None else min(self._last + QUIET, self._first + CAP)

    def done(self) -> None:
        """Note that it was looked at."""
        self._first = None
