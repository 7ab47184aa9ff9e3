"""The parts that decide: when a change has settled, whether something is being installed, what a notice says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stepin.hook.permissions import Mounts
from stepin.watch.changes import installing
from stepin.watch.changes.quiet import CAP, QUIET, Quiet
from stepin.watch.notices import notices


def test_quiet_and_the_cap() -> None:
    quiet = Quiet()
    assert quiet.due() is None
    quiet.event(100)
    assert quiet.due() == 100 + QUIET
    for tenth in range(200):  # an endless writer
        quiet.event(100 + tenth / 10)
    assert quiet.due() == 100 + CAP
    quiet.done()
    assert quiet.due() is None
    quiet.at_once(200)
    assert quiet.due() == 200


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site-packages"
    site.mkdir()
    return site


def look(site: Path) -> installing.State:
    return installing.look(str(site.parent), [str(site)])


def dist_info(site: Path, *files: str) -> Path:
    folder = site / "foo-1.0.dist-info"
    folder.mkdir()
    for file in files:
        (folder / file).write_text("foo/__init__.py,,\n" if file == "RECORD" else "")
    return folder


def test_what_an_installation_leaves_half_done(site: Path) -> None:
    assert not look(site).under_way
    (site / "foo").mkdir()
    assert look(site).under_way, "a package that no RECORD names yet"
    info = dist_info(site, "METADATA")
    assert look(site).under_way
    (info / "INSTALLER").write_text("pip\n")
    (info / "RECORD").write_text("foo/__init__.py,,\n")
    assert not look(site).under_way
    (site / "~oo").mkdir()
    assert look(site).under_way, "pip puts aside what it replaces"


def test_each_step_of_it_is_seen(site: Path) -> None:
    stamps = [look(site).stamp]
    (site / "foo").mkdir()
    stamps.append(look(site).stamp)
    info = dist_info(site, "METADATA")
    stamps.append(look(site).stamp)
    (info / "INSTALLER").write_text("pip\n")
    stamps.append(look(site).stamp)
    assert len(set(stamps)) == len(stamps)
    assert look(site).stamp == stamps[-1]


def test_what_is_old_belongs_to_no_installation(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dist_info(site, "METADATA")
    (site / "~oo").mkdir()
    assert look(site).under_way
    now = installing.time.time()
    monkeypatch.setattr(installing.time, "time", lambda: now + installing.YOUNG + 1)
    assert not look(site).under_way


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/locks is Linux's")
def test_a_lock_is_seen_and_not_taken(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    lock.write_text("")
    assert not installing.is_locked(str(lock))
    code = "import fcntl,sys; f=open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert installing.is_locked(str(lock))
        holder.communicate(b"\n")
    assert not installing.is_locked(str(lock))


def test_a_notice_comes_back_as_it_was_written(tmp_path: Path) -> None:
    store, project = str(tmp_path / "state"), str(tmp_path)
    about = tmp_path / "requirements.txt"
    about.write_text("")
    notice = notices.Notice("ab", 2, "stepin: text", "n1 stepin: news", (str(about),))
    as_of = about.stat().st_mtime_ns + 10**9
    assert notices.write(store, project, notice, as_of)
    assert notices.read(store, project) == notice
    path = Path(notices.path_of(store, project))
    first = [name for name in os.listdir(path.parent) if name.startswith("is-")]
    assert path.read_text().splitlines()[0] == f"ab 2 {first[0]}"
    assert notices.write(store, project, notice._replace(text="other"), as_of)
    second = [name for name in os.listdir(path.parent) if name.startswith("is-")]
    assert len(second) == 1
    assert second != first, "a shell that has read it reads it anew"
    notices.remove(store, project)
    assert os.listdir(path.parent) == []


def test_what_changed_while_it_was_read_is_told_to_the_writer(tmp_path: Path) -> None:
    about = tmp_path / "requirements.txt"
    about.write_text("")
    as_of = about.stat().st_mtime_ns - 1
    notice = notices.Notice("ab", 2, "text", "", (str(about),))
    assert not notices.write(str(tmp_path / "state"), str(tmp_path), notice, as_of)


def test_a_file_that_bears_a_time_to_come_does_not_silence_it_for_ever(tmp_path: Path) -> None:
    about = tmp_path / "requirements.txt"
    about.write_text("")
    os.utime(about, (4_000_000_000, 4_000_000_000))
    notice = notices.Notice("ab", 2, "text", "", (str(about),))
    as_of = about.parent.stat().st_mtime_ns + 10**9
    assert notices.write(str(tmp_path / "state"), str(tmp_path), notice, as_of)


def test_file_systems_that_send_no_events(tmp_path: Path) -> None:
    mounts = Mounts()
    assert mounts.remote_type(str(tmp_path)) == ""
    mounts._types = {"/": "ext4", str(tmp_path): "nfs4", f"{tmp_path}/local": "xfs", f"{tmp_path}/far": "fuse.sshfs"}
    assert mounts.remote_type(f"{tmp_path}/a/b") == "nfs4"
    assert mounts.remote_type(f"{tmp_path}/local/b") == ""
    assert mounts.remote_type(f"{tmp_path}/far") == "fuse.sshfs"
