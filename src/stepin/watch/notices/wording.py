"""Word what a notice shows. Text from files is made fit for a terminal here. Pure."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stepin.hook.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stepin.drift.model import Distribution, Finding, Report

_LONGEST = 240  # characters of one part, so that a notice stays a line or two


def drift_line(report: Report) -> str:
    """Return the line about a report with findings."""
    shown = shown_findings(report)
    first = shown[0]
    more = f" (+{len(shown) - 1} more)" if len(shown) > 1 else ""
    return f'stepin: drift from {declaring_file(report, first)}: {_short(_difference(first))}{more}; run "stepin check"'


def match_line(report: Report) -> str:
    """Return the line that ends a drift."""
    return f"stepin: the environment matches {declaring_file(report, None)} again"


def news_line(report: Report, appeared: Iterable[Distribution]) -> str:
    """Return the line about distributions that were installed by name and that nothing declares."""
    names = [_short(f"{dist.name} {dist.version or ''}".rstrip()) for dist in appeared]
    verb = "is" if len(names) == 1 else "are"
    more = f" (+{len(names) - 3} more)" if len(names) > 3 else ""
    return f"stepin: {', '.join(names[:3])}{more} {verb} installed but not declared in {declaring_file(report, None)}"


def unknown_line(report: Report) -> str:
    """Return the line about a report without a result."""
    return report.trouble or report.findings[0].message


def shown_findings(report: Report) -> list[Finding]:
    """Return the findings that a prompt shows: not those that could not be determined."""
    return [finding for finding in report.findings if finding.code != "unknown"]


def distinguishing_words(report: Report) -> list[str]:
    """Return what distinguishes this drift from another. Line numbers do not: a comment further up moves them."""
    return sorted(f"{one.code} {one.name} {one.declared} {one.installed}" for one in shown_findings(report))


def declaring_file(report: Report, finding: Finding | None) -> str:
    """Return the file that declares, relative to the project: that of a finding, or the first one."""
    files = report.declarations.files
    file = (finding.file if finding else None) or (files[0] if files else "requirements.txt")
    below = report.root.rstrip(os.sep) + os.sep
    return _short(file.removeprefix(below) if file.startswith(below) else os.path.basename(file))


def _difference(finding: Finding) -> str:
    if finding.code in ("version", "constraint") and finding.name and finding.installed and finding.declared:
        return f"{finding.name} {finding.installed} is installed, {finding.declared} is declared"
    return finding.message


def _short(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
