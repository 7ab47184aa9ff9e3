"""Random requirement files, put together from all that pip knows, spoiled now and then.

What they name exists, or not, in the folder that `cases.make_tree` fills. The source of chance is the caller's:
hypothesis in the test command, a seed in `tests/slow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")


# In each of these what pip takes comes first, and what is doubtful or wrong after it: `_pick` prefers the front.
NAMES = ("flask", "Foo.Bar_baz", "a", "x1", "zope.interface", "p", "x", "a_", "-a", "é", "")
OPERATORS = ("==", ">=", "<=", "!=", "<", ">", "~=", " == ", "== ", "===", "=", "=>")
NUMBERS = ("1.0", "2.0.1", "1.0a1", "1.0.post1", "1", "1!2.0", "v1", "1.0-1", "1.*", "1.0+l.1", "1.0.zip", "x", "")
EXTRAS = ("[a]", "[a,B_c]", "[ a , b ]", "[]", "[a,]", "[a b]", "[a", "a]", "[-]", "[é]")
VARIABLES = ("python_version", "os_name", "sys.platform", "extra", "platform_release", "'a'", "nope", "")
VALUES = ("'3.8'", '"posix"', "'a;b'", "'a # b'", "'a --b'", '"it\'s"', "'\\x41'", "3", "'")
COMPARISONS = ("==", "<", " >= ", " in ", " not in ", "~=", "===", "=")
SCHEMES = ("https", "git+https", "http", "file", "git+ssh", "hg+http", "svn+svn", "ftp", "bzr+lp", "git", "HTTPS", "x")
HOSTS = ("h", "u:p@h", "u@h", "", ":p@h", "u:p%40@h:80", "${STEPIN_TOKEN}@h", "localhost", "[::1]", "a@b@h", "[::1")
TAILS = (
    *("/x.zip", "/r.git@v1", "/x-1.0-py3-none-any.whl", "/x-1.0-py3.py2-none-any.whl", "/%20x.tar.gz", "/", "", ":r"),
    *("/./p", "/a/../b.zip", "//x", "/x.zip;a=b", "/..", "/x y.zip", "/bad.whl"),
)
FRAGMENTS = ("#egg=flask", "", "#sha256=ab", "#egg=a&subdirectory=s", "#subdirectory=s", "?a#b", "#egg=", "#egg=a[b]")
PATHS = (
    *("./p", ".", "./q", "{here}/p", "./x.zip", "x-1.0-py3-none-any.whl", "./p/../q", "./sp ace", "./h#sh", "./ünï"),
    *("x.zip", "missing.zip", "./missing.tar.gz", "./x-1.0-py3-none-any.whl", "./p/", "link/../p", "a@b.zip", "p"),
    *("./semi;colon", "./h #sh", ".\\p", "~/p", "bad.whl", "../x", "./empty", "./missing", "nested.txt", "a/b", "x.7z"),
)
FILES = ("nested.txt", "constraint.txt", "sub/deep.txt", "utf16.txt", "missing.txt", "loop.txt", "bad.txt", ".", "p")
HASHES = ("sha256:ab", "sha384:CD", "sha512:0", "sha256:", "sha256:a:b", "md5:ab", "sha256", ":", "SHA256:ab")
FLAGS = (
    "--pre",
    "--no-index",
    "--prefer-binary",
    "--require-hashes",
    "--",
    "-",
    "--no",
    "--pr",
    "--pre=1",
    "--nope",
    "-x",
)
WITH_TEXT = (
    *("--index-url", "-i", "--extra-index-url", "--find-links", "-f", "--no-binary", "--only-binary", "--trusted-host"),
    *(
        "--all-releases",
        "--only-final",
        "--ind",
        "-C",
        "--config-settings",
        "--use-feature",
        "--use",
        "--config",
        "--o",
    ),
)
TEXTS = (
    "a=b",
    ":all:",
    "https://h/s",
    "'a=b'",
    '"a=\\"b\\""',
    "a=\\ b",
    "a=",
    "a",
    "fast-deps",
    "h:1",
    "-x",
    "'",
    "\\",
    "",
)
SPACES = ("", " ", "  ", " \t", "\t", "\u00a0")
CONDITIONS = (" ; ", ";", "; ", " ;", "#;")
QUOTES = ("'", '"')
VARIABLE_TEXTS = ("${STEPIN_NAME}", "${STEPIN_VERSION}", "${STEPIN_UNSET}", "${STEPIN_EMPTY}", "${STEPIN_NESTED}", "$X")
NOISE = " \t\\\"'#;,=@[]()-.:/<>!~*%$&?{}|\x00\x0b\x0c\x1c\x85\u2028\u00e9\u00a0\u017fabc019"
COOKIES = ("utf-8", "latin-1", "cp1252", "utf-7", "shift_jis", "ascii", "unicode_escape", "utf-16", "nope", "hex")


def make_file(random: Random, folder: Path) -> bytes:
    """Make the bytes of a requirement file about `folder`."""
    ends = random.choice(("\n", "\n", "\n", "\r\n", "\r", "\x0c"))
    lines = []
    for _ in range(random.choice((1, 1, 1, 2, 3, 5))):
        line = make_line(random).replace("{here}", str(folder))
        if random.random() < 0.15:
            words = line.split(" ")
            at = random.randrange(len(words))
            line = " ".join(words[:at]) + random.choice((" ", "")) + "\\" + ends + " ".join(words[at:])
        lines.append(line)
        if random.random() < 0.1:
            lines.append(random.choice(("# comment", "  # comment \\", "", " ", "\\", "#")))
    text = ends.join(lines) + random.choice(("", ends))
    kind = random.random()
    if kind < 0.9:
        return text.encode("utf-8", "surrogatepass")
    if kind < 0.95:
        cookie = _pick(random, COOKIES)
        codec = cookie if cookie in ("latin-1", "cp1252", "utf-7", "shift_jis") else "utf-8"
        return f"# -*- coding: {cookie} -*-\n{text}".encode(codec, "replace")
    return text.encode(random.choice(("utf-8-sig", "utf-16", "utf-32", "utf-16-be", "latin-1")), "replace")


def make_line(random: Random) -> str:
    """Make one line."""
    kind = random.choice((_named, _named, _named, _direct, _url, _path, _editable, _options, _include))
    line = kind(random)
    if kind is not _options and random.random() < 0.3:
        line += _pick(random, (" ", "  ", "\t", "")) + _options(random)
    if random.random() < 0.1:
        line += random.choice((" # comment", "# no", "\t# comment", " #", " # \\"))
    if random.random() < 0.05:
        line = line.replace(random.choice(NAMES[:4]), random.choice(VARIABLE_TEXTS))
    for _ in range(_pick(random, (0, 1, 2))):
        line = _spoil(random, line)
    return line


def _pick(random: Random, pieces: Sequence[T]) -> T:
    """Choose one, more often from the front."""
    return pieces[int(len(pieces) * random.random() ** 3)]


def _spoil(random: Random, line: str) -> str:
    at = random.randrange(len(line) + 1)
    return line[:at] + random.choice(("", random.choice(NOISE))) + line[at + random.choice((0, 1)) :]


def _named(random: Random) -> str:
    space = _pick(random, SPACES)
    parts = [_pick(random, NAMES)]
    if random.random() < 0.3:
        parts.append(_pick(random, EXTRAS))
    versions = ",".join(
        _pick(random, OPERATORS) + _pick(random, NUMBERS) for _ in range(random.choice((0, 1, 1, 1, 2, 3)))
    )
    parts.append(f"({versions})" if random.random() < 0.1 else versions)
    return space.join(parts) + _condition(random)


def _condition(random: Random) -> str:
    if random.random() < 0.6:
        return ""
    return _pick(random, CONDITIONS) + _marker(random, 0)


def _marker(random: Random, depth: int) -> str:
    kind = random.random()
    if depth < 3 and kind < 0.25:
        word = _pick(random, (" and ", " or ", "and", " xor "))
        return _marker(random, depth + 1) + word + _marker(random, depth + 1)
    if depth < 3 and kind < 0.4:
        return "(" + _marker(random, depth + 1) + _pick(random, (")", ") ", ""))
    sides = [_pick(random, VARIABLES), _pick(random, VALUES)]
    if random.random() < 0.2:
        sides.reverse()
    return _pick(random, COMPARISONS).join(sides)


def _direct(random: Random) -> str:
    target = _url(random) if random.random() < 0.8 else _pick(random, ("file:p", "file:./p", "./p", "p", ""))
    extras = _pick(random, EXTRAS) if random.random() < 0.2 else ""
    return _pick(random, NAMES) + extras + _pick(random, (" @ ", "@", " @", "@ ")) + target + _condition(random)


def _url(random: Random) -> str:
    slashes = _pick(random, ("://", ":///", ":/", ":"))
    url = _pick(random, SCHEMES) + slashes + _pick(random, HOSTS) + _pick(random, TAILS) + _pick(random, FRAGMENTS)
    return url + (_condition(random) if random.random() < 0.3 else "")


def _path(random: Random) -> str:
    path = _pick(random, PATHS)
    if random.random() < 0.2:
        path += random.choice(("", " ")) + _pick(random, EXTRAS)
    if random.random() < 0.1:
        path = random.choice(("file:", "file://", "file:///")) + path
    return path + _condition(random)


def _editable(random: Random) -> str:
    target = random.choice((_path, _path, _url, _direct, _named))(random)
    if random.random() < 0.3:
        quote = random.choice(QUOTES)
        target = quote + target + _pick(random, (quote, ""))
    return _pick(random, ("-e ", "--editable=", "-e", "--editable ", "--e ", "-e=")) + target


def _options(random: Random) -> str:
    options = []
    for _ in range(random.choice((1, 1, 2, 3))):
        kind = random.random()
        if kind < 0.4:
            options.append(_pick(random, ("--hash=", "--hash ", "--has=")) + _pick(random, HASHES))
        elif kind < 0.6:
            options.append(_pick(random, FLAGS))
        else:
            options.append(_pick(random, WITH_TEXT) + _pick(random, (" ", "=", "")) + _pick(random, TEXTS))
    return _pick(random, (" ", "  ", "\t")).join(options)


def _include(random: Random) -> str:
    name = _pick(random, ("-r ", "-c ", "--requirement=", "-r", "--constraint ", "--req ", "-r="))
    before = _pick(random, ("", "./", "sub/../", "{here}/", "file://{here}/", "file:"))
    return name + before + _pick(random, FILES)
