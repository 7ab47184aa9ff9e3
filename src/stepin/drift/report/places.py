"""Show where a finding is: paths and line numbers in reports."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Note, Report


def relative_path(report: Report, file: str) -> str:
    """Return a file's path relative to the project, or the absolute path on another drive."""
    try:
        return os.path.relpath(file, report.root)
    except ValueError:
        return file


def place(report: Report, item: Finding | Note) -> str:
    """Return `file:line: `, `file: ` or "", the beginning of a message."""
    if item.file is None:
        return ""
    file = relative_path(report, item.file)
    return f"{file}: " if item.line is None else f"{file}:{item.line}: "
