"""Define every setting once: its name, type, default, who may set it, and what it does.

The loader validates by this list, and the documentation shows it.
"""

from __future__ import annotations

from typing import NamedTuple

from stepin.hook import NAMES

BOOLEAN, STRINGS, FOLDER_NAMES, FILES = "boolean", "list of strings", "list of folder names", "list of file names"
PROMPT = 'boolean, "project" or "environment"'
PROMPT_NAMES = ("project", "environment")


class Setting(NamedTuple):
    """One setting. A dot in its name separates the table from the key."""

    name: str
    kind: str  # BOOLEAN, STRINGS, FOLDER_NAMES, FILES or PROMPT
    default: bool | tuple[str, ...]
    description: str  # Markdown, one or two sentences
    project: bool = False  # whether a project may set it, below [tool.stepin] in its pyproject.toml


SETTINGS = (
    Setting(
        "names",
        FOLDER_NAMES,
        NAMES,
        "Names of environments in a project's folder. The first that is an environment decides.",
    ),
    Setting("learn", BOOLEAN, True, "Trust a project when you activate its environment by hand."),
    Setting("hints", BOOLEAN, True, "Print why an environment is not activated."),
    Setting(
        "prompt",
        PROMPT,
        True,
        'The name that the prompt shows: `true` for the environment\'s own name, `false` for none, `"project"` for the '
        "name of the project's folder, `\"environment\"` for that of the environment's.",
    ),
    Setting("cd", BOOLEAN, True, "Activate at `cd` itself, before the next command on the same line."),
    Setting(
        "drift.files",
        FILES,
        (),
        "The requirement files to check, relative to the project. A project's list replaces yours. If it is empty, "
        "stepin finds the files that declare requirements.",
        project=True,
    ),
    Setting(
        "drift.ignore",
        STRINGS,
        (),
        "Packages, and kinds of findings such as `code:extra`, that no check reports. A project's list adds to yours.",
        project=True,
    ),
    Setting("drift.news", BOOLEAN, True, "Report a package that is installed while the watcher runs and not declared."),
    Setting("drift.desktop", BOOLEAN, False, "Let the watcher show desktop notifications."),
)
