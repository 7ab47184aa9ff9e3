"""The facts that need named consent: owner, mode, links that lead out, and what modes and mounts mean."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from stepin.hook import environment, permissions, trust
from stepin.hook.permissions import Mounts
from stepin.hook.reasons import Reason, find_reasons, is_shared, unconsented

OTHER = 4321


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "code/project"
    make(folder / ".venv")
    return folder


def make(env: Path) -> Path:
    (env / "bin").mkdir(parents=True)
    (env / "bin/python").symlink_to("/bin/sh")
    (env / "pyvenv.cfg").write_text("home = /usr/bin\n")
    return env


def reasons(project: Path) -> list[str]:
    env = environment.in_folder(str(project))
    assert env is not None
    found = trust.examine_git(env, "")
    return list(map(str, find_reasons(env, bool(found and found.tracked))))


def test_a_reason_is_written_as_one_word() -> None:
    for word in ("tracked", "symlink:/opt/env", "redirect:/a:b c"):
        assert str(Reason.parse(word)) == word
        assert Reason.parse(word) == Reason.parse(word)
    assert Reason.parse("redirect:/a:b c").target == "/a:b c"


def test_consent_covers_its_kind_and_target() -> None:
    to_a, to_b = Reason("symlink", "/a"), Reason("symlink", "/b")
    assert unconsented([to_a, to_b], [to_a]) == [to_b]
    assert unconsented([to_a, to_b], [Reason("symlink")]) == []
    assert unconsented([Reason("symlink")], [to_a]) == [Reason("symlink")], "any target is more than one"
    assert unconsented([to_a], [Reason("redirect")]) == [to_a]


def test_an_ordinary_one_has_none(project: Path) -> None:
    assert reasons(project) == []


@pytest.mark.parametrize("place", [".venv", ".venv/bin", ".venv/pyvenv.cfg", ".", ".."])
def test_writable(project: Path, place: str) -> None:
    path = project / place
    path.chmod(path.stat().st_mode | 0o002)
    assert reasons(project) == ["writable"]
    path.chmod(path.stat().st_mode & ~0o002 | 0o020)
    os.chown(path, -1, OTHER)
    assert reasons(project) == ["writable"]


def test_sticky_parents_are_fine_and_a_sticky_project_is_not(project: Path) -> None:
    project.parent.chmod(0o1777)
    assert reasons(project) == []
    project.chmod(0o1777)
    assert reasons(project) == ["writable"]


def test_private_groups(tmp_path: Path) -> None:
    users = tmp_path / "passwd"
    groups = tmp_path / "group"
    users.write_text("me:x:1000:1000::/home/me:/bin/sh\nyou:x:1001:1001::/home/you:/bin/sh\n")
    groups.write_text("me:x:1000:\nyou:x:1001:me\nstaff:x:20:\n")
    files = (str(users), str(groups))
    assert permissions.is_private_group(1000, 1000, *files)
    assert not permissions.is_private_group(1001, 1001, *files), "somebody else is in it"
    assert not permissions.is_private_group(1000, 20, *files), "not numbered as the user"
    users.write_text(users.read_text() + "third:x:1002:1000::/:/bin/sh\n")
    assert not permissions.is_private_group(1000, 1000, *files), "somebody else's first group"


def test_mounts(tmp_path: Path) -> None:
    """proc(5): mountinfo's paths have spaces, tabs, newlines, `#` and backslashes as octal escapes."""
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text(
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "2 1 0:5 / /mnt/c rw,noatime - 9p C:\\134 rw\n"
        "3 1 0:6 / /mnt/my\\040disk rw master:1 - exfat /dev/sdb rw\n"
        "4 1 0:7 / /mnt/a\\011b\\012c\\134d\\043e rw - nfs4 host:/ rw\n"
        "5 1 0:8 / /mnt/x\\134040y rw - fuse.sshfs me@host: rw\n"
        "6 1 0:9 / /mnt/twice rw - ext4 /dev/sdc rw\n"
        "7 6 0:9 / /mnt/twice rw - tmpfs tmpfs rw\n"
        "half a line\n"
    )
    mounts = Mounts(str(mountinfo))
    assert mounts.type_of("/home/me") == "ext4"
    assert mounts.type_of("/mnt/c/code") in permissions.MODELESS
    assert mounts.type_of("/mnt/my disk/a") == "exfat"
    assert mounts.type_of("/mnt/a\tb\nc\\d#e/f") == "nfs4"
    assert mounts.type_of("/mnt/x\\040y") == "fuse.sshfs", "an escaped backslash, then digits"
    assert mounts.type_of("/mnt/cc") == "ext4"
    assert mounts.type_of("/mnt/twice/a") == "tmpfs", "the later one covers the other"
    assert mounts.remote_type("/mnt/a\tb\nc\\d#e") == "nfs4"
    assert mounts.remote_type("/mnt/x\\040y/z") == "fuse.sshfs"
    assert mounts.remote_type("/mnt/my disk") == ""
    assert Mounts(str(tmp_path / "nowhere")).type_of("/") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
@pytest.mark.parametrize("place", [".venv", ".venv/bin", ".venv/pyvenv.cfg", ".", ".."])
def test_owner(project: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(project / place, OTHER, -1)
    monkeypatch.delenv("SUDO_UID", raising=False)
    assert reasons(project) == ["owner"]
    monkeypatch.setenv("SUDO_UID", str(OTHER))
    assert reasons(project) == []


def test_links(project: Path, tmp_path: Path) -> None:
    outside = make(tmp_path / "elsewhere/env")
    shutil.rmtree(project / ".venv")
    (project / ".venv").symlink_to(outside)
    assert reasons(project) == [f"symlink:{outside}"]
    (project / ".venv").unlink()
    make(project / "envs/one")
    (project / ".venv").symlink_to("envs/one")
    assert reasons(project) == []
    shutil.rmtree(project / "envs/one/bin")
    (project / "envs/one/bin").symlink_to(outside / "bin")
    assert reasons(project) == [f"symlink:{outside}/bin"]


def test_redirects(project: Path, tmp_path: Path) -> None:
    outside = make(tmp_path / "elsewhere/env")
    shutil.rmtree(project / ".venv")
    (project / ".venv").write_text("../../elsewhere/env\n")
    assert reasons(project) == [f"redirect:{outside}"]


def test_shared_folders(tmp_path: Path) -> None:
    assert not is_shared(str(tmp_path))
    tmp_path.chmod(0o1777)
    assert is_shared(str(tmp_path))
