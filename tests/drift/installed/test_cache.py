"""What was read is believed only while nothing of it has changed; the cache on disk is a hint, never a danger."""

from __future__ import annotations

import gc
import marshal
import os
import stat
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest

from drift.installed.build import dist_info, egg_info, faults, looking_at, named, only, read
from stepin.drift.installed import cache, distribution_folder, distributions
from stepin.drift.model import Contents, Installed


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site-packages"
    path.mkdir()
    return path


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let what is written here count as old at once; undo it with the function that this returns."""
    monkeypatch.setattr(distribution_folder, "_RACY", -(10**12))
    return lambda: monkeypatch.setattr(distribution_folder, "_RACY", 2 * 10**9)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of what is read from now on."""
    from stepin.drift.installed import metadata

    names: list[str] = []
    original = metadata.read_details

    def spy(path: str, name: str) -> Contents:
        names.append(os.path.basename(path))
        return original(path, name)

    monkeypatch.setattr(metadata, "read_details", spy)
    return names


def load(found: Installed) -> Installed:
    for dist in found.distributions:
        assert dist.details is not None
    return found


def look(site: Path, cache_dir: Path) -> Installed:
    found = load(read(site, cache_dir=str(cache_dir)))
    distributions.save_installed(found)
    return found


class TestDisk:
    def test_second_time_reads_nothing(self, site: Path, tmp_path: Path, opened: list[str]) -> None:
        url = {"url": "file:///p", "dir_info": {"editable": True}}
        dist_info(site, "foo", "1.0", "Requires-Dist: bar>=1; extra == 'x'", "Requires-Python: >=3", direct_url=url)
        dist_info(site, "bad", "1.0", metadata=b"")
        egg_info(site / "old.egg-info", "old", "2.0", "a\n[b]\nc\n")
        egg_info(tmp_path / "p/dev.egg-info", "dev", "3.0", "a")
        (site / "dev.egg-link").write_text(f"{tmp_path}/p\n.")
        first = look(site, tmp_path / "cache")
        assert len(opened) == 4
        second = look(site, tmp_path / "cache")
        assert len(opened) == 4
        assert [(dist.name, dist.version, dist.details) for dist in first.distributions] == [
            (dist.name, dist.version, dist.details) for dist in second.distributions
        ]
        assert faults(second) == [("truncated", "bad")]

    def test_file_is_the_users_own(self, site: Path, tmp_path: Path) -> None:
        dist_info(site, "foo", "1.0")
        look(site, tmp_path / "a/cache")
        (file,) = (tmp_path / "a/cache").iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda data: data[:0],
            lambda data: data[:-1],
            lambda data: data[:40],
            lambda data: data + b"x",
            lambda data: data[:-20] + b"\xff" + data[-19:],
            lambda data: os.urandom(len(data)),
            lambda data: b"stepin 0" + data[8:],
            lambda data: data[: -len(data) // 2] + b"\0" * (len(data) // 2),
            lambda data: sealed(data, marshal.dumps(None)),
            lambda data: sealed(data, b"("),
            lambda data: sealed(data, b"\xa9\xff"),
        ],
        ids=range(11),
    )
    def test_spoilt_is_ignored_and_replaced(
        self, site: Path, tmp_path: Path, opened: list[str], spoil: Callable[[bytes], bytes]
    ) -> None:
        dist_info(site, "foo", "1.0")
        look(site, tmp_path / "cache")
        (file,) = (tmp_path / "cache").iterdir()
        good = file.read_bytes()
        file.write_bytes(spoil(good))
        assert only(look(site, tmp_path / "cache")).faults == ()
        assert file.read_bytes() == good
        assert len(opened) == 2

    @pytest.mark.parametrize("what", ["link", "writable", "fifo", "folder", "another's"])
    def test_somebody_elses_is_not_believed(
        self, site: Path, tmp_path: Path, opened: list[str], what: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """marshal is for our own data only."""
        dist_info(site, "foo", "1.0")
        look(site, tmp_path / "cache")
        (file,) = (tmp_path / "cache").iterdir()
        if what == "writable":
            file.chmod(0o622)
        elif what == "another's":
            owner = os.geteuid() + 1
            monkeypatch.setattr(os, "geteuid", lambda: owner)
        else:
            file.rename(tmp_path / "moved")
            if what == "link":
                file.symlink_to(tmp_path / "moved")
            elif what == "fifo":
                os.mkfifo(file)
            else:
                file.mkdir()
        look(site, tmp_path / "cache")
        assert len(opened) == 2

    def test_two_folders_with_one_files_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The name is a checksum: what is in the file counts."""
        monkeypatch.setattr(cache, "crc32", lambda _: 0)
        monkeypatch.setattr(cache, "adler32", lambda _: 0)
        cache.save_entries(str(tmp_path), "/one", {"x": 1})
        assert cache.load_entries(str(tmp_path), "/one") == {"x": 1}
        assert cache.load_entries(str(tmp_path), "/two") == {}

    def test_nowhere_to_write_is_no_error(self, site: Path, tmp_path: Path) -> None:
        dist_info(site, "foo", "1.0")
        (tmp_path / "file").touch()
        look(site, tmp_path / "file")
        look(site, tmp_path / "file" / "below")
        look(site, Path("/proc/none"))

    def test_nothing_new_writes_nothing(self, site: Path, tmp_path: Path) -> None:
        dist_info(site, "foo", "1.0")
        look(site, tmp_path / "cache")
        (file,) = (tmp_path / "cache").iterdir()
        before = file.stat().st_ino
        look(site, tmp_path / "cache")
        assert file.stat().st_ino == before

    def test_what_is_gone_is_dropped(self, site: Path, tmp_path: Path) -> None:
        for name in ("foo", "bar"):
            dist_info(site, name, "1.0")
        look(site, tmp_path / "cache")
        os.rename(site / "foo-1.0.dist-info", tmp_path / "foo")
        look(site, tmp_path / "cache")
        assert list(cache.load_entries(str(tmp_path / "cache"), str(site))) == ["bar-1.0.dist-info"]

    def test_old_files_are_removed(self, site: Path, tmp_path: Path) -> None:
        """Most are of environments that are gone; others' files are left alone."""
        dist_info(site, "foo", "1.0")
        kept = tmp_path / "cache"
        kept.mkdir()
        for name in ("installed-old", "installed-new", "other"):
            (kept / name).touch()
        for name in ("installed-old", "other"):
            os.utime(kept / name, (1, time.time() - 100 * 24 * 3600))
        look(site, kept)
        assert (kept / "other").exists()
        assert not (kept / "installed-old").exists()
        assert (kept / "installed-new").exists()

    def test_young_entries_are_not_kept(
        self, site: Path, tmp_path: Path, opened: list[str], settled: Callable[[], None]
    ) -> None:
        """What was written a moment ago may be written again, and keep its time."""
        settled()
        dist_info(site, "foo", "1.0")
        look(site, tmp_path / "cache")
        look(site, tmp_path / "cache")
        assert len(opened) == 2

    def test_future_entries_are_not_kept(
        self, site: Path, tmp_path: Path, opened: list[str], settled: Callable[[], None]
    ) -> None:
        """A clock that jumped must not make something believed for ever."""
        settled()
        future = time.time() + 10_000
        os.utime(dist_info(site, "foo", "1.0") / "METADATA", (future, future))
        look(site, tmp_path / "cache")
        look(site, tmp_path / "cache")
        assert len(opened) == 2


def sealed(data: bytes, body: bytes) -> bytes:
    """Return a cache file whose checksum is right."""
    magic = data[: data.index(b"\n") + 1]
    return magic + crc32(body).to_bytes(4, "big") + body


CHANGES: dict[str, Callable[[Path], object]] = {
    "METADATA overwritten in place": lambda info: overwrite(
        info / "METADATA", b"Requires-Dist: bar", b"Requires-Dist: baz"
    ),
    "METADATA replaced": lambda info: replace(info / "METADATA"),
    "METADATA removed": lambda info: (info / "METADATA").unlink(),
    "direct_url.json added": lambda info: (info / "direct_url.json").write_text('{"url": "x", "archive_info": {}}'),
    "direct_url.json overwritten": lambda info: overwrite(info / "direct_url.json", b"file:///p", b"file:///q"),
    "direct_url.json removed": lambda info: (info / "direct_url.json").unlink(),
    "REQUESTED added": lambda info: (info / "REQUESTED").touch(),
    "folder replaced": lambda info: (info.rename(info.parent / "away"), dist_info(info.parent, "foo", "1.0")),
    "PKG-INFO overwritten": lambda info: overwrite(info.parent / "old.egg-info/PKG-INFO", b"2.0", b"2.1"),
    "requires.txt overwritten": lambda info: overwrite(info.parent / "old.egg-info/requires.txt", b"aa", b"bb"),
    "requires.txt removed": lambda info: (info.parent / "old.egg-info/requires.txt").unlink(),
    "file overwritten": lambda info: overwrite(info.parent / "file.egg-info", b"1.0", b"1.1"),
}


def overwrite(path: Path, old: bytes, new: bytes) -> None:
    """Change a file in place: no folder's time changes, nor the file's size, nor, here, its time."""
    status = path.stat()
    data = path.read_bytes()
    assert old in data
    with open(path, "r+b") as stream:
        stream.write(data.replace(old, new))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replace(path: Path) -> None:
    data = path.read_bytes().replace(b"bar", b"other")
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["disk", "memory"])
@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(change: str, how: str, site: Path, tmp_path: Path) -> None:
    """With the cache, and with what was read before at hand: the same as a reader that knows nothing."""
    url = None if change == "direct_url.json added" else {"url": "file:///p", "dir_info": {}}
    info = dist_info(site, "foo", "1.0", "Requires-Dist: bar", direct_url=url)
    egg_info(site / "old.egg-info", "old", "2.0", "aa\n")
    (site / "file.egg-info").write_text("Metadata-Version: 1.0\nName: file\nVersion: 1.0\n")
    before = look(site, tmp_path / "cache")
    told = {dist.name: (dist.version, dist.details) for dist in before.distributions}
    time.sleep(0.02)  # the kernel stamps files with the time of its last tick
    CHANGES[change](info)
    known = {"cache_dir": str(tmp_path / "cache")} if how == "disk" else {"previous": before}
    after = {dist.name: (dist.version, dist.details) for dist in load(read(site, **known)).distributions}
    assert after == {dist.name: (dist.version, dist.details) for dist in load(read(site)).distributions}
    assert after != told


