"""An installation in progress is detected from outside, by what pip and uv leave half done."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from stepin.watch.changes import installation
from stepin.watch.changes.installation import Installation, inspect, is_locked


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site-packages"
    site.mkdir()
    return site


def look(site: Path) -> Installation:
    return inspect(str(site.parent), [str(site)])


def dist_info(site: Path, *files: str) -> Path:
    folder = site / "foo-1.0.dist-info"
    folder.mkdir()
    for file in files:
        (folder / file).write_text("foo/__init__.py,,\n" if file == "RECORD" else "")
    return folder


def test_a_half_done_installation_is_in_progress(site: Path) -> None:
    assert not look(site).in_progress
    (site / "foo").mkdir()
    assert look(site).in_progress, "no RECORD names the package yet"
    info = dist_info(site, "METADATA")
    assert look(site).in_progress
    (info / "INSTALLER").write_text("pip\n")
    (info / "RECORD").write_text("foo/__init__.py,,\n")
    assert not look(site).in_progress
    (site / "~oo").mkdir()
    assert look(site).in_progress, "pip renames what it replaces"


def test_each_step_changes_the_stamp(site: Path) -> None:
    stamps = [look(site).stamp]
    (site / "foo").mkdir()
    stamps.append(look(site).stamp)
    info = dist_info(site, "METADATA")
    stamps.append(look(site).stamp)
    (info / "INSTALLER").write_text("pip\n")
    stamps.append(look(site).stamp)
    assert len(set(stamps)) == len(stamps)
    assert look(site).stamp == stamps[-1]


def test_what_is_old_does_not_belong_to_an_installation(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dist_info(site, "METADATA")
    (site / "~oo").mkdir()
    assert look(site).in_progress
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + installation.YOUNG + 1)
    assert not look(site).in_progress


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/locks is specific to Linux")
def test_a_lock_is_detected_without_taking_it(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    lock.write_text("")
    assert not is_locked(str(lock))
    code = "import fcntl,sys; f=open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert is_locked(str(lock))
        holder.communicate(b"\n")
    assert not is_locked(str(lock))
