"""`stepin watch`: run the watcher in the foreground."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING

import click

from stepin import schemas
from stepin.cli import project, ui
from stepin.cli.base import verb

if TYPE_CHECKING:
    from types import FrameType

    from stepin.watch.notices.publisher import Update


@verb("watch", "stepin watch", "stepin watch ~/code/site")
@click.argument("directories", metavar="[DIR]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document on each line, stepin.watch/1.")
def command(directories: tuple[str, ...], as_json: bool) -> int:
    """Report drift as it happens, here and at your prompts, until Ctrl-C.

    Without DIR, this watches the trusted projects that you visited lately. Nothing in a project is run.
    """
    at = project.place()
    project.insist(at)
    folders = [_project(directory, at) for directory in directories]
    from stepin.watch.service import instance

    try:
        lock = instance.take(at.store)
    except instance.RunningError as error:
        raise ui.Refusal(f'a watcher is running (process {error.pid}); stop it with "stepin service stop"') from None
    from stepin.watch.loop import Watcher

    def report(update: Update) -> None:
        if as_json:
            ui.say(json.dumps(schemas.envelope("watch", time=round(time.time(), 3), **update._asdict())))
        else:
            ui.say(f"{time.strftime('%H:%M:%S')} {ui.tilde(update.project)}: {update.text.removeprefix('stepin: ')}")
        if ui.output_failed():
            watcher.stop()

    watcher = Watcher(at.store, at.config_file, at.home, report, folders)

    def stop(_: int, __: FrameType | None) -> None:
        watcher.stop()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        watcher.run()
    finally:
        instance.release(at.store, lock)
    return ui.DONE


def _project(directory: str, at: project.Context) -> str:
    """Return the project that a folder belongs to: the nearest one with an environment, else the folder itself."""
    start = project.folder(directory)
    step = project.look(start, at)
    if step.env is None and not os.path.lexists(os.path.join(start, "requirements.txt")):
        step = project.deciding(start, at) or step
    return step.folder
