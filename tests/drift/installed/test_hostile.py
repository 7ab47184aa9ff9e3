"""Whatever an environment's files hold: no traceback, no wait, no guess, nothing taken for sound that pip refuses."""

from __future__ import annotations

import email
import os
import random
import tracemalloc
import warnings
from collections.abc import Callable, Set
from pathlib import Path

import pytest
from packaging.requirements import InvalidRequirement, Requirement

from drift.installed.build import dist_info, faults, looking_at, only, read
from stepin.drift.installed import distributions, metadata, target
from stepin.drift.model import Contents, Target
from stepin.drift.pep508 import markers

GOOD = b"""Metadata-Version: 2.1
Name: foo
Version: 1.0
Summary: a summary
 that goes on
Requires-Python: >=3.8
Provides-Extra: dev
Requires-Dist: bar (>=1.0,<2)
Requires-Dist: baz[x,y]~=1.4 ; python_version < "3.8" and extra == 'dev'
Requires-Dist: qux; (sys_platform == "win32" or os_name != 'posix') and extra == "dev"

Description: a body
"""

PIECES = [
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\0",
    b"\xff",
    b"\xc3\xa9",
    b"\xe2\x80\xa8",
    b"\x0c",
    b"\x1c",
    b"\x85",
    b" ",
    b"\t",
    b":",
    b";",
    b"(",
    b")",
    b"[",
    b"'",
    b'"',
    b"\\",
    b"==",
    b"===",
    b".*",
    b"+l",
    b"1!",
    b"@",
    b" @ https://h/p",
    b"and",
    b" or ",
    b"not in",
    b"extra",
    b"Name: ",
    b"\nVersion: 2\n",
    b"\nRequires-Dist: ",
    b"\nrequires-dist:a\n",
    b"From me\n",
    b"\nRequires-Dist : b\n",
    b"\n continued\n",
]


def spoilt(chance: random.Random) -> bytes:
    """Return a sound METADATA with a few things wrong; now and then, nothing but noise."""
    if chance.random() < 0.2:
        return chance.randbytes(chance.randrange(400))
    data = bytearray(GOOD)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((0, 0, 1, 3, 40)))
        piece = chance.choice(PIECES)
        data[start:end] = piece if chance.random() < 0.7 else data[end : end + 20] + piece
    return bytes(data)


def pip_reads(data: bytes) -> list[Requirement] | None:
    """Read METADATA as pip does (importlib.metadata, then packaging); None where that raises."""
    try:
        text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
        lines = email.message_from_string(text).get_all("Requires-Dist", [])
        return [Requirement(str(line).strip()) for line in lines]
    except (UnicodeDecodeError, InvalidRequirement):
        return None


def rewrite(path: Path, data: bytes) -> None:
    """Write without emptying the file first: ext4 flushes to disk after that, which takes milliseconds."""
    with open(path, "r+b") as stream:
        stream.write(data)
        stream.truncate()


