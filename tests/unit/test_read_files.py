"""Files that are not what they seem."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stepin.drift.installed.layout import is_local
from stepin.hook.files import read_head, read_regular


def test_a_device_is_not_even_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Opening one may act: rewind a tape, hang up a line."""
    (tmp_path / "file").touch()
    opened: list[str] = []
    original = os.open

    def spy(path: str, *args: int) -> int:
        opened.append(path)
        return original(path, *args)

    monkeypatch.setattr(os, "open", spy)
    (tmp_path / "link").symlink_to("/dev/null")
    assert read_regular(str(tmp_path / "link"), 10) is None
    assert opened == []
    assert read_regular(str(tmp_path / "file"), 10) == b""
    assert opened == [str(tmp_path / "file")]


def test_swapped_after_it_was_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is open counts, and the open does not wait for a writer."""
    os.mkfifo(tmp_path / "fifo")
    status = os.stat(__file__)
    monkeypatch.setattr(os, "stat", lambda _: status)
    with pytest.raises(OSError, match="not a regular file"):
        read_head(str(tmp_path / "fifo"), 10)


@pytest.mark.parametrize("limit", [0, 1, 9, 10, 11, 100])
def test_limit(tmp_path: Path, limit: int) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    assert read_head(str(tmp_path / "file"), limit) == b"0123456789"[:limit]


def test_file_whose_size_is_a_lie() -> None:
    """procfs says 0 for all that it has."""
    path = Path("/proc/self/status")
    if not path.exists():
        pytest.skip("no procfs here: NOT tested")
    assert read_head(str(path), 1 << 20).count(b"\n") > 10


@pytest.mark.parametrize(
    ("path", "expected"), [("/a", True), ("a", False), ("", False), ("/a\0", False), ("~/a", False)]
)
def test_local(path: str, expected: bool) -> None:
    assert is_local(path) is expected
