"""From a requirement file's bytes to its logical lines, as pip cuts them.

Nothing here opens a file. What pip does with a line break, a comment, a continuation, an encoding or a variable is in
pip's `_internal/req/req_file.py`; its manual has a page "Requirements File Format". Every step here takes time linear
in what it is given: a requirement file may be hostile, and some of pip's own expressions are quadratic.
"""

from __future__ import annotations

import codecs
import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What str.splitlines() ends a line at (Python's manual, "Built-in Types"), "\r\n" counted twice.
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Patterns are left to re's own cache: few files need them, and compiling them is most of what importing this costs.
_VARIABLE = r"\$\{([A-Z0-9_]+)\}"
_CREDENTIALS = r"://[^/?#\s]*@"
_COOKIE = rb"coding[:=]\s*([-\w.]+)"
# The UTF-32 marks come first: the little-endian UTF-16 mark is the beginning of the UTF-32 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
# Codecs whose time is quadratic in what they decode, and how much of that we are willing to wait for.
_SLOW_CODECS = ("idna", "punycode")
_SLOW_BYTES = 16 * 1024
# How many `${...}` a line may have, and how long it may become. pip knows no such limits.
_MAX_VARIABLES = 1000
MAX_EXPANDED = 1024 * 1024


class RefusedError(Exception):
    """Something that pip refuses, and with it the whole file. Its text is the reason, without words of the file."""


class UndeterminedError(Exception):
    """Something that we do not look at, so that nothing can be said of it. Its text is the reason, as above."""


def decode(data: bytes) -> str:
    """Decode a requirement file: by its byte order mark, else its coding cookie (PEP 263), else UTF-8, else the locale.

    Raises RefusedError where pip cannot decode it either, UndeterminedError where the decoding would take too long.
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
        import locale  # its import costs more than all else here, and hardly any file needs it

        return _decode(data, locale.getencoding())


def _decode(data: bytes, encoding: str) -> str:
    if len(data) > _SLOW_BYTES and encoding.lower() in _SLOW_CODECS:
        raise UndeterminedError(f"is encoded as {encoding.lower()}, and too large for that")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # unicode_escape warns of escapes that it does not know
            return data.decode(encoding)
    except Exception as error:  # whatever a codec raises, the file names the codec
        raise RefusedError("cannot be decoded") from error


def count_breaks(text: str) -> int:
    """Return an upper bound of the line breaks in `text`, without building its lines: at most twice their number."""
    return sum(text.count(char) for char in _BREAKS)


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number of the first physical line, text) for each logical line that is not empty.

    Continuations are joined, comments are cut off and the ends stripped; variables are still there.
    """
    first = 0
    pending: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not pending:
            first = number
        # A comment ends a continuation, and does not begin one.
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
    """Cut off a comment: a `#` at the beginning or after white space, and all that follows it."""
    at = line.find("#")
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return (line if at < 0 else line[:at]).strip()


def has_unknown_variable(line: str) -> bool:
    """Tell whether `line` has a `${VAR}` outside a URL's credentials, whose value would change what it asks for."""
    return "${" in line and re.search(_VARIABLE, re.sub(_CREDENTIALS, "://", line)) is not None


def expand(line: str, environ: Mapping[str, str]) -> str:
    """Replace each `${VAR}` that `environ` has a value for, in order, as pip does; others stay as they are.

    Raises UndeterminedError where the line would become longer than any that somebody means.
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
