"""Requirement files: what a nest of them declares, read as the newest pip reads it.

This is about files: which are read, in what order, against what their paths are relative, and how much of them. Their
lines are `lines`' business, options `options`', and what an entry means `entries`'.

Nothing is fetched, nothing but files is opened, and nothing in a file raises: what pip would refuse, and what we do not
look at, becomes a `Problem`.
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

# Of a whole nest, however it is cut into files: more than a person or a tool writes, and no more than we read quickly.
MAX_BYTES = 8 * 1024 * 1024
MAX_LINES = 100_000
MAX_FILES = 1000
# A file of anything else has a problem in each line; after so many nobody reads on.
MAX_PROBLEMS = 100

_OPEN_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):  # the last is Windows'
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
    """Read requirement files and what they include, the constraint files first, as pip does.

    `files` and `constraints` are absolute paths. A requirement's relative path (`./p`) is taken against `cwd` if that
    is given (files that a command line names), else against `root`, the project's folder: pip takes it against its
    working directory, and that is where pip is run for a project's own files. `-r` and `-c` are relative to their file.

    `environ` replaces `${VAR}`. With None nothing is known of the variables: a line that has one elsewhere than in a
    URL's credentials is a `Problem` that is not `refused`.

    Nothing that a file holds raises. What pip would refuse is a `Problem` with `refused`, and reading goes on, so that
    all of them are told; after `MAX_PROBLEMS` of them, or past a limit, it ends, and a last `Problem` says so.
    """
    nest = _Nest(root if cwd is None else cwd, environ)
    for path in constraints:
        nest.read(path, constraint=True)
    for path in files:
        nest.read(path, constraint=False)
    return Declarations(tuple(nest.requirements), tuple(nest.problems), tuple(nest.files))


class _File(NamedTuple):
    """A file that is being read. `source` is its path, or the file: URL that led to it."""

    path: str
    source: str
    constraint: bool
    above: frozenset[str]  # the sources that it is included from, and its own
    lines: Iterator[tuple[int, str]]


class _LimitError(Exception):
    """The nest is larger than we read."""


class _Nest:
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
        """Read a file and all that it includes, each where it is included."""
        stack: list[_File] = []
        self._include(stack, path, constraint, path, None)
        while stack and not self._ended:
            file = stack[-1]
            for number, raw in file.lines:
                try:
                    nested = self._read_line(file, number, raw)
                except RefusedError as error:
                    self._report(str(error), file.path, number, refused=True)
                except UndeterminedError as error:
                    self._report(str(error), file.path, number, refused=False)
                else:
                    if nested is None:
                        continue
                    self._include(stack, *nested, file.path, number)
                    break
                if self._ended:
                    return
            else:
                stack.pop()

    def _report(self, message: str, path: str, line: int | None, *, refused: bool) -> None:
        self.problems.append(Problem(message, path, line, refused))
        if len(self.problems) >= MAX_PROBLEMS:
            self._end("too many problems: not read any further", path, line)

    def _end(self, message: str, path: str, line: int | None) -> None:
        self.problems.append(Problem(message, path, line, False))
        self._ended = True

    def _include(self, stack: list[_File], source: str, constraint: bool, path: str, line: int | None) -> None:
        """Open the file that `source` names, on top of those that include it; a problem is told where it is named."""
        above = stack[-1].above if stack else frozenset()
        try:
            stack.append(self._open(source, constraint, above))
        except RefusedError as error:
            self._report(str(error), path, line, refused=True)
        except UndeterminedError as error:
            self._report(str(error), path, line, refused=False)
        except _LimitError as error:
            self._end(str(error), path, line)

    def _open(self, source: str, constraint: bool, above: frozenset[str]) -> _File:
        if source in above:
            raise RefusedError("includes a file that includes it")
        check_touchable(source)
        if _is_url(source):
            path = included_path(source)
            check_touchable(path)
        else:
            path = absolute(source, self._base)
        self.files[path] = None
        self._opened += 1
        if self._opened > MAX_FILES:
            raise _LimitError(f"more than {MAX_FILES} files: not read any further")
        data = _read_file(path, self._bytes + 1)
        self._bytes -= len(data)
        if self._bytes < 0:
            raise _LimitError(f"more than {MAX_BYTES >> 20} MiB of requirement files: not read any further")
        # What pip's HTTP client makes of a file: URL is UTF-8 and nothing else.
        text = data.decode(errors="replace") if _is_url(source) else decode(data)
        if count_breaks(text) <= 2 * self._lines:
            self._lines -= len(text.splitlines())
        else:
            self._lines = -1
        if self._lines < 0:
            raise _LimitError(f"more than {MAX_LINES} lines: not read any further")
        return _File(path, source, constraint, above | {source}, logical_lines(text))

    def _read_line(self, file: _File, number: int, raw: str) -> tuple[str, bool] | None:
        """Take in a logical line; return the source it includes, and whether that is of constraints."""
        line = raw
        unknown = False
        if "${" in raw:
            if self._environ is None:
                unknown = has_unknown_variable(raw)
            else:
                line = expand(raw, self._environ)
        text, rest = split_line(line)
        if unknown and text:
            raise UndeterminedError("has a variable whose value is not known here")
        try:
            options = parse_options(rest) if rest else _NO_OPTIONS
        except RefusedError:
            if unknown:
                raise UndeterminedError("has a variable whose value is not known here") from None
            raise
        if unknown and (options.editables or options.requirements or options.constraints):
            raise UndeterminedError("has a variable whose value is not known here")
        if text or options.editables:
            self._add(file, number, raw, text, options)
        elif options.requirements or options.constraints:
            return self._nested(file, options)
        return None

    def _nested(self, file: _File, options: Options) -> tuple[str, bool]:
        """Find the file that a line includes: the first -r, else the first -c; others on the line do not count."""
        constraint = not options.requirements
        name = options.constraints[0] if constraint else options.requirements[0]
        check_touchable(name)
        if _is_url(file.source):
            from urllib.parse import urljoin

            try:
                return urljoin(file.source, name), constraint
            except ValueError as error:
                raise RefusedError("has a URL that cannot be read") from error
        if _is_url(name):
            return name, constraint
        return absolute(name, os.path.dirname(file.source)), constraint

    def _add(self, file: _File, number: int, raw: str, text: str, options: Options) -> None:
        editable = bool(options.editables)
        if editable:
            # Only the first -e counts; where something stands before it, that is the editable one.
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


def _is_url(source: str) -> bool:
    """Tell whether pip fetches what -r or -c names; other URLs are paths to it."""
    return source[:6].lower().startswith(("http:", "https:", "file:"))


def _mask(credentials: re.Match[str]) -> str:
    user, password = credentials.groups()
    if re.fullmatch(r"\$\{[A-Z0-9_]+\}", password[1:] if password else user):
        return credentials[0]  # the variable's name is no secret
    return f"://{user}:****@" if password else "://****@"


def _read_file(path: str, size: int) -> bytes:
    """Read at most `size` bytes of a regular file, never waiting for another process.

    Raises RefusedError where pip could not read it either, UndeterminedError where pip may.
    """
    try:
        # Before it is opened: opening a device can do something.
        if (refusal := _check_kind(os.stat(path))) is not None:
            raise refusal
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise RefusedError(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RefusedError("has a name that no file can have") from error
    try:
        # Again, for the file that was opened: it may not be the one that stat saw.
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
    return UndeterminedError("is not a regular file, and not read")
