"""Write a report as text: findings by code, one line each, and one command at the end that fixes them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stepin.drift.report.places import place, relative_path
from stepin.hook.text import printable

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Report

_RED, _YELLOW, _BOLD, _DIM, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def render_text(report: Report, verbose: bool, color: bool) -> str:
    def paint(style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if color else text

    groups: dict[str, list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault(finding.code, []).append(finding)
    lines = []
    for code, findings in groups.items():
        if len(groups) > 1:
            lines.append(paint(_YELLOW if code == "unknown" else _RED, f"{code} ({len(findings)})"))
        for finding in findings:
            lines.append(paint(_BOLD, printable(place(report, finding))) + printable(finding.message))
    if verbose:
        for finding in report.ignored:
            text = printable(place(report, finding) + finding.message)
            lines.append(paint(_DIM, f"ignored: {text} ({finding.code})"))
        lines += [paint(_DIM, "note: " + printable(place(report, note) + note.message)) for note in report.notes]
    if report.verdict == "clean":
        lines.append(_agreement(report))
    elif report.fix:
        lines += ["to fix it" + _where(report) + ", run:", "  " + report.fix]
    return "".join(line + "\n" for line in lines)


def _agreement(report: Report) -> str:
    count = sum(not requirement.constraint for requirement in report.declarations.requirements)
    noun = "requirement" if count == 1 else "requirements"
    where = relative_path(report, report.environment.path) if report.environment else ""
    if where.startswith(os.pardir) and report.environment:
        where = report.environment.path
    return f"clean: {printable(where)} satisfies {count} {noun}"


def _where(report: Report) -> str:
    """Return the folder to run the command in, if it is another one: its paths are relative to the project."""
    try:
        here = os.path.samefile(os.getcwd(), report.root)
    except OSError:
        here = False
    return "" if here else f", in {printable(report.root)}"
