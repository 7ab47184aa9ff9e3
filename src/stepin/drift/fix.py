"""Write the commands that fix drift, for the tool that made the environment. They are shown, never run. Pure."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from stepin.drift.declared.selection import Selection
    from stepin.drift.model import Declarations, Finding, Installed, Target

# No shell gives these a meaning; `~` and `=` have one at the beginning of a word.
_BARE = re.compile(r"[A-Za-z0-9_./+@%-][A-Za-z0-9_./+=:@%,-]*\Z")

# How each tool brings its environment (PROJECT/.venv) to its lock file, and how it updates that first.
_SYNC = {
    "uv": ["uv", "sync"],
    "poetry": ["poetry", "sync"],
    "pdm": ["pdm", "sync", "--clean"],
    "pipenv": ["pipenv", "sync"],
}
_LOCK = {"uv": ["uv", "lock"], "poetry": ["poetry", "lock"], "pdm": ["pdm", "lock"], "pipenv": ["pipenv", "lock"]}

# What an installer fixes when it runs again, and what it takes for satisfied until the old one is removed.
_INSTALL = frozenset({"missing", "version", "constraint", "transitive"})
_REPLACE = frozenset({"source", "hash"})


class FixCommands:
    """Writes commands that are to be run in the project's folder `root`.

    No command changes what is in `ignored`.
    """

    def __init__(
        self,
        target: Target,
        installed: Installed,
        root: str,
        selection: Selection,
        declarations: Declarations,
        ignored: Sequence[Finding] = (),
        contradictions: Collection[Finding] = (),
    ) -> None:
        self._contradictions = contradictions
        self._target = target
        self._source = selection.source
        self._is_of_tool = target.path == os.path.join(root, ".venv")
        self._env = _argument(target.path, root)
        self._options = [word for file in selection.files for word in ("-r", _argument(file, root))]
        self._options += [word for file in selection.constraints for word in ("-c", _argument(file, root))]
        self._python = _argument(target.executable, root) if target.executable else None
        self._has_pip = any(one.name == "pip" for one in installed.distributions)
        self._versions = {one.name: one.version for one in installed.distributions}
        self._duplicates = {fault.name for fault in installed.faults if fault.reason == "duplicate"}
        self._lines = {(one.file, one.line): one for one in declarations.requirements}
        self._held = sorted({one.name for one in ignored if one.name and one.code in _INSTALL | _REPLACE})

    def for_finding(self, finding: Finding) -> str | None:
        """Return the command that fixes one finding, None if none is known or none can be written safely."""
        return self.for_findings((finding,))

    def for_findings(self, findings: Iterable[Finding]) -> str | None:
        """Return one command that fixes all findings that can be fixed."""
        found = tuple(findings)
        if any(finding._replace(fix=None) in self._contradictions for finding in found):
            return None  # pip refuses the files as they are
        recreate = any(finding.code in ("python", "broken") and finding.name is None for finding in found)
        if self._source in _SYNC and not recreate:
            commands = self._sync({finding.code for finding in found})
        elif recreate:
            commands = self._recreate()
        else:  # what another Python would fix is the user's choice
            commands = self._change(found)
        if not commands or any(not word.isprintable() for command in commands for word in command):
            return None
        return " && ".join(" ".join(map(_quoted, command)) for command in commands)

    def _sync(self, codes: set[str]) -> list[list[str]]:
        """Return the commands of the tool that wrote the lock file."""
        if not self._is_of_tool or self._held or codes <= {"unknown"}:
            return []
        return [*([_LOCK[self._source]] if "lock" in codes else []), _SYNC[self._source]]

    def _change(self, found: Sequence[Finding]) -> list[list[str]]:
        replaced = sorted({f.name for f in found if f.name and f.code in _REPLACE})
        extra = sorted({f.name for f in found if f.name and f.code == "extra"})
        broken = sorted({f.name for f in found if f.name and f.code == "broken"})
        wanted = self._options
        if self._held or self._source == "pyproject":
            specifiers = self._specifiers(found)
            if specifiers is None or replaced or broken:
                return []
            wanted = specifiers
        install = any(finding.code in _INSTALL | _REPLACE for finding in found)
        if self._target.kind == "uv":
            return self._change_with_uv(extra, [*replaced, *broken], wanted if install or broken else [])
        return self._change_with_pip(extra, replaced, broken, wanted if install else [])

    def _specifiers(self, found: Sequence[Finding]) -> list[str] | None:
        """Return what `-r` would ask for, line by line, with the ignored ones held at their installed versions.

        None if a line cannot be written as a word.
        """
        words: list[str] = []
        for finding in found:
            if finding.code not in _INSTALL:
                continue
            line = self._lines.get((finding.file or "", finding.line or 0))
            if finding.name is None or (line and line.name == finding.name and (line.url or line.hashes)):
                return None
            extras = line.extras if line and line.name == finding.name else ()
            words.append(
                f"{finding.name}{'[' + ','.join(sorted(extras)) + ']' if extras else ''}{finding.declared or ''}"
            )
        return words and [
            *words,
            *(f"{name}=={self._versions[name]}" for name in self._held if self._versions.get(name)),
        ]

    def _change_with_uv(self, extra: list[str], again: list[str], wanted: list[str]) -> list[list[str]]:
        commands = []
        if extra:
            commands.append(["uv", "pip", "uninstall", "--python", self._env, *extra])
        if wanted:
            options = [word for name in sorted(again) for word in ("--reinstall-package", name)]
            commands.append(["uv", "pip", "install", "--python", self._env, *options, *wanted])
        return commands

    def _change_with_pip(
        self, extra: list[str], replaced: list[str], broken: list[str], wanted: list[str]
    ) -> list[list[str]]:
        pip = self._pip()
        if pip is None:
            return []
        commands = []
        if extra or replaced:
            commands.append([*pip, "uninstall", "-y", *sorted({*extra, *replaced})])
        twice = [name for name in broken if name in self._duplicates]
        if twice:
            # Each time, pip removes the one that it finds first.
            commands += [[*pip, "uninstall", "-y", *twice]] * 2
        for name in broken:
            version = self._versions.get(name)
            if name not in twice and version:
                # pip cannot uninstall what has no RECORD, but it writes the same version over it.
                commands.append([*pip, "install", "--ignore-installed", "--no-deps", f"{name}=={version}"])
        if wanted or twice:
            commands.append([*pip, "install", *(wanted or self._options)])
        return commands

    def _pip(self) -> list[str] | None:
        if self._python is None:
            return None
        # pip 22.3 and later can act on an environment that has no pip.
        return [self._python, "-m", "pip"] if self._has_pip else ["pip", "--python", self._env]

    def _recreate(self) -> list[list[str]]:
        """Return the commands for an environment whose Python is gone, or has been replaced by another version."""
        version = self._target.python
        python = f"python{version}" if version else "python3"
        if self._target.kind == "uv":
            make = ["uv", "venv", "--clear", *(["--python", version] if version else []), self._env]
            return [make, self._sync_command() or ["uv", "pip", "install", "--python", self._env, *self._options]]
        make = {
            "virtualenv": ["virtualenv", "--clear", "-p", python, self._env],
            "venv": [python, "-m", "venv", "--clear", self._env],
        }.get(self._target.kind, [])
        if not make or self._python is None:
            return []
        return [make, self._sync_command() or [self._python, "-m", "pip", "install", *self._options]]

    def _sync_command(self) -> list[str] | None:
        return _SYNC.get(self._source)


def _argument(path: str, root: str) -> str:
    """Return a path as an argument: relative below the project, and never something that looks like an option."""
    if path.startswith(root.rstrip(os.sep) + os.sep):
        path = os.path.relpath(path, root)
    return os.path.join(os.curdir, path) if path.startswith("-") else path


def _quoted(word: str) -> str:
    """Quote a word for a POSIX shell."""
    return word if _BARE.match(word) else "'" + word.replace("'", "'\"'\"'") + "'"
