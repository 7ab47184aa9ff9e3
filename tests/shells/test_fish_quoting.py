"""Every byte string is one word in fish, in any locale, and no part of it runs."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from shells.adapter import ADAPTERS
from stepin import shells

pytestmark = pytest.mark.parametrize("shell", ["fish"], indirect=True)

# A locale, its charmap, and a codec of Python for it.
LOCALES = (
    ("zh_CN", "GBK", "gbk"),
    ("zh_TW", "BIG5", "big5"),
    ("zh_CN", "GB18030", "gb18030"),
    ("ja_JP", "SHIFT_JIS", "shift_jis"),
)
PIECES = [b"\\", b"'", b"$(touch PWNED)", b"\n", b"\x01", b"\x7f", b" ", b"*", b"{", b"~", b"a", b"0", b"\xb0", b"\x81"]
PIECES += [b"\xff", b"\xc3", b"\xf0\x9f", *(text.encode() for text in ("é", "日", "😀", "\uf600", "\uf65c", "\ufdd0"))]


def quoted(word: bytes) -> bytes:
    return shells.load("fish").quote(os.fsdecode(word)).encode("ascii")


def read_back(script: bytes, folder: Path, **environ: str) -> list[bytes]:
    file = folder / "words.fish"
    file.write_bytes(script)
    command = ADAPTERS["fish"].start("--no-config", str(file))
    result = subprocess.run(command, capture_output=True, cwd=folder, env=dict(os.environ, **environ))
    assert (result.returncode, result.stderr) == (0, b"")
    assert not (folder / "PWNED").exists()
    return result.stdout.split(b"\0")[:-1]


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_ten_thousand_strings(shell: str, tmp_path: Path, locale: str) -> None:
    chance = random.Random(locale)
    words = [b"".join(chance.choices(PIECES, k=chance.randrange(9))) for _ in range(5000)]
    words += [bytes(chance.randrange(1, 256) for _ in range(chance.randrange(9))) for _ in range(5000)]
    script = b"".join(b"builtin printf '%s\\0' " + quoted(word) + b"\n" for word in words)
    assert read_back(script, tmp_path, LC_ALL=locale) == words


@pytest.mark.parametrize(("name", "charmap", "codec"), LOCALES)
def test_where_a_backslash_can_be_half_a_character(
    shell: str, tmp_path: Path, name: str, charmap: str, codec: str
) -> None:
    """The words are what fish itself makes of the same bytes in a variable, so paths compare equal."""
    if not shutil.which("localedef") or not Path("/usr/share/i18n/locales", name).exists():
        pytest.skip("the system cannot make locales")
    subprocess.run(["localedef", "-i", name, "-f", charmap, tmp_path / "xx"], check=False, capture_output=True)
    chance = random.Random(name)
    pieces = [*PIECES, *(bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in b"\\'\x40")]
    pieces += [text.encode(codec) for text in "表能許功" if text.encode(codec, "ignore")]
    words = [b"".join(chance.choices(pieces, k=chance.randrange(1, 9))) for _ in range(300)]
    lines = [b'test "x$W%d" = x%s; or echo %d' % (n, quoted(word), n) for n, word in enumerate(words)]
    script = b"\n".join([*lines, b"builtin printf '%s\\0' " + b" ".join(map(quoted, words))])
    environ = {f"W{n}": os.fsdecode(word) for n, word in enumerate(words)}
    assert read_back(script, tmp_path, LOCPATH=str(tmp_path), LC_ALL="xx", **environ) == words
