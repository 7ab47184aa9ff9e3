"""`stepin snooze`: pause a project's drift notices."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import click

from stepin.cli import project, ui
from stepin.cli.base import verb

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@verb("snooze", "stepin snooze", "stepin snooze --for 2h", "stepin snooze --off")
@click.argument("directory", metavar="[DIR]", required=False)
@click.option("--until", metavar="TIME", help="Until 18:30, 2030-01-31, or 2030-01-31T18:30.")
@click.option("--for", "duration", metavar="TIME", help="For 30m, 2h, 3d, or 1w.")
@click.option("--until-change", is_flag=True, help="Until the drift changes (the default).")
@click.option("--off", is_flag=True, help="End the pause.")
def command(directory: str | None, until: str | None, duration: str | None, until_change: bool, off: bool) -> int:
    """Pause the drift notices of DIR, or of the current project. "stepin check" still reports its drift."""
    from stepin.watch.notices import notice_file, snoozing
    from stepin.watch.projects import traces

    if sum((until is not None, duration is not None, until_change, off)) > 1:
        raise ui.Misuse("--until, --for, --until-change and --off exclude each other; choose one")
    at = project.place()
    project.insist(at)
    folder = project.nearest(directory, at).folder
    if off:
        snoozing.set_snooze(at.store, folder, None)
        traces.request_check(at.store)
        ui.say(f"drift notices are on: {ui.tilde(folder)}")
        return ui.DONE
    if until is None and duration is None:
        notice = notice_file.read_notice(at.store, folder)
        if notice is None or not notice.findings:
            raise ui.Refusal(f"there is no drift notice for {ui.tilde(folder)}; pause with --for or --until")
        snooze = snoozing.Snooze(0, notice.ident)
        text = "until the drift changes"
    else:
        end = _end(until) if until is not None else _after(duration or "")
        snooze = snoozing.Snooze(end.timestamp(), "")
        text = f"until {end:%Y-%m-%d %H:%M}"
    snoozing.set_snooze(at.store, folder, snooze)
    notice_file.remove_notice(at.store, folder)
    ui.say(f"drift notices are off {text}: {ui.tilde(folder)}")
    return ui.DONE


def _after(duration: str) -> datetime:
    """Return the end of a duration that starts now. Raises click.BadParameter."""
    match = re.fullmatch(r"([0-9]{1,6})([mhdw])", duration)
    if match is None:
        raise click.BadParameter(f'"{duration}" is not a duration such as 30m, 2h, 3d, or 1w')
    try:
        return (datetime.now() + timedelta(**{_UNITS[match[2]]: int(match[1])})).astimezone()
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f'"{duration}" ends after the year 9999') from None


def _end(text: str) -> datetime:
    """Return the time that a text names, by default in local time. Raises click.BadParameter."""
    now = datetime.now()
    try:
        if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
            end = datetime.combine(now.date(), datetime.strptime(text, "%H:%M").time())
            end += timedelta(days=end <= now)
        else:
            end = datetime.fromisoformat(text)
        end = end.astimezone()
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f'"{text}" is not a time such as 18:30, 2030-01-31, or 2030-01-31T18:30') from None
    if end.timestamp() <= now.timestamp():
        raise click.BadParameter(f'"{text}" is in the past')
    return end
