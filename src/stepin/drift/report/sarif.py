"""Write a report as SARIF 2.1.0 (OASIS) for code scanning: every result has a place."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from stepin import __version__
from stepin.drift.report.places import relative_path
from stepin.hook.text import printable

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Report

RULES = {
    "missing": "A declared distribution is not installed",
    "version": "The installed version of a distribution is not the declared one",
    "constraint": "A constraint forbids the installed version of a distribution",
    "transitive": "A dependency of a declared distribution is missing or has a version that is not allowed",
    "python": "The environment's Python is gone, or a distribution does not support it",
    "broken": "The metadata of an installed distribution is broken",
    "source": "A distribution was installed from another source than the declared one",
    "hash": "A distribution was installed from a file whose hash is not declared",
    "extra": "A distribution is installed that nothing declares",
    "lock": "A lock file is out of date",
    "unknown": "Something could not be determined",
}


def render_sarif(report: Report, base: str) -> str:
    run = {
        "tool": {
            "driver": {
                "name": "stepin",
                "semanticVersion": __version__,
                "rules": [{"id": code, "shortDescription": {"text": text}} for code, text in RULES.items()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, base, finding) for finding in report.findings],
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2) + "\n"


def _result(report: Report, base: str, finding: Finding) -> dict[str, Any]:
    # Code scanning rejects results without a place: without a line, it is the beginning of the first file.
    file = finding.file or next(iter(report.declarations.files), os.path.join(report.root, "requirements.txt"))
    return {
        "ruleId": finding.code,
        "ruleIndex": list(RULES).index(finding.code),
        "level": "warning" if finding.code == "unknown" else "error",
        "message": {"text": printable(finding.message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(relative_path(file, base)), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": finding.line or 1},
                }
            }
        ],
    }


def _uri(path: str) -> str:
    return quote(os.fsencode(path.replace(os.sep, "/")))
