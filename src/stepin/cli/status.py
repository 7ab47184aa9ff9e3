"""`stepin status`: show the environment that belongs to a folder."""

from __future__ import annotations

import click

from stepin.cli import project, ui
from stepin.cli.base import verb
from stepin.hook import verdict
from stepin.hook.text import printable

MOODS = {verdict.TRUSTED: "good", verdict.REFUSED: "bad", verdict.BROKEN: "bad", verdict.IMPOSSIBLE: "bad"}


@verb("status", "stepin status", "stepin status --json ~/code/shop | jq -r .verdict")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document, stepin.status/1.")
def command(directory: str | None, as_json: bool) -> int:
    """Show the environment that belongs to DIR, or to the current folder, and whether it is trusted and active.

    Exit codes: 0 an environment was found, whatever the verdict; 1 none was found; 2 wrong usage.
    """
    at = project.place()
    start = project.folder(directory)
    step = project.deciding(start, at)
    env = step.env if step else None
    problems = project.settings(step.folder if step else None, at).problems
    if as_json:
        word, reason = (step.verdict, step.reason) if step else (verdict.NONE, "no environment")
        ui.say_json(
            "status",
            project=step.folder if step else None,
            environment=env.path if env else None,
            verdict=word,
            reason=reason,
            active=project.is_active(env),
            problems=list(problems),
        )
        return ui.DONE if env else ui.REFUSED
    for problem in problems:
        ui.warn(problem)
    if step is None or env is None or step.case is None:
        raise ui.Refusal(
            f'no environment belongs to {ui.tilde(start)}; "stepin why" shows the folders that were searched'
        )
    ui.say(f"project      {ui.tilde(step.folder)}")
    ui.say(f"environment  {ui.tilde(env.path)}")
    ui.say(f"verdict      {ui.style(step.verdict, MOODS.get(step.verdict, 'unsure'))}: {printable(step.reason)}")
    ui.say(f"active       {'yes' if project.is_active(env) else 'no'}")
    remedy = verdict.remedy(step.verdict, step.case)
    if remedy:
        ui.say(f"remedy       {remedy}")
    return ui.DONE
