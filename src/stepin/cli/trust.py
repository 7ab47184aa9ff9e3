"""`stepin trust`: what was said about which project."""

from __future__ import annotations

import os

import click

from stepin.cli import project, ui
from stepin.store import records


@click.command("trust", epilog="\b\nExamples:\n  stepin trust\n  stepin trust --json | jq -r '.records[].path'")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, stepin.trust/1.")
def command(as_json: bool) -> int:
    """List what was said about which project, also of projects that are gone."""
    at = project.place()
    project.insist(at)
    found = list(records.everything(at.store))
    damaged = records.damaged(at.store)
    if as_json:
        ui.say_json(
            "stepin.trust/1",
            records=[
                {
                    "path": record.path,
                    "verdict": record.verdict,
                    "tree": record.tree,
                    "anyway": list(record.anyway),
                    "by": record.by,
                    "when": record.when,
                    "current": record.same,
                }
                for record in found
            ],
            damaged=damaged,
        )
        return ui.DONE
    for record in found:
        word = ui.tint(f"{record.verdict:5}", "good" if record.verdict == "allow" else "bad")
        ui.say(f"{word}  {ui.tilde(record.path)}{ui.tint(_remarks(record), 'dim')}")
    for path in damaged:
        ui.note(f"{ui.tilde(path)} is damaged and counts for nothing: remove it")
    if not found:
        ui.note("nothing was said about any project yet: stepin allow, in one")
    return ui.DONE


def _remarks(record: records.Record) -> str:
    """Return what is special about a record, as the end of its line."""
    words = []
    if record.tree:
        words.append("and all below it")
    if record.anyway:
        words.append("although " + ", ".join(map(ui.tilde, record.anyway)))
    if record.by == "activated":
        words.append("by activating it")
    if not record.same:
        gone = not os.path.isdir(record.path)
        words.append("stale: it is gone" if gone else "stale: it is another folder now")
    return f"  ({'; '.join(words)})" if words else ""
