"""What a dialect quotes, its shell reads back byte for byte: 10,000 random strings a dialect."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

from shells.adapter import Adapter
from shells.driver import Place
from stepin import shells

COUNT = 10_000
SPECIAL = b"'\"\\$`!%~-*?[]{}()<>|&;#= \t\n\r\x01\x1b\x7f\xff\xc3\x28\xe2\x82"


def random_words() -> list[bytes]:
    """Return random strings: every byte but NUL, special characters far more often than chance has them."""
    source = random.Random(20240229)
    words = [b"", b"-", b"--", b"-n", b"-e", b"~", b"~root", b"'", b"''", b"\\", b"\\'", b"\n", b"a\n", b"!", b"%"]
    words += [bytes([byte]) for byte in range(1, 256)]
    words += ["\N{SNAKE}".encode(), "\uf6ff\uf600".encode(), "\u202e".encode()]
    while len(words) < COUNT:
        size = source.randrange(1, 24)
        kind = source.random()
        if kind < 0.5:
            words.append(bytes(source.choice(SPECIAL) for _ in range(size)))
        elif kind < 0.9:
            words.append(bytes(source.randrange(1, 256) for _ in range(size)))
        else:
            words.append("".join(chr(source.randrange(1, 0xD800)) for _ in range(size)).encode())
    return words


def test_random_strings_come_back(shell: str, adapter: Adapter, tmp_path: Path) -> None:
    words = random_words()
    dialect = shells.load(shell)
    file = tmp_path / "words"
    for how in adapter.read_back().values():
        for start in range(0, len(words), 2500):
            batch = words[start : start + 2500]
            file.write_bytes(os.fsencode(shells.script(dialect, words=[os.fsdecode(word) for word in batch])))
            for locale in ("C.UTF-8", "C"):
                env = Place(tmp_path).environ(LC_ALL=locale)
                result = subprocess.run([*how, str(file)], capture_output=True, env=env)
                assert result.stderr == b""
                assert result.stdout.split(b"\0")[:-1] == batch


def test_the_prefix_has_nothing_that_a_prompt_expands() -> None:
    for code in range(256):
        prefix = shells.prefix(chr(code))
        assert prefix == ("(?) " if chr(code) in "$`\\!%" or not chr(code).isprintable() else f"({chr(code)}) ")
