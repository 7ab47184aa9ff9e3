"""What is wrong with one distribution, before its file and line are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stepin.drift.model import Code


class Difference(NamedTuple):
    """A difference between one requirement and one distribution. `code` is None for what deserves only a note."""

    code: Code | None
    message: str
    declared: str | None = None
    installed: str | None = None
