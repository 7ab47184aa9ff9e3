"""Write a report as text: findings by code, one line each, and one command at the end that fixes them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stepin.drift.pep508.markers import evaluate_marker
from stepin.drift.report.places import place, relative_path
from stepin.hook.text import printable

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Report

_RED, _YELLOW, _BOLD, _DIM, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"

_MANY = 5  # missing requirements that are counted instead of listed, if nothing is installed


def render_text(report: Report, base: str, verbose: bool, color: bool) -> str:
    def paint(style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if color else text

    groups: dict[str, list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault(finding.code, []).append(finding)
    lines = _environment(report)
    if _nothing_installed(report) and not verbose:
        file = printable(relative_path(report.declarations.files[0], base))
        lines.append(paint(_RED, f"{file}: none of {len(report.findings)} requirements are installed"))
        groups.clear()
    for code, findings in groups.items():
        if len(groups) > 1:
            lines.append(paint(_YELLOW if code == "unknown" else _RED, f"{code} ({len(findings)})"))
        for finding in findings:
            lines.append(paint(_BOLD, printable(place(finding, base))) + printable(finding.message))
    if verbose:
        read = [relative_path(file, base) for file in report.declarations.files if os.path.exists(file)]
        lines += [paint(_DIM, "read: " + printable(", ".join(read)))] if read else []
        for finding in report.ignored:
            text = printable(place(finding, base) + finding.message)
            lines.append(paint(_DIM, f"ignored: {text} ({finding.code})"))
        lines += [paint(_DIM, "note: " + printable(place(note, base) + note.message)) for note in report.notes]
    if report.verdict == "clean":
        lines.append(_agreement(report))
    elif report.fix:
        lines += ["to fix it" + _where(report) + ", run:", "  " + report.fix]
    return "".join(line + "\n" for line in lines)


def _environment(report: Report) -> list[str]:
    """Name the environment if it is neither in the project nor above: it is the active one, or was named."""
    here = report.environment
    if here is None or report.verdict == "clean":
        return []
    above = os.path.join(os.path.dirname(here.path), "")
    return [] if os.path.join(report.root, "").startswith(above) else [f"environment: {printable(here.path)}"]


def _nothing_installed(report: Report) -> bool:
    """Return whether all requirements are missing, as in a fresh clone: then one line says it all."""
    if len(report.findings) < _MANY or any(finding.code != "missing" for finding in report.findings):
        return False
    wanted = {
        one.name
        for one in report.declarations.requirements
        if not one.constraint and report.environment and evaluate_marker(one.marker, report.environment) is not False
    }
    return wanted == {finding.name for finding in report.findings}


def _agreement(report: Report) -> str:
    count = sum(not requirement.constraint for requirement in report.declarations.requirements)
    noun = "requirement" if count == 1 else "requirements"
    where = relative_path(report.environment.path, report.root) if report.environment else ""
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
