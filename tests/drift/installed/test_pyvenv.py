"""pyvenv.cfg is read as CPython reads it, whatever it holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stepin.drift.installed import pyvenv
from stepin.drift.installed.pyvenv import PythonVersion


def keys(tmp_path: Path, text: str | bytes) -> dict[str, str] | None:
    path = tmp_path / "pyvenv.cfg"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return pyvenv.read_pyvenv(str(path))


def test_keys(tmp_path: Path) -> None:
    text = "HOME = /a b/bin \r\nno equals sign\n  Version=3.11.7\nprompt = a = 'b'\r = \n"
    found = keys(tmp_path, text)
    assert found == {"home": "/a b/bin", "version": "3.11.7", "prompt": "a = 'b'", "": ""}


def test_first_home_last_of_the_others(tmp_path: Path) -> None:
    """Modules/getpath.py stops at the first `home`; Lib/site.py reads on."""
    text = "home = /a\nhome = /b\ninclude-system-site-packages = true\ninclude-system-site-packages = false\n"
    found = keys(tmp_path, text)
    assert found is not None
    assert (found["home"], pyvenv.inherits_packages(found)) == ("/a", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("include-system-site-packages = true", True),
        ("include-system-site-packages = TRUE", True),
        ("Include-System-Site-Packages=True", True),
        ("include-system-site-packages = false", False),
        ("include-system-site-packages = yes", False),
        ("include-system-site-packages =", False),
        ("home = /x", True),
    ],
)
def test_inherits(tmp_path: Path, text: str, expected: bool) -> None:
    """Without the key an environment does see its base's packages."""
    found = keys(tmp_path, text)
    assert found is not None
    assert pyvenv.inherits_packages(found) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version = 3.11.7", PythonVersion("3.11", "3.11.7")),
        ("version_info = 3.11", PythonVersion("3.11", None)),
        ("version_info = 3.11.7", PythonVersion("3.11", "3.11.7")),
        ("version_info = 3.11\nversion = 3.11.7", PythonVersion("3.11", "3.11.7")),
        ("version_info = 3.11.7.final.0", PythonVersion("3.11", "3.11.7")),
        ("version_info = 3.13.0.candidate.1", PythonVersion("3.13", "3.13.0rc1")),
        ("version_info = 3.13.0rc1", PythonVersion("3.13", "3.13.0rc1")),
        ("version_info = 3.14.0.alpha.6", PythonVersion("3.14", "3.14.0a6")),
        ("version = 3.12.1+", PythonVersion("3.12", "3.12.1")),
        ("version = 3", None),
        ("version = 3.x", None),
        ("version = 3.11.7; import os", None),
        ("version = " + "3." * 30_000, None),
        ("version = \uff13.\uff11\uff11", None),
        ("", None),
    ],
    ids=range(15),
)
def test_version(tmp_path: Path, text: str, expected: PythonVersion | None) -> None:
    found = keys(tmp_path, text)
    assert found is not None
    assert pyvenv.claimed_version(found) == expected


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    """A home may be any path."""
    found = keys(tmp_path, b"home = /h\xff/bin\n\0\xfe = \n")
    assert found is not None
    assert os.fsencode(found["home"]) == b"/h\xff/bin"


@pytest.mark.parametrize("what", ["missing", "folder", "fifo", "device", "loop"])
def test_what_is_no_file(tmp_path: Path, what: str) -> None:
    """Nothing waits for a writer, and no device is opened."""
    path = tmp_path / "pyvenv.cfg"
    if what == "folder":
        path.mkdir()
    elif what == "fifo":
        os.mkfifo(path)
    elif what == "device":
        path.symlink_to("/dev/zero")
    elif what == "loop":
        path.symlink_to(path)
    assert pyvenv.read_pyvenv(str(path)) is None


def test_endless_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "pyvenv.cfg"
    with open(path, "wb") as stream:
        stream.write(b"home = /a\n")
        stream.truncate(1 << 40)
    found = pyvenv.read_pyvenv(str(path))
    assert found is not None
    assert found["home"] == "/a"
