"""What is promised of a nest of files: which are read, in what order, against what, how far, and what is untouched."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepin.drift.declared import lines, links
from stepin.drift.declared.requirements import read_requirement_files
from stepin.drift.model import Declarations

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of the nest, return its path."""

    def write(name: str, text: str | bytes) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def names(declared: Declarations) -> list[str | None]:
    return [one.name for one in declared.requirements]


def test_files_are_read_where_they_are_included_and_told_in_that_order(write: Write, tmp_path: Path) -> None:
    top = write("requirements.txt", "one\n-r sub/more.txt\nfour\n-r gone.txt\n")
    more = write("sub/more.txt", "two\n-r ../least.txt\n-c limits.txt\n")
    least = write("least.txt", "three\n")
    limits = write("sub/limits.txt", "two<3\n-r ../extra.txt\n")
    extra = write("extra.txt", "five\n")
    declared = read_requirement_files([top], root=str(tmp_path))
    assert [(one.name, one.file, one.line, one.constraint) for one in declared.requirements] == [
        ("one", top, 1, False),
        ("two", more, 1, False),
        ("three", least, 1, False),
        ("two", limits, 1, True),
        ("five", extra, 1, False),  # a -r in a constraints file is a requirement
        ("four", top, 3, False),
    ]
    assert declared.files == (top, more, least, limits, extra, str(tmp_path / "gone.txt"))
    assert [(problem.file, problem.line, problem.refused) for problem in declared.problems] == [(top, 4, True)]


def test_constraint_files_come_first(write: Write, tmp_path: Path) -> None:
    files = [write("a.txt", "flask\n")]
    constraints = [write("c.txt", "flask<3\n")]
    declared = read_requirement_files(files, constraints=constraints, root=str(tmp_path))
    assert [(one.name, one.constraint) for one in declared.requirements] == [("flask", True), ("flask", False)]


def test_a_file_that_is_missing_is_refused_and_still_listed(tmp_path: Path) -> None:
    path = str(tmp_path / "requirements.txt")
    declared = read_requirement_files([path], root=str(tmp_path))
    assert declared.files == (path,)
    assert [(problem.file, problem.line, problem.refused) for problem in declared.problems] == [(path, None, True)]


@pytest.mark.parametrize(
    "text", ["-r requirements.txt", "-r ./sub/../requirements.txt", "-c requirements.txt", "-r b.txt"]
)
def test_a_cycle_is_refused(text: str, write: Write, tmp_path: Path) -> None:
    top = write("requirements.txt", text)
    write("b.txt", "-c requirements.txt")
    declared = read_requirement_files([top], root=str(tmp_path))
    assert [problem.refused for problem in declared.problems] == [True]
    assert declared.problems[0].message == "includes a file that includes this one"


def test_a_file_included_twice_is_no_cycle_and_counts_twice(write: Write, tmp_path: Path) -> None:
    write("b.txt", "flask")
    declared = read_requirement_files([write("a.txt", "-r b.txt\n-r b.txt\n")], root=str(tmp_path))
    assert names(declared) == ["flask", "flask"]
    assert not declared.problems
    assert len(declared.files) == 2


def test_a_cycle_through_a_link_to_the_folder_ends(write: Write, tmp_path: Path) -> None:
    (tmp_path / "d").symlink_to(".", target_is_directory=True)
    declared = read_requirement_files([write("a.txt", "-r d/a.txt\n")], root=str(tmp_path))
    assert len(declared.problems) == 1


def test_relative_paths_are_against_root_or_cwd_and_includes_against_their_file(write: Write, tmp_path: Path) -> None:
    write("one/p/pyproject.toml", "")
    write("two/p/pyproject.toml", "")
    top = write("one/reqs/dev.txt", "-e ./p\n./p\nx @ file:p\n-e file:p\n-r more.txt\n")
    write("one/reqs/more.txt", "./p/../p\n")
    for root, cwd, folder in (("one", None, "one"), ("one", "two", "two")):
        declared = read_requirement_files([top], root=str(tmp_path / root), cwd=cwd and str(tmp_path / cwd))
        assert not declared.problems
        assert {one.path for one in declared.requirements} == {str(tmp_path / folder / "p")}
        assert len(declared.requirements) == 5


def test_a_link_to_a_file_is_followed_and_its_includes_are_beside_the_link(write: Write, tmp_path: Path) -> None:
    write("real/a.txt", "-r b.txt\n")
    write("b.txt", "flask\n")
    (tmp_path / "a.txt").symlink_to("real/a.txt")
    assert names(read_requirement_files([str(tmp_path / "a.txt")], root=str(tmp_path))) == ["flask"]


