"""`stepin why`: the walk, folder by folder, and what speaks for and against what it found."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.cli.status import MOODS
from stepin.hook import environment, verdict
from stepin.hook.text import printable

_WORDS = {
    "ok": "an environment",
    "broken": "an environment whose interpreter is gone",
    "legacy": "an environment without pyvenv.cfg",
    "incomplete": "an environment without an interpreter yet",
    "other": "there, but no environment",
    "file": "a file",
}


@click.command("why", epilog="\b\nExample:\n  stepin why ~/code/shop/src")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, stepin.why/1.")
def command(directory: str | None, as_json: bool) -> int:
    """Tell folder by folder where an environment was looked for, and why it is on or not.

    Exit codes: 0 an environment was found, 1 none was, 2 usage.
    """
    at = project.place()
    start = project.folder(directory)
    steps = project.walk(start, at)
    last = steps[-1] if steps and steps[-1].decides else None
    if as_json:
        ui.say_json("stepin.why/1", start=start, walk=[_step(step, at) for step in steps], **_end(last, at))
    else:
        for step in steps:
            _tell_step(step, at)
        if not steps:
            ui.say(f"{ui.tilde(start)} lies above your home: looked at only if it was itself allowed")
        _tell_end(last, at)
    return ui.DONE if last else ui.REFUSED


def _names(folder: str, at: project.Place) -> list[tuple[str, str]]:
    """Return (name, what it is) for what there is of the names of environments; the keys of _WORDS."""
    found = []
    for name in at.settings.names:
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            continue
        env = environment.examine(folder, name)
        found.append((name, env.state if env else "file" if os.path.isfile(path) else "other"))
    return found


def _step(step: project.Step, at: project.Place) -> dict[str, object]:
    names = [{"name": name, "is": what} for name, what in _names(step.folder, at)]
    return {"folder": step.folder, "names": names, "decides": step.decides}


def _end(step: project.Step | None, at: project.Place) -> dict[str, object]:
    if step is None or step.facts is None:
        return {
            "project": None,
            "environment": None,
            "verdict": verdict.NONE,
            "reason": "no environment",
            "remedy": "",
            "reasons": [],
            "consented": [],
            "record": None,
            "active": False,
        }
    return {
        "project": step.folder,
        "environment": step.env.path if step.env else None,
        "verdict": step.verdict,
        "reason": step.reason,
        "remedy": verdict.remedy(step.verdict, step.facts),
        "reasons": list(step.facts.reasons),
        "consented": list(step.facts.consented),
        "record": project.lookup(os.path.realpath(step.folder), at),
        "active": project.is_active(step.env),
    }


def _tell_step(step: project.Step, at: project.Place) -> None:
    found = _names(step.folder, at)
    told = "; ".join(f"{printable(name)} is {_WORDS[what]}" for name, what in found)
    ui.say(f"{ui.tilde(step.folder)}: {told or 'nothing'}")


def _tell_end(step: project.Step | None, at: project.Place) -> None:
    ui.say()
    if step is None or step.env is None or step.facts is None:
        names = ", ".join(at.settings.names)
        ui.say(f"verdict   {verdict.NONE}: none of these folders holds an environment ({printable(names)})")
        return
    facts, env = step.facts, step.env
    ui.say(f"verdict   {ui.tint(step.verdict, MOODS.get(step.verdict, 'unsure'))}: {printable(step.reason)}")
    real = os.path.realpath(env.path)
    ui.say(f"is        {ui.tilde(env.path)}{'' if real == env.path else ', really ' + ui.tilde(real)}")
    record = project.lookup(os.path.realpath(step.folder), at)
    if record:
        told = f"{record.get('verdict', '')}, said by `{record.get('by', '')}` at {record.get('when', '')}"
    elif facts.record in ("allow", "changed"):
        told = f"{facts.record}, by a folder above"
    else:
        told = f"not believed: the state folder {at.trouble}" if at.trouble else "none"
    ui.say(f"record    {printable(told)}")
    for reason in facts.reasons:
        word, _, target = reason.partition(":")
        covered = "consented to" if reason not in verdict.unconsented([reason], facts.consented) else "not consented to"
        ui.say(f"against   {word}: {verdict.REASONS[word]}{f' ({ui.tilde(target)})' if target else ''}: {covered}")
    remedy = verdict.remedy(step.verdict, facts)
    if remedy:
        ui.say(f"remedy    {remedy}")
    active = os.environ.get("VIRTUAL_ENV", "")
    if project.is_active(env):
        ui.say("active    yes")
    else:
        ui.say(f"active    {'no, but ' + ui.tilde(active) if active else 'no'}")
