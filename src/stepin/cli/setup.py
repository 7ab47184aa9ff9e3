"""`stepin setup`: install the hook in the user's shells."""

from __future__ import annotations

import os
import shutil
import sys
from typing import NamedTuple

import click

from stepin import shells
from stepin.cli import project, ui
from stepin.cli.base import verb
from stepin.install import blocks, hook_files, user_files
from stepin.shells import discovery, startup
from stepin.store import generations


@verb("setup", "stepin setup", "stepin setup --shell zsh --yes")
@click.option("--shell", "chosen", multiple=True, type=click.Choice(shells.DIALECTS), help="Only this shell.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--print", "only_print", is_flag=True, help="Show what would be added, and change nothing.")
def command(chosen: tuple[str, ...], yes: bool, only_print: bool) -> int:
    """Add a line that reads the hook to the startup file of each of your shells.

    The line reads a file, so that a shell starts without a process. Running setup again is harmless. --shell can be
    repeated.
    """
    home = os.path.expanduser("~")
    names = list(dict.fromkeys(chosen)) or discovery.installed()
    if not names:
        raise ui.Refusal(f"none of {', '.join(shells.DIALECTS)} is installed; install one of them")
    wanted = [rc for name in names for rc in hook_files.rc_files(name, home)]
    if "\n" in hook_files.path(""):
        raise ui.Refusal("the path of the hook files contains a line break; set XDG_DATA_HOME to another folder")
    if only_print:
        for rc in wanted:
            ui.say(f"{ui.style('# ' + ui.tilde(rc.path), 'dim')}\n{os.fsdecode(blocks.add(b'', rc.line)).rstrip()}")
        return ui.DONE
    at = project.place()
    project.insist(at)
    changes, problems = _plan(wanted)
    _confirm([change.rc for change in changes], yes)
    replace = _render(names)
    begin = generations.start if replace else generations.start_first
    begin(at.store, at.config_file, at.home)
    generations.sweep(at.store)
    for problem in at.settings.problems:
        ui.warn(problem)
    problems |= _apply(changes)
    unchanged = [rc for rc in wanted if rc not in problems and rc not in [change.rc for change in changes]]
    for rc in unchanged:
        ui.say(f"{rc.shell}: {ui.tilde(rc.path)} already reads the hook")
    for rc, why in problems.items():
        ui.warn(f"{ui.tilde(rc.path)} {why}; add this line yourself: {os.fsdecode(rc.line)}")
    if len(problems) < len(wanted):
        _offer_watcher(yes)
        ui.say('Open a new terminal, cd to a project, and run "stepin allow".')
    return ui.REFUSED if problems else ui.DONE


class Change(NamedTuple):
    """A startup file's content before (None: no such file) and after."""

    rc: startup.RcFile
    before: bytes | None
    after: bytes


def _plan(wanted: list[startup.RcFile]) -> tuple[list[Change], dict[startup.RcFile, str]]:
    """Return the changes to make, and why others cannot be made."""
    changes, problems = [], {}
    for rc in wanted:
        try:
            before = user_files.read(rc.path)
            after = blocks.add(before, rc.line)
            if after != before:
                user_files.check(rc.path)
                changes.append(Change(rc, before, after))
        except user_files.UnwritableError as error:
            problems[rc] = str(error)
    return changes, problems


def _apply(changes: list[Change]) -> dict[startup.RcFile, str]:
    """Make the changes; return why some failed."""
    problems = {}
    for rc, before, after in changes:
        try:
            user_files.replace(rc.path, before, after)
        except user_files.UnwritableError as error:
            problems[rc] = str(error)
        else:
            ui.say(f"{rc.shell}: {ui.tilde(rc.path)} reads the hook")
    return problems


def _confirm(wanted: list[startup.RcFile], yes: bool) -> None:
    """Show what will be added, and ask. Raises Refusal if the answer is no, or if there is no terminal to ask on."""
    if yes or not wanted:
        return
    for rc in wanted:
        ui.say(f"{ui.tilde(rc.path)} will get this line, between two marks:\n    {os.fsdecode(rc.line)}")
    if sys.stdin is None or not sys.stdin.isatty():
        raise ui.Refusal('there is no terminal to ask on; run "stepin setup --yes"')
    if not click.confirm("Add it?", default=True):
        raise ui.Refusal('nothing was changed; "stepin setup --print" shows the lines again')


def _offer_watcher(yes: bool) -> None:
    """Ask whether prompts should report drift. `--yes` does not answer this question."""
    from stepin.watch.service import manager

    found = manager.find_manager()
    if found is None or found.installed:
        return
    if not yes and sys.stdin is not None and sys.stdin.isatty():
        if click.confirm("Report drift at prompts, too (a small service)?", default=False):
            from stepin.cli import service

            click.get_current_context().invoke(service.install)
    else:
        ui.say('To report drift at prompts, too, run "stepin service install".')


def _render(names: list[str]) -> bool:
    """Write the hooks of these shells, and update those of others; return whether one was different before."""
    folder = command_folder()
    older = False
    for name in shells.DIALECTS:
        head = hook_files.read_head(name)
        if name in names or head:
            older = (hook_files.write(name, folder) and head is not None) or older
    return older


def command_folder() -> str:
    """Return the folder to add to PATH: the one of the command that runs, unless it contains an interpreter, too.

    The `bin` of a virtual environment must not get onto PATH, because its `python` and `pip` would, too. Instead, a
    folder of ours that contains only a link to the command is used. Returns "" if there is no command. Raises OSError.
    """
    script = os.path.abspath(sys.argv[0])
    named = [os.path.dirname(script), os.path.expanduser("~/.local/bin")]
    found = shutil.which("stepin")
    if found:
        named.insert(1, os.path.dirname(os.path.abspath(found)))
    for folder in named:
        if os.pathsep in folder or os.path.exists(os.path.join(os.path.dirname(folder), "pyvenv.cfg")):
            continue
        link = os.path.join(folder, "stepin")
        if os.path.exists(link) and os.path.realpath(link) == os.path.realpath(script):
            return folder
    if os.path.basename(script) != "stepin" or not os.access(script, os.X_OK):
        return ""  # run as `python -m stepin`
    folder = os.path.join(os.path.dirname(hook_files.path("")), "bin")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    link = os.path.join(folder, "stepin")
    if not (os.path.islink(link) and os.readlink(link) == script):
        temporary = f"{link}.{os.getpid()}~"
        os.symlink(script, temporary)
        os.replace(temporary, link)
    return folder
