"""Shells that a test needs."""

from __future__ import annotations

import os
import shutil
import warnings

import pytest


def needed(program: str) -> str:
    """Return where a program is; skip loudly without it, fail in CI."""
    found = shutil.which(program)
    if found is None:
        message = f"{program} is not installed: this is NOT tested"
        if os.environ.get("CI"):
            pytest.fail(message)
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    return found
