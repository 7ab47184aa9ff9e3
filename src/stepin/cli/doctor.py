"""`stepin doctor`: find what keeps stepin from working."""

from __future__ import annotations

import click

from stepin.cli import ui
from stepin.cli.base import verb
from stepin.hook.text import printable
from stepin.install import doctor

_MARKS = {doctor.GOOD: "ok", doctor.UNSURE: "??", doctor.BAD: "!!"}


@verb("doctor", "stepin doctor")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document, stepin.doctor/1.")
def command(as_json: bool) -> int:
    """Check everything that the hooks need: shells, startup files, hooks, helper, state, trust, configuration.

    Problems are marked !!, what may be intended ??.

    Exit codes: 0 no problem, 1 a problem, 2 wrong usage.
    """
    found = list(doctor.examine())
    if as_json:
        ui.say_json("doctor", checks=[check._asdict() for check in found])
    else:
        for name, state, message, remedy in found:
            mark = ui.style(_MARKS[state], state)
            ui.say(f"{mark} {name}: {printable(message)}{f'; {printable(remedy)}' if remedy else ''}")
    return ui.REFUSED if any(check.state == doctor.BAD for check in found) else ui.DONE
