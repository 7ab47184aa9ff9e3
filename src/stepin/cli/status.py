"""`stepin status`: what is on here."""

from __future__ import annotations

import click

from stepin.cli import project, ui
from stepin.hook import verdict
from stepin.hook.text import printable

MOODS = {verdict.TRUSTED: "good", verdict.REFUSED: "bad", verdict.BROKEN: "bad", verdict.IMPOSSIBLE: "bad"}


@click.command("status", epilog="\b\nExamples:\n  stepin status\n  stepin status --json ~/code/shop | jq -r .verdict")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, stepin.status/1.")
def command(directory: str | None, as_json: bool) -> int:
    """Tell which environment belongs to DIR, or to where one stands, and whether it may be on.

    Exit codes: 0 there is one, whatever the verdict; 1 there is none; 2 usage.
    """
    at = project.place()
    start = project.folder(directory)
    step = project.deciding(start, at)
    env = step.env if step else None
    word, reason = (step.verdict, step.reason) if step else (verdict.NONE, "no environment")
    active = project.is_active(env)
    if as_json:
        ui.say_json(
            "stepin.status/1",
            project=step.folder if step else None,
            environment=env.path if env else None,
            verdict=word,
            reason=reason,
            active=active,
        )
        return ui.DONE if env else ui.REFUSED
    if step is None or env is None or step.facts is None:
        raise ui.Refusal(f"no environment belongs to {ui.tilde(start)}: stepin why tells where was looked")
    ui.say(f"project      {ui.tilde(step.folder)}")
    ui.say(f"environment  {ui.tilde(env.path)}")
    ui.say(f"verdict      {ui.tint(word, MOODS.get(word, 'unsure'))}: {printable(reason)}")
    ui.say(f"active       {'yes' if active else 'no'}")
    remedy = verdict.remedy(word, step.facts)
    if remedy:
        ui.say(f"remedy       {remedy}")
    return ui.DONE
