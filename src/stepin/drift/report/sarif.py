"""SARIF 2.1.0 (OASIS), as code scanning takes it: every result has a place, relative to the project."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from stepin import __version__
from stepin.drift.report import relative
from stepin.hook.text import printable

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Report

RULES = {
    "missing": "A declared distribution is not installed",
    "version": "A distribution is installed in a version that is not declared",
    "constraint": "An installed distribution is not one that a constraint allows",
    "transitive": "A dependency of a declared distribution is missing or of a version that does not do",
    "python": "The environment's Python is gone, or is not one that a distribution is made for",
    "broken": "The metadata of an installed distribution is broken",
    "source": "A distribution was installed from elsewhere than is declared",
    "hash": "A distribution was installed from a file whose hash is not declared",
    "extra": "A distribution is installed that nothing declares",
    "unknown": "Something could not be judged",
}


def render(report: Report) -> str:
    run = {
        "tool": {
            "driver": {
                "name": "stepin",
                "semanticVersion": __version__,
                "rules": [{"id": code, "shortDescription": {"text": text}} for code, text in RULES.items()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding) for finding in report.findings],
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2) + "\n"


def _result(report: Report, finding: Finding) -> dict[str, Any]:
    # What no line asks for is told at the first file's begin: a result without a place is refused by code scanning.
    file = finding.file or next(iter(report.declarations.files), os.path.join(report.root, "requirements.txt"))
    return {
        "ruleId": finding.code,
        "ruleIndex": list(RULES).index(finding.code),
        "level": "warning" if finding.code == "unknown" else "error",
        "message": {"text": printable(finding.message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(relative(report, file)), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": finding.line or 1},
                }
            }
        ],
    }


def _uri(path: str) -> str:
    return quote(os.fsencode(path.replace(os.sep, "/")))
