"""JUnit's XML: a failed test case for each finding, and one that passed for each file without any.

Some readers take a suite without test cases for a failure, so a clean report has one as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from stepin.drift.report import place, relative
from stepin.hook.text import printable

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Report


def render(report: Report) -> str:
    findings = report.findings
    told = {finding.file for finding in findings}
    passed = [relative(report, file) for file in report.declarations.files if file not in told]
    errors = sum(finding.code == "unknown" for finding in findings)
    counts = f'tests="{len(findings) + len(passed)}" failures="{len(findings) - errors}" errors="{errors}"'
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<testsuites {counts}><testsuite name="stepin check" {counts}>']
    lines += [_case(report, finding) for finding in findings]
    lines += [f'<testcase classname="stepin.check" name={_attribute(file)}/>' for file in passed]
    return "\n".join([*lines, "</testsuite></testsuites>", ""])


def _case(report: Report, finding: Finding) -> str:
    tag = "error" if finding.code == "unknown" else "failure"
    where = ""
    if finding.file is not None:
        where = f" file={_attribute(relative(report, finding.file))}"
    if finding.line is not None:
        where += f' line="{finding.line}"'
    name = _attribute(finding.name or finding.code)
    text = escape(printable(place(report, finding) + finding.message))
    return (
        f'<testcase classname="stepin.{finding.code}" name={name}{where}>'
        f'<{tag} type="{finding.code}" message={_attribute(finding.message)}>{text}</{tag}></testcase>'
    )


def _attribute(text: str) -> str:
    """Quote an attribute's value. `printable` leaves no character that XML 1.0 does not allow."""
    return quoteattr(printable(text))
