"""Several distributions of one name, and those that are damaged: told where it matters, and only there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from drift.installed.build import dist_info, egg_info, faults, looking_at, only, read
from stepin.drift.installed import distributions


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "env" / "site-packages"
    path.mkdir(parents=True)
    return path


class TestSeveralPlaces:
    def test_first_wins_and_is_no_duplicate(self, site: Path, tmp_path: Path) -> None:
        dist_info(site, "foo", "1.0")
        dist_info(tmp_path / "base", "foo", "2.0")
        dist_info(tmp_path / "base", "bar", "2.0")
        found = distributions.read_installed(looking_at(site, inherited=(tmp_path / "base",)))
        assert {(dist.name, dist.version, dist.inherited) for dist in found.distributions} == {
            ("foo", "1.0", False),
            ("bar", "2.0", True),
        }
        assert found.faults == ()

    def test_what_is_wrong_in_the_base_is_not_this_environments(self, site: Path, tmp_path: Path) -> None:
        base = tmp_path / "base"
        dist_info(base, "foo", "1.0")
        dist_info(base, "foo", "2.0")
        (base / "~oo").mkdir()
        found = distributions.read_installed(looking_at(site, inherited=(base,)))
        assert (found.faults, found.notes) == ((), ())

    def test_one_folder_by_two_names(self, site: Path, tmp_path: Path) -> None:
        dist_info(site, "foo", "1.0")
        (site / "~oo").mkdir()
        (tmp_path / "link").symlink_to(site)
        found = distributions.read_installed(looking_at(site, tmp_path / "link"))
        assert (len(found.distributions), len(found.notes), len(found.folders)) == (1, 1, 1)


class TestBroken:
    def test_two_versions_in_one_place(self, site: Path) -> None:
        """The one installed last is taken for it; that there are two is told."""
        for version, time in (("2.0", 5000), ("1.0", 9000), ("3.0", 7000)):
            os.utime(dist_info(site, "foo", version), (time, time))
        found = read(site)
        assert only(found).version == "1.0"
        assert faults(found) == [("duplicate", "foo")]
        assert found.faults[0].code == "broken"
        assert "1.0 and 2.0 and 3.0" in found.faults[0].message

    def test_one_version_written_twice_is_nothing(self, site: Path) -> None:
        """Debian keeps cryptography.egg-info beside cryptography-38.0.4.dist-info."""
        dist_info(site, "foo", "1.0")
        egg_info(site / "foo.egg-info", "foo", "1.0")
        found = read(site)
        assert only(found).path.endswith("foo-1.0.dist-info")
        assert faults(found) == []

    def test_emptied_one_beside_a_whole_one(self, site: Path) -> None:
        """A killed upgrade, or a file that Windows would not let go of: the whole one counts."""
        (site / "foo-2.0.dist-info").mkdir()
        os.utime(dist_info(site, "foo", "1.0"), (1, 1))
        found = read(site)
        assert only(found).version == "1.0"
        assert faults(found) == [("emptied", "foo")]

    def test_emptied(self, site: Path) -> None:
        (site / "foo-1.0.dist-info").mkdir()
        (site / "bar-1.0.dist-info").mkdir()
        (site / "bar-1.0.dist-info/RECORD").touch()
        assert sorted(faults(read(site))) == [("emptied", "bar"), ("emptied", "foo")]

    @pytest.mark.parametrize(
        "metadata",
        [
            b"",
            b"\0" * 4096,
            b"Metadata-Version: 2.1\nNam",
            b"Metadata-Version: 2.1\nName: foo\n",
            b"Name: foo\n\nVersion: 1.0\n",
            b"no headers at all",
            b"\xef\xbb\xbfName: foo\nVersion: 1.0\n",
        ],
    )
    def test_truncated(self, site: Path, metadata: bytes) -> None:
        dist_info(site, "foo", "1.0", metadata=metadata)
        assert faults(read(site)) == [("truncated", "foo")]

    def test_truncated_in_the_middle_of_a_header(self, site: Path) -> None:
        """RECORD tells that there was more; without it, or without doubt, nothing is said."""
        text = b"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\nRequires-Dist: ba"
        folder = dist_info(site, "foo", "1.0", metadata=text)
        assert faults(read(site)) == []
        (folder / "RECORD").write_text(f"foo.py,,\nfoo-1.0.dist-info/METADATA,sha256=x,{len(text)}\n")
        assert faults(read(site)) == []
        (folder / "RECORD").write_text('"a,b",,1\nfoo-1.0.dist-info/METADATA,sha256=x,900\n')
        assert faults(read(site)) == [("truncated", "foo")]
        (folder / "METADATA").write_bytes(text + b"r\n")
        assert faults(read(site)) == []

    @pytest.mark.parametrize("where", ["header", "body"])
    def test_undecodable(self, site: Path, where: str) -> None:
        """pip fails on it, wherever it is."""
        text = b"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\nAuthor: Jos%b\n\n%b\n"
        dist_info(site, "foo", "1.0", metadata=text % ((b"\xe9", b"") if where == "header" else (b"", b"\xe9")))
        assert faults(read(site)) == [("undecodable", "foo")]

    def test_requirement_that_pip_refuses(self, site: Path) -> None:
        """The others are still read."""
        dist_info(site, "foo", "1.0", "Requires-Dist: bar>=1.*", "Requires-Dist: baz")
        found = read(site)
        assert faults(found) == [("invalid", "foo")]
        assert [dependency.name for dependency in only(found).requires] == ["baz"]

    def test_no_site_packages(self, tmp_path: Path) -> None:
        """Unreadable is unknown, never clean."""
        found = distributions.read_installed(looking_at(env=tmp_path))
        assert [(fault.code, fault.name) for fault in found.faults] == [("unknown", None)]

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
    def test_unreadable(self, site: Path) -> None:
        folder = dist_info(site, "foo", "1.0")
        (folder / "METADATA").chmod(0)
        assert faults(read(site)) == [("unreadable", "foo")]
        site.chmod(0)
        try:
            assert [fault.code for fault in read(site).faults] == ["unknown"]
        finally:
            site.chmod(0o700)
