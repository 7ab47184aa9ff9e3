"""The traces that shells leave are read as the hooks write them, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stepin.watch.projects.traces import Trace, read_traces


def test_a_pid_that_another_process_has_by_now(tmp_path: Path) -> None:
    """A trace that is older than the process with its pid is not of that process."""
    folder = tmp_path / "shells"
    folder.mkdir()
    trace = folder / str(os.getpid())
    trace.write_bytes(b"/a/b\0left of a longer path")
    assert read_traces(str(tmp_path)) == [Trace(os.getpid(), "/a/b", trace.stat().st_mtime, True)]
    os.utime(trace, (1000, 1000))
    assert [one.live for one in read_traces(str(tmp_path))] == [False]
    assert not trace.exists()


@pytest.mark.parametrize("content", [b"", b"\0", b"relative\0", b"/a/../b\0", b"/a//b\0", b"\xff\0", b"/" * 20000])
def test_malformed_traces(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "shells"
    folder.mkdir()
    (folder / str(os.getpid())).write_bytes(content)
    for name in ("x", "-1", "1" * 30, "\u0663"):
        (folder / name).write_bytes(b"/a\0")
    assert [one.project for one in read_traces(str(tmp_path))] == [""]


def test_the_last_project_that_fish_appended_counts(tmp_path: Path) -> None:
    folder = tmp_path / "shells"
    folder.mkdir()
    trace = folder / str(os.getpid())
    trace.write_bytes(b"+\0/a\0\0/b\0")
    assert [one.project for one in read_traces(str(tmp_path))] == ["/b"]
    trace.write_bytes(b"+\0/a\0\0")
    assert [one.project for one in read_traces(str(tmp_path))] == [""]