def test_ten_thousand_spoilt_files(tmp_path: Path) -> None:
    """Refused by pip: a fault. Otherwise: what pip reads, or a fault."""
    chance = random.Random(20)
    folder = dist_info(tmp_path, "foo", "1.0")
    counts = {"refused": 0, "sound": 0, "fault": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(10_000):
            data = spoilt(chance)
            rewrite(folder / "METADATA", data)
            details = metadata.read_details(str(folder), "foo").details
            expected = pip_reads(data)
            if expected is None:
                counts["refused"] += 1
                assert details.faults, data
            elif details.faults:
                counts["fault"] += 1
            else:
                counts["sound"] += 1
                assert len(details.requires) == len(expected), data
                for ours, pips in zip(details.requires, expected, strict=True):
                    assert ours.name == pips.name.lower().replace("_", "-").replace(".", "-"), data
                    assert ours.url == pips.url, data
            assert all("\n" not in fault.message for fault in details.faults)
    assert min(counts.values()) > 500, counts


def test_faults_only_where_metadata_is_not_sound(tmp_path: Path) -> None:
    """A file that pip reads, with a name and a version, is never called broken."""
    chance = random.Random(21)
    folder = dist_info(tmp_path, "foo", "1.0")
    checked = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(2000):
            data = spoilt(chance)
            if pip_reads(data) is None:
                continue
            headers = email.message_from_string(data.decode().replace("\r\n", "\n").replace("\r", "\n"))
            if not (headers.get("Name") or "").strip() or not (headers.get("Version") or "").strip():
                continue
            rewrite(folder / "METADATA", data)
            assert metadata.read_details(str(folder), "foo").details.faults == (), data
            checked += 1
    assert checked > 200


def endless(path: Path) -> None:
    with open(path, "wb") as stream:
        stream.write(b"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n\n")
        stream.truncate(1 << 40)


def endless_headers(path: Path) -> None:
    with open(path, "wb") as stream:
        stream.write(b"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\nSummary: " + b"x" * (2 << 20))


def many(path: Path) -> None:
    with open(path, "wb") as stream:
        stream.write(b"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n" + b"Requires-Dist: a\n" * 50_000 + b"\n")


FILES: dict[str, Callable[[Path], object]] = {
    "unreadable fifo": os.mkfifo,
    "unreadable folder": Path.mkdir,
    "unreadable device": lambda path: path.symlink_to("/dev/zero"),
    "unreadable terminal": lambda path: path.symlink_to("/dev/tty"),
    "unreadable loop": lambda path: path.symlink_to(path),
    "emptied link": lambda path: path.symlink_to("/nowhere"),
    "none endless": endless,
    "unreadable headers": endless_headers,
    "unreadable many": many,
}


@pytest.mark.parametrize("what", FILES)
def test_what_is_no_metadata(what: str, tmp_path: Path) -> None:
    """Nothing waits for a writer, no device is opened, nothing is read without end."""
    folder = dist_info(tmp_path, "foo", "1.0")
    (folder / "METADATA").unlink()
    FILES[what](folder / "METADATA")
    tracemalloc.start()
    found = faults(read(tmp_path))
    assert tracemalloc.get_traced_memory()[1] < 32 << 20
    tracemalloc.stop()
    reason = what.partition(" ")[0]
    assert found == ([] if reason == "none" else [(reason, "foo")])


@pytest.mark.parametrize("name", ["direct_url.json", "RECORD", "REQUESTED", "INSTALLER", "WHEEL"])
@pytest.mark.parametrize("what", [what for what in FILES if "headers" not in what and "many" not in what])
def test_what_is_no_other_file(name: str, what: str, tmp_path: Path) -> None:
    folder = dist_info(tmp_path, "foo", "1.0")
    (folder / name).unlink(missing_ok=True)
    FILES[what](folder / name)
    found = read(tmp_path)
    assert only(found).direct_url is None
    assert faults(found) == []
    assert metadata.top_level(only(found).path) is None or name == "RECORD"


@pytest.mark.parametrize(
    "line",
    [
        "Version: 1." + "1" * 5000,
        "Requires-Dist: a>=1." + "1" * 5000,
        "Requires-Dist: a; python_version >= '3." + "1" * 5000 + "'",
        "Requires-Dist: a; " + "(" * 5000 + "os_name == 'nt'" + ")" * 5000,
        "Requires-Dist: a; " + "(" * 120 + "os_name == 'nt'" + ")" * 120,
        "Requires-Dist: a" + "[" * 5000,
        "Requires-Dist: " + "a," * 100_000,
        "Requires-Dist: a" + " " * 100_000 + "b",
        "Requires-Dist: a;" + " os_name == 'nt' or" * 40_000,
        *(
            "\n".join(["Requires-Dist: " + line] * 60)
            for line in (
                "a" + " " * 16_000 + "!",
                "a>=1" + " " * 16_000 + "!",
                "a[b" + " " * 8000 + "]" + " " * 8000 + "!",
                "a>=" + "1." * 8000 + "!",
                "a" * 16_000 + "!",
                "a[" + "b," * 8000 + "!",
                "a; os_name" + " " * 16_000 + "!",
                "a; " + "os_name == 'x' and " * 800 + "!",
            )
        ),
        "Requires-Python: >=3." + "1" * 5000,
        "Requires-Python: " + ">=3," * 100_000,
        "Provides-Extra: " + "-" * 100_000,
        "Name: " + "x" * 500_000,
        "a" * 500_000,
        ":" * 500_000,
        "\n" * 500_000,
        "\t\n" * 300_000,
    ],
    ids=range(25),
)
def test_long_and_deep(line: str, tmp_path: Path) -> None:
    """Bounded before anything is handed to a parser; the time limit of the tests is the witness."""
    text = f"Metadata-Version: 2.1\n{line}\nName: foo\nVersion: 1.0\n\n"
    folder = dist_info(tmp_path, "foo", "1.0", metadata=text.encode())
    contents = metadata.read_details(str(folder), "foo")
    here = target.read_target(str(Path(os.path.realpath(os.sys.executable)).parent.parent))  # type: ignore[attr-defined]
    assert judge(contents, here) is not None


def judge(contents: Contents, here: Target) -> list[object]:
    """Make use of all that was read."""
    judged: list[object] = [markers.evaluate_marker(one.marker, here) for one in contents.details.requires]
    if contents.details.requires_python:
        judged.append(markers.python_allows(contents.details.requires_python, here))
    return judged


def test_version_of_thousands_of_digits_is_no_version(tmp_path: Path) -> None:
    """int() would refuse it, far from here."""
    folder = tmp_path / "foo.egg-info"
    folder.mkdir()
    (folder / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: foo\nVersion: 1." + "1" * 5000)
    found = read(tmp_path)
    assert only(found).version is None
    assert faults(found) == [("invalid", "foo")]


def test_a_site_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = distributions.read_installed(looking_at(tmp_path / "file", tmp_path / "nothing"))
    assert found.distributions == ()
    assert [fault.code for fault in found.faults] == ["unknown"]


def test_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown, rather than a minute's work; nobody installs that much."""
    from stepin.drift.installed import distribution_folder

    monkeypatch.setattr(distribution_folder, "_MOST_ENTRIES", 2)
    for version in "123":
        (tmp_path / f"foo{version}-1.dist-info").mkdir()
    assert [fault.code for fault in read(tmp_path).faults] == ["unknown"]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            'foo.py,sha256=x,1\nfoo/a.py,,\n"a,b/c.py",,\nfoo-1.0.dist-info/RECORD,,\n',
            {"foo.py", "foo", "a,b", "foo-1.0.dist-info"},
        ),
        ("../../bin/foo,,\nfoo\\b.py,,\n", {"..", "foo"}),
        ("", set()),
        ("\0\0,,\n\n,,\n", set()),
        ('"' + "x" * 200_000, set()),
    ],
)
def test_record(tmp_path: Path, record: str, expected: Set[str]) -> None:
    """What the folders beside a distribution may belong to."""
    folder = dist_info(tmp_path, "foo", "1.0")
    assert metadata.top_level(str(folder)) is None
    (folder / "RECORD").write_text(record)
    assert metadata.top_level(str(folder)) == expected
