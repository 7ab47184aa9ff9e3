"""Text that comes from files, made fit to be shown: hostile names and messages must not drive a terminal."""

from __future__ import annotations

# Not printable by str.isprintable, but ordinary in names: no-break and ideographic space, and the joiners that Persian
# and emoji are written with. None of them moves a cursor or turns the direction of text.
_HARMLESS = "\u00a0\u3000\u200c\u200d"


def printable(text: str) -> str:
    r"""`text` on one line, with everything escaped that a terminal might obey or that hides from the eye.

    Escaped are C0 and C1 controls, bidirectional controls, other invisible or unassigned characters and line separators
    (`\x1b`, `\u202e`, as Python's repr writes them), and what a file system's name holds that is no UTF-8 (`\xff`).
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _HARMLESS else _escape(ord(c)) for c in text)


def _escape(code: int) -> str:
    if 0xDC80 <= code <= 0xDCFF:  # os.fsdecode's surrogates (PEP 383): the byte that stands behind it
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
