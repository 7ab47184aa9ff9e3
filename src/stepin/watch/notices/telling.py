"""What a notice says. Text from files is made fit for a terminal here. Pure."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from zlib import crc32

from stepin.hook.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stepin.drift.model import Distribution, Finding, Report

_LONGEST = 240  # characters: it is to stay one line, more or less


def drifted(report: Report) -> str:
    """Return the line about a report with findings."""
    told = counted(report)
    first = told[0]
    more = f" (+{len(told) - 1} more)" if len(told) > 1 else ""
    return f"stepin: {declared_in(report, first)} drifted: {_short(_what(first))}{more}: stepin check"


def mended(report: Report) -> str:
    """Return the line that ends a drift."""
    return f"stepin: {declared_in(report, None)} and the environment agree again"


def news(report: Report, appeared: Iterable[Distribution]) -> str:
    """Return the line about what was installed by name and that nothing declares."""
    names = [_short(f"{dist.name} {dist.version or ''}".rstrip()) for dist in appeared]
    verb = "is" if len(names) == 1 else "are"
    more = f" (+{len(names) - 3} more)" if len(names) > 3 else ""
    return f"stepin: {', '.join(names[:3])}{more} {verb} installed but not in {declared_in(report, None)}"


def counted(report: Report) -> list[Finding]:
    """Return the findings that are told at a prompt: what could not be told is not."""
    return [finding for finding in report.findings if finding.code != "unknown"]


def ident(words: Iterable[str]) -> str:
    """Return a short name for these words, the same each time."""
    data = os.fsencode("\n".join(words))
    return f"{crc32(data):08x}{len(data):x}"


def finding_words(report: Report) -> list[str]:
    """Return what tells this drift from another one. Lines' numbers do not: a comment above moves them."""
    return sorted(f"{one.code} {one.name} {one.declared} {one.installed}" for one in counted(report))


def declared_in(report: Report, finding: Finding | None) -> str:
    """Return the name of the file that declares, relative to the project."""
    files = report.declarations.files
    file = (finding.file if finding else None) or (files[0] if files else "requirements.txt")
    below = report.root.rstrip(os.sep) + os.sep
    return _short(file.removeprefix(below) if file.startswith(below) else os.path.basename(file))


def _what(finding: Finding) -> str:
    if finding.code in ("version", "constraint") and finding.name and finding.installed and finding.declared:
        return f"{finding.name} {finding.installed} installed, {finding.declared} declared"
    return finding.message


def _short(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
