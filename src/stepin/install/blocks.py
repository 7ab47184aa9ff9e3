r"""Add stepin's block to a startup file, and remove it. Pure functions of bytes.

    # >>> stepin >>>
    # Added by `stepin setup`; `stepin uninstall` removes it. # stepin
    \builtin \test -r '/home/me/.local/share/stepin/hook.bash' && ... # stepin
    # <<< stepin <<<

Only the two marks are ours, and the lines between them that end in `# stepin`. Lines that somebody else adds there
stay. The block records whether a newline, or the file itself, was added for its sake, so that removing it restores
the file byte for byte. The block always has Unix line ends: a shell that reads other line ends reads these, too, and
our lines end in comments, so that they work even if an editor adds carriage returns.
"""

from __future__ import annotations

import re
from typing import NamedTuple

BEGIN = b"# >>> stepin >>>"
END = b"# <<< stepin <<<"
TAG = b"# stepin"
_NOTE = b"# Added by `stepin setup`; `stepin uninstall` removes it."
_NEW_FILE = b" It created this file."
_NEW_LINE = b" It ended the line above."


class Removed(NamedTuple):
    """A file's content without our block, and whether setup created the file."""

    content: bytes
    is_empty: bool


def add(content: bytes | None, line: bytes) -> bytes:
    """Return a startup file's content (None: no such file) with a block that contains `line`.

    An existing block is replaced in place.
    """
    if content is not None and (parts := _split(content)) and any(ours for ours, _ in parts):
        return _replace(parts, line)
    note = _NOTE
    before = content or b""
    if content is None:
        note += _NEW_FILE
    if before and not before.endswith(b"\n"):
        before += b"\n"
        note += _NEW_LINE
    return before + _block(note, line)


def remove(content: bytes) -> Removed | None:
    """Return a startup file's content without our blocks; None if it contains none."""
    parts = _split(content)
    own = [text for ours, text in parts if ours]
    if not own:
        return None
    at = next(i for i, (ours, _) in enumerate(parts) if ours)
    before = b"".join(text for _, text in parts[:at])
    after = b"".join(text for ours, text in parts[at:] if not ours)
    note = b"".join(own)
    if _NEW_LINE in note and not after:
        before = before.removesuffix(b"\r\n" if own[0].endswith(b"\r\n") else b"\n")
    return Removed(before + after, _NEW_FILE in note and not before + after)


def held(content: bytes) -> list[bytes]:
    """Return the lines in our blocks, without marks and notes."""
    own = [text.rstrip() for ours, text in _split(content) if ours]
    return [text for text in own if not text.startswith((BEGIN, END, _NOTE))]


def after(content: bytes) -> bytes:
    """Return the content after our last block."""
    parts = _split(content)
    last = max((i for i, (ours, _) in enumerate(parts) if ours), default=len(parts))
    return b"".join(text for _, text in parts[last + 1 :])


def _block(note: bytes, line: bytes) -> bytes:
    return b"\n".join([BEGIN, note + b" " + TAG, line + b" " + TAG, END, b""])


def _replace(parts: list[tuple[bool, bytes]], line: bytes) -> bytes:
    note = _NOTE + b"".join(
        word for word in (_NEW_FILE, _NEW_LINE) if any(ours and word in text for ours, text in parts)
    )
    found = b""
    placed = False
    for ours, text in parts:
        if not ours:
            found += text
        elif not placed:
            found += _block(note, line)
            placed = True
    return found


def _split(content: bytes) -> list[tuple[bool, bytes]]:
    """Return the lines of a file, line ends included, each with whether it is ours."""
    found = []
    inside = False
    for text in re.findall(rb"[^\n]*\n|[^\n]+", content):
        bare = text.strip()
        ours = bare in (BEGIN, END) or (inside and bare.endswith(TAG))
        if bare in (BEGIN, END):
            inside = bare == BEGIN
        found.append((ours, text))
    return found
