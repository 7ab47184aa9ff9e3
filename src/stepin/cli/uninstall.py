"""`stepin uninstall`: undo `stepin setup`."""

from __future__ import annotations

import os
import shutil
import sys

import click

from stepin.cli import project, ui
from stepin.cli.base import verb
from stepin.hook import files
from stepin.install import blocks, hook_files, user_files
from stepin.settings import folders
from stepin.shells import discovery


@verb("uninstall", "stepin uninstall", "stepin uninstall --purge")
@click.option("--purge", is_flag=True, help="Remove the trust records, all other state, and the cache, too.")
def command(purge: bool) -> int:
    """Remove stepin's block from your startup files, the hooks, and the watcher if it runs.

    Your own changes around the block stay, and so does your configuration. The last line says how to remove the
    program. Open shells keep the hook until they exit.
    """
    code = _end_watcher()
    for path in discovery.candidates(os.path.expanduser("~")):
        try:
            before = user_files.read(path)
            left = blocks.remove(before) if before else None
            if left is None:
                continue
            user_files.replace(path, before, None if left.is_empty else left.content)
        except user_files.UnwritableError as error:
            code = ui.error(f'{ui.tilde(path)} {error}; remove the lines from ">>> stepin" to "<<< stepin" yourself')
        else:
            ui.say(f"{'removed' if left.is_empty else 'removed the block from'}: {ui.tilde(path)}")
    for path in hook_files.remove():
        ui.say(f"removed: {ui.tilde(path)}")
    if purge:
        code = _purge() or code
    ui.say(f"to remove the program, run: {_program()}")
    return code


def _end_watcher() -> int:
    """Remove the watcher's service and stop the watcher; return the exit code."""
    from stepin.watch.service import instance, manager

    found = manager.find_manager()
    try:
        if found is not None and found.installed:
            manager.uninstall(found)
            ui.say(f"removed: {ui.tilde(found.file)}")
        if pid := instance.stop(folders.store()):
            ui.say(f"stopped: the watcher (process {pid})")
    except manager.ManagerError as error:
        return ui.error(f'cannot stop the watcher ({error}); see "stepin service logs"')
    except TimeoutError as error:
        return ui.error(f'the watcher (process {error}) does not exit; see "stepin service logs"')
    return ui.DONE


def _purge() -> int:
    """Remove the state and the cache; return the exit code."""
    at = project.place()
    if os.path.lexists(at.store):
        project.insist(at)
    for path in dict.fromkeys((at.store, folders.cache())):
        if not os.path.lexists(path):
            continue
        if trouble := files.state_trouble(path):
            return ui.error(f"{ui.tilde(path)} {trouble}; remove it yourself")
        try:
            shutil.rmtree(path)
        except OSError as error:
            return ui.error(f"cannot remove {ui.tilde(path)} ({error.strerror}); remove it yourself")
        ui.say(f"removed: {ui.tilde(path)}")
    return ui.DONE


def _program() -> str:
    """Return the command that removes the program, by the way it was installed."""
    prefix = os.path.realpath(sys.prefix)
    if prefix.endswith("/stepin/venv"):  # by shell/install.sh
        return f"rm -r {ui.tilde(sys.prefix)} ~/.local/bin/stepin"
    if os.path.exists(os.path.join(prefix, "uv-receipt.toml")):
        return "uv tool uninstall stepin"
    if os.path.exists(os.path.join(prefix, "pipx_metadata.json")):
        return "pipx uninstall stepin"
    return f"{ui.tilde(sys.executable)} -m pip uninstall stepin"
