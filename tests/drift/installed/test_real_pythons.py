"""What target.read_target() tells of a real environment is what its interpreter says of itself when it is asked."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from drift.installed.build import absent, pythons, run, tool, venv
from stepin.drift.installed import target
from stepin.drift.model import Target

PYTHONS = pythons()

# PEP 508's variables, and the folders that the interpreter imports from; for Python 2.7, too.
ASK = """
import json, os, platform, sys
def full(info):
    version = "%d.%d.%d" % info[:3]
    return version if info[3] == "final" else version + info[3][0] + str(info[4])
implementation = getattr(sys, "implementation", None)
print(json.dumps({
    "folders": [path for path in sys.path if path.endswith("-packages")],
    "prefix": getattr(sys, "base_prefix", getattr(sys, "real_prefix", sys.prefix)),
    "variables": {
        "implementation_name": implementation.name if implementation else "",
        "implementation_version": full(implementation.version) if implementation else "0",
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    },
}))
"""


def ask(python: Path) -> dict[str, Any]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    result: dict[str, Any] = json.loads(run(python, "-c", ASK, env=environ))
    return result


def agrees(env: Path) -> Target:
    """Check all that the interpreter can say; return what we read."""
    found = target.read_target(str(env))
    said = ask(Path(str(found.executable)))
    told = dict(said["variables"])
    if found.kind == "system" and not list(Path(found.path).glob("include/*/patchlevel.h")):
        # Debian has the headers in a package of their own: then the patch is not known, and nothing is claimed.
        for name in ("python_full_version", "implementation_version"):
            del told[name]
    assert found.variables == told
    assert found.full_version == told.get("python_full_version")
    assert [os.path.realpath(site.path) for site in found.sites] == list(
        dict.fromkeys(map(os.path.realpath, filter(os.path.isdir, said["folders"])))
    )
    assert os.path.realpath(found.base or found.path) == os.path.realpath(said["prefix"])
    return found


@pytest.mark.parametrize("version", [version for version in PYTHONS if not version.startswith("2.")])
def test_venv(version: str, tmp_path: Path) -> None:
    venv(tmp_path / "env", python=PYTHONS[version])
    found = agrees(tmp_path / "env")
    assert (found.kind, found.base_state, found.inherits) == ("venv", "present", False)
    assert found.executable == str(tmp_path / "env/bin/python")
    assert [site.inherited for site in found.sites] == [False]


@pytest.mark.parametrize("version", list(PYTHONS))
def test_installation_itself(version: str) -> None:
    """`--venv PREFIX`: not an environment to Python, but one that can be asked about; 2.7 has no other kind here."""
    found = agrees(Path(os.path.realpath(PYTHONS[version])).parent.parent)
    assert (found.kind, found.base, found.base_state) == ("system", None, None)


def test_copies_instead_of_links(tmp_path: Path) -> None:
    venv(tmp_path / "env", "--copies")
    assert agrees(tmp_path / "env").base_state == "present"


def test_system_site_packages(tmp_path: Path) -> None:
    """The environment's own, then the user's, then the base's: the interpreter's own order."""
    python = sys._base_executable  # type: ignore[attr-defined]
    user = tmp_path / "base" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    user.mkdir(parents=True)
    venv(tmp_path / "env", "--system-site-packages", python=python)
    environ = {"PYTHONUSERBASE": str(tmp_path / "base"), "HOME": str(tmp_path)}
    found = target.read_target(str(tmp_path / "env"), environ=environ)
    said = json.loads(run(tmp_path / "env/bin/python", "-c", ASK, env=environ))["folders"]
    assert found.inherits
    assert [site.path for site in found.sites] == said
    assert said[1] == str(user)
    assert len(said) > 2
    assert [site.inherited for site in found.sites] == [False] + [True] * (len(said) - 1)
    without = target.read_target(str(tmp_path / "env"), environ={**environ, "PYTHONNOUSERSITE": "1"})
    assert [site.path for site in without.sites] == [said[0], *said[2:]]


def test_debian(tmp_path: Path) -> None:
    """Debian's own Python looks into dist-packages, in an environment and without one."""
    python = Path("/usr/bin/python3")
    if not Path("/usr/lib/python3/dist-packages").is_dir() or not python.exists():
        absent("Debian's python3")
    venv(tmp_path / "env", "--system-site-packages", python=str(python))
    found = agrees(tmp_path / "env")
    assert "/usr/lib/python3/dist-packages" in [site.path for site in found.sites if site.inherited]
    itself = agrees(Path("/usr"))
    assert itself.kind == "system"
    assert "/usr/lib/python3/dist-packages" in [site.path for site in itself.sites if not site.inherited]


def test_virtualenv(tmp_path: Path) -> None:
    run(sys.executable, "-m", "virtualenv", "--quiet", "--no-download", "--no-seed", tmp_path / "env")
    assert agrees(tmp_path / "env").kind == "virtualenv"


@pytest.mark.parametrize("options", [[], ["--relocatable"], ["--system-site-packages"]], ids=" ".join)
def test_uv(options: list[str], tmp_path: Path) -> None:
    run(
        tool("uv"),
        "venv",
        "--quiet",
        "--offline",
        "--no-config",
        "--python",
        sys.executable,
        *options,
        tmp_path / "env",
    )
    assert agrees(tmp_path / "env").kind == "uv"


def test_environment_made_from_an_environment(tmp_path: Path) -> None:
    """Its base is the base's base."""
    venv(tmp_path / "one")
    venv(tmp_path / "two", python=str(tmp_path / "one/bin/python"))
    agrees(tmp_path / "two")


def test_upgraded_in_place(tmp_path: Path) -> None:
    """`python -m venv` of another Python over an environment leaves two lib/pythonX.Y: the interpreter's one counts."""
    several = [version for version in PYTHONS if version.startswith("3.1")]
    if len(several) < 2:
        pytest.skip("there is no second Python here: NOT tested")
    for old, new in (several[:2], several[1::-1]):
        env = tmp_path / f"{old}-{new}"
        venv(env, python=PYTHONS[old])
        run(PYTHONS[new], "-m", "venv", "--without-pip", "--upgrade", env)
        agrees(env)


def test_nothing_of_the_environment_runs(tmp_path: Path) -> None:
    """Its interpreter and the code in its .pth files stay what they are: text."""
    site = venv(tmp_path / "env")
    ran = tmp_path / "ran"
    python = tmp_path / "env/bin/python"
    python.unlink()
    python.write_text(f"#!/bin/sh\ntouch {ran}\n")
    python.chmod(0o755)
    for name in ("a.pth", "sitecustomize.py", "usercustomize.py"):
        (site / name).write_text(f"import os; open({str(ran)!r}, 'w')\n")
    from stepin.drift.installed import distributions

    for dist in distributions.read_installed(target.read_target(str(tmp_path / "env"))).distributions:
        assert dist.details
    assert not ran.exists()
