"""Environments that cannot be made here, laid out by hand: other systems', old tools', and broken ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from stepin.drift.installed import target
from stepin.drift.model import NoEnvironmentError, Target

CFG = "home = /nowhere/bin\ninclude-system-site-packages = false\n"


def lay(root: Path, *paths: str, cfg: str | None = CFG) -> Path:
    """Make folders (ending in /), links (a -> b) and empty files; return the environment's folder."""
    for words in paths:
        path, _, link = words.partition(" -> ")
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if link:
            place.symlink_to(link)
        elif path.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.touch()
    if cfg is not None:
        root.mkdir(exist_ok=True)
        (root / "pyvenv.cfg").write_text(cfg)
    return root


def read(root: Path) -> Target:
    return target.read_target(str(root), environ={"HOME": "/nowhere"})


def sites(found: Target, root: Path) -> list[str]:
    return [os.path.relpath(site.path, root) for site in found.sites]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """An installation of Python 3.11.9 that is not here."""
    root = lay(tmp_path / "base", "bin/python3.11", "lib/python3.11/os.py", "lib/python3.11/site-packages/", cfg=None)
    headers(root, "python3.11", "3.11.9")
    return root


def headers(root: Path, name: str, version: str, more: str = "") -> None:
    lay(root, f"include/{name}/", cfg=None)
    (root / "include" / name / "patchlevel.h").write_text(f'/* */\n#define PY_VERSION      \t"{version}"\n{more}')


def env_of(base: Path, root: Path, *paths: str, cfg: str = "") -> Path:
    return lay(
        root,
        "lib/python3.11/site-packages/",
        f"bin/python -> {base}/bin/python3.11",
        *paths,
        cfg=f"home = {base}/bin\ninclude-system-site-packages = false\n{cfg}",
    )


class TestWindows:
    def test_seen_from_elsewhere(self, tmp_path: Path) -> None:
        """From WSL or over a share: platform known to be Windows, its machine and release are not this machine's."""
        env = lay(
            tmp_path / "env",
            "Scripts/python.exe",
            "Lib/site-packages/",
            cfg="home = C:\\Python312\nversion = 3.12.4\ninclude-system-site-packages = true\n",
        )
        found = read(env)
        assert sites(found, env) == ["Lib/site-packages"]
        assert (found.kind, found.python, found.full_version) == ("venv", "3.12", "3.12.4")
        assert found.executable == str(env / "Scripts/python.exe")
        assert (found.base, found.base_state) == (None, None)
        assert found.variables == {
            "os_name": "nt",
            "sys_platform": "win32",
            "platform_system": "Windows",
            "python_version": "3.12",
            "python_full_version": "3.12.4",
            "implementation_name": "cpython",
            "implementation_version": "3.12.4",
            "platform_python_implementation": "CPython",
        }

    def test_conda(self, tmp_path: Path) -> None:
        env = lay(
            tmp_path / "env",
            "python.exe",
            "Scripts/",
            "Lib/site-packages/",
            "conda-meta/python-3.12.4-h14ffc60_1.json",
            cfg=None,
        )
        found = read(env)
        assert (found.kind, found.python, found.full_version) == ("conda", "3.12", "3.12.4")
        assert found.variables["sys_platform"] == "win32"


class TestConda:
    PATHS = ("bin/python3.11", "bin/python -> python3.11", "lib/python3.11/site-packages/", "lib/python3.11/os.py")

    def test_patch_from_headers(self, tmp_path: Path) -> None:
        env = lay(tmp_path / "env", *self.PATHS, "conda-meta/python-3.11.4-h955ad1f_0.json", cfg=None)
        headers(env, "python3.11", "3.11.5")
        found = read(env)
        assert (found.kind, found.python, found.full_version) == ("conda", "3.11", "3.11.5")
        assert (found.base, found.base_state, found.inherits) == (None, None, False)
        assert sites(found, env) == ["lib/python3.11/site-packages"]

    def test_patch_from_conda_meta(self, tmp_path: Path) -> None:
        """python_abi and python-dateutil are not python."""
        env = lay(
            tmp_path / "env",
            *self.PATHS,
            "conda-meta/python-3.11.4-h955ad1f_0_cpython.json",
            "conda-meta/python-dateutil-2.8.2-py_0.json",
            "conda-meta/python_abi-3.11-2_cp311.json",
            cfg=None,
        )
        assert read(env).full_version == "3.11.4"

    def test_users_site_comes_first(self, tmp_path: Path) -> None:
        """A conda environment is no venv to site.py: the user's own packages are seen, before the environment's."""
        env = lay(tmp_path / "env", *self.PATHS, "conda-meta/", cfg=None)
        user = lay(tmp_path / "home/.local", "lib/python3.11/site-packages/", cfg=None)
        found = target.read_target(str(env), environ={"HOME": str(tmp_path / "home")})
        assert [(site.path, site.inherited) for site in found.sites] == [
            (str(user / "lib/python3.11/site-packages"), True),
            (str(env / "lib/python3.11/site-packages"), False),
        ]

    def test_without_python(self, tmp_path: Path) -> None:
        with pytest.raises(NoEnvironmentError):
            read(lay(tmp_path / "env", "conda-meta/history", "lib/", cfg=None))


