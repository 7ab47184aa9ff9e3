"""`stepin watch`: the watcher in the foreground."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import click

from stepin.cli import project, ui

if TYPE_CHECKING:
    from types import FrameType

    from stepin.watch.loop import Told


@click.command("watch", epilog="Example: stepin watch ~/code/site")
@click.argument("directories", metavar="[DIR]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line (stepin.watch/1).")
def command(directories: tuple[str, ...], as_json: bool) -> int:
    """Tell drift as it happens, here and at the prompts of your shells, until Ctrl-C.

    Without DIR: the projects that are allowed and were visited lately. Nothing of a project is run.
    """
    at = project.place()
    project.insist(at)
    folders = [_project(directory, at) for directory in directories]
    from stepin.watch.service import instance

    try:
        lock = instance.take(at.store)
    except instance.RunningError as error:
        raise ui.Refusal(f"a watcher runs already (process {error.pid}): stepin service stop") from None
    from stepin.watch.loop import Watcher

    def tell(told: Told) -> None:
        if as_json:
            fields = {"schema": "stepin.watch/1", "time": round(time.time(), 3), **told._asdict()}
            text = json.dumps(fields)
        else:
            text = f"{time.strftime('%H:%M:%S')} {ui.tilde(told.project)}: {told.text.removeprefix('stepin: ')}"
        click.echo(text)
        sys.stdout.flush()

    watcher = Watcher(at.store, at.config_file, at.home, tell, folders)

    def stop(_: int, __: FrameType | None) -> None:
        watcher.stop()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        watcher.run()
    finally:
        instance.release(at.store, lock)
    return ui.DONE


def _project(directory: str, at: project.Place) -> str:
    """Return the project that a folder belongs to: the nearest one with an environment, else the folder itself."""
    start = project.folder(directory)
    step = project.look(start, at)
    if step.env is None and not os.path.lexists(os.path.join(start, "requirements.txt")):
        step = project.deciding(start, at) or step
    return step.folder
