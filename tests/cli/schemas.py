"""Validate a JSON document against the schema that the package ships, field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

import stepin.schemas

FOLDER = Path(stepin.schemas.__file__).parent


def load(name: str) -> dict[str, Any]:
    """Return the current schema of a document, such as "status"."""
    schema: dict[str, Any] = json.loads((FOLDER / f"{name}-{stepin.schemas.VERSIONS[name]}.json").read_text())
    return schema


def validate(document: Any) -> None:
    """Check a document against its schema. A field that the schema does not describe is an error here."""
    name, _, version = document["schema"].removeprefix("stepin.").partition("/")
    assert int(version) == stepin.schemas.VERSIONS[name]
    jsonschema.Draft202012Validator(_closed(load(name))).validate(document)


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _closed(value) for key, value in schema.items()}
    if "properties" in found:
        found["additionalProperties"] = False
    return found
