"""Find the Python, the platform and the site-packages of an environment without running its interpreter."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from stepin.drift.installed import base, layout, origin, pyvenv, sites
from stepin.drift.installed.base import Base
from stepin.drift.installed.layout import Library
from stepin.drift.model import Kind, NoEnvironmentError, Site, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

# pyvenv.cfg's `implementation`, or the folder's name -> what markers call it: (sys.implementation.name,
# platform.python_implementation()).
_IMPLEMENTATIONS = {
    "cpython": ("cpython", "CPython"),
    "pypy": ("pypy", "PyPy"),
    "graalpy": ("graalpy", "GraalVM"),
    "graalvm": ("graalpy", "GraalVM"),
}

_CONDA_PYTHON = re.compile(r"python-([0-9][0-9a-z.]*)-[^-]+\.json\Z")


def read_target(env: str, *, environ: Mapping[str, str] | None = None) -> Target:
    """Return the Python and platform of the environment in folder `env`.

    `environ` (default: that of this process) determines the user's site-packages. Raises NoEnvironmentError.
    """
    path = os.path.abspath(env)
    keys = pyvenv.read_pyvenv(os.path.join(path, "pyvenv.cfg"))
    kind = _kind(path, keys)
    claimed = _conda_version(path) if kind == "conda" else pyvenv.claimed_version(keys or {})
    library = layout.find_library(path, claimed.python if claimed else None)
    if library is None:
        library = _without_sites(path, keys)
    python = library.python or (claimed.python if claimed else None)
    foreign = os.name != "nt" and not library.name and os.path.isdir(os.path.join(path, "Scripts"))
    executable = layout.executable(path, *(("python3", "python") if kind == "system" else ("python", "python3")))
    made_from = Base(None, None, None)
    inherits = False
    if kind in ("venv", "uv", "virtualenv"):
        inherits = pyvenv.inherits_packages(keys) if keys is not None else _old_inherits(library)
        if not foreign:
            made_from = base.find_base(path, keys, library, python, executable)
        prefix = made_from.prefix
    else:
        prefix = path
    headers = layout.headers_version(prefix, library) if prefix else None
    if python is None and headers:
        found = pyvenv.parse_version(headers[0])
        python = found.python if found else None
    full = next(
        (
            version
            for version in (headers and headers[0], claimed and claimed.full)
            if version and python and version.startswith(python + ".")
        ),
        None,
    )
    return Target(
        path=path,
        kind=kind,
        python=python,
        full_version=full,
        variables=_variables(keys or {}, library, python, full, headers[1] if headers else None, foreign),
        sites=_sites(path, kind, prefix, python, library, inherits, os.environ if environ is None else environ),
        inherits=inherits,
        executable=executable,
        base=made_from.prefix,
        base_state=made_from.state,
        base_python=made_from.python,
        created_in=origin.created_elsewhere(path, keys) if keys is not None else None,
    )


def _kind(path: str, keys: dict[str, str] | None) -> Kind:
    if keys is not None:
        return "uv" if "uv" in keys else "virtualenv" if "virtualenv" in keys else "venv"
    if os.path.isdir(os.path.join(path, "conda-meta")):
        return "conda"
    # virtualenv before 20 wrote no pyvenv.cfg.
    return "virtualenv" if os.path.isfile(os.path.join(path, "bin", "activate_this.py")) else "system"


def _conda_version(path: str) -> pyvenv.PythonVersion | None:
    try:
        names = os.listdir(os.path.join(path, "conda-meta"))
    except OSError:
        return None
    for name in sorted(names):
        match = _CONDA_PYTHON.match(name)
        if match:
            return pyvenv.parse_version(match[1])
    return None


def _without_sites(path: str, keys: dict[str, str] | None) -> Library:
    """Return a library folder for an installation that has no site-packages."""
    if keys is None:
        version = layout.command_version(path)
        # Debian's /usr has dist-packages instead.
        if version and version[0] in layout.standard_libraries(path):
            return Library(version[0], None, version[1], f"python{version[0]}{version[1]}", ())
        what = "has no Python environment" if os.path.isdir(path) else "is not a folder"
        raise NoEnvironmentError(f"{path} {what}")
    return Library(None, None, "", "", ())


def _old_inherits(library: Library) -> bool:
    return not any(
        os.path.exists(os.path.join(os.path.dirname(site), "no-global-site-packages.txt")) for site in library.sites
    )


def _sites(
    path: str,
    kind: Kind,
    prefix: str | None,
    python: str | None,
    library: Library,
    inherits: bool,
    environ: Mapping[str, str],
) -> tuple[Site, ...]:
    own = list(library.sites)
    user = sites.user_sites(python, library, environ) if python else []
    if kind in ("conda", "system"):
        # No venv to site.py: the user's site is on, and comes first.
        system = sites.system_sites(path, python, library.name) if python else []
        return sites.existing_sites([(user, True), ([*own, *(site for site in system if site not in own)], False)])
    if prefix and prefix.rstrip("/") in ("", "/usr") and python:
        own.append(os.path.join(path, "local", "lib", f"python{python}", "dist-packages"))  # Debian's site.py
    groups = [(own, False)]
    if inherits:
        groups += [(user, True), (sites.system_sites(prefix, python, library.name) if prefix and python else [], True)]
    return sites.existing_sites(groups)


def _variables(
    keys: dict[str, str], library: Library, python: str | None, full: str | None, pypy: str | None, foreign: bool
) -> dict[str, str]:
    """Return the marker variables that are known."""
    found = _platform(python, foreign)
    if python:
        found["python_version"] = python
    if full:
        # packaging's repair of versions built between releases, "3.12.1+".
        found["python_full_version"] = f"{full}local" if full.endswith("+") else full
    implementation = (keys.get("implementation") or library.implementation or "cpython").lower()
    if implementation not in _IMPLEMENTATIONS:
        return found
    name, found["platform_python_implementation"] = _IMPLEMENTATIONS[implementation]
    if python and _release(python) < (3, 3):
        # As packaging does without sys.implementation.
        found["implementation_name"], found["implementation_version"] = "", "0"
        return found
    found["implementation_name"] = name
    version = full if name == "cpython" else pypy if name == "pypy" else None
    if version:
        found["implementation_version"] = version.rstrip("+")
    return found


def _platform(python: str | None, foreign: bool) -> dict[str, str]:
    if foreign:
        # A Windows environment seen from another system (WSL, a share): its machine is not this one.
        return {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"}
    found = {"os_name": os.name, "sys_platform": sys.platform}
    if python and _release(python) < (3, 3) and sys.platform == "linux":
        found["sys_platform"] = "linux2"
    if os.name == "posix":
        # The source of the platform module, whose import costs 5 ms.
        uname = os.uname()
        system, release, version, machine = uname.sysname, uname.release, uname.version, uname.machine
    else:
        import platform

        system, release, version, machine = (
            platform.system(),
            platform.release(),
            platform.version(),
            platform.machine(),
        )
    found["platform_system"] = system
    found["platform_release"] = release
    found["platform_version"] = version
    found["platform_machine"] = machine
    return found


def _release(python: str) -> tuple[int, ...]:
    return tuple(map(int, python.split(".")))
