"""Every snippet in the documentation works: commands parse, TOML is accepted, Python and YAML run or load."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import NamedTuple

import click
import pytest
import yaml

from stepin.cli import app
from stepin.settings import load

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "shell/README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"(?ms)^[ ]*```(\w*)[^\n]*\n(.*?)^[ ]*```")
INDENTED = re.compile(r"(?m)^    (stepin .*)$")


class Snippet(NamedTuple):
    """A piece of code in a page."""

    page: str
    language: str
    text: str


def snippets() -> list[Snippet]:
    """Return every fenced block of the documentation."""
    return [Snippet(page.name, *match.groups()) for page in PAGES for match in FENCED.finditer(page.read_text())]


def commands() -> list[tuple[str, str]]:
    """Return (page, command line) of every `stepin` command that a reader may copy."""
    found = []
    for page in PAGES:
        text = page.read_text()
        found += [(page.name, line) for line in INDENTED.findall(FENCED.sub("", text))]
        for match in FENCED.finditer(text):
            if match[1] in ("console", "sh", "yaml"):
                found += [(page.name, line) for line in re.findall(r"(?m)(?:\$ |: |^)(stepin [^|>\n]*)", match[2])]
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_a_command_is_accepted(page: str, line: str) -> None:
    """The command exists and takes these options and arguments."""
    words = shlex.split(line, comments=True)[1:]
    if words[0] == "COMMAND":
        words = words[1:]
    context = click.Context(app.group, info_name="stepin")
    command: click.Command = app.group
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"{page}: {line}"
        command, words = found, words[1:]
    if words and words != ["--help"]:
        command.make_context(command.name, words, resilient_parsing=False, allow_interspersed_args=True)


@pytest.mark.parametrize("snippet", [one for one in snippets() if one.language == "toml"], ids=lambda one: one.page)
def test_a_toml_snippet_has_settings_that_exist(snippet: Snippet, tmp_path: Path) -> None:
    table = tomllib.loads(snippet.text)
    if set(table) & {"env_var", "tool", "format", "custom"}:  # another program's file, or a project's
        return
    (tmp_path / "config.toml").write_text(snippet.text)
    assert load.load(user=str(tmp_path / "config.toml")).trouble == ""


@pytest.mark.parametrize("snippet", [one for one in snippets() if one.language == "yaml"], ids=lambda one: one.page)
def test_a_yaml_snippet_loads(snippet: Snippet) -> None:
    assert yaml.safe_load(snippet.text)


@pytest.mark.parametrize("snippet", [one for one in snippets() if one.language == "python"], ids=lambda one: one.page)
def test_a_python_snippet_runs(snippet: Snippet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project that it names is an empty folder: it reports that, and raises nothing."""
    (tmp_path / "path/to/project").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet.text, snippet.page, "exec"), {})
