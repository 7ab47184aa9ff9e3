"""`stepin trust`: list the trust records."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.cli.base import verb
from stepin.hook.reasons import Reason
from stepin.store import records


@verb("trust", "stepin trust", "stepin trust --json | jq -r '.records[].path'")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document, stepin.trust/1.")
def command(as_json: bool) -> int:
    """List the trust records, including those of projects that no longer exist."""
    at = project.place()
    project.insist(at)
    found = list(records.everything(at.store))
    damaged = records.damaged(at.store)
    if as_json:
        ui.say_json("trust", records=list(map(_fields, found)), damaged=damaged)
        return ui.DONE
    for record in found:
        word = ui.style(f"{record.verdict:5}", "good" if record.verdict == "allow" else "bad")
        ui.say(f"{word}  {ui.tilde(record.path)}{ui.style(_remarks(record), 'dim')}")
    for path in damaged:
        ui.warn(f"{ui.tilde(path)} is damaged and has no effect; remove it")
    if not found:
        ui.warn('there are no trust records; run "stepin allow" in a project')
    return ui.DONE


def _fields(record: records.Record) -> dict[str, object]:
    return {
        "path": record.path,
        "verdict": record.verdict,
        "tree": record.tree,
        "anyway": list(map(str, record.anyway)),
        "by": record.by,
        "when": record.when,
        "current": record.same,
    }


def _remarks(record: records.Record) -> str:
    """Return what is special about a record, as the end of its line."""
    words = []
    if record.tree:
        words.append("everything below it")
    if record.anyway:
        words.append("despite " + ", ".join(_reason(reason) for reason in record.anyway))
    if record.by == "activated":
        words.append("activated by hand")
    if not record.same:
        words.append("stale: the folder was replaced" if os.path.isdir(record.path) else "stale: the folder is gone")
    return f"  ({'; '.join(words)})" if words else ""


def _reason(reason: Reason) -> str:
    return f"{reason.kind}:{ui.tilde(reason.target)}" if reason.target else reason.kind
