"""Nothing of a name from a file acts in a prompt, hides in it, or turns its direction."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from stepin import shells


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("shop", "(shop) "),
        ("日本 é", "(日本 é) "),
        ("a$b`c\\d!e%f", "(a?b?c?d?e?f) "),
        ("\u202egnp.exe", "(?gnp.exe) "),
        ("a\u200bb\u2066c\ufeffd", "(a?b?c?d) "),
        ("x\x1b[31m\x9b\x7f\n\udcff", "(x?[31m????) "),
    ],
)
def test_what_a_name_becomes(name: str, wanted: str) -> None:
    assert shells.prefix(name) == wanted


def test_no_character_of_format_or_control_is_left() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            assert shells.prefix(chr(code)) == "(?) ", hex(code)
