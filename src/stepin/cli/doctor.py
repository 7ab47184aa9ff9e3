"""`stepin doctor`: what keeps stepin from working."""

from __future__ import annotations

import click

from stepin.cli import ui
from stepin.hook.text import printable
from stepin.install import doctor

_MARKS = {doctor.GOOD: "ok", doctor.UNSURE: "??", doctor.BAD: "!!"}


@click.command("doctor", epilog="\b\nExample:\n  stepin doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, stepin.doctor/1.")
def command(as_json: bool) -> int:
    """Look at all that the hooks need: shells, rc files, the hooks, the helper, state, trust, configuration.

    Exit codes: 0 nothing is wrong, 1 something is (marked !!), 2 usage. What is marked ?? may be meant so.
    """
    found = list(doctor.examine())
    if as_json:
        ui.say_json("stepin.doctor/1", checks=[finding._asdict() for finding in found])
    else:
        for name, state, message, remedy in found:
            mark = ui.tint(_MARKS[state], state)
            ui.say(f"{mark} {name}: {printable(message)}{f': {printable(remedy)}' if remedy else ''}")
    return ui.REFUSED if any(finding.state == doctor.BAD for finding in found) else ui.DONE
