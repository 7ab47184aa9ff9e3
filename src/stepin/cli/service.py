"""`stepin service`: run the watcher in the background, under the user's service manager if there is one."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from stepin.cli import project, ui
from stepin.cli.base import Group, examples
from stepin.hook.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from stepin.watch.service.manager import Manager


@click.group("service", cls=Group, **examples("stepin service install"))
def command() -> None:
    """Run the watcher in the background, so that your prompts report drift."""


@command.command(**examples("stepin service install"))
def install() -> int:
    """Start the watcher now and at each login."""
    from stepin.watch.service import manager

    found = manager.find_manager()
    if found is None:
        raise ui.Refusal('there is no service manager; run "stepin service start" in your login shell\'s startup file')
    _stop(found)
    _managed(lambda: manager.install(found))
    ui.say(f"installed: {ui.tilde(found.file)} ({found.name})")
    return ui.DONE


@command.command(**examples("stepin service uninstall"))
def uninstall() -> int:
    """Stop the watcher, and do not start it at login."""
    from stepin.watch.service import manager

    found = manager.find_manager()
    if found is None or not found.installed:
        raise ui.Refusal('the service is not installed; "stepin service stop" stops a running watcher')
    _managed(lambda: manager.uninstall(found))
    _stop(None)
    ui.say(f"removed: {ui.tilde(found.file)}")
    return ui.DONE


@command.command(**examples("stepin service start"))
def start() -> int:
    """Start the watcher now.

    It starts through the service manager if it is installed there, else as a process.
    """
    from stepin.watch.service import detached, instance, manager

    at = project.place()
    project.insist(at)
    running = instance.find_running(at.store)
    if running is not None:
        raise ui.Refusal(f'a watcher is running (process {running.pid}); "stepin service status" shows it')
    found = manager.find_manager()
    if found is not None and found.installed:
        _managed(lambda: manager.run(found.start))
        ui.say(f"started ({found.name})")
        return ui.DONE
    try:
        pid = detached.start(manager.command(), at.store)
    except TimeoutError:
        raise ui.Refusal('the watcher did not start; run "stepin watch" to see why') from None
    ui.say(f"started (process {pid})")
    return ui.DONE


@command.command(**examples("stepin service stop"))
def stop() -> int:
    """Stop the watcher."""
    from stepin.watch.service import manager

    if not _stop(manager.find_manager()):
        raise ui.Refusal('no watcher is running; "stepin service start" starts one')
    ui.say("stopped")
    return ui.DONE


@command.command(**examples("stepin service restart"))
@click.pass_context
def restart(context: click.Context) -> int:
    """Stop the watcher if it runs, and start it."""
    from stepin.watch.service import manager

    _stop(manager.find_manager())
    context.invoke(start)
    return ui.DONE


@command.command(**examples("stepin service status --json"))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document, stepin.service/1.")
def status(as_json: bool) -> int:
    """Show whether the watcher runs, and what it watches.

    Exit codes: 0 it runs, 1 it does not, 2 wrong usage.
    """
    from stepin.watch.service.log import log_file
    from stepin.watch.status import INACTIVE, read_status

    found = read_status(project.place().store, log_file())
    code = ui.DONE if found["running"] else ui.REFUSED
    if as_json:
        ui.say_json("service", **found)
        return code
    if found["running"]:
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(found["since"]))
        memory = f", {found['memory'] / (1 << 20):.1f} MiB" if found["memory"] else ""
        ui.say(f"running since {since}, process {found['pid']}{memory}")
    else:
        ui.say('not running; "stepin service start" starts it')
    for row in found["projects"]:
        if row["watched"] == INACTIVE:
            continue
        text = f"{ui.tilde(row['path'])}: {row['verdict'] or 'not checked yet'} ({row['watched']})"
        ui.say(text + (f": {printable(row['trouble'])}" if row.get("trouble") else ""))
    inactive = sum(row["watched"] == INACTIVE for row in found["projects"])
    if inactive:
        ui.say(f"inactive: {ui.count(inactive, 'project')}")
    for line in found["trouble"]:
        ui.say(f"polled every two seconds: {printable(line)}")
    return code


@command.command(**examples("stepin service logs -n 100"))
@click.option("-n", "--lines", default=40, show_default=True, help="How many of the last lines to show.")
def logs(lines: int) -> int:
    """Show the watcher's log."""
    from stepin.watch.service.log import log_file

    path = log_file()
    try:
        with open(path, encoding="utf-8", errors="backslashreplace") as stream:
            found = stream.read().splitlines()
    except FileNotFoundError:
        raise ui.Refusal(f"there is no log {ui.tilde(path)}; no watcher has run as a service yet") from None
    for line in found[-lines:] if lines > 0 else []:
        ui.say(printable(line))
    return ui.DONE


def _stop(found: Manager | None) -> bool:
    """Stop the watcher, through its service manager if that started it; return whether one ran."""
    from stepin.watch.service import instance, manager

    store = project.place().store
    if instance.find_running(store) is None:
        return False
    if found is not None and os.path.exists(found.file):
        _managed(lambda: manager.run(found.stop))
    try:
        instance.stop(store)
    except TimeoutError as error:
        raise ui.Refusal(f'process {error} does not exit; see "stepin service logs"') from None
    return True


def _managed(act: Callable[[], None]) -> None:
    from stepin.watch.service.manager import ManagerError

    try:
        act()
    except ManagerError as error:
        raise ui.Refusal(f"{printable(str(error))}; see docs/watcher.md") from None
