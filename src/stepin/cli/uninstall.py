"""`stepin uninstall`: what `stepin setup` did, undone."""

from __future__ import annotations

import os
import shutil
import sys

import click

from stepin.cli import project, ui
from stepin.hook import files
from stepin.install import blocks, hook_files, user_files
from stepin.settings import folders
from stepin.shells import startup


@click.command("uninstall", epilog="\b\nExamples:\n  stepin uninstall\n  stepin uninstall --purge")
@click.option("--purge", is_flag=True, help="Also forget what was allowed and denied, and remove the cache.")
def command(purge: bool) -> int:
    """Take stepin out of your shells: its block in each rc file, the hooks, and the watcher, if it runs.

    What you changed around the block stays. Your configuration is not touched, the program neither: how to remove
    that is told at the end. Open shells keep the hook until they end.
    """
    code = _end_watcher()
    for path in startup.candidates(os.path.expanduser("~")):
        try:
            before = user_files.read(path)
            left = blocks.remove(before) if before else None
            if left is None:
                continue
            user_files.replace(path, before, None if left.is_empty else left.content)
        except user_files.UnwritableError as error:
            code = ui.complain(f"{ui.tilde(path)} {error}: take the block out yourself: from >>> stepin to <<< stepin")
        else:
            ui.say(f"{'removed' if left.is_empty else 'taken out of'}: {ui.tilde(path)}")
    for path in hook_files.remove():
        ui.say(f"removed: {ui.tilde(path)}")
    if purge:
        code = _purge() or code
    ui.say(f"left: {_program()}")
    return code


def _end_watcher() -> int:
    """Remove the watcher's service and end the watcher; return the exit code."""
    from stepin.watch.service import instance, manager

    found = manager.find()
    try:
        if found is not None and found.installed:
            manager.uninstall(found)
            ui.say(f"removed: {ui.tilde(found.file)}")
        if pid := instance.stop(folders.store()):
            ui.say(f"ended: the watcher (process {pid})")
    except (manager.ManagerError, TimeoutError) as error:
        return ui.complain(f"the watcher does not end ({error}): stepin service logs may tell why")
    return ui.DONE


def _purge() -> int:
    """Remove the state and the cache; return the exit code."""
    at = project.place()
    if os.path.lexists(at.store):
        project.insist(at)
    for path in dict.fromkeys((at.store, folders.cache())):
        if not os.path.lexists(path):
            continue
        if files.unbelievable(path):
            return ui.complain(f"{ui.tilde(path)} {files.unbelievable(path)}: remove it yourself")
        try:
            shutil.rmtree(path)
        except OSError as error:
            return ui.complain(f"{ui.tilde(path)} cannot be removed ({error.strerror}): remove it yourself")
        ui.say(f"removed: {ui.tilde(path)}")
    return ui.DONE


def _program() -> str:
    """Return what removes the program itself, by the way that it was installed."""
    prefix = os.path.realpath(sys.prefix)
    if prefix.endswith("/stepin/venv"):  # shell/install.sh made it
        return f"the program: rm -r {ui.tilde(sys.prefix)} ~/.local/bin/stepin"
    if os.path.exists(os.path.join(prefix, "uv-receipt.toml")):
        return "the program: uv tool uninstall stepin"
    if os.path.exists(os.path.join(prefix, "pipx_metadata.json")):
        return "the program: pipx uninstall stepin"
    return f"the program: {ui.tilde(sys.executable)} -m pip uninstall stepin"
