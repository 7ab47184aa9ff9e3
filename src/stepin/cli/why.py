"""`stepin why`: explain the search, folder by folder, and the verdict."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.cli.base import verb
from stepin.cli.status import MOODS
from stepin.hook import environment, verdict
from stepin.hook.reasons import unconsented
from stepin.hook.text import printable
from stepin.store.walk import Step

_WORDS = {
    "ok": "an environment",
    "broken": "an environment whose interpreter does not run",
    "legacy": "an environment without pyvenv.cfg",
    "incomplete": "an environment without an interpreter yet",
    "other": "not an environment",
    "file": "a file",
}


@verb("why", "stepin why ~/code/shop/src")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document, stepin.why/1.")
def command(directory: str | None, as_json: bool) -> int:
    """Show which folders were searched from DIR, or from the current folder, and explain the verdict.

    Exit codes: 0 an environment was found; 1 none was found; 2 wrong usage.
    """
    at = project.place()
    start = project.folder(directory)
    steps = project.steps(start, at)
    last = steps[-1] if steps and steps[-1].decides else None
    if as_json:
        ui.say_json("why", start=start, walk=[_step(step, at) for step in steps], **_end(last, at))
    else:
        for step in steps:
            _say_step(step, at)
        if not steps:
            ui.say(f"{ui.tilde(start)} is above your home: it is searched only if it is trusted itself")
        ui.say()
        _say_end(last, at)
    return ui.DONE if last else ui.REFUSED


def _names(folder: str, at: project.Context) -> list[tuple[str, str]]:
    """Return (name, kind) of what the folder holds under the names of environments. Kinds are the keys of _WORDS."""
    found = []
    for name in at.settings.names:
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            continue
        env = environment.examine(folder, name)
        found.append((name, env.state if env else "file" if os.path.isfile(path) else "other"))
    return found


def _step(step: Step, at: project.Context) -> dict[str, object]:
    names = [{"name": name, "is": what} for name, what in _names(step.folder, at)]
    return {"folder": step.folder, "names": names, "decides": step.decides}


def _end(step: Step | None, at: project.Context) -> dict[str, object]:
    case = step.case if step else None
    return {
        "project": step.folder if step else None,
        "environment": step.env.path if step and step.env else None,
        "verdict": step.verdict if step else verdict.NONE,
        "reason": step.reason if step else "no environment",
        "remedy": verdict.remedy(step.verdict, case) if step and case else "",
        "reasons": list(map(str, case.reasons)) if case else [],
        "consented": list(map(str, case.consented)) if case else [],
        "record": project.lookup(os.path.realpath(step.folder), at) if step else None,
        "active": project.is_active(step.env if step else None),
    }


def _say_step(step: Step, at: project.Context) -> None:
    found = "; ".join(f"{printable(name)} is {_WORDS[what]}" for name, what in _names(step.folder, at))
    ui.say(f"{ui.tilde(step.folder)}: {found or 'nothing'}")


def _say_end(step: Step | None, at: project.Context) -> None:
    if step is None or step.env is None or step.case is None:
        names = printable(", ".join(at.settings.names))
        ui.say(f"verdict   {verdict.NONE}: none of these folders has an environment ({names})")
        return
    case, env = step.case, step.env
    ui.say(f"verdict   {ui.style(step.verdict, MOODS.get(step.verdict, 'unsure'))}: {printable(step.reason)}")
    real = os.path.realpath(env.path)
    ui.say(f"prefix    {ui.tilde(env.path)}{'' if real == env.path else ', which is ' + ui.tilde(real)}")
    ui.say(f"record    {printable(_record(step, case, at))}")
    for reason in case.reasons:
        consent = "not consented to" if unconsented([reason], case.consented) else "consented to"
        target = f" ({ui.tilde(reason.target)})" if reason.target else ""
        ui.say(f"against   {reason.kind}: {reason.description}{target}: {consent}")
    remedy = verdict.remedy(step.verdict, case)
    if remedy:
        ui.say(f"remedy    {remedy}")
    active = os.environ.get("VIRTUAL_ENV", "")
    other = f", {ui.tilde(active)} is" if active else ""
    ui.say(f"active    {'yes' if project.is_active(env) else 'no' + other}")


def _record(step: Step, case: verdict.Case, at: project.Context) -> str:
    """Return where the verdict's trust comes from, in words."""
    record = project.lookup(os.path.realpath(step.folder), at)
    if record:
        return f"{record.get('verdict', '')}, by {record.get('by', '')}, {record.get('when', '')}"
    if case.record in ("allow", "changed"):
        return f"{case.record}, from a folder above"
    return f"ignored: the state folder {at.trouble}" if at.trouble else "none"
