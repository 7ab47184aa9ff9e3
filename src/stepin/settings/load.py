"""The settings: the user's file first, then the project's, which can only restrict.

# config.toml                                   # a project's pyproject.toml
names = [".venv", "venv", "env", ".env"]        [tool.stepin.drift]
learn = true                                    files = ["requirements/dev.txt"]
hints = true                                    ignore = ["black", "code:extra"]

[drift]
files = ["requirements.txt"]
ignore = []
news = true
desktop = false
"""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from stepin.hook import NAMES, files
from stepin.hook.text import printable

CONFIG_BYTES = 1 << 20
# What a hook can write into a test expression without quoting, and what cannot leave the folder.
_NAME = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


class Settings(NamedTuple):
    """What is in force. `trouble` says in words what could not be read; the defaults stand in for it."""

    names: tuple[str, ...] = NAMES
    learn: bool = True
    hints: bool = True
    drift_files: tuple[str, ...] = ()
    drift_ignore: tuple[str, ...] = ()
    drift_news: bool = True
    drift_desktop: bool = False
    trouble: str = ""


def load(project: str | None = None, user: str | None = None) -> Settings:
    """Return the settings in force in a project's folder (None: the user's alone).

    `user` is the user's file; None asks stepin.settings.folders. A file that cannot be read is told in `trouble`.
    """
    if user is None:
        from stepin.settings import folders as paths

        user = paths.config_file()
    table, trouble = _table(user)
    settings = _settings(table, user)
    if trouble:
        settings = settings._replace(trouble=trouble)
    if project is not None:
        settings = _restrict(settings, project)
    return settings


def _restrict(settings: Settings, project: str) -> Settings:
    """Apply a project's own settings: which files declare, and what is not told of them; nothing that widens trust."""
    table, _ = _table(os.path.join(project, "pyproject.toml"))
    for key in ("tool", "stepin", "drift"):
        table = table.get(key) if isinstance(table, dict) else None  # type: ignore[assignment]  # narrowed just below
        if not isinstance(table, dict):
            return settings
    files = _strings(table.get("files"))
    # A project's file may not lead the reading elsewhere in the user's home.
    files = tuple(name for name in files if not os.path.isabs(name) and ".." not in name.replace("\\", "/").split("/"))
    ignore = _strings(table.get("ignore"))
    return settings._replace(drift_files=files or settings.drift_files, drift_ignore=settings.drift_ignore + ignore)


def _table(path: str) -> tuple[dict[str, Any], str]:
    """Return a TOML file's content and what is wrong with it; an absent file is empty and right."""
    if not os.path.lexists(path):
        return {}, ""
    content = files.read_regular(path, CONFIG_BYTES)
    if content is None:
        return {}, f"{printable(path)} cannot be read: make it a regular file that you can read"
    import tomllib

    try:
        return tomllib.loads(content.decode()), ""
    except (ValueError, RecursionError) as error:  # TOML's and Unicode's errors are ValueErrors
        return {}, f"{printable(path)} is not TOML ({printable(str(error))}): mend that line"


def _settings(table: dict[str, Any], path: str) -> Settings:
    wrong = []
    names = _strings(table.get("names"))
    if "names" in table and not (names and all(map(_NAME.fullmatch, names))):
        wrong.append("names")
        names = ()
    drift = table.get("drift")
    drift = drift if isinstance(drift, dict) else {}
    values: dict[str, bool] = {}
    for key, holder, default in (
        ("learn", table, True),
        ("hints", table, True),
        ("news", drift, True),
        ("desktop", drift, False),
    ):
        value = holder.get(key, default)
        if not isinstance(value, bool):
            wrong.append(key)
        values[key] = value if isinstance(value, bool) else default
    return Settings(
        names=tuple(dict.fromkeys(names)) or NAMES,
        learn=values["learn"],
        hints=values["hints"],
        drift_files=_strings(drift.get("files")),
        drift_ignore=_strings(drift.get("ignore")),
        drift_news=values["news"],
        drift_desktop=values["desktop"],
        trouble=f"{printable(path)}: {', '.join(wrong)} cannot be used: see docs/configuration.md" if wrong else "",
    )


def _strings(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
