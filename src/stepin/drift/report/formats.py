"""Choose the format of a report. Each format is one module with one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepin.drift.model import Report

FORMATS = ("text", "json", "github", "sarif", "junit")


def render_report(report: Report, form: str, *, verbose: bool = False, color: bool = False) -> str:
    """Return the report in one of FORMATS: "" or text that ends in a newline.

    `verbose` and `color` apply to the text format. Raises ValueError for another format.
    """
    # A check loads only the format that it prints: json and urllib would double the start-up time of the others.
    if form == "text":
        from stepin.drift.report.text import render_text

        return render_text(report, verbose, color)
    if form == "json":
        from stepin.drift.report.json import render_json

        return render_json(report)
    if form == "github":
        from stepin.drift.report.github import render_github

        return render_github(report)
    if form == "sarif":
        from stepin.drift.report.sarif import render_sarif

        return render_sarif(report)
    if form == "junit":
        from stepin.drift.report.junit import render_junit

        return render_junit(report)
    raise ValueError(f"{form} is not a report format")
