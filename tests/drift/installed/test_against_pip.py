"""What is read from outside is what pip's own reader finds: names, versions, what is required, where it came from."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from drift.installed.build import absent, dist_info, egg_info, named, read, run, tool, venv, wheel
from stepin.drift.installed import distributions, target
from stepin.drift.model import Dependency, Distribution, Installed


def pip_reads(*paths: str | Path) -> dict[str, Any]:
    """Return pip's distributions, by name; the first of a name wins, as in ours."""
    from pip._internal.metadata.importlib import Environment

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: dict[str, Any] = {}
        for dist in Environment.from_paths([str(path) for path in paths]).iter_all_distributions():
            found.setdefault(str(dist.canonical_name), dist)
    return found


def lines(dependencies: tuple[Dependency, ...]) -> list[tuple[str, tuple[str, ...], frozenset[str], str | None]]:
    return sorted(
        ((one.name, one.extras, frozenset(filter(None, one.specifier.split(","))), one.url) for one in dependencies),
        key=repr,
    )


def same(ours: dict[str, Distribution], pips: dict[str, Any]) -> None:
    assert ours.keys() == pips.keys()
    for name, dist in ours.items():
        pip = pips[name]
        assert dist.version == str(pip.version), name
        assert os.path.realpath(dist.path) == os.path.realpath(str(pip.info_location)), name
        requires = [
            Dependency(
                requirement.name.lower().replace("_", "-").replace(".", "-"),
                tuple(sorted(extra.lower().replace("_", "-").replace(".", "-") for extra in requirement.extras)),
                ",".join(str(clause).replace(" ", "") for clause in requirement.specifier),
                None,
                requirement.url,
            )
            for requirement in everything(pip)
        ]
        assert lines(dist.requires) == lines(tuple(requires)), name
        assert dist.provides_extra == set(pip.iter_provided_extras()), name
        assert (dist.requires_python or "").replace(" ", "") == (pip.metadata.get("Requires-Python") or "").replace(
            " ", ""
        )
        assert dist.requested == pip.requested, name
        assert (dist.direct_url or {}).get("url") == (pip.direct_url.url if pip.direct_url else None), name
        assert dist.faults == (), name


def everything(dist: Any) -> list[Any]:
    from pip._vendor.packaging.requirements import Requirement

    return [Requirement(line.strip()) for line in dist.metadata.get_all("Requires-Dist", [])]


def test_our_own_tools() -> None:
    """Forty real distributions, as pip installed them."""
    site = Path(sys.prefix) / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    found = named(read(site))
    same(found, pip_reads(site))
    assert found["stepin"].editable


def test_debians() -> None:
    """Egg-infos, folders and files, without INSTALLER and RECORD."""
    site = Path("/usr/lib/python3/dist-packages")
    if not site.is_dir():
        absent("Debian's python3")
    ours, pips = named(read(site)), pip_reads(site)
    # pip takes the first that the file system lists; there, cryptography's .egg-info beside its .dist-info.
    for name in {name for name in ours if ours[name].path != pips[name].info_location}:
        assert ours[name].version == str(pips[name].version)
        del ours[name], pips[name]
    same(ours, pips)


def test_odd_ones(tmp_path: Path) -> None:
    site = tmp_path / "site"
    dist_info(
        site, "Foo.Bar", "1.0+l", "Requires-Dist: A[b]~=1.0; extra=='x'", "Provides-Extra: X_y", "Requires-Python:>=3"
    )
    dist_info(site, "baz", "1!2.0", direct_url={"url": "https://u:p@h/x.zip", "archive_info": {}}, files=("REQUESTED",))
    dist_info(site, "bad_url", "1.0", direct_url={"url": "x"})
    egg_info(site / "Old-1.0-py2.7.egg-info", "Old", "1.0", "a\n[X_y:os_name=='nt']\nb[c]==1\n")
    (site / "file-2.0.egg-info").write_text("Metadata-Version: 1.0\nName: file\nVersion: 2.0\n")
    egg_info(tmp_path / "p/dev.egg-info", "dev", "3.0", "a")
    (site / "dev.egg-link").write_text(f"{tmp_path}/p\n.")
    (site / "~eft-1.0.dist-info").mkdir()
    dist_info(tmp_path / "elsewhere", "foo_bar", "9")
    dist_info(tmp_path / "elsewhere", "far", "9")
    (site / "e.pth").write_text(str(tmp_path / "elsewhere"))
    ours = named(read(site))
    # pip has no direct_url for an .egg-link; it asks the link instead.
    assert ours["dev"].editable
    pips = pip_reads(site, tmp_path / "elsewhere")
    assert pips["dev"].direct_url is None
    del ours["dev"], pips["dev"]
    assert len(ours) == 6
    same(ours, pips)


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel(folder, "foo", "1.0", "Requires-Dist: bar>=1", "Requires-Dist: baz; extra == 'e'", "Provides-Extra: e")
    wheel(folder, "bar", "1.5")
    return folder


