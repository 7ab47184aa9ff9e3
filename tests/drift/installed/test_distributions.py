"""What is installed, from the names of folders and the files in them: usual, old and odd."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from drift.installed.build import dist_info, egg_info, faults, named, only, read


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "env" / "site-packages"
    path.mkdir(parents=True)
    return path


class TestNames:
    @pytest.mark.parametrize(
        ("folder", "name", "version"),
        [
            ("Foo_Bar-1.0.dist-info", "foo-bar", "1.0"),
            ("foo.bar-1.0rc1.dist-info", "foo-bar", "1.0rc1"),
            ("torch-2.0+cu118.dist-info", "torch", "2.0+cu118"),
            ("x-1!2.0.dist-info", "x", "1!2.0"),
            ("X-1.0.DIST-INFO", "x", "1.0"),
            ("foo__bar-1.0.post1.dev3.dist-info", "foo-bar", "1.0.post1.dev3"),
            ("Foo-1.0-py3.11.egg-info", "foo", "1.0"),
            ("Foo-1.0-py2.7-linux-x86_64.egg-info", "foo", "1.0"),
            ("Foo-1.0.egg-info", "foo", "1.0"),
        ],
    )
    def test_name_says_all(self, site: Path, folder: str, name: str, version: str) -> None:
        """Nothing is opened: the folders are empty, and it does not matter yet."""
        (site / folder).mkdir()
        found = only(read(site))
        assert (found.name, found.version, found.path) == (name, version, str(site / folder))
        assert not found.inherited
        assert not found.loaded

    @pytest.mark.parametrize(
        ("folder", "name", "version"),
        [
            ("foo-bar-1.0.dist-info", "foo-bar", "1.0"),
            ("foo-1.0_1.dist-info", "foo", "1.0-1"),
            ("foo.egg-info", "foo", "3.0"),
            ("foo-1.0_local.egg-info", "foo", "1.0+local"),
        ],
    )
    def test_metadata_knows_better(self, site: Path, folder: str, name: str, version: str) -> None:
        """Where the name was escaped, or has no version, METADATA is asked."""
        file = "METADATA" if folder.endswith(".dist-info") else "PKG-INFO"
        (site / folder).mkdir()
        (site / folder / file).write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        found = only(read(site))
        assert (found.name, found.version) == (name, version)

    def test_nothing_knows_better(self, site: Path) -> None:
        """The last dash is before the version, where METADATA cannot be asked."""
        (site / "foo-bar-1.0.dist-info").mkdir()
        found = only(read(site))
        assert (found.name, found.version) == ("foo-bar", "1.0")

    @pytest.mark.parametrize(
        "entry",
        [
            "foo.dist-info",
            "-foo-1.0.dist-info",
            ".dist-info",
            "f oo-1.0.dist-info",
            "f\udcff-1.0.dist-info",
            "é-1.0.dist-info",
            "dist-info",
            "foo-1.0.info",
            "foo-1.0.egg",
            "foo",
        ],
    )
    def test_no_distribution(self, site: Path, entry: str) -> None:
        (site / entry).mkdir()
        assert read(site)[:3] == ((), (), ())

    def test_left_behind(self, site: Path) -> None:
        """What pip renames while it replaces something is a note when it stays, and no distribution."""
        for entry in ("~oo", "~oo-1.0.dist-info", "~-o-1.0.dist-info"):
            (site / entry).mkdir()
        found = read(site)
        assert found.distributions == ()
        assert found.faults == ()
        assert [note.partition(" ")[0] for note in found.notes] == [
            str(site / entry) for entry in ("~-o-1.0.dist-info", "~oo", "~oo-1.0.dist-info")
        ]


class TestDistInfo:
    def test_all_that_is_read(self, site: Path) -> None:
        dist_info(
            site,
            "foo",
            "1.0",
            "Requires-Python: >=3.8",
            "Provides-Extra: Test_Extra",
            "Requires-Dist: Bar[B_x] (>=1.0, <2)",
            "REQUIRES-DIST: baz ; extra == 'Test_Extra'",
            "Requires-Dist: qux @ https://example.org/q.zip",
            files=("REQUESTED",),
        )
        found = only(read(site))
        assert [tuple(dependency) for dependency in found.requires] == [
            ("bar", ("b-x",), ">=1.0,<2", None, None),
            ("baz", (), "", ("extra", "==", "test-extra", True), None),
            ("qux", (), "", None, "https://example.org/q.zip"),
        ]
        assert found.requires_python == ">=3.8"
        assert found.provides_extra == {"test-extra"}
        assert (found.requested, found.editable, found.direct_url) == (True, False, None)
        assert found.faults == ()

    def test_without_installer_record_and_wheel(self, site: Path) -> None:
        """Debian's, and uv's with an option of it: nothing is wrong with that."""
        (dist_info(site, "foo", "1.0") / "INSTALLER").unlink()
        assert faults(read(site)) == []

    @pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
    def test_line_ends_and_what_follows_the_headers(self, site: Path, end: str) -> None:
        lines = [
            "Metadata-Version: 2.1",
            "Name: foo",
            "Version: 1.0",
            "Summary: a",
            "  Requires-Dist: no",
            "",
            "Requires-Dist: no",
        ]
        dist_info(site, "foo", "1.0", metadata=end.join(lines).encode())
        assert only(read(site)).details.requires == ()
        assert faults(read(site)) == []

    def test_linked_folders(self, site: Path, tmp_path: Path) -> None:
        """uv's --link-mode=symlink, and Nix."""
        dist_info(tmp_path / "store", "foo", "1.0", "Requires-Dist: bar")
        (site / "foo-1.0.dist-info").symlink_to(tmp_path / "store/foo-1.0.dist-info")
        (site / "baz-1.0.dist-info").mkdir()
        (site / "baz-1.0.dist-info/METADATA").symlink_to(tmp_path / "store/foo-1.0.dist-info/METADATA")
        found = named(read(site))
        assert [found[name].requires[0].name for name in ("foo", "baz")] == ["bar", "bar"]


