"""Write a report as GitHub annotations ("Workflow commands for GitHub Actions", setting a message)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepin.drift.report.places import relative_path
from stepin.hook.text import printable

if TYPE_CHECKING:
    from stepin.drift.model import Report


def render_github(report: Report, base: str) -> str:
    lines = []
    for finding in report.findings:
        level = "warning" if finding.code == "unknown" else "error"
        properties = {"title": f"stepin: {finding.code}"}
        if finding.file is not None:
            properties["file"] = relative_path(finding.file, base)
        if finding.line is not None:
            properties["line"] = str(finding.line)
        written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        lines.append(f"::{level} {written}::{_data(finding.message)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    """Escape a message like `escapeData` in actions/toolkit, and terminal controls as well."""
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    """Escape the value of a property like `escapeProperty` in actions/toolkit."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
