"""`stepin snooze`: no word of a project's drift at the prompt, for a while."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta

import click

from stepin.cli import project, ui

_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


@click.command("snooze", epilog="Example: stepin snooze --for 2h")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--until", metavar="TIME", help="18:30, 2030-01-31, or 2030-01-31T18:30.")
@click.option("--for", "duration", metavar="TIME", help="30m, 2h, 3d or 1w.")
@click.option("--until-change", is_flag=True, help="Until the drift is another one (the default).")
@click.option("--off", is_flag=True, help="Tell it again.")
def command(directory: str | None, until: str | None, duration: str | None, until_change: bool, off: bool) -> int:
    """Tell nothing of this project's drift at the prompt for a while. `stepin check` still does."""
    from stepin.watch.notices import notices

    if sum((until is not None, duration is not None, until_change, off)) > 1:
        raise click.UsageError("give one of --until, --for, --until-change and --off")
    at = project.place()
    project.insist(at)
    folder = project.nearest(directory, at).folder
    if off:
        notices.snooze(at.store, folder, None)
        notices.ask_again(at.store)
        ui.say(f"{ui.tilde(folder)}: drift is told again")
        return ui.DONE
    if until is None and duration is None:
        notice = notices.read(at.store, folder)
        if notice is None or not notice.findings:
            raise ui.Refusal(f"no drift is told of {ui.tilde(folder)}: snooze with --for or --until")
        wish = notices.Snooze(0, notice.ident)
        text = "until it changes"
    else:
        end = _end(until) if until is not None else time.time() + _seconds(duration or "")
        wish = notices.Snooze(end, "")
        text = "until " + time.strftime("%Y-%m-%d %H:%M", time.localtime(end))
    notices.snooze(at.store, folder, wish)
    notices.remove(at.store, folder)
    ui.say(f"{ui.tilde(folder)}: no word of its drift {text}")
    return ui.DONE


def _seconds(text: str) -> float:
    match = re.fullmatch(r"([0-9]{1,6})([mhdw])", text)
    if match is None:
        raise click.BadParameter(f"{text!r} is no duration: write 30m, 2h, 3d or 1w")
    return int(match[1]) * _UNITS[match[2]]


def _end(text: str) -> float:
    try:
        now = datetime.now()
        if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
            end = datetime.combine(now.date(), datetime.strptime(text, "%H:%M").time())
            end += timedelta(days=end <= now)
        else:
            end = datetime.fromisoformat(text)
        found = end.timestamp()
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f"{text!r} is no time: write 18:30, 2030-01-31, or 2030-01-31T18:30") from None
    if found <= time.time():
        raise click.BadParameter(f"{text!r} is past")
    return found
