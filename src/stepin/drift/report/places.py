"""Show where a finding is: paths and line numbers in reports."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Note, Report


def working_folder(report: Report) -> str:
    """Return what paths in text are relative to: the working directory."""
    try:
        return os.getcwd()
    except OSError:
        return report.root


def repository_folder(report: Report) -> str:
    """Return what paths in machine formats are relative to: the repository that the project is in, or the project."""
    folder = report.root
    while not os.path.lexists(os.path.join(folder, ".git")):
        if os.path.dirname(folder) == folder:
            return report.root
        folder = os.path.dirname(folder)
    return folder


def relative_path(file: str, base: str) -> str:
    """Return a file's path relative to `base`, or the absolute path on another drive."""
    try:
        return os.path.relpath(file, base)
    except ValueError:
        return file


def place(item: Finding | Note, base: str) -> str:
    """Return `file:line: `, `file: ` or "", the beginning of a message."""
    if item.file is None:
        return ""
    file = relative_path(item.file, base)
    return f"{file}: " if item.line is None else f"{file}:{item.line}: "
