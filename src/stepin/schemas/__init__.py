"""Name and version every JSON document that stepin prints. Each NAME-VERSION.json is its JSON Schema.

A version may gain fields. A field never goes away and never changes its meaning within a version.
"""

from __future__ import annotations

VERSIONS = {"check": 1, "doctor": 1, "service": 1, "status": 1, "trust": 1, "watch": 1, "why": 1}


def envelope(name: str, /, **fields: object) -> dict[str, object]:
    """Return a document: its schema's name and version, then its fields. Raises KeyError for an unknown name."""
    return {"schema": f"stepin.{name}/{VERSIONS[name]}", **fields}