@pytest.mark.parametrize(
    "text",
    [
        "-r https://example.invalid/r.txt",
        "-c HTTP://example.invalid/r.txt",
        "-r //host/share/r.txt",
        "-r '\\\\host\\share\\r.txt'",
        "-c '\\\\.\\pipe\\x'",
        "-r file://host/share/r.txt",
        "-r file:////host/share/r.txt",
        "//host/share/p",
        "-e //host/share/p",
        "//host/share/x-1.0-py3-none-any.whl",
        "x @ \\\\host\\share\\x.zip",
        "x @ file:////host/share/x.zip",
        "-e file:////host/share/p",
    ],
)
def test_what_is_elsewhere_is_not_touched_and_unknown(
    text: str, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No path outside the project reaches the file system, and the rest is still read."""
    top = write("requirements.txt", f"{text}\nflask\n")
    touched: list[str] = []
    real_stat, real_open = os.stat, os.open

    def spy_stat(path: str, *rest: Any, **options: Any) -> os.stat_result:
        touched.append(os.fspath(path))
        return real_stat(path, *rest, **options)

    def spy_open(path: str, *rest: Any, **options: Any) -> int:
        touched.append(os.fspath(path))
        return real_open(path, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", spy_stat)
        patch.setattr(os, "open", spy_open)
        declared = read_requirement_files([top], root=str(tmp_path))
    assert [(problem.refused, problem.line) for problem in declared.problems] == [(False, 1)]
    assert names(declared) == ["flask"]
    assert top in touched
    assert all(path.startswith(str(tmp_path)) for path in touched)
    assert declared.files == (top,)


def test_windows_names_of_devices_are_not_touched_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_WINDOWS", True)
    for path in ("NUL", "C:/a/con", "a/COM1.txt", "aux .zip", "lpt\u00b9", "///host/share", "\\\\?\\C:\\x", "/\\host"):
        with pytest.raises(lines.UndeterminedError):
            links.check_touchable(path)
    for path in ("console.txt", "a/nul_.txt", "com10", "/host", "C:/con/x"):
        links.check_touchable(path)


def test_a_file_url_of_this_host_is_read(write: Write, tmp_path: Path) -> None:
    nested = write("sub/n%20.txt", "flask\n-r other.txt\n")
    other = write("sub/other.txt", "click\n")
    url = "file://" + str(tmp_path / "sub" / "n%2520.txt")
    declared = read_requirement_files([write("a.txt", f"-r {url}\n")], root=str(tmp_path))
    assert names(declared) == ["flask", "click"]
    assert declared.files[1:] == (nested, other)


def test_what_is_no_file_is_not_waited_for(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # a socket's path must be short
        server.bind("sock")
        top = write("a.txt", "-r fifo\n-r sock\n-r /dev/zero\n-r /dev/tty\n-r .\nflask\n-r a.txt/x\n")
        declared = read_requirement_files([top], root=str(tmp_path))
    assert [(problem.line, problem.refused) for problem in declared.problems] == [
        (1, False),
        (2, False),
        (3, False),
        (4, False),
        (5, True),  # pip cannot read a folder either
        (7, True),
    ]
    assert names(declared) == ["flask"]


def test_a_fifo_that_takes_a_file_s_place_is_not_waited_for(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at a file and its opening somebody may put something else there."""
    regular = os.stat(write("a.txt", "flask\n"))
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.setattr(os, "stat", lambda _: regular)
    declared = read_requirement_files([str(tmp_path / "fifo")], root=str(tmp_path))
    assert [problem.refused for problem in declared.problems] == [False]


def test_limits_hold_over_the_whole_nest(write: Write, tmp_path: Path) -> None:
    megabyte = "# " + "x" * (1024 * 1024 - 3) + "\n"
    for number in range(9):
        write(f"big{number}.txt", megabyte)
        write(f"long{number}.txt", "\n" * 20_000)
    write("one.txt", "flask")
    root = str(tmp_path)

    def problems(name: str, text: str) -> list[str]:
        declared = read_requirement_files([write(name, text)], root=root)
        assert not any(problem.refused for problem in declared.problems)
        return [problem.message for problem in declared.problems]

    assert not problems("a.txt", "-r big0.txt\n" * 7)
    assert problems("b.txt", "-r big0.txt\n" * 9) == ["more than 8 MiB of requirement files: the rest was not read"]
    assert problems("c.txt", "".join(f"-r big{n}.txt\n" for n in range(9))) == problems("b.txt", "-r big0.txt\n" * 9)
    assert not problems("d.txt", "-r long0.txt\n" * 4)
    assert problems("e.txt", "-r long0.txt\n" * 5) == ["more than 100000 lines: the rest was not read"]
    assert problems("f.txt", "\n" * 1_000_000) == ["more than 100000 lines: the rest was not read"]
    assert not problems("g.txt", "-r one.txt\n" * 999)
    assert problems("h.txt", "-r one.txt\n" * 1000) == ["more than 1000 files: the rest was not read"]


def test_a_nest_of_a_thousand_levels_is_read(write: Write, tmp_path: Path) -> None:
    for number in range(999):
        write(f"{number}.txt", f"-r {number + 1}.txt\n")
    write("999.txt", "flask")
    declared = read_requirement_files([str(tmp_path / "0.txt")], root=str(tmp_path))
    assert names(declared) == ["flask"]
    assert not declared.problems


def test_a_file_of_nothing_but_mistakes_is_not_read_to_its_end(write: Write, tmp_path: Path) -> None:
    declared = read_requirement_files(
        [write("a.txt", "bad bad\n" * 90_000), write("b.txt", "flask")], root=str(tmp_path)
    )
    assert len(declared.problems) == 101
    assert declared.problems[-1].message == "too many problems: the rest was not read"
    assert not declared.problems[-1].refused


def test_a_file_that_may_not_be_read_is_refused(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal is put in place of the system's."""

    def deny(path: str, flags: int) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)

    top = write("a.txt", "flask")
    monkeypatch.setattr(os, "open", deny)
    declared = read_requirement_files([top], root=str(tmp_path))
    assert [(problem.message, problem.refused) for problem in declared.problems] == [
        ("cannot be read: Permission denied", True)
    ]