class TestFolders:
    def test_lib64_of_its_own(self, tmp_path: Path) -> None:
        """Where it is no link, both count, lib64 first."""
        env = lay(tmp_path / "env", "lib64/python3.11/site-packages/", "lib/python3.11/site-packages/")
        assert sites(read(env), env) == ["lib64/python3.11/site-packages", "lib/python3.11/site-packages"]

    def test_lib64_alone(self, tmp_path: Path) -> None:
        env = lay(tmp_path / "env", "lib64/python3.11/site-packages/")
        assert sites(read(env), env) == ["lib64/python3.11/site-packages"]

    def test_free_threaded(self, tmp_path: Path) -> None:
        base = lay(tmp_path / "base", "bin/python3.13t", "lib/python3.13t/os.py", cfg=None)
        headers(base, "python3.13t", "3.13.2")
        env = lay(
            tmp_path / "env",
            f"bin/python -> {base}/bin/python3.13t",
            "lib/python3.13t/site-packages/",
            "lib/python3.13/site-packages/",
            cfg=f"home = {base}/bin\n",
        )
        found = read(env)
        assert (found.python, found.full_version, found.base_state) == ("3.13", "3.13.2", "present")
        assert sites(found, env) == ["lib/python3.13t/site-packages"]
        assert found.variables["python_version"] == "3.13"

    def test_several_and_a_link_without_a_version(self, tmp_path: Path) -> None:
        """pyvenv.cfg tells which of them is used; without it, the newest (3.9 is older than 3.10)."""
        folders = ("lib/python3.9/site-packages/", "lib/python3.10/site-packages/", "lib/python3.8/site-packages/")
        assert read(lay(tmp_path / "a", *folders, cfg=CFG + "version = 3.9.1\n")).python == "3.9"
        assert read(lay(tmp_path / "b", *folders)).python == "3.10"

    def test_folder_is_believed_before_pyvenv_cfg(self, tmp_path: Path) -> None:
        env = lay(tmp_path / "env", "lib/python3.11/site-packages/", cfg=CFG + "version = 3.9.1\n")
        found = read(env)
        assert (found.python, found.full_version) == ("3.11", None)
        assert "python_full_version" not in found.variables

    def test_links_as_nix_makes_them(self, base: Path, tmp_path: Path) -> None:
        """A site-packages, and an interpreter, behind several links."""
        store = lay(tmp_path / "store", "lib/python3.11/site-packages/", cfg=None)
        env = lay(
            tmp_path / "env",
            f"lib -> {store}/lib",
            f"hop -> {base}/bin/python3.11",
            "bin/python -> ../hop",
            cfg=f"home = {base}/bin\ninclude-system-site-packages = false\n",
        )
        found = read(env)
        assert (found.python, found.full_version, found.base_state) == ("3.11", "3.11.9", "present")
        assert sites(found, env) == ["lib/python3.11/site-packages"]

    def test_environment_without_site_packages(self, tmp_path: Path) -> None:
        """Still an environment: that nothing can be said of it is for the reader to tell."""
        found = read(lay(tmp_path / "env", "bin/python", cfg=CFG + "version_info = 3.11.4.final.0\n"))
        assert (found.python, found.sites) == ("3.11", ())


