"""Read requirement files and the files that they include, as the newest pip does.

This module decides which files are read, in what order, and what their paths are relative to. lines.py splits them into
logical lines, options.py parses options, entries.py parses entries.

Nothing is fetched, only regular files are opened, and the content of a file never raises: what pip rejects, and what is
not read here, becomes a Problem.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, NamedTuple

from stepin.drift.declared.entries import parse_editable, parse_line
from stepin.drift.declared.lines import (
    RefusedError,
    UndeterminedError,
    count_breaks,
    decode,
    expand,
    has_unknown_variable,
    logical_lines,
)
from stepin.drift.declared.links import absolute, check_touchable, included_path
from stepin.drift.declared.options import Options, parse_options, split_line
from stepin.drift.model import Declarations, Problem, Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# For all files together: more than a person or a tool writes, and little enough to read quickly.
MAX_BYTES = 8 * 1024 * 1024
MAX_LINES = 100_000
MAX_FILES = 1000
# A file of another kind has a problem in each line.
MAX_PROBLEMS = 100

_OPEN_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):  # the last is for Windows
    _OPEN_FLAGS |= getattr(os, _flag, 0)
_CREDENTIALS = r"://([^/?#\s:]*)(:[^/?#\s]*)?@"
_NO_OPTIONS = Options([], [], [], set(), {})


def read_requirement_files(
    files: Sequence[str],
    *,
    root: str,
    constraints: Sequence[str] = (),
    cwd: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Declarations:
    """Read requirement files and the files that they include, the constraint files first, as pip does.

    `files` and `constraints` are absolute paths. A relative path in a requirement (`./p`) is relative to `cwd` if given
    (for files that a command line names), else to `root`, the project's folder: in pip it is relative to the working
    directory, which for a project's files is the project. `-r` and `-c` are relative to their file.

    `environ` replaces `${VAR}`. If it is None, the values are unknown: a line with a variable outside of a URL's
    credentials is a Problem that is not `refused`.

    The content of a file never raises. What pip rejects is a Problem with `refused`, and reading continues, so that all
    of them are reported. After MAX_PROBLEMS of them, or at a limit, reading ends with a last Problem.
    """
    reader = _Reader(root if cwd is None else cwd, environ)
    for path in constraints:
        reader.read(path, constraint=True)
    for path in files:
        reader.read(path, constraint=False)
    return Declarations(tuple(reader.requirements), tuple(reader.problems), tuple(reader.files))


class _File(NamedTuple):
    """A file that is being read. `source` is its path, or the file: URL that includes it."""

    path: str
    source: str
    constraint: bool
    above: frozenset[str]  # the sources that include it, and its own
    lines: Iterator[tuple[int, str]]


class _LimitError(Exception):
    """The files are larger than the limits."""


class _Reader:
    def __init__(self, base: str, environ: Mapping[str, str] | None) -> None:
        self.requirements: list[Requirement] = []
        self.problems: list[Problem] = []
        self.files: dict[str, None] = {}
        self._base = base
        self._environ = environ
        self._bytes = MAX_BYTES
        self._lines = MAX_LINES
        self._opened = 0
        self._ended = False

    def read(self, path: str, *, constraint: bool) -> None:
        """Read a file and all files that it includes, each at the line that includes it."""
        stack: list[_File] = []
        self._include(stack, path, constraint, path, None)
        while stack and not self._ended:
            file = stack[-1]
            for number, raw in file.lines:
                try:
                    nested = self._read_line(file, number, raw)
                except RefusedError as error:
                    self._report(str(error), file.path, number, refused=True, constraint=file.constraint)
                except UndeterminedError as error:
                    self._report(str(error), file.path, number, refused=False, constraint=file.constraint)
                else:
                    if nested is None:
                        continue
                    self._include(stack, *nested, file.path, number)
                    break
                if self._ended:
                    return
            else:
                stack.pop()

    def _report(self, message: str, path: str, line: int | None, *, refused: bool, constraint: bool) -> None:
        self.problems.append(Problem(message, path, line, refused, constraint))
        if len(self.problems) >= MAX_PROBLEMS:
            self._end("too many problems: the rest was not read", path, line)

    def _end(self, message: str, path: str, line: int | None) -> None:
        self.problems.append(Problem(message, path, line, False))
        self._ended = True

    def _include(self, stack: list[_File], source: str, constraint: bool, path: str, line: int | None) -> None:
        """Open the file that `source` names and push it. A problem belongs to `line` of `path`, which includes it."""
        above = stack[-1].above if stack else frozenset()
        try:
            stack.append(self._open(source, constraint, above))
        except RefusedError as error:
            self._report(str(error), path, line, refused=True, constraint=constraint)
        except UndeterminedError as error:
            self._report(str(error), path, line, refused=False, constraint=constraint)
        except _LimitError as error:
            self._end(str(error), path, line)

    def _open(self, source: str, constraint: bool, above: frozenset[str]) -> _File:
        if source in above:
            raise RefusedError("includes a file that includes this one")
        check_touchable(source)
        if _is_url(source):
            path = included_path(source)
            check_touchable(path)
        else:
            path = absolute(source, self._base)
        self.files[path] = None
        self._opened += 1
        if self._opened > MAX_FILES:
            raise _LimitError(f"more than {MAX_FILES} files: the rest was not read")
        data = _read_file(path, self._bytes + 1)
        self._bytes -= len(data)
        if self._bytes < 0:
            raise _LimitError(f"more than {MAX_BYTES >> 20} MiB of requirement files: the rest was not read")
        # pip reads a file: URL through its HTTP client, always as UTF-8.
        text = data.decode(errors="replace") if _is_url(source) else decode(data)
        if count_breaks(text) <= 2 * self._lines:
            self._lines -= len(text.splitlines())
        else:
            self._lines = -1
        if self._lines < 0:
            raise _LimitError(f"more than {MAX_LINES} lines: the rest was not read")
        lines = logical_lines(text)
        if (conflict := _conflict(text)) is not None:
            self._report("has an unresolved merge conflict", path, conflict, refused=True, constraint=constraint)
            lines = iter(())
        return _File(path, source, constraint, above | {source}, lines)

    def _read_line(self, file: _File, number: int, raw: str) -> tuple[str, bool] | None:
        """Read a logical line. Return the source that it includes, and whether that is a constraints file."""
        line = raw
        unknown = False
        if "${" in raw:
            if self._environ is None:
                unknown = has_unknown_variable(raw)
            else:
                line = expand(raw, self._environ)
        text, rest = split_line(line)
        if unknown and text:
            raise UndeterminedError("has a variable whose value is unknown")
        try:
            options = parse_options(rest) if rest else _NO_OPTIONS
        except RefusedError:
            if unknown:
                raise UndeterminedError("has a variable whose value is unknown") from None
            raise
        if unknown and (options.editables or options.requirements or options.constraints):
            raise UndeterminedError("has a variable whose value is unknown")
        if text or options.editables:
            self._add(file, number, raw, text, options)
        elif options.requirements or options.constraints:
            return self._nested(file, options)
        return None

    def _nested(self, file: _File, options: Options) -> tuple[str, bool]:
        """Return the file that a line includes: the first -r, else the first -c. Others on the line do not count."""
        constraint = not options.requirements
        name = options.constraints[0] if constraint else options.requirements[0]
        check_touchable(name)
        if _is_url(file.source):
            from urllib.parse import urljoin

            try:
                return urljoin(file.source, name), constraint
            except ValueError as error:
                raise RefusedError("has an invalid URL") from error
        if _is_url(name):
            return name, constraint
        return absolute(name, os.path.dirname(file.source)), constraint

    def _add(self, file: _File, number: int, raw: str, text: str, options: Options) -> None:
        editable = bool(options.editables)
        if editable:
            # Only the first -e counts. If text precedes it, that is the editable requirement.
            entry = parse_editable(text or options.editables[0], self._base)
            if file.constraint:
                raise RefusedError("-e is not allowed in a constraints file")
        else:
            entry = parse_line(text, self._base)
        self.requirements.append(
            Requirement(
                name=entry.name,
                specifier=entry.specifier,
                extras=entry.extras,
                marker=entry.marker,
                url=entry.url,
                editable=editable,
                constraint=file.constraint,
                hashes=frozenset() if editable else frozenset(options.hashes),
                raw=re.sub(_CREDENTIALS, _mask, raw) if "://" in raw else raw,
                file=file.path,
                line=number,
                path=entry.path,
                config_settings=tuple(
                    (key, (value,) if isinstance(value, str) else tuple(value))
                    for key, value in options.config_settings.items()
                ),
            )
        )


def _conflict(text: str) -> int | None:
    """Return the line where git left a merge conflict. pip refuses it as well."""
    if "<<<<<<< " not in text:
        return None
    return next((number for number, line in enumerate(text.splitlines(), 1) if line.startswith("<<<<<<< ")), None)


def _is_url(source: str) -> bool:
    """Return whether pip fetches what -r or -c names. Other URLs are paths to pip."""
    return source[:6].lower().startswith(("http:", "https:", "file:"))


def _mask(credentials: re.Match[str]) -> str:
    user, password = credentials.groups()
    if re.fullmatch(r"\$\{[A-Z0-9_]+\}", password[1:] if password else user):
        return credentials[0]  # the name of a variable is no secret
    return f"://{user}:****@" if password else "://****@"


def _read_file(path: str, size: int) -> bytes:
    """Read at most `size` bytes of a regular file without waiting for another process.

    Raises RefusedError if pip cannot read it either, UndeterminedError if pip may.
    """
    try:
        # Before the file is opened: opening a device can have effects.
        if (refusal := _check_kind(os.stat(path))) is not None:
            raise refusal
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise RefusedError(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RefusedError("has an invalid file name") from error
    try:
        # Again for the file that was opened, which may be another one.
        if (refusal := _check_kind(os.fstat(descriptor))) is not None:
            raise refusal
        blocks = []
        while size > 0 and (block := os.read(descriptor, min(size, 1 << 20))):
            blocks.append(block)
            size -= len(block)
        return b"".join(blocks)
    except OSError as error:
        raise UndeterminedError(f"cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _check_kind(status: os.stat_result) -> Exception | None:
    if stat.S_ISREG(status.st_mode):
        return None
    if stat.S_ISDIR(status.st_mode):
        return RefusedError("is a folder, not a file")
    return UndeterminedError("is not a regular file and was not read")
