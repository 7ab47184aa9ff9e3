"""`stepin setup`: the hooks into the user's shells."""

from __future__ import annotations

import os
import shutil
import sys

import click

from stepin import shells
from stepin.cli import project, ui
from stepin.install import blocks, hook_files, user_files
from stepin.shells import startup
from stepin.store import generations


@click.command("setup", epilog="\b\nExamples:\n  stepin setup\n  stepin setup --shell zsh --yes")
@click.option(
    "--shell", "chosen", multiple=True, type=click.Choice(shells.DIALECTS), help="This one alone; repeatable."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--print", "only_print", is_flag=True, help="Show what would be added, and change nothing.")
def command(chosen: tuple[str, ...], yes: bool, only_print: bool) -> int:
    """Make your shells step in and out: one line in the file that each reads at its start.

    The line reads a file that lies ready, so a shell's start costs no process. Again is harmless.
    """
    home = os.path.expanduser("~")
    names = list(dict.fromkeys(chosen)) or startup.installed()
    if not names:
        raise ui.Refusal(f"none of {', '.join(shells.DIALECTS)} is installed: install one of them")
    wanted = [rc for name in names for rc in hook_files.rc_files(name, home)]
    if "\n" in hook_files.path(""):
        raise ui.Refusal("the folder of the hooks has a line break in its name: set XDG_DATA_HOME to another")
    if only_print:
        for rc in wanted:
            ui.say(f"{ui.tint('# ' + ui.tilde(rc.path), 'dim')}\n{os.fsdecode(blocks.add(b'', rc.line)).rstrip()}")
        return ui.DONE
    at = project.place()
    project.insist(at)
    changes, troubles = _plan(wanted)
    _confirm([rc for rc, _, _ in changes], yes)
    replace = _render(names)
    generations.start(at.store, at.config_file, at.home, replace=replace)
    generations.sweep(at.store)
    if at.settings.trouble:
        ui.note(at.settings.trouble)
    for rc, before, after in changes:
        try:
            user_files.replace(rc.path, before, after)
        except user_files.UnwritableError as error:
            troubles.append((rc, str(error)))
        else:
            ui.say(f"{rc.shell}: {ui.tilde(rc.path)} reads the hook")
    for rc in wanted:
        if rc not in [changed for changed, _, _ in changes] and rc not in [hindered for hindered, _ in troubles]:
            ui.say(f"{rc.shell}: {ui.tilde(rc.path)} reads the hook already")
    for rc, why in troubles:
        ui.note(f"{ui.tilde(rc.path)} {why}: put this into it yourself: {os.fsdecode(rc.line)}")
    if len(troubles) < len(wanted):
        _offer_watcher(yes)
        ui.say("Open a new terminal, go into a project, and say: stepin allow")
    return ui.REFUSED if troubles else ui.DONE


def _plan(
    wanted: list[startup.RcFile],
) -> tuple[list[tuple[startup.RcFile, bytes | None, bytes]], list[tuple[startup.RcFile, str]]]:
    """Return (file, content now, content then) for what has to change, and (file, why) for what cannot be."""
    changes, troubles = [], []
    for rc in wanted:
        try:
            before = user_files.read(rc.path)
            after = blocks.add(before, rc.line)
            if after != before:
                user_files.check(rc.path)
                changes.append((rc, before, after))
        except user_files.UnwritableError as error:
            troubles.append((rc, str(error)))
    return changes, troubles


def _confirm(wanted: list[startup.RcFile], yes: bool) -> None:
    """Show what will be added, and ask. Raises Refusal where nobody can answer, click.Abort where the answer is no."""
    if yes or not wanted:
        return
    for rc in wanted:
        ui.say(f"{ui.tilde(rc.path)} will read, between two marks:\n    {os.fsdecode(rc.line)}")
    if sys.stdin is None or not sys.stdin.isatty():
        raise ui.Refusal("nobody is there to be asked: look at it, then stepin setup --yes")
    if not click.confirm("Add that?", default=True):
        raise ui.Refusal("nothing was changed: stepin setup --print shows it again")


def _offer_watcher(yes: bool) -> None:
    """Ask whether drift from requirements.txt shall be told at prompts. With `--yes` it is a choice of its own."""
    from stepin.watch.service import manager

    found = manager.find()
    if found is None or found.installed:
        return
    if not yes and sys.stdin is not None and sys.stdin.isatty():
        if click.confirm("Also tell drift from requirements.txt at prompts (a small service)?", default=False):
            from stepin.cli import service

            click.get_current_context().invoke(service.install)
    else:
        ui.say("stepin service install: tells drift from requirements.txt at prompts, too")


def _render(names: list[str]) -> bool:
    """Write the hooks of these shells, bring those of others up to date; return whether any was another before."""
    folder = command_folder()
    older = False
    for name in shells.DIALECTS:
        head = hook_files.read_head(name)
        if name in names or head:
            older = (hook_files.write(name, folder) and head is not None) or older
    return older


def command_folder() -> str:
    """Return the folder to be on PATH: that of the command as it was called, if it holds no interpreter besides.

    The `bin` of a virtual environment must not come onto PATH: its `python` and `pip` would come with it. Then a folder
    of ours with nothing but a link to the command serves. Raises OSError.
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
        return ""  # called as a module: there is no command to be found
    folder = os.path.join(os.path.dirname(hook_files.path("")), "bin")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    link = os.path.join(folder, "stepin")
    if not (os.path.islink(link) and os.readlink(link) == script):
        temporary = f"{link}.{os.getpid()}~"
        os.symlink(script, temporary)
        os.replace(temporary, link)
    return folder
