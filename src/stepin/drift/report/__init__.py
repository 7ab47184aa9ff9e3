"""A check's report, written down: one module a format, each with `render(report) -> str`.

text.py for people, json.py (stepin.check/1) for scripts, github.py for workflow annotations, sarif.py for code
scanning, junit.py for test reports.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Note, Report

FORMATS = ("text", "json", "github", "sarif", "junit")


def render(report: Report, form: str, *, verbose: bool = False, color: bool = False) -> str:
    """Write a report in one of FORMATS; `verbose` and `color` matter to people's alone. Ends in a newline, or is ""."""
    module = importlib.import_module(f"stepin.drift.report.{form}")
    text: str = module.render(report, verbose, color) if form == "text" else module.render(report)
    return text


def relative(report: Report, file: str) -> str:
    """Return a file's path relative to the project, as every format shows it; absolute where there is no such path."""
    try:
        return os.path.relpath(file, report.root)
    except ValueError:  # another drive
        return file


def place(report: Report, item: Finding | Note) -> str:
    """Return `file:line: `, `file: ` or "", to be put before a message."""
    if item.file is None:
        return ""
    file = relative(report, item.file)
    return f"{file}:{item.line}: " if item.line else f"{file}: "
