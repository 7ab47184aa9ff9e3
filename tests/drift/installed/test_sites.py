"""Which folders the system's own Pythons import from, where distributions have patched site.py."""

from __future__ import annotations

import os

import pytest

from stepin.drift.installed import sites
from stepin.drift.installed.layout import Library


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the set of the folders that os.path.isdir() is to see."""
    folders: set[str] = set()
    monkeypatch.setattr(os.path, "isdir", folders.__contains__)
    return folders


def test_debian(there: set[str]) -> None:
    """dist-packages, those of /usr/local first; 2.7 had a folder of its own."""
    there |= {"/usr/lib/python3/dist-packages", "/usr/lib/python2/dist-packages"}
    found = [path for path in sites.system_sites("/usr", "3.11", "python3.11") if "dist-packages" in path]
    assert found == [
        "/usr/local/lib/python3.11/dist-packages",
        "/usr/lib/python3/dist-packages",
        "/usr/lib/python3.11/dist-packages",
    ]
    assert "/usr/lib/python2.7/dist-packages" in sites.system_sites("/usr", "2.7", "python2.7")


def test_debians_dist_packages_are_not_another_pythons(there: set[str]) -> None:
    """A Python built into /usr/local does not import what Debian's pip put below /usr/local."""
    there.add("/usr/lib/python3/dist-packages")
    assert not [path for path in sites.system_sites("/usr/local", "3.11", "python3.11") if "dist-packages" in path]


def test_fedora(there: set[str]) -> None:
    """`sudo pip` installs below /usr/local, and lib64 is a folder of its own."""
    assert sites.system_sites("/usr", "3.11", "python3.11")[:4] == [
        "/usr/local/lib64/python3.11/site-packages",
        "/usr/local/lib/python3.11/site-packages",
        "/usr/lib64/python3.11/site-packages",
        "/usr/lib/python3.11/site-packages",
    ]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"HOME": "/h"}, "/h/.local/lib/python3.13t/site-packages"),
        ({"HOME": "/h", "PYTHONUSERBASE": "/b"}, "/b/lib/python3.13t/site-packages"),
        ({"HOME": "/h", "PYTHONNOUSERSITE": "1"}, None),
        ({"HOME": "/h", "PYTHONNOUSERSITE": ""}, "/h/.local/lib/python3.13t/site-packages"),
    ],
)
def test_users_own(environ: dict[str, str], expected: str | None) -> None:
    found = sites.user_sites("3.13", Library("3.13", None, "t", "python3.13t", ()), environ)
    assert found[:1] == ([] if expected is None else [expected])


def test_users_own_in_a_framework_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    found = sites.user_sites("3.11", Library("3.11", None, "", "python3.11", ()), {"HOME": "/Users/u"})
    assert found[1] == "/Users/u/Library/Python/3.11/lib/python/site-packages"
