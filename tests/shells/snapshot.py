"""A shell's whole state as text, so that two moments can be compared: nothing but what is meant may differ."""

from __future__ import annotations

import re

from shells.driver import Session


def snapshot(session: Session) -> dict[str, str]:
    """Return the shell's variables, functions, options and the rest, by name, without stepin's own."""
    adapter = session.adapter
    parts = session.out(adapter.dump).split("@@\n")
    volatile = re.compile(rf"(?:{adapter.volatile})\Z")
    found: dict[str, str] = {}
    for name, text in adapter.variables(parts[0]).items():
        if not name.startswith("__stepin_") and not volatile.match(name):
            found["$" + name] = text
    for name, text in adapter.functions(parts[1]).items():
        if "__stepin_" not in name:
            found[name + "()"] = text
    for number, part in enumerate(parts[2:]):
        found[f"part {number}"] = "\n".join(line for line in part.splitlines() if "__stepin_" not in line)
    return found


def difference(before: dict[str, str], after: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """Return what differs: name to (before, after)."""
    return {
        name: (before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }
