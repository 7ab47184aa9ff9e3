"""Generate the pages of the documentation site that come from the program itself (an mkdocs hook).

The home page is README.md, the hook contract is shell/README.md. The command reference comes from click, the settings
reference from the settings type, and the JSON page from the schemas that the package ships.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

from stepin.settings.definitions import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).parents[1]

COMMANDS = """# Command line

::: mkdocs-click
    :module: stepin.cli.app
    :command: group
    :prog_name: stepin
    :depth: 1
    :style: table
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    for path, text in pages():
        files.append(File.generated(config, path, content=text))
    return files


def pages() -> Iterator[tuple[str, str]]:
    """Yield (path below the site, Markdown) of each generated page."""
    yield "index.md", _home((ROOT / "README.md").read_text(encoding="utf-8"))
    yield "hook-contract.md", (ROOT / "shell/README.md").read_text(encoding="utf-8")
    yield "reference/commands.md", COMMANDS
    yield "reference/settings.md", settings_page()
    yield "reference/json.md", json_page()


def on_page_markdown(markdown: str, **_: object) -> str:
    """Point links to files outside docs/ at the pages made from them."""
    return markdown.replace("](../shell/README.md)", "](hook-contract.md)")


def _home(readme: str) -> str:
    """Return README.md with links that work below docs/."""
    text = readme.replace("](docs/", "](")
    return re.sub(r"\[([^]]*)\]\(LICENSE\)", r"\1", text)


def settings_page() -> str:
    """Return a table of every setting: name, type, default, who may set it, and what it does."""
    rows = [
        f"| `{setting.name}` | {setting.kind} | `{_toml(setting.default)}` | {'yes' if setting.project else 'no'} "
        f"| {setting.description} |"
        for setting in SETTINGS
    ]
    head = ["| setting | type | default | in a project | description |", "|---|---|---|---|---|"]
    return "\n".join(
        ["# Settings", "", "[Configuration](../configuration.md) explains the files.", "", *head, *rows, ""]
    )


def _toml(value: bool | tuple[str, ...]) -> str:
    """Return a setting's value as TOML."""
    return json.dumps(value if isinstance(value, bool) else list(value))


def json_page() -> str:
    """Return every JSON schema that the package ships."""
    text = [
        "# JSON",
        "",
        "Each `--json` output names its schema and version in `schema`. Fields may be added to a version.",
    ]
    for path in sorted(schemas(), key=lambda path: path.name):
        content = path.read_text(encoding="utf-8")
        schema = json.loads(content)
        text += ["", f"## {schema['title']}", "", schema.get("description", ""), "", "```json", content.rstrip(), "```"]
    return "\n".join([*text, ""])


def schemas() -> list[Path]:
    """Return the schema files in the package."""
    package = Path(str(resources.files("stepin")))
    return list(package.rglob("schemas/*.json"))
