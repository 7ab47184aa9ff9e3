"""Split the bytes of a requirement file into logical lines, as pip does.

Nothing here opens a file. The reference is pip's `_internal/req/req_file.py` and "Requirements File Format" in its
manual. Every step takes linear time: a requirement file may be hostile, and some of pip's expressions are quadratic.
"""

from __future__ import annotations

import codecs
import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The line boundaries of str.splitlines() (Python's manual, "Built-in Types").
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Compiled on first use, through re's cache: few files need them, and compiling them costs most of the import.
_VARIABLE = r"\$\{([A-Z0-9_]+)\}"
_CREDENTIALS = r"://[^/?#\s]*@"
_COOKIE = rb"coding[:=]\s*([-\w.]+)"
# UTF-32 comes first: the little-endian UTF-16 mark is the beginning of its mark.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
# Codecs that take quadratic time, and the number of bytes that they may decode.
_SLOW_CODECS = ("idna", "punycode")
_SLOW_BYTES = 16 * 1024
# How many `${...}` a line may have, and how long it may become. pip has no such limits.
_MAX_VARIABLES = 1000
MAX_EXPANDED = 1024 * 1024


class RefusedError(Exception):
    """pip rejects this, and with it the whole file. str() is the reason, without text from the file."""


class UndeterminedError(Exception):
    """This is not read here, so its meaning is unknown. str() is the reason, without text from the file."""


def decode(data: bytes) -> str:
    """Decode a requirement file: by its byte order mark, else its coding cookie (PEP 263), else UTF-8, else the locale.

    Raises RefusedError if pip cannot decode it either, UndeterminedError if decoding takes too long.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding)
    for line in data.split(b"\n", 2)[:2]:
        if line.startswith(b"#") and (cookie := re.search(_COOKIE, line)):
            return _decode(data, cookie[1].decode("ascii"))
    try:
        return data.decode()
    except UnicodeDecodeError:
        import locale  # start-up time: it costs more than the rest of this module, and hardly any file needs it

        return _decode(data, locale.getencoding())


def _decode(data: bytes, encoding: str) -> str:
    if len(data) > _SLOW_BYTES and encoding.lower() in _SLOW_CODECS:
        raise UndeterminedError(f"is encoded as {encoding.lower()} and too large for that")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # unicode_escape warns about unknown escapes
            return data.decode(encoding)
    except Exception as error:  # codecs raise anything, and the file chooses the codec
        raise RefusedError("cannot be decoded") from error


def count_breaks(text: str) -> int:
    """Return an upper bound of the number of line breaks, at most twice their number, without splitting the text."""
    return sum(text.count(char) for char in _BREAKS)


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number of the first physical line, text) for each logical line that is not empty.

    Continuations are joined, comments removed and the ends stripped. Variables are not replaced.
    """
    first = 0
    pending: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not pending:
            first = number
        # A comment ends a continuation and does not begin one.
        comment = "#" in line and line.lstrip().startswith("#")
        if line.endswith("\\") and not comment:
            pending.append(line.strip("\\"))  # at both ends, as pip has it
            continue
        pending.append(" " + line if comment else line)
        if stripped := _uncomment("".join(pending)):
            yield first, stripped
        pending.clear()
    if pending and (stripped := _uncomment("".join(pending))):
        yield first, stripped


def _uncomment(line: str) -> str:
    """Remove a comment: a `#` at the beginning or after white space, and all that follows."""
    at = line.find("#")
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return (line if at < 0 else line[:at]).strip()


def has_unknown_variable(line: str) -> bool:
    """Return whether `line` has a `${VAR}` outside of a URL's credentials, so that its meaning depends on the value."""
    return "${" in line and re.search(_VARIABLE, re.sub(_CREDENTIALS, "://", line)) is not None


def expand(line: str, environ: Mapping[str, str]) -> str:
    """Replace each `${VAR}` that has a value in `environ`, in order, as pip does. Others stay.

    Raises UndeterminedError if the line becomes too long.
    """
    names = re.findall(_VARIABLE, line)
    if len(names) > _MAX_VARIABLES:
        raise UndeterminedError(f"has more than {_MAX_VARIABLES} variables in a line")
    for name in names:
        if value := environ.get(name):
            variable = f"${{{name}}}"
            if len(line) + line.count(variable) * len(value) > MAX_EXPANDED:
                raise UndeterminedError(f"becomes longer than {MAX_EXPANDED} characters with its variables replaced")
            line = line.replace(variable, value)
    return line
