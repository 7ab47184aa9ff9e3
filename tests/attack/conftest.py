"""Fixtures of the attacks: those that start real shells."""

from __future__ import annotations

from shells.conftest import adapter, allow, make, place, shell

__all__ = ["adapter", "allow", "make", "place", "shell"]