class TestDirectUrl:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ({"url": "file:///p", "dir_info": {}}, {"editable": False}),
            ({"url": "file:///p", "dir_info": {"editable": True}}, {"editable": True}),
            ({"url": "file:///p", "dir_info": {"editable": "yes"}, "x": 1}, {"editable": False}),
            (
                {"url": "https://h/g", "vcs_info": {"vcs": "git", "commit_id": "a", "requested_revision": "m", "y": 1}},
                {"vcs": "git", "commit_id": "a", "requested_revision": "m"},
            ),
            (
                {"url": "https://h/a", "archive_info": {"hash": "sha256=a", "hashes": {"sha256": "a", "md5": 1}}},
                {"hash": "sha256=a", "hashes": {"sha256": "a"}},
            ),
            ({"url": "https://h/a", "archive_info": {}}, {}),
        ],
    )
    def test_valid(self, site: Path, written: dict[str, object], expected: dict[str, object]) -> None:
        dist_info(site, "foo", "1.0", direct_url=written)
        found = only(read(site))
        assert found.direct_url is not None
        ((kind, info),) = [(key, value) for key, value in found.direct_url.items() if key.endswith("_info")]
        assert found.direct_url["url"] == written["url"]
        assert kind in written
        assert info == expected
        assert found.editable is expected.get("editable", False)

    @pytest.mark.parametrize(
        "written",
        [
            "",
            "{",
            "[]",
            "null",
            '"x"',
            '{"url": 1, "dir_info": {}}',
            '{"url": "x"}',
            '{"dir_info": {}}',
            '{"url": "x", "dir_info": 1}',
            '{"url": "x", "dir_info": {}, "archive_info": {}}',
            '{"url": "x", "vcs_info": {"vcs": "git"}}',
            '{"url": "x", "vcs_info": {"vcs": 1, "commit_id": "x"}}',
            "[" * 30_000,
            '{"url": ' + "1" * 30_000 + "}",
            "\\ud800\0",
        ],
        ids=range(15),
    )
    def test_invalid_is_none(self, site: Path, written: str) -> None:
        """As pip does; and nothing breaks."""
        dist_info(site, "foo", "1.0", direct_url=written)
        found = read(site)
        assert only(found).direct_url is None
        assert faults(found) == []


class TestEggInfo:
    REQUIRES = "one>=1\n# two\n\n[:python_version < '3']\nthree\n\n[Ex_A]\nfour\n[b:os_name == 'nt']\nfive[c]\n"

    def test_folder(self, site: Path) -> None:
        """setup.py install of old, and Debian: what it requires is in requires.txt."""
        egg_info(site / "foo-1.0-py3.11.egg-info", "foo", "1.0", self.REQUIRES)
        found = only(read(site))
        assert [(dependency.name, dependency.marker) for dependency in found.requires] == [
            ("one", None),
            ("three", ("python_version", "<", "3", True)),
            ("four", ("extra", "==", "ex-a", True)),
            ("five", ("and", ("os_name", "==", "nt", True), ("extra", "==", "b", True))),
        ]
        assert found.provides_extra == {"ex-a", "b"}

    def test_both(self, site: Path) -> None:
        """A PKG-INFO of metadata 2.1 says it already; pip does not read it twice."""
        headers = ("Requires-Dist: bar", "Provides-Extra: e")
        egg_info(site / "foo-1.0.egg-info", "foo", "1.0", "other\n[f]\nmore\n", *headers)
        found = only(read(site))
        assert [dependency.name for dependency in found.requires] == ["bar"]
        assert found.provides_extra == {"e"}

    def test_file(self, site: Path) -> None:
        """distutils wrote the metadata alone."""
        text = "Metadata-Version: 1.1\nName: foo\nVersion: 1.0\nRequires-Python: >=2.7\n"
        (site / "foo-1.0-py3.11.egg-info").write_text(text)
        found = only(read(site))
        assert (found.name, found.version, found.requires, found.requires_python) == ("foo", "1.0", (), ">=2.7")
        assert found.faults == ()

    def test_eggs_of_easy_install(self, site: Path) -> None:
        """Folders that easy-install.pth puts on sys.path; one that no .pth names is not seen by Python either."""
        egg_info(site / "foo-1.0-py2.7.egg" / "EGG-INFO", "foo", "1.0", "bar")
        egg_info(site / "off-1.0-py2.7.egg" / "EGG-INFO", "off", "1.0")
        (site / "zip-2.0-py2.7.egg").touch()
        (site / "easy-install.pth").write_text("./foo-1.0-py2.7.egg\n./zip-2.0-py2.7.egg\n")
        found = named(read(site))
        assert {name: dist.version for name, dist in found.items()} == {"foo": "1.0", "zip": "2.0"}
        assert [dependency.name for dependency in found["foo"].requires] == ["bar"]
        assert found["zip"].faults[0].code == "unknown"
        assert not found["foo"].inherited


