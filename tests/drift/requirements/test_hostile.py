"""Files made to break a parser: nothing raises, nothing hangs (the test's time limit), none is accepted against pip."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from stepin.drift.declared.requirements import read_requirement_files
from stepin.drift.model import Declarations

MEGABYTE = 1024 * 1024


def read_bytes(data: bytes, folder: Path) -> Declarations:
    path = folder / "requirements.txt"
    path.write_bytes(data)
    return read_requirement_files([str(path)], root=str(folder), environ={"X": "${X}" * 100, "HOME": "/" + "h" * 500})


@pytest.mark.parametrize(
    "text",
    [
        "flask==1." + "5" * 5000,
        "flask>=" + "9" * 5000,
        "flask==" + "1." * 40_000 + "1",
        "flask ; python_version > '1." + "5" * 5000 + "'",
        "flask ; " + "(" * 5000 + "os_name == 'a'" + ")" * 5000,
        "flask ; " + "(" * 20_000,
        "-e 'flask @ file:p ; " + "(" * 5000 + 'os_name == "a"' + ")" * 5000 + "'",
        "./" + "[" * MEGABYTE + "]",
        "flask " + " " * MEGABYTE + "x",
        "flask" + "\t" * MEGABYTE + "x",
        "x-1-" + ".".join(["a"] * 1000) + "-" + ".".join(["b"] * 1000) + "-" + ".".join(["c"] * 1000) + ".whl",
        "flask --find-links '" + "a" * MEGABYTE,
        'flask --find-links "' + "\\" * MEGABYTE,
        "flask " + "-" * MEGABYTE,
        "flask " + "${X}" * 100_000,
        "flask " + "${HOME}" * 999,
        "a" * 7 * MEGABYTE,
        "x @ https://h/" + "a" * MEGABYTE,
        "flask[" + "a," * MEGABYTE + "a]",
        "./p" + "/" * MEGABYTE,
        "-e " + "a/" * MEGABYTE,
        "-r " + "a/" * MEGABYTE,
        "https://[" + "1" * 100_000,
    ],
    ids=lambda text: text[:24],
)
def test_a_line_beyond_measure_is_a_problem(text: str, tmp_path: Path) -> None:
    declared = read_bytes(text.encode(), tmp_path)
    assert len(declared.problems) == 1
    assert not declared.requirements


@pytest.mark.parametrize(
    "text",
    [
        "#" + " " * 7 * MEGABYTE,
        "flask " + " " * 7 * MEGABYTE,
        "flask " + " #" * 3 * MEGABYTE,
        "flask #" + "\\\n#" * 90_000,
        "flask \\\n" * 90_000,
        "flask --pre " + "--hash=sha256:a " * 400_000,
        "flask --config-settings a=b " * 100_000,
        "--find-links '" + "a" * 7 * MEGABYTE + "'",
        "--find-links " + "'a'" * 2 * MEGABYTE,
        "--find-links " + "a " * 3 * MEGABYTE,
    ],
    ids=lambda text: text[:24].replace("\\\n", "|"),
)
def test_a_long_line_that_pip_accepts_is_read(text: str, tmp_path: Path) -> None:
    declared = read_bytes(text.encode(), tmp_path)
    if text.startswith("flask \\\n"):
        assert declared.problems  # "flask flask ...", joined
    else:
        assert not declared.problems
        assert {one.name for one in declared.requirements} <= {"flask"}


@pytest.mark.parametrize(
    "codec", ["punycode", "idna", "unicode_escape", "utf-7", "raw_unicode_escape", "utf-16", "big5"]
)
def test_a_codec_s_cost_is_bounded(codec: str, tmp_path: Path) -> None:
    for filler in (b"a", b"-", b"\\", b"+", b".a"):
        data = b"# coding: " + codec.encode() + b"\n#" + filler * (MEGABYTE // len(filler)) + b"\n"
        declared = read_bytes(data, tmp_path)
        assert not declared.requirements


def test_what_is_accepted_can_be_compared_and_written(tmp_path: Path) -> None:
    """Later stages compare versions, evaluate markers and print both: none of that may raise on what is let through."""
    for text in (
        "flask==1." + "5" * 4000,
        "flask===" + "5" * 4000,
        "flask ; " + "(" * 99 + "os_name == 'a'" + ")" * 99,
        "flask ; os_name == '\\x27\"'",
        "flask ; python_version in '\\d'",
        "x-" + "1" * 4000 + "-py3-none-any.whl",
    ):
        for one in read_bytes(text.encode(), tmp_path).requirements:
            SpecifierSet(one.specifier).contains(Version("1.0"))
            if one.marker is not None:
                str(one.marker)
                one.marker.evaluate()


@pytest.mark.skipif(sys.platform == "win32", reason="paths are UTF-16 there")
def test_text_that_no_path_can_hold_is_refused(tmp_path: Path) -> None:
    for text in ("-r \\ud800.txt", "./\\ud800.zip", "-e ./\\ud800", "-r a\\x00", "./a\\x00.zip ; os_name"):
        declared = read_bytes(b"# coding: unicode_escape\n" + text.encode(), tmp_path)
        assert [problem.refused for problem in declared.problems] == [True], text
