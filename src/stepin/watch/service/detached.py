"""A process of its own, where there is no service manager: containers, WSL without systemd."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

from stepin.watch.service import instance

if TYPE_CHECKING:
    from collections.abc import Sequence

_WAIT = 10.0  # seconds for it to come up


def start(command: Sequence[str], store: str) -> int:
    """Start a watcher that outlives this shell; return its pid once it runs. Raises OSError, TimeoutError."""
    child = subprocess.Popen(  # noqa: S603  # our own interpreter and module
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=os.path.sep,
        start_new_session=True,
    )
    end = time.monotonic() + _WAIT
    while time.monotonic() < end:
        found = instance.running(store)
        if found is not None:
            child.returncode = child.returncode or 0  # it is not ours to wait for
            return found[0]
        if child.poll() is not None:
            break
        time.sleep(0.02)
    raise TimeoutError(child.pid)
