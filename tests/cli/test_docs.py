"""The documentation says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.conftest import User
from cli.wheels import ROOT
from stepin.cli import app
from stepin.hook import verdict
from stepin.hook.reasons import KINDS
from stepin.settings import load

PAGES = [ROOT / "README.md", ROOT / "shell/README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"(?s)```.*?```", "", page.read_text())
    for target in re.findall(r"\]\((?!https:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        headings = re.findall(r"(?m)^#+ (.+)$", file.read_text()) if anchor else []
        slugs = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
        assert not anchor or anchor in slugs, target


def test_every_command_option_and_verdict_is_documented(user: User) -> None:
    text = (ROOT / "docs/commands.md").read_text()
    for name in ("setup", "allow", "deny", "forget", "trust", "status", "why", "doctor", "init", "uninstall"):
        assert name in app.COMMANDS
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}"))
        options = set(re.findall(r"--[a-z]+", user.run(name, "--help").out.partition("Options:")[2].split("\n\n")[0]))
        assert options - {"--help"} <= set(re.findall(r"--[a-z]+", row)), name
    assert all(f"`{name}`" in text or f"`{name} " in text for name in app.COMMANDS)
    assert all(f"`{word}`" in text for word in verdict.VERDICTS if word != verdict.INCOMPLETE)


@pytest.mark.parametrize("kind", ["status", "why", "trust", "doctor"])
def test_every_field_of_json_is_documented(user: User, kind: str) -> None:
    project = user.env()
    user.run("allow", cwd=project)
    text = (ROOT / "docs/commands.md").read_text()
    found = user.run(kind, "--json", cwd=project).json
    assert f"`{found.pop('schema')}`" in text

    def fields(value: object, top: bool = True) -> set[str]:
        """Return the names of fields, those inside of a record as it is kept left out."""
        if isinstance(value, list):
            return {name for item in value for name in fields(item, top)}
        if not isinstance(value, dict):
            return set()
        return {*value, *(name for key, item in value.items() if key != "record" for name in fields(item))}

    assert all(re.search(rf"`[^`]*\b{name}\b[^`]*`", text) for name in fields(found))


def test_every_setting_is_documented_with_its_default(tmp_path: Path) -> None:
    """The example in the documentation is the defaults, but for the lists, which show what could stand there."""
    text = (ROOT / "docs/configuration.md").read_text()
    example = tmp_path / "config.toml"
    example.write_text(text.partition("```toml\n")[2].partition("```")[0])
    settings = load.load(user=str(example))
    assert settings.trouble == ""
    assert settings == load.Settings(drift_files=("requirements.txt",), drift_ignore=("black", "code:extra"))


def test_every_reason_is_documented() -> None:
    text = (ROOT / "docs/trust.md").read_text()
    assert all(f"| `{reason}` |" in text for reason in KINDS)
