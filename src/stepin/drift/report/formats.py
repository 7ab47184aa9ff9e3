"""Choose the format of a report. Each format is one module with one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepin.drift.report.places import repository_folder, working_folder

if TYPE_CHECKING:
    from stepin.drift.model import Report

FORMATS = ("text", "json", "github", "sarif", "junit")


def render_report(
    report: Report, form: str, *, verbose: bool = False, color: bool = False, relative_to: str | None = None
) -> str:
    """Return the report in one of FORMATS: "" or text that ends in a newline.

    `verbose` and `color` apply to the text format. `relative_to` is the folder that paths are relative to; the default
    is the working directory for text, the project for JSON, and the repository for the others. Raises ValueError for
    another format.
    """
    # A check loads only the format that it prints: json and urllib would double the start-up time of the others.
    if form == "text":
        from stepin.drift.report.text import render_text

        return render_text(report, relative_to or working_folder(report), verbose, color)
    if form == "json":
        from stepin.drift.report.json import render_json

        return render_json(report, relative_to or report.root)
    if form == "github":
        from stepin.drift.report.github import render_github

        return render_github(report, relative_to or repository_folder(report))
    if form == "sarif":
        from stepin.drift.report.sarif import render_sarif

        return render_sarif(report, relative_to or repository_folder(report))
    if form == "junit":
        from stepin.drift.report.junit import render_junit

        return render_junit(report, relative_to or repository_folder(report))
    raise ValueError(f"{form} is not a report format")
