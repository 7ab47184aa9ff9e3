"""The promise that one place written in two ways is one place, and that no password is repeated."""

from __future__ import annotations

import pytest

from stepin.drift.compare import urls


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://h/x-1.0.tar.gz", "https://h/x-1.0.tar.gz", True),
        ("https://h/x-1.0.tar.gz#sha256=ab", "https://h/x-1.0.tar.gz", True),
        ("https://u:****@h/x-1.0.tar.gz", "https://h/x-1.0.tar.gz", True),
        ("https://u:p@h/x-1.0.tar.gz", "https://other@h/x-1.0.tar.gz", True),
        ("HTTPS://H/x-1.0.tar.gz", "https://h/x-1.0.tar.gz", True),
        ("https://h/x-1.0%2Bcu118-py3-none-any.whl", "https://h/x-1.0+cu118-py3-none-any.whl", True),
        ("file://localhost/d/x.whl", "file:///d/x.whl", True),
        ("https://h/x-1.0.tar.gz", "https://h/x-1.1.tar.gz", False),
        ("https://h/x-1.0.tar.gz", "https://i/x-1.0.tar.gz", False),
        ("https://h/X-1.0.tar.gz", "https://h/x-1.0.tar.gz", False),
        ("https://h/x?a=1", "https://h/x?a=2", False),
    ],
)
def test_archives(one: str, other: str, same: bool) -> None:
    """Archives' URLs are compared without credentials and fragment."""
    assert (urls.archive(one) == urls.archive(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("git+https://h/a/b.git", "https://h/a/b", True),
        ("git+https://h/a/b/", "https://h/a/b.git", True),
        ("git+ssh://git@h/a/b", "https://h/a/b", True),
        ("git@host:a/b.git", "ssh://git@host/a/b", True),
        ("https://token@h/a/b", "https://h/a/b", True),
        ("git+file:///srv/b", "/srv/b", True),
        ("https://h/a/b", "https://h/a/c", False),
        ("https://h/a/b", "https://i/a/b", False),
        ("git+file:///srv/b", "https://h/srv/b", False),
    ],
)
def test_repositories(one: str, other: str, same: bool) -> None:
    """A repository is one whatever the protocol, the credentials, or `.git` at its end."""
    assert (urls.repository(one) == urls.repository(other)) is same


@pytest.mark.parametrize(
    ("url", "place", "revision"),
    [
        ("git+https://h/a/b", "git+https://h/a/b", None),
        ("git+https://h/a/b@v1#egg=x", "git+https://h/a/b", "v1"),
        ("git+ssh://git@h/a/b", "git+ssh://git@h/a/b", None),
        ("git+ssh://git@h/a/b@feature/x", "git+ssh://git@h/a/b", "feature/x"),
        ("git+https://h/a/b@", "git+https://h/a/b", None),
    ],
)
def test_revisions(url: str, place: str, revision: str | None) -> None:
    """The revision is what stands behind the last `@` of the path; one of the host is a user's name."""
    assert urls.split_revision(url) == (place, revision)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///a/b", "/a/b"),
        ("file:/a/b", "/a/b"),
        ("file://localhost/a%20b#egg=x", "/a b"),
        ("FILE:///a", "/a"),
        ("file:///C:/x", "C:/x"),
        ("file:///%ff", "/\udcff"),
        ("file://host/a", None),
        ("file:////host/share", None),
        ("file:///%5C%5Chost/share", None),
        ("file:///a%00b", None),
        ("https://h/a", None),
        ("file:", None),
    ],
)
def test_local_paths(url: str, path: str | None) -> None:
    """A file: URL leads to a local path; one on another host, or UNC, is never touched."""
    assert urls.local_path(url) == path


@pytest.mark.parametrize(
    ("direct_url", "hashes"),
    [
        (None, set()),
        ({"archive_info": {}}, set()),
        ({"archive_info": {"hash": "sha256=AB"}}, {"sha256:ab"}),
        ({"archive_info": {"hashes": {"sha256": "ab", "md5": "cd"}}}, {"sha256:ab", "md5:cd"}),
        ({"archive_info": {"hash": 1, "hashes": {"sha256": []}}}, set()),
        ({"archive_info": []}, set()),
    ],
)
def test_recorded_hashes(direct_url: dict[str, object] | None, hashes: set[str]) -> None:
    """PEP 610's hash is read in its old and its new form, whatever else may stand there."""
    assert urls.recorded_hashes(direct_url) == hashes


def test_a_password_is_not_shown() -> None:
    """A recorded URL may hold one; the user's name stays, so that the place can be recognised."""
    assert urls.shown("https://user:secret@h/x") == "https://user:****@h/x"
    assert urls.shown("git+ssh://git@h/x") == "git+ssh://git@h/x"


@pytest.mark.parametrize(
    ("declared", "requested", "commit", "same"),
    [
        ("main", "main", "a" * 40, True),
        ("a" * 40, "main", "a" * 40, True),
        ("aaaaaaa", None, "a" * 40, True),
        ("AAAAAAA", None, "a" * 40, True),
        ("aaaaaab", None, "a" * 40, False),
        ("main", None, "a" * 40, False),
        ("main", "side", "a" * 40, False),
        ("a", None, "a" * 40, False),
        ("main", 1, None, False),
    ],
)
def test_commits(declared: str, requested: object, commit: object, same: bool) -> None:
    """A declared commit, or its beginning, is the commit_id; a branch or tag is the requested_revision."""
    assert urls.same_revision(declared, requested, commit) is same