class TestEditable:
    def test_egg_link(self, site: Path, tmp_path: Path) -> None:
        """setup.py develop: the .egg-link leads to the source, and is worth a direct_url.json."""
        egg_info(tmp_path / "a project/src/foo.egg-info", "foo", "1.0", "bar")
        (site / "foo.egg-link").write_text(f"{tmp_path}/a project/src\n../")
        (site / "easy-install.pth").write_text(f"{tmp_path}/a project/src\n")
        found = only(read(site))
        assert (found.name, found.version, found.inherited) == ("foo", "1.0", False)
        assert (found.editable, [dependency.name for dependency in found.requires]) == (True, ["bar"])
        assert found.direct_url == {
            "url": f"file://{tmp_path}/a%20project",
            "dir_info": {"editable": True},
        }

    def test_installed_beats_egg_link(self, site: Path, tmp_path: Path) -> None:
        """pip looks at a folder's own distributions first."""
        egg_info(tmp_path / "p/foo.egg-info", "foo", "1.0")
        (site / "foo.egg-link").write_text(f"{tmp_path}/p\n.")
        dist_info(site, "foo", "2.0")
        assert only(read(site)).version == "2.0"

    @pytest.mark.parametrize("text", ["", "\n\n", "/nowhere\n.", "relative\n.", "/etc/passwd\n.", "\0\n", "x" * 70_000])
    def test_egg_link_to_nothing(self, site: Path, text: str) -> None:
        """pip says nothing; we note it."""
        (site / "foo.egg-link").write_text(text)
        found = read(site)
        assert found.distributions == ()
        assert len(found.notes) == 1

    def test_editable_pth_without_direct_url(self, site: Path, tmp_path: Path) -> None:
        dist_info(site, "foo_bar", "1.0")
        (site / "__editable__.foo_bar-1.0.pth").write_text(str(tmp_path))
        found = only(read(site))
        assert (found.editable, found.direct_url) == (True, None)

    def test_stale_egg_info_in_the_source(self, site: Path, tmp_path: Path) -> None:
        """The .pth of an editable leads to a folder with an .egg-info of its own: the installed one is the first."""
        dist_info(site, "foo", "2.0", direct_url={"url": "file:///p", "dir_info": {"editable": True}})
        egg_info(tmp_path / "p/foo.egg-info", "foo", "1.0")
        (site / "__editable__.foo-2.0.pth").write_text(f"{tmp_path}/p\n")
        found = read(site)
        assert (only(found).version, only(found).editable) == ("2.0", True)
        assert faults(found) == []


class TestPth:
    def test_plain_folders(self, site: Path, tmp_path: Path) -> None:
        """In the order of the files' names, after the folder's own; no lines of code, no comments, nothing hidden."""
        for name, version in (("one", "1"), ("two", "2"), ("three", "3"), ("four", "4")):
            dist_info(tmp_path / name, "foo", version)
            dist_info(tmp_path / name, name, "1.0")
        (site / "b.pth").write_text(f"# {tmp_path}/four\nimport os; x = '{tmp_path}/four'\n{tmp_path}/two\n")
        (site / "a.pth").write_bytes(f"\ufeff../../one  \r\n\r\n{tmp_path}/nowhere\n\0\n{site}\n".encode())
        (site / ".c.pth").write_text(f"{tmp_path}/four\n")
        for line in ("import x", "import\tx", "#x"):
            dist_info(site / line, "four", "4")
        (site / "c.pth").write_text("import x\nimport\tx\n#x\n")
        (site / "d.pth").symlink_to("/dev/zero")
        os.mkfifo(site / "e.pth")
        dist_info(tmp_path / "env/inside", "three", "1.0")
        (site / "f.pth").write_text("../inside")
        found = read(site)
        assert [(dist.name, dist.version, dist.inherited) for dist in found.distributions] == [
            ("foo", "1", True),
            ("one", "1.0", True),
            ("two", "1.0", True),
            ("three", "1.0", False),
        ]
        assert found.faults == ()

    def test_many_folders_are_bounded(self, site: Path, tmp_path: Path) -> None:
        text = ""
        for number in range(600):
            (tmp_path / f"f{number}").mkdir()
            text += f"{tmp_path}/f{number}\n"
        (site / "a.pth").write_text(text)
        assert len(read(site).folders) <= 501