class TestOtherImplementations:
    def test_pypy(self, tmp_path: Path) -> None:
        base = lay(tmp_path / "base", "bin/pypy3.10", "lib/pypy3.10/os.py", cfg=None)
        headers(base, "pypy3.10", "3.10.14", '#define PYPY_VERSION "7.3.17"\n')
        env = lay(
            tmp_path / "env",
            f"bin/python -> {base}/bin/pypy3.10",
            "lib/pypy3.10/site-packages/",
            cfg=f"home = {base}/bin\n",
        )
        found = read(env)
        expected = {
            "implementation_name": "pypy",
            "platform_python_implementation": "PyPy",
            "implementation_version": "7.3.17",
            "python_full_version": "3.10.14",
            "python_version": "3.10",
        }
        assert {name: found.variables[name] for name in expected} == expected
        assert (found.base_state, sites(found, env)) == ("present", ["lib/pypy3.10/site-packages"])

    def test_pypy_before_3_9(self, tmp_path: Path) -> None:
        env = lay(tmp_path / "env", "bin/pypy3", "site-packages/", cfg=CFG + "version = 3.7.13\n")
        found = read(env)
        assert (found.python, sites(found, env)) == ("3.7", ["site-packages"])
        assert found.variables["implementation_name"] == "pypy"
        assert "implementation_version" not in found.variables

    @pytest.mark.parametrize(
        ("written", "name", "platform"),
        [("CPython", "cpython", "CPython"), ("PyPy", "pypy", "PyPy"), ("GraalPy", "graalpy", "GraalVM")],
    )
    def test_key_is_believed_before_the_folder(self, tmp_path: Path, written: str, name: str, platform: str) -> None:
        env = lay(tmp_path / "env", "lib/python3.11/site-packages/", cfg=f"{CFG}implementation = {written}\n")
        variables = read(env).variables
        assert (variables["implementation_name"], variables["platform_python_implementation"]) == (name, platform)

    def test_one_never_heard_of(self, tmp_path: Path) -> None:
        """Unknown is better than wrong."""
        env = lay(tmp_path / "env", "lib/python3.11/site-packages/", cfg=f"{CFG}implementation = Snake\n")
        assert not read(env).variables.keys() & {"implementation_name", "platform_python_implementation"}


class TestOldVirtualenv:
    """virtualenv before 20 copied the interpreter, linked the library, and wrote no pyvenv.cfg."""

    def make(self, tmp_path: Path, *paths: str) -> Path:
        base = lay(tmp_path / "base", "bin/python2.7", "lib/python2.7/os.py", "lib/python2.7/site-packages/", cfg=None)
        headers(base, "python2.7", "2.7.18")
        paths = ("bin/python2.7", "bin/activate_this.py", "lib/python2.7/orig-prefix.txt", *paths)
        env = lay(tmp_path / "env", "bin/python -> python2.7", "lib/python2.7/site-packages/", *paths, cfg=None)
        (env / "lib/python2.7/orig-prefix.txt").write_text(str(base))
        return env

    def test_alone(self, tmp_path: Path) -> None:
        env = self.make(tmp_path, "lib/python2.7/no-global-site-packages.txt")
        found = read(env)
        assert (found.kind, found.python, found.full_version) == ("virtualenv", "2.7", "2.7.18")
        assert (found.base, found.base_state, found.inherits) == (str(tmp_path / "base"), "present", False)
        assert sites(found, env) == ["lib/python2.7/site-packages"]
        assert found.variables["implementation_name"] == ""
        if sys.platform == "linux":
            assert found.variables["sys_platform"] == "linux2"

    def test_with_the_systems_packages(self, tmp_path: Path) -> None:
        found = read(self.make(tmp_path))
        assert found.inherits
        assert [site.path for site in found.sites if site.inherited] == [
            str(tmp_path / "base/lib/python2.7/site-packages")
        ]

    def test_base_gone(self, tmp_path: Path) -> None:
        env = self.make(tmp_path)
        os.rename(tmp_path / "base", tmp_path / "away")
        assert read(env).base_state == "gone"


