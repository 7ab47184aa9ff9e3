"""Start the watcher as a detached process, for systems without a service manager: containers, WSL without systemd."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

from stepin.watch.service import instance

if TYPE_CHECKING:
    from collections.abc import Sequence

_WAIT = 10.0  # seconds for it to start


def start(command: Sequence[str], store: str) -> int:
    """Start a watcher that outlives this shell. Return its pid once it runs. Raises OSError, TimeoutError."""
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
        found = instance.find_running(store)
        if found is not None:
            child.returncode = child.returncode or 0  # keeps Popen from warning that it still runs
            return found.pid
        if child.poll() is not None:
            break
        time.sleep(0.02)
    raise TimeoutError(child.pid)
