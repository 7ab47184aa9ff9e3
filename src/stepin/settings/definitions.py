"""Define every setting once: its name, type, default, who may set it, and what it does.

The loader validates by this list, and the documentation shows it.
"""

from __future__ import annotations

from typing import NamedTuple

from stepin.hook import NAMES

BOOLEAN, STRINGS, FOLDER_NAMES, FILES = "boolean", "list of strings", "list of folder names", "list of file names"


class Setting(NamedTuple):
    """One setting. A dot in its name separates the table from the key."""

    name: str
    kind: str  # BOOLEAN, STRINGS, FOLDER_NAMES or FILES
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