class TestMemory:
    def test_the_same_come_back(self, site: Path, opened: list[str]) -> None:
        """What somebody worked out about a Distribution stays with it."""
        for name in ("foo", "bar", "baz"):
            dist_info(site, name, "1.0")
        first = load(read(site))
        dist_info(site, "new", "1.0")
        replace(site / "bar-1.0.dist-info/METADATA")
        second = load(read(site, previous=first))
        assert [dist.name for dist in second.distributions if dist in first.distributions] == ["baz", "foo"]
        assert sorted(opened[3:]) == ["bar-1.0.dist-info", "new-1.0.dist-info"]

    def test_what_was_before_is_let_go(self, site: Path, tmp_path: Path) -> None:
        """Somebody who looks a thousand times holds what is there, not a thousand times that."""
        dist_info(site, "foo", "1.0")
        egg_info(tmp_path / "p/dev.egg-info", "dev", "3.0")
        (site / "dev.egg-link").write_text(f"{tmp_path}/p\n.")
        found = read(site)
        first = weakref.ref(found.folders[0])
        for _ in range(3):
            found = read(site, previous=found)
        gc.collect()
        assert first() is None

    def test_what_was_before_can_still_be_asked(self, site: Path, tmp_path: Path) -> None:
        """Also when it is gone: then it cannot be read, which is no error."""
        info = dist_info(site, "foo", "1.0")
        look(site, tmp_path / "cache")
        first = read(site, cache_dir=str(tmp_path / "cache"))
        info.rename(tmp_path / "away")
        assert read(site, previous=first).distributions == ()
        assert faults(first) == [("unreadable", "foo")]

    def test_own_becomes_inherited(self, site: Path, tmp_path: Path) -> None:
        dist_info(site, "foo", "1.0")
        first = load(read(site))
        (tmp_path / "none").mkdir()
        second = distributions.read_installed(looking_at(tmp_path / "none", inherited=(site,)), previous=first)
        assert only(second).inherited

    def test_editable_no_more(self, site: Path) -> None:
        """An editable's .pth beside the distribution came and went; nothing in its own files changed."""
        dist_info(site, "foo", "1.0")
        pth = site / "__editable__.foo-1.0.pth"
        first = load(read(site))
        pth.write_text("/nowhere")
        second = load(read(site, previous=first))
        pth.unlink()
        third = load(read(site, previous=second))
        assert [only(found).editable for found in (first, second, third)] == [False, True, False]

    def test_faults_are_found_again(self, site: Path) -> None:
        for version in ("1.0", "2.0"):
            dist_info(site, "foo", version)
        (site / "bar-1.0.dist-info").mkdir()
        first = load(read(site))
        second = load(read(site, previous=first))
        assert faults(second) == faults(first)
        assert named(second).keys() == {"foo", "bar"}
