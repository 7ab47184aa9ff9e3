"""The documentation matches the program."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest

from cli import schemas
from cli.conftest import User
from cli.wheels import ROOT
from stepin.cli import app, service, ui
from stepin.hook import verdict
from stepin.hook.reasons import KINDS
from stepin.install import doctor
from stepin.schemas import VERSIONS
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_command_installs_a_package_that_is_not_published(page: Path) -> None:
    """Until stepin is on PyPI, its name there is anybody's: commands name this repository or a checkout."""
    assert (
        re.findall(r"(?:pipx run|pipx install|pip install|uvx|uv tool install|uv tool run) stepin\b", page.read_text())
        == []
    )


def test_every_command_and_option_is_documented(user: User) -> None:
    text = (ROOT / "docs/commands.md").read_text()
    for name in app.COMMANDS:
        row = next(line for line in text.splitlines() if line.startswith((f"| `{name} ", f"| `{name}`")))
        if name in ("check", "service"):  # the options of check are in docs/drift.md
            continue
        options = set(re.findall(r"--[a-z-]+", user.run(name, "--help").out.partition("Options:")[2].split("\n\n")[0]))
        assert options - {"--help"} == set(re.findall(r"--[a-z-]+", row.partition(" | ")[0])), name
    for name in service.command.commands:
        row = next(line for line in text.splitlines() if line.startswith("| `service "))
        shown = user.run("service", name, "--help").out.partition("Options:")[2].split("\n\n")[0]
        assert f"{name}" in row
        assert ("--json" in shown) == (f"{name} [--json]" in row)


def test_every_exit_code_is_documented() -> None:
    text = (ROOT / "docs/commands.md").read_text()
    codes = {ui.DONE, ui.REFUSED, ui.USAGE, ui.INTERNAL, ui.INTERRUPTED, ui.BROKEN_PIPE}
    assert set(map(int, re.findall(r"(?m)^\| (\d+) \|", text))) == codes


@pytest.mark.parametrize("kind", ["status", "why", "trust", "doctor"])
def test_every_field_of_json_is_documented(kind: str) -> None:
    """The tables have the fields of the schemas, and the values that a field may have."""
    text = (ROOT / "docs/commands.md").read_text()
    schema = schemas.load(kind)
    title = f"**`stepin.{kind}/{VERSIONS[kind]}`**\n"
    assert title in text
    table = text.partition(title)[2].partition("**")[0]
    rows = re.findall(r"(?m)^\| (`[^|]*`) \|", table)
    assert {name.strip("`") for row in rows for name in row.split(", ")} == set(schema["properties"]) - {"schema"}
    described = set(re.findall(r"`(\w+)`", text.partition("## JSON")[2])) | {verdict.INCOMPLETE}
    assert words(schema["properties"]) - {"schema"} <= described


def words(schema: object) -> set[str]:
    """Return the names of fields and the enumerated values below `properties`."""
    if isinstance(schema, list):
        return {word for item in schema for word in words(item)}
    if not isinstance(schema, dict):
        return set()
    found = {word for value in schema.values() for word in words(value)}
    found |= set(schema.get("properties", ())) | set(schema.get("enum", ()))
    return found


def test_the_schemas_list_every_verdict() -> None:
    for kind in ("status", "why"):
        assert schemas.load(kind)["properties"]["verdict"]["enum"] == list(verdict.VERDICTS)


def test_the_checks_of_doctor_are_those_of_its_schema() -> None:
    source = Path(doctor.__file__).read_text()
    names = schemas.load("doctor")["properties"]["checks"]["items"]["properties"]["name"]["enum"]
    assert set(re.findall(r'Check\("(\w+)"', source)) == set(names)


def test_every_document_has_a_schema() -> None:
    assert {path.name for path in schemas.FOLDER.glob("*.json")} == {f"{name}-{v}.json" for name, v in VERSIONS.items()}
    for name in VERSIONS:
        jsonschema.Draft202012Validator.check_schema(schemas.load(name))


def test_every_setting_is_documented_with_its_default(tmp_path: Path) -> None:
    """The example shows the defaults, except in the lists, which are empty by default."""
    text = (ROOT / "docs/configuration.md").read_text()
    example = tmp_path / "config.toml"
    example.write_text(text.partition("```toml\n")[2].partition("```")[0])
    settings = load.load(user=str(example))
    assert settings.trouble == ""
    assert settings == load.Settings(drift_files=("requirements.txt",), drift_ignore=("black", "code:extra"))


def test_every_reason_is_documented() -> None:
    text = (ROOT / "docs/trust.md").read_text()
    assert all(f"| `{reason}` |" in text for reason in KINDS)
