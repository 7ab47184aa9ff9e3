"""Write a report for scripts: stepin.check/1, described by stepin/schemas/check-1.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stepin import schemas
from stepin.drift.pep508 import markers
from stepin.drift.report.places import relative_path

if TYPE_CHECKING:
    from stepin.drift.model import Finding, Report, Requirement


def render_json(report: Report, base: str) -> str:
    # ASCII only: a byte in a path that is not UTF-8 becomes the escape of a lone surrogate, which is valid JSON.
    return json.dumps(document(report, base), indent=2) + "\n"


def document(report: Report, base: str) -> dict[str, Any]:
    """Return the report as plain values."""
    here = report.environment
    refused = any(problem.refused for problem in report.declarations.problems)
    return schemas.envelope(
        "check",
        verdict=report.verdict,
        project=report.root,
        environment=here and {"path": here.path, "python": here.full_version or here.python, "kind": here.kind},
        files=[relative_path(file, base) for file in report.declarations.files],
        complete_freeze=report.complete_freeze,
        findings=[_finding(finding, base) for finding in report.findings],
        declared=None if refused else [_requirement(report, base, one) for one in report.declarations.requirements],
    )


def _finding(finding: Finding, base: str) -> dict[str, Any]:
    return {**finding._asdict(), "file": finding.file and relative_path(finding.file, base)}


def _requirement(report: Report, base: str, requirement: Requirement) -> dict[str, Any]:
    marker = requirement.marker
    options = {key: list(values) for key, values in requirement.config_settings}
    return {
        "name": requirement.name,
        "specifier": requirement.specifier,
        "extras": sorted(requirement.extras),
        "marker": None if marker is None else str(marker),
        "applies": markers.evaluate_marker(marker, report.environment) if report.environment else None,
        "url": requirement.url,
        "editable": requirement.editable,
        "constraint": requirement.constraint,
        "hashes": sorted(requirement.hashes),
        "options": {"config_settings": options} if options else {},
        "raw": requirement.raw,
        "file": relative_path(requirement.file, base),
        "line": requirement.line,
    }
