"""Run the watcher as a service: `python -I -m stepin.watch`. One per user, with a log, ended by SIGTERM."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from stepin.hook.files import state_trouble
from stepin.settings import folders
from stepin.watch.loop import Watcher
from stepin.watch.service import instance
from stepin.watch.service.log import Log, log_file

if TYPE_CHECKING:
    from types import FrameType

    from stepin.watch.notices.publisher import Update


def main() -> int:
    """Watch until SIGTERM. Return the exit code: 1 if another watcher runs or the state folder cannot be used."""
    store = folders.store()
    os.umask(0o077)
    trouble = state_trouble(store)
    if trouble:
        return _fail(f'the state folder {trouble}; run "stepin doctor"')
    try:
        lock = instance.take(store)
        log = Log(log_file())
    except instance.RunningError as error:
        return _fail(f'a watcher is already running (process {error.pid}); see "stepin service status"')
    except OSError as error:
        return _fail(f'{error.filename}: {error.strerror}; run "stepin doctor"')

    def report(update: Update) -> None:
        log.write(f"{update.project}: {update.verdict}: {update.text}")

    watcher = Watcher(store, folders.config_file(), os.path.expanduser("~"), report)

    def stop(_: int, __: FrameType | None) -> None:
        watcher.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.write("started")
    try:
        watcher.run()
    finally:
        log.write("stopped")
        instance.release(store, lock)
    return 0


def _fail(text: str) -> int:
    sys.stderr.write(f"stepin: {text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
