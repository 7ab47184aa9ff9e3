"""Load and validate the settings: the user's config.toml, then the project's pyproject.toml, which can only restrict.

A value that is not valid is reported, and its default applies. So is an unknown name, with the nearest known one.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from stepin.hook import NAMES, files
from stepin.hook.text import printable
from stepin.settings import definitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BYTES = 1 << 20  # a larger file is not read
# A hook can write such a name into a test expression without quoting it, and the name cannot leave the folder.
_NAME = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_SHOWN = 40  # characters of a wrong value


class Settings(NamedTuple):
    """The settings in force: one field for each of stepin.settings.definitions, with `_` for the dot in its name."""

    names: tuple[str, ...] = NAMES
    learn: bool = True
    hints: bool = True
    prompt: bool | str = True  # or one of definitions.PROMPT_NAMES
    cd: bool = True
    drift_files: tuple[str, ...] = ()
    drift_ignore: tuple[str, ...] = ()
    drift_news: bool = True
    drift_desktop: bool = False
    problems: tuple[str, ...] = ()  # each one line, `what happened; what to do`

    @property
    def trouble(self) -> str:
        """The first problem, and how many more there are; "" if there is none."""
        if len(self.problems) < 2:
            return "".join(self.problems)
        return f'{self.problems[0]} (and {len(self.problems) - 1} more: run "stepin doctor")'


class _InvalidError(Exception):
    """A value is not valid; the text says what it must be, to follow "set it to"."""


def load(project: str | None = None, user: str | None = None) -> Settings:
    """Return the settings in force in a project's folder, or the user's alone (None). Never raises.

    `user` is the path of the user's file. None means the default place.
    """
    if user is None:
        from stepin.settings import folders  # platformdirs is slow to import

        user = folders.config_file()
    table, problems = _read(user)
    values = dict(_values(table, user, definitions.SETTINGS, problems))
    if project is not None:
        for name, value in _project(project, problems):
            values[name] = values.get(name, ()) + value if name == "drift.ignore" else value or values.get(name, ())
    return Settings(**{name.replace(".", "_"): value for name, value in values.items()}, problems=tuple(problems))


def _project(folder: str, problems: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield (name, value) of what a project sets."""
    path = os.path.join(folder, "pyproject.toml")
    table, found = _read(path)
    problems += found
    tool = table.get("tool")
    table = tool.get("stepin", {}) if isinstance(tool, dict) else {}
    allowed = [setting for setting in definitions.SETTINGS if setting.project]
    for name, value in _values({"tool.stepin": table}, path, allowed, problems, "tool.stepin."):
        outside = [item for item in value if name == "drift.files" and _leaves(item)]
        for item in outside:
            problems.append(_problem(path, f'"{item}" in tool.stepin.{name} is outside the project', "remove it"))
        yield name, tuple(item for item in value if item not in outside)


def _leaves(path: str) -> bool:
    """Return whether a path leaves the project's folder. A project must not make stepin read elsewhere."""
    return os.path.isabs(path) or ".." in path.replace("\\", "/").split("/")


def _read(path: str) -> tuple[dict[str, Any], list[str]]:
    """Return a TOML file's content and the problems with it. A missing file is empty."""
    if not os.path.lexists(path):
        return {}, []
    content = files.read_regular(path, BYTES)
    if content is None:
        return {}, [_problem(path, "it cannot be read", "make it a regular file that you can read")]
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8-sig")), []
    except (ValueError, RecursionError) as error:  # errors of TOML and of Unicode are ValueErrors
        return {}, [_problem(path, f"it is not valid TOML ({error})", "fix that line")]


def _values(
    table: dict[str, Any],
    path: str,
    settings: Iterable[definitions.Setting],
    problems: list[str],
    prefix: str = "",
) -> Iterator[tuple[str, Any]]:
    """Yield (name, value) of the valid settings in a table, and add the problems with the others."""
    known = {prefix + setting.name: setting for setting in settings}
    for name, value in _flat(table, known):
        setting = known.get(name)
        if setting is None:
            problems.append(_unknown(path, name, known))
            continue
        try:
            yield setting.name, _valid(setting, value)
        except _InvalidError as error:
            problems.append(_problem(path, f"{name} is {_shown(value)}", f"set it to {error}"))


def _flat(table: dict[str, Any], known: Iterable[str], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted name, value) of a table, with the tables of settings in it opened."""
    for key, value in table.items():
        name = prefix + key
        if isinstance(value, dict) and any(other.startswith(name + ".") for other in known):
            yield from _flat(value, known, name + ".")
        else:
            yield name, value


def _valid(setting: definitions.Setting, value: object) -> bool | str | tuple[str, ...]:
    """Return a value as Settings has it. Raises _InvalidError."""
    if setting.kind == definitions.PROMPT:
        if isinstance(value, bool) or (isinstance(value, str) and value in definitions.PROMPT_NAMES):
            return value
        raise _InvalidError('true, false, "project" or "environment"')
    if setting.kind == definitions.BOOLEAN:
        if isinstance(value, bool):
            return value
        raise _InvalidError("true or false")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _InvalidError(f"a {setting.kind}")
    if setting.kind == definitions.FOLDER_NAMES and not (value and all(map(_NAME.fullmatch, value))):
        raise _InvalidError('names of letters, digits, ".", "_" and "-"')
    return tuple(dict.fromkeys(value))


def _unknown(path: str, name: str, known: Iterable[str]) -> str:
    import difflib  # only if there is a problem: a shell may wait

    if any(other.startswith(name + ".") for other in known):
        return _problem(path, f"{name} is not a table", f"write [{name}] above its values")
    short = name.removeprefix("tool.stepin.")
    if short in [setting.name for setting in definitions.SETTINGS]:
        return _problem(path, f"a project cannot set {short}", "remove it")
    near = difflib.get_close_matches(short, [other.removeprefix("tool.stepin.") for other in known], n=1)
    return _problem(path, f"there is no setting {name}", f"did you mean {near[0]}?" if near else "remove it")


def _problem(path: str, what: str, remedy: str) -> str:
    return printable(f"{path}: {what}; {remedy}")


def _shown(value: object) -> str:
    text = "a table" if isinstance(value, dict) else repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
