"""The commands that would mend a drift, for the tool that made the environment. They are shown, never run. Pure."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from stepin.drift.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stepin.drift.model import Installed, Target

# No shell gives these a meaning; `~` and `=` would have one at the begin of a word.
_BARE = re.compile(r"[A-Za-z0-9_./+@%-][A-Za-z0-9_./+=:@%,-]*\Z")

# What an installer changes when it is asked once more, and what it takes for satisfied until the old one is gone.
_INSTALL = frozenset({"missing", "version", "constraint", "transitive"})
_REPLACE = frozenset({"source", "hash"})


class FixCommands:
    """Writes commands, to be run in the project's folder `root`.

    `files` and `constraints` are the requirement files as they were named, absolute.
    """

    def __init__(
        self, target: Target, installed: Installed, root: str, files: Sequence[str], constraints: Sequence[str] = ()
    ) -> None:
        self._target = target
        self._env = _argument(target.path, root)
        self._options = [word for file in files for word in ("-r", _argument(file, root))]
        self._options += [word for file in constraints for word in ("-c", _argument(file, root))]
        self._python = _argument(target.executable, root) if target.executable else None
        self._has_pip = any(one.name == "pip" for one in installed.distributions)
        self._versions = {one.name: one.version for one in installed.distributions}
        self._duplicates = {fault.name for fault in installed.faults if fault.reason == "duplicate"}

    def for_finding(self, finding: Finding) -> str | None:
        """Return the command that mends one finding alone; None where none is known, or none can be written safely."""
        return self.for_findings((finding,))

    def for_findings(self, findings: Iterable[Finding]) -> str | None:
        """Return one command that mends all of the findings that can be mended."""
        found = tuple(findings)
        codes = {finding.code for finding in found}
        if any(finding.code == "python" and finding.name is None for finding in found):
            commands = self._recreate()
        else:  # what another Python would mend is for the user to choose
            replaced = sorted({f.name for f in found if f.name and f.code in _REPLACE})
            extra = sorted({f.name for f in found if f.name and f.code == "extra"})
            broken = sorted({f.name for f in found if f.name and f.code == "broken"})
            commands = self._change(extra, replaced, broken, bool(codes & (_INSTALL | _REPLACE)))
        if not commands or any(not word.isprintable() for command in commands for word in command):
            return None
        return " && ".join(" ".join(map(_quoted, command)) for command in commands)

    def _change(self, extra: list[str], replaced: list[str], broken: list[str], install: bool) -> list[list[str]]:
        commands = []
        if self._target.kind == "uv":
            uv = ["uv", "pip"]
            if extra:
                commands.append([*uv, "uninstall", "--python", self._env, *extra])
            if install or broken:
                again = [word for name in sorted({*replaced, *broken}) for word in ("--reinstall-package", name)]
                commands.append([*uv, "install", "--python", self._env, *again, *self._options])
            return commands
        pip = self._pip()
        if pip is None:
            return []
        if extra or replaced:
            commands.append([*pip, "uninstall", "-y", *sorted({*extra, *replaced})])
        twice = [name for name in broken if name in self._duplicates]
        if twice:
            # Each time, pip removes the one that it finds first.
            commands += [[*pip, "uninstall", "-y", *twice]] * 2
        for name in broken:
            version = self._versions.get(name)
            if name not in twice and version:
                # pip cannot uninstall what has no RECORD; the same version is written over it.
                commands.append([*pip, "install", "--ignore-installed", "--no-deps", f"{name}=={version}"])
        if install or twice:
            commands.append([*pip, "install", *self._options])
        return commands

    def _pip(self) -> list[str] | None:
        if self._python is None:
            return None
        # pip 22.3 and later can act on an environment that has none of its own.
        return [self._python, "-m", "pip"] if self._has_pip else ["pip", "--python", self._env]

    def _recreate(self) -> list[list[str]]:
        """Return the commands for an environment whose Python is gone, or another one now."""
        version = self._target.python
        python = f"python{version}" if version else "python3"
        if self._target.kind == "uv":
            make = ["uv", "venv", "--clear", *(["--python", version] if version else []), self._env]
            return [make, ["uv", "pip", "install", "--python", self._env, *self._options]]
        make = {
            "virtualenv": ["virtualenv", "--clear", "-p", python, self._env],
            "venv": [python, "-m", "venv", "--clear", self._env],
        }.get(self._target.kind, [])
        if not make or self._python is None:
            return []
        return [make, [self._python, "-m", "pip", "install", *self._options]]


def _argument(path: str, root: str) -> str:
    """Return a path as an argument: relative below the project, and never something that looks like an option."""
    if path.startswith(root.rstrip(os.sep) + os.sep):
        path = os.path.relpath(path, root)
    return os.path.join(os.curdir, path) if path.startswith("-") else path


def _quoted(word: str) -> str:
    """Quote a word for a POSIX shell."""
    return word if _BARE.match(word) else "'" + word.replace("'", "'\"'\"'") + "'"
