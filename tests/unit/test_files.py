"""State files are written whole, are their owner's alone, and two processes at once lose nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stepin.hook import files, trust
from stepin.store import records


def test_mirror() -> None:
    assert files.mirror("/home/me") == "/d/home/d/me"
    assert files.mirror("/") == "/d"
    for path in ("/home/me", "/", "/d/d", "/a\nb/d"):
        assert records._unmirror(files.mirror(path)) == path


def test_mirrored_names_never_collide_with_records(tmp_path: Path) -> None:
    """A project named like a record's file, inside another: both keep theirs."""
    store = str(tmp_path / "state")
    outer = tmp_path / "outer"
    inner = outer / trust.PROJECT / trust.TREE / "d"
    inner.mkdir(parents=True)
    records.write(store, str(outer), "allow", by="test")
    records.write(store, str(inner), "deny", by="test")
    assert trust.lookup(store, str(outer))[0] == "allow"
    assert trust.lookup(store, str(inner))[0] == "deny"
    assert [(r.path, r.verdict) for r in records.everything(store)] == [(str(outer), "allow"), (str(inner), "deny")]


def test_a_reader_of_regular_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 1000)
    assert files.read_regular(str(path), 256_000) == path.read_bytes()
    assert files.read_regular(str(path), 255_999) is None, "more than the cap is not read as less"
    assert files.read_head(str(path), 10) == bytes(range(10))
    real = os.read
    monkeypatch.setattr(os, "read", lambda fd, size: real(fd, min(size, 1000)))
    assert files.read_regular(str(path), 256_000) == path.read_bytes(), "read(2) may return less than there is"
    monkeypatch.undo()
    assert (files.read_regular("/proc/self/status", 1 << 16) or b"").startswith(b"Name:"), "its size is said to be 0"


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    """An open of a FIFO waits, one of a device may act, and a link may lead to either."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("fifo")
    (tmp_path / "file").write_text("x")
    (tmp_path / "good").symlink_to("file")
    for name in ("fifo", "link", "gone", ".", "a\0b"):
        assert files.read_regular(str(tmp_path / name), 100) is None
    assert files.read_regular("/dev/zero", 100) is None
    with pytest.raises(OSError, match="not a regular file"):
        files.read_head(str(tmp_path / "fifo"), 100)
    assert files.read_regular(str(tmp_path / "good"), 100) == b"x"
    assert files.read_regular(str(tmp_path / "good"), 100, links=False) is None


def test_written_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "a/b/file"
    umask = os.umask(0)
    try:
        files.write_whole(str(path), b"x" * 100_000)
    finally:
        os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(path.parent) == ["file"]
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        files.write_whole(str(path), b"x")
    assert os.listdir(path.parent) == ["file"], "no half file is left"


def test_unbelievable(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    assert files.state_trouble(str(folder)) == ""
    folder.mkdir(mode=0o700)
    assert files.state_trouble(str(folder)) == ""
    folder.chmod(0o720)
    assert "other users" in files.state_trouble(str(folder))
    folder.rmdir()
    folder.write_text("")
    assert "not a folder" in files.state_trouble(str(folder))
    folder.unlink()
    folder.symlink_to(tmp_path)
    assert files.state_trouble(str(folder))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_root_writes_nothing_into_another_users_state(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 1234, 1234)
    assert "another user" in files.state_trouble(str(home / ".local/state/stepin"))
    (home / "stepin").mkdir()
    os.chown(home / "stepin", 1234, 1234)
    assert "another user" in files.state_trouble(str(home / "stepin"))