def project(folder: Path) -> Path:
    """A project that can be installed as editable without a network: its build backend is in it."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "proj"\nversion = "0.1"\n'
    )
    (folder / "backend.py").write_text(
        "import zipfile\n"
        "def build_editable(folder, settings=None, metadata=None):\n"
        "    name, info = 'proj-0.1-py3-none-any.whl', 'proj-0.1.dist-info/'\n"
        "    with zipfile.ZipFile(folder + '/' + name, 'w') as archive:\n"
        "        archive.writestr('proj.pth', '/nowhere')\n"
        "        archive.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: proj\\nVersion: 0.1\\n')\n"
        "        archive.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nTag: py3-none-any\\n')\n"
        "        archive.writestr(info + 'RECORD', '')\n"
        "    return name\n"
        "build_wheel = build_editable\n"
    )
    return folder


def environment(env: Path) -> Installed:
    return distributions.read_installed(target.read_target(str(env)))


@pytest.mark.parametrize("installer", ["pip", "uv", "uv, linked"])
def test_installed_by(installer: str, tmp_path: Path, wheels: Path) -> None:
    """By name, from a wheel's path, and editable: pip and uv, who do not write the same files."""
    site = venv(tmp_path / "env")
    python = tmp_path / "env/bin/python"
    source = project(tmp_path / "a project")
    if installer == "pip":
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "--quiet",
            "--no-build-isolation",
        ]
    else:
        command = [tool("uv"), "pip", "install", "--quiet", "--offline", "--no-config", "--python", python]
        command += ["--cache-dir", tmp_path / "cache", "--no-build-isolation"]
        command += ["--link-mode", "symlink"] if installer == "uv, linked" else []
    run(*command, "--no-index", "--find-links", wheels, "foo", "-e", source)
    run(*command, "--no-index", "--no-deps", "--force-reinstall", wheels / "bar-1.5-py3-none-any.whl")
    found = named(environment(tmp_path / "env"))
    same(found, pip_reads(site))
    assert {name: dist.version for name, dist in found.items()} == {"foo": "1.0", "bar": "1.5", "proj": "0.1"}
    assert found["proj"].editable
    assert found["proj"].direct_url == {"url": f"file://{tmp_path}/a%20project", "dir_info": {"editable": True}}
    assert found["bar"].direct_url is not None
    assert "archive_info" in found["bar"].direct_url
    assert [name for name, dist in sorted(found.items()) if dist.requested] == ["bar", "foo", "proj"]


def test_upgrade_and_uninstall_are_seen(tmp_path: Path, wheels: Path) -> None:
    """With what was read before at hand, and with the disk cache: always what is there now."""
    venv(tmp_path / "env")
    wheel(wheels, "foo", "2.0", "Requires-Dist: bar<1")
    command = [tool("uv"), "pip", "--quiet", "--offline", "--no-config", "--cache-dir", str(tmp_path / "cache")]
    options = ["--python", str(tmp_path / "env/bin/python")]
    index = ["--no-index", "--find-links", str(wheels)]
    run(*command, "install", *options, *index, "foo==1.0")
    one = target.read_target(str(tmp_path / "env"))
    cache = str(tmp_path / "kept")
    seen: Installed | None = None
    for step, expected in (
        ([], {"foo": ("1.0", ["bar", "baz"]), "bar": ("1.5", [])}),
        (["install", *options, *index, "foo==2.0", "--no-deps"], {"foo": ("2.0", ["bar"]), "bar": ("1.5", [])}),
        (["uninstall", *options, "bar"], {"foo": ("2.0", ["bar"])}),
    ):
        if step:
            run(*command, *step)
        for previous in (seen, None):
            seen = distributions.read_installed(one, cache_dir=cache, previous=previous)
            assert {
                name: (dist.version, [dependency.name for dependency in dist.requires])
                for name, dist in named(seen).items()
            } == expected
            distributions.save_installed(seen)
