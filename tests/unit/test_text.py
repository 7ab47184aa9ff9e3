"""Nothing that a file holds may reach a terminal as anything but visible text."""

from __future__ import annotations

import unicodedata

import pytest

from stepin.hook.text import printable

EVERYTHING = [chr(code) for code in range(0x110000)]


def test_no_control_bidi_or_surrogate_survives() -> None:
    """Every character there is: none of the dangerous categories comes through, whatever Python's tables say."""
    shown = printable("".join(EVERYTHING))
    bidi = {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
    assert not bidi & set(shown)
    assert not {c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}}
    shown.encode()  # a lone surrogate would raise


def test_visible_text_is_left_alone() -> None:
    """Names in any script, spaces, emoji and backslashes are shown as they are."""
    for text in ("", "flask 2.0", "naïve café", "日本語　名", "می‌خواهم", "👩‍💻", "C:\\x\\y", "a\u00a0b"):
        assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc\r", "a\\x0ab\\x09c\\x0d"),
        ("\x7f\x9b", "\\x7f\\x9b"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\udcff", "\\xff"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    """What is escaped can still be told apart by the reader."""
    assert printable(text) == shown
