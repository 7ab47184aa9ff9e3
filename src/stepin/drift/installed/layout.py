"""Find the folders of a Python installation: an environment, or its base."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from stepin.hook.files import read_regular

_LIB = re.compile(r"(python|pypy|graalpy)([0-9]{1,2}\.[0-9]{1,3})(t?)\Z")
_COMMAND = re.compile(r"(?:python|pypy|graalpy)([0-9]+\.[0-9]+)(t?)(?:d|m|u)*(?:\.exe)?\Z")

# CPython and PyPy define PY_VERSION; PyPy also defines PYPY_VERSION.
_PATCHLEVEL = re.compile(rb'^[ \t]*#[ \t]*define[ \t]+(PY|PYPY)_VERSION[ \t]+"([0-9a-z.+]{1,40})"', re.MULTILINE)


class Library(NamedTuple):
    """A folder lib/pythonX.Y of an installation, or its equivalent in another layout."""

    python: str | None  # "3.11"; None if the layout does not show it
    implementation: str | None  # "pypy", "graalpy"; None if the layout does not show it
    threads: str  # "t" for a free-threaded build, else ""
    name: str  # "python3.13t"
    sites: tuple[str, ...]  # its site-packages


def find_library(prefix: str, wanted: str | None) -> Library | None:
    """Return the library folder of an installation at `prefix`, None if it has none with a site-packages.

    An upgraded environment may have several: then the one of its interpreter, else of the `wanted` version ("3.11"),
    else the newest.
    """
    found: dict[str, list[str]] = {}
    for lib in ("lib", "lib64"):
        for name in _libraries(prefix, lib):
            site = os.path.join(prefix, lib, name, "site-packages")
            if os.path.isdir(site):
                sites = found.setdefault(name, [])
                # lib64 comes first unless it is a link to lib, as in a venv (site.getsitepackages()).
                if not any(os.path.samefile(site, other) for other in sites):
                    sites.insert(0, site)
    if found:
        name = _choose(found, command_version(prefix), wanted)
        implementation, python, threads = _split(name)
        return Library(
            python, implementation if implementation != "python" else None, threads, name, tuple(found[name])
        )
    # PyPy before 3.9 has site-packages at the top, next to lib-python/3 and lib_pypy.
    top = os.path.join(prefix, "site-packages")
    if os.path.isdir(top):
        return Library(None, "pypy", "", "", (top,))
    site = os.path.join(prefix, "Lib", "site-packages")
    return Library(None, None, "", "", (site,)) if os.path.isdir(site) else None


def _libraries(prefix: str, lib: str) -> list[str]:
    try:
        return [name for name in os.listdir(os.path.join(prefix, lib)) if _LIB.match(name)]
    except OSError:
        return []


def _split(name: str) -> tuple[str, str, str]:
    """Split "python3.13t" into ("python", "3.13", "t")."""
    match = _LIB.match(name)
    return (match[1], match[2], match[3]) if match else ("", "", "")


def _choose(names: dict[str, list[str]], command: tuple[str, str] | None, wanted: str | None) -> str:
    def rank(name: str) -> tuple[bool, bool, tuple[int, ...]]:
        _, python, threads = _split(name)
        return (python, threads) == command, python == wanted, tuple(map(int, python.split(".")))

    return max(sorted(names), key=rank)


def command_version(prefix: str) -> tuple[str, str] | None:
    """Return (X.Y, "t" or "") from the name of the interpreter that PREFIX/bin/python is a link to."""
    for name in ("python3", "python"):  # a /usr/bin/python may be one of 2.7
        match = _COMMAND.match(os.path.basename(os.path.realpath(os.path.join(prefix, "bin", name))))
        if match:
            return match[1], match[2]
    return None


def executable(prefix: str, *names: str) -> str | None:
    """Return the path of the interpreter in an installation: the first of `names` that exists in its bin/.

    It may be a broken link. None if there is none.
    """
    posix = [os.path.join(prefix, "bin", name) for name in names]
    for path in (*posix, os.path.join(prefix, "Scripts", "python.exe"), os.path.join(prefix, "python.exe")):
        if os.path.lexists(path):
            return path
    return None


def standard_libraries(prefix: str) -> list[str]:
    """Return each X.Y whose standard library is below `prefix`, in no particular order."""
    return [
        _split(name)[1]
        for lib in ("lib", "lib64")
        for name in _libraries(prefix, lib)
        if os.path.isfile(os.path.join(prefix, lib, name, "os.py"))  # the landmark of getpath
    ]


def headers_version(prefix: str, library: Library) -> tuple[str, str | None] | None:
    """Return (PY_VERSION, PYPY_VERSION or None) as PREFIX/include/.../patchlevel.h has them, or None without one.

    The headers are installed with the interpreter and have its current patch release; pyvenv.cfg may be older.
    """
    python = library.python
    names = [library.name] if library.name else []
    # Python 2.7 to 3.7 carry their ABI's flags in the folder's name.
    names += [f"python{python}{flags}" for flags in ("", "m", "mu", "u", "d", "dm")]
    names += [f"pypy{python}", ""]
    for name in names:
        data = read_regular(os.path.join(prefix, "include", name, "patchlevel.h"), 64 * 1024)
        if data is not None:
            found = {kind: version.decode() for kind, version in _PATCHLEVEL.findall(data)}
            if b"PY" in found:
                return found[b"PY"], found.get(b"PYPY")
    return None


def is_local(path: str) -> bool:
    """Return whether a path from a file may be inspected: it is absolute and not on another host.

    Windows logs in to \\\\HOST\\SHARE, with the user's name and a hash of the password, as soon as it is inspected.
    """
    if "\0" in path or not os.path.isabs(path):
        return False
    return os.name == "posix" or not path.replace("\\", "/").startswith("//")
