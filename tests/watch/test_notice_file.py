"""Notices come back as they were written, and hold while what they are about is unchanged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stepin.watch.notices.notice_file import Notice, notice_path, read_notice, remove_notice, write_notice


def test_a_notice_is_read_as_it_was_written(tmp_path: Path) -> None:
    store, project = str(tmp_path / "state"), str(tmp_path)
    about = tmp_path / "requirements.txt"
    about.write_text("")
    notice = Notice("ab", 2, "stepin: text", "n1 stepin: news", (str(about),))
    as_of = about.stat().st_mtime_ns + 10**9
    assert write_notice(store, project, notice, as_of)
    assert read_notice(store, project) == notice
    path = Path(notice_path(store, project))
    first = [name for name in os.listdir(path.parent) if name.startswith("is-")]
    assert path.read_text().splitlines()[0] == f"ab 2 {first[0]}"
    assert write_notice(store, project, notice._replace(text="other"), as_of)
    second = [name for name in os.listdir(path.parent) if name.startswith("is-")]
    assert len(second) == 1
    assert second != first, "shells that have read the notice read it again"
    remove_notice(store, project)
    assert os.listdir(path.parent) == []


def test_the_writer_learns_what_changed_while_it_was_read(tmp_path: Path) -> None:
    about = tmp_path / "requirements.txt"
    about.write_text("")
    as_of = about.stat().st_mtime_ns - 1
    notice = Notice("ab", 2, "text", "", (str(about),))
    assert not write_notice(str(tmp_path / "state"), str(tmp_path), notice, as_of)


def test_a_file_with_a_time_in_the_future_does_not_make_a_notice_stale(tmp_path: Path) -> None:
    about = tmp_path / "requirements.txt"
    about.write_text("")
    os.utime(about, (4_000_000_000, 4_000_000_000))
    notice = Notice("ab", 2, "text", "", (str(about),))
    as_of = about.parent.stat().st_mtime_ns + 10**9
    assert write_notice(str(tmp_path / "state"), str(tmp_path), notice, as_of)


@pytest.mark.parametrize("content", [b"", b"a 1\n", b"a b c\ntext\n\n", b"a 1 m", b"a -1 m\ntext\n\n\n", b"\xff" * 100])
def test_a_malformed_notice_is_none(tmp_path: Path, content: bytes) -> None:
    path = Path(notice_path(str(tmp_path), "/project"))
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert read_notice(str(tmp_path), "/project") is None
