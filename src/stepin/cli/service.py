"""`stepin service`: the watcher in the background, under the user's service manager where there is one."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from stepin.cli import project, ui
from stepin.hook.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from stepin.watch.service.manager import Manager


@click.group("service", epilog="Example: stepin service install")
def command() -> None:
    """Keep the watcher running: drift is then told at the prompts of your shells."""


@command.command()
def install() -> int:
    """Start the watcher now, and at each login."""
    from stepin.watch.service import manager

    found = manager.find()
    if found is None:
        raise ui.Refusal("there is no service manager here: stepin service start, from your login shell")
    _stop(found)
    _managed(lambda: manager.install(found))
    ui.say(f"installed: {ui.tilde(found.file)} ({found.name})")
    return ui.DONE


@command.command()
def uninstall() -> int:
    """Stop the watcher, and start it no more."""
    from stepin.watch.service import manager

    found = manager.find()
    if found is None or not found.installed:
        raise ui.Refusal("the service is not installed: nothing to do; stepin service stop ends a watcher")
    _managed(lambda: manager.uninstall(found))
    _stop(None)
    ui.say(f"removed: {ui.tilde(found.file)}")
    return ui.DONE


@command.command()
def start() -> int:
    """Start the watcher: by the service manager where it is installed there, else as a process of its own."""
    from stepin.watch.service import detached, instance, manager, service

    at = project.place()
    project.insist(at)
    running = instance.running(at.store)
    if running is not None:
        raise ui.Refusal(f"a watcher runs already (process {running[0]}): stepin service status")
    found = manager.find()
    if found is not None and found.installed:
        _managed(lambda: manager.run(found.start))
        ui.say(f"started ({found.name})")
        return ui.DONE
    try:
        pid = detached.start(service.command(), at.store)
    except TimeoutError:
        raise ui.Refusal("the watcher did not come up: stepin watch tells why") from None
    ui.say(f"started (process {pid})")
    return ui.DONE


@command.command()
def stop() -> int:
    """End the watcher, that one alone."""
    from stepin.watch.service import manager

    if not _stop(manager.find()):
        raise ui.Refusal("no watcher runs: nothing to stop")
    ui.say("stopped")
    return ui.DONE


@command.command()
@click.pass_context
def restart(context: click.Context) -> int:
    """Stop, if it runs, and start."""
    from stepin.watch.service import manager

    _stop(manager.find())
    context.invoke(start)
    return ui.DONE


@command.command()
@click.option("--json", "as_json", is_flag=True, help="As an object stepin.service/1.")
def status(as_json: bool) -> int:
    """Tell whether the watcher runs, and what it knows. Exit code 1 where none runs."""
    from stepin.watch.service import service
    from stepin.watch.service import status as watch_status

    said = watch_status.read(project.place().store, service.log_file())
    if as_json:
        ui.say_json(**said)
        return ui.DONE if said["running"] else ui.REFUSED
    if said["running"]:
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(said["since"]))
        memory = f", {said['memory'] / (1 << 20):.1f} MiB" if said["memory"] else ""
        ui.say(f"running since {since}, process {said['pid']}{memory}")
    else:
        ui.say("not running: stepin service start")
    for row in said["projects"]:
        if row["watched"] == "asleep":
            continue
        text = f"{ui.tilde(row['path'])}: {row['verdict'] or 'not checked yet'} ({row['watched']})"
        ui.say(text + (f": {printable(row['trouble'])}" if row.get("trouble") else ""))
    asleep = sum(row["watched"] == "asleep" for row in said["projects"])
    if asleep:
        ui.say(f"asleep: {asleep}")
    for line in said["trouble"]:
        ui.say(f"looked at every two seconds: {printable(line)}")
    return ui.DONE if said["running"] else ui.REFUSED


@command.command()
@click.option("-n", "--lines", default=40, show_default=True, help="How many of the last ones.")
def logs(lines: int) -> int:
    """Show the watcher's log."""
    from stepin.watch.service import service

    path = service.log_file()
    try:
        with open(path, encoding="utf-8", errors="backslashreplace") as stream:
            found = stream.read().splitlines()
    except FileNotFoundError:
        raise ui.Refusal(f"{ui.tilde(path)} is not there: no watcher ran as a service yet") from None
    for line in found[-lines:] if lines > 0 else []:
        ui.say(printable(line))
    return ui.DONE


def _stop(found: Manager | None) -> bool:
    """End the watcher that runs, through its manager where that started it; return whether one did."""
    from stepin.watch.service import instance, manager

    store = project.place().store
    if instance.running(store) is None:
        return False
    if found is not None and os.path.exists(found.file):
        _managed(lambda: manager.run(found.stop))
    try:
        instance.stop(store)
    except TimeoutError as error:
        raise ui.Refusal(f"process {error} does not end: look at stepin service logs") from None
    return True


def _managed(act: Callable[[], None]) -> None:
    from stepin.watch.service.manager import ManagerError

    try:
        act()
    except ManagerError as error:
        raise ui.Refusal(f"{printable(str(error))}: see docs/watcher.md") from None