class TestBase:
    def test_present(self, base: Path, tmp_path: Path) -> None:
        found = read(env_of(base, tmp_path / "env"))
        assert (found.base, found.base_state, found.base_python) == (str(base), "present", None)
        assert found.full_version == "3.11.9"

    def test_headers_know_better_than_pyvenv_cfg(self, base: Path, tmp_path: Path) -> None:
        """The base got a patch release since the environment was made."""
        assert read(env_of(base, tmp_path / "env", cfg="version = 3.11.2\n")).full_version == "3.11.9"

    def test_link_leads_to_nothing(self, base: Path, tmp_path: Path) -> None:
        env = env_of(base, tmp_path / "env", cfg="version = 3.11.2\n")
        os.rename(base, tmp_path / "away")
        found = read(env)
        assert (found.base_state, found.python, found.full_version) == ("gone", "3.11", "3.11.2")

    def test_copy_whose_home_is_gone(self, tmp_path: Path) -> None:
        env = lay(tmp_path / "env", "bin/python", "lib/python3.11/site-packages/")
        assert read(env).base_state == "gone"

    def test_link_now_leads_to_another_version(self, base: Path, tmp_path: Path) -> None:
        """As after an upgrade of the distribution: /usr/bin/python3 is 3.12 now."""
        lay(base, "bin/python3.12", "bin/python3 -> python3.12", "lib/python3.12/os.py", cfg=None)
        env = lay(
            tmp_path / "env",
            "lib/python3.11/site-packages/",
            f"bin/python -> {base}/bin/python3",
            cfg=f"home = {base}/bin\n",
        )
        found = read(env)
        assert (found.base_state, found.base_python, found.python) == ("other", "3.12", "3.11")

    def test_copy_whose_base_has_another_version(self, tmp_path: Path) -> None:
        base = lay(tmp_path / "base", "bin/", "lib/python3.12/os.py", cfg=None)
        env = lay(tmp_path / "env", "bin/python", "lib/python3.11/site-packages/", cfg=f"home = {base}/bin\n")
        found = read(env)
        assert (found.base_state, found.base_python) == ("other", "3.12")

    def test_nothing_to_be_seen_is_nothing_said(self, tmp_path: Path) -> None:
        """A base whose library lies who knows where (zipped, elsewhere) is not called gone."""
        base = lay(tmp_path / "base", "bin/", cfg=None)
        env = lay(tmp_path / "env", "bin/python", "lib/python3.11/site-packages/", cfg=f"home = {base}/bin\n")
        assert read(env).base_state is None

    def test_links_into_a_framework(self, tmp_path: Path) -> None:
        """Homebrew: `home` is a folder of links, the library is where they lead."""
        framework = "Cellar/Python.framework/Versions/3.11"
        lay(tmp_path, f"{framework}/bin/python3.11", f"{framework}/lib/python3.11/os.py", cfg=None)
        headers(tmp_path / framework, "python3.11", "3.11.9")
        lay(tmp_path, f"opt/python/bin/python3.11 -> {tmp_path}/{framework}/bin/python3.11", cfg=None)
        env = lay(
            tmp_path / "env",
            f"bin/python -> {tmp_path}/opt/python/bin/python3.11",
            "lib/python3.11/site-packages/",
            cfg=f"home = {tmp_path}/opt/python/bin\n",
        )
        found = read(env)
        assert (found.base, found.base_state) == (str(tmp_path / framework), "present")
        assert found.full_version == "3.11.9"

    def test_virtualenvs_base_prefix(self, base: Path, tmp_path: Path) -> None:
        env = lay(
            tmp_path / "env",
            "bin/python",
            "lib/python3.11/site-packages/",
            cfg=f"home = /nowhere/bin\nbase-prefix = {base}\nvirtualenv = 20.1\n",
        )
        found = read(env)
        assert (found.kind, found.base, found.base_state) == ("virtualenv", str(base), "present")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('#define PY_VERSION "3.11.9"', "3.11.9"),
            ('#define PY_VERSION "3.11.0rc2"', "3.11.0rc2"),
            ('#define PY_VERSION "3.11.4+"', "3.11.4+"),
            ('#define PY_VERSION "3.12.0"', "3.11.2"),  # of another: not believed
            ('#define PY_VERSION "3.11.4\'; rm -rf"', "3.11.2"),
            ("\0\xff" * 50_000, "3.11.2"),
            ("", "3.11.2"),
        ],
        ids=range(7),
    )
    def test_headers(self, tmp_path: Path, base: Path, text: str, expected: str) -> None:
        (base / "include/python3.11/patchlevel.h").write_text(text)
        assert read(env_of(base, tmp_path / "env", cfg="version = 3.11.2\n")).full_version == expected

    def test_between_releases(self, base: Path, tmp_path: Path) -> None:
        """What packaging makes of a Python built from a branch, so that it can be compared."""
        headers(base, "python3.11", "3.11.4+")
        variables = read(env_of(base, tmp_path / "env")).variables
        assert variables["python_full_version"] == "3.11.4+local"
        assert variables["implementation_version"] == "3.11.4"


@pytest.mark.parametrize("what", ["missing", "file", "empty", "only bin"])
def test_no_environment(tmp_path: Path, what: str) -> None:
    path = tmp_path / "x"
    if what == "file":
        path.touch()
    elif what != "missing":
        path.mkdir()
    if what == "only bin":
        lay(path, "bin/python", cfg=None)
    with pytest.raises(NoEnvironmentError, match=str(path)) as error:
        read(path)
    assert "\n" not in str(error.value)
