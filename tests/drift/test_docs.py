"""docs/drift.md says what is so: every code, option, exit code and JSON field, and no other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import stepin.drift
from stepin.cli.check import command
from stepin.drift.engine import CODES
from stepin.drift.model import Finding

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "drift.md").read_text()
SCHEMA = json.loads(Path(stepin.schemas.__file__).with_name("check-1.json").read_text())


def rows(heading: str) -> list[str]:
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `?([a-z0-9_]+)`? \|", section, re.MULTILINE)[1:]


def test_codes() -> None:
    """Each code of a finding has a row."""
    assert rows("The codes") == list(CODES)


def test_options() -> None:
    """The usage names each option of the command."""
    usage = TEXT.split("```\nstepin check")[1].split("```")[0]
    options = {max(parameter.opts, key=len) for parameter in command.params if parameter.opts[0].startswith("-")}
    short = {"--requirement": "-r", "--constraint": "-c"}
    assert all(f"[{short.get(option, option)}" in usage for option in options), options


def test_json_fields() -> None:
    """The documented fields are those of the schema, and those of the schema are those of the values."""
    assert rows("JSON") == list(SCHEMA["properties"])
    assert SCHEMA["$defs"]["finding"]["required"] == list(Finding._fields)
    for name in ("finding", "requirement"):
        fields = SCHEMA["$defs"][name]["required"]
        assert set(fields) == set(SCHEMA["$defs"][name]["properties"])
        assert all(f"`{field}`" in TEXT for field in fields)
    assert SCHEMA["$defs"]["finding"]["properties"]["code"]["enum"] == list(CODES)


def test_the_hook_for_pre_commit() -> None:
    """The definition names a command that there is."""
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert "- id: stepin-check\n" in hook
    assert re.search(r"^  entry: stepin check$", hook, re.MULTILINE)
    pattern = re.search(r"^  files: (.*)$", hook, re.MULTILINE)
    assert pattern
    for name, wanted in {
        "requirements.txt": True,
        "a/requirements-dev.txt": True,
        "a.py": False,
        "x.txt": False,
    }.items():
        assert bool(re.search(pattern[1], name)) is wanted
