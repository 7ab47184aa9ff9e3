"""Write a report as JUnit XML: a failed test case for each finding, a passed one for each file without findings.

Some readers treat a suite without test cases as a failure, so a clean report has one as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from stepin.drift.report.places import place, relative_path
from stepin.hook.text import printable

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Report


def render_junit(report: Report, base: str) -> str:
    findings = report.findings
    failed = {finding.file for finding in findings}
    passed = [relative_path(file, base) for file in report.declarations.files if file not in failed]
    errors = sum(finding.code == "unknown" for finding in findings)
    counts = f'tests="{len(findings) + len(passed)}" failures="{len(findings) - errors}" errors="{errors}"'
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<testsuites {counts}><testsuite name="stepin check" {counts}>']
    lines += [_case(finding, base) for finding in findings]
    lines += [f'<testcase classname="stepin.check" name={_attribute(file)}/>' for file in passed]
    return "\n".join([*lines, "</testsuite></testsuites>", ""])


def _case(finding: Finding, base: str) -> str:
    tag = "error" if finding.code == "unknown" else "failure"
    where = ""
    if finding.file is not None:
        where = f" file={_attribute(relative_path(finding.file, base))}"
    if finding.line is not None:
        where += f' line="{finding.line}"'
    name = _attribute(finding.name or finding.code)
    text = escape(printable(place(finding, base) + finding.message))
    return (
        f'<testcase classname="stepin.{finding.code}" name={name}{where}>'
        f'<{tag} type="{finding.code}" message={_attribute(finding.message)}>{text}</{tag}></testcase>'
    )


def _attribute(text: str) -> str:
    """Quote the value of an attribute. printable() leaves no character that XML 1.0 forbids."""
    return quoteattr(printable(text))
