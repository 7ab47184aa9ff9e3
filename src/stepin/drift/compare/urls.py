"""Normalize and compare URLs: those of requirements and those of direct_url.json (PEP 610). Pure."""

from __future__ import annotations

import re
from typing import Any

from stepin.drift.pep508.names import normalize_name

_VCS_SCHEME = re.compile(r"(git|hg|svn|bzr)\+", re.IGNORECASE)
_HASH = re.compile(r"[#&](md5|sha1|sha224|sha256|sha384|sha512)=([0-9a-fA-F]+)")
_SUBDIRECTORY = re.compile(r"[#&]subdirectory=([^&]*)")
_COMMIT = re.compile(r"[0-9a-f]{4,64}\Z")
# `user@host:path`, which is ssh to git (git-clone(1), "GIT URLS").
_SCP = re.compile(r"(?:[^/@:]+@)?([^/@:]{2,}):(?!//)(.+)\Z")


def vcs_of(url: str) -> str | None:
    """Return "git", "hg", "svn" or "bzr" for the URL of a repository, else None."""
    match = _VCS_SCHEME.match(url)
    return match[1].lower() if match else None


def without_fragment(url: str) -> str:
    return url.partition("#")[0]


def local_path(url: str) -> str | None:
    """Return the absolute path of a file: URL; None for other URLs, for other hosts and for UNC paths."""
    scheme, colon, rest = without_fragment(url).partition(":")
    if not colon or scheme.lower() != "file":
        return None
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        if host.lower() not in ("", "localhost"):
            return None
        rest = slash + path
    path = _unquote(rest.partition("?")[0])
    if path.startswith(("//", "/\\", "\\")) or "\0" in path:
        return None
    if re.match(r"/[A-Za-z][:|]", path):  # file:///C:/x
        path = path[1:].replace("|", ":", 1)
    return path or None


def was_relative(url: str) -> bool:
    """Return whether a recorded file: URL is that of a relative path: pip writes `file:///.` for `file:.`."""
    return re.match(r"file:///\.\.?(/|\Z)", without_fragment(url)) is not None


def archive(url: str) -> str:
    """Return an archive's URL in a form to compare: no credentials, no fragment, nothing percent-encoded."""
    scheme, separator, rest = without_fragment(url).partition("://")
    if not separator:
        return _unquote(scheme)
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2].lower()
    scheme = scheme.lower()
    if scheme == "file" and host == "localhost":
        host = ""
    return f"{scheme}://{host}{slash}{_unquote(path)}"


def repository(url: str) -> str:
    """Return a repository's URL in a form to compare: `host/path`, or `/path` for a local one.

    The VCS prefix, protocol, revision, credentials, fragment and `.git` are removed.
    """
    url = without_fragment(url)
    url = _VCS_SCHEME.sub("", url, count=1)
    scheme, separator, rest = url.partition("://")
    if not separator:
        match = _SCP.match(url)
        host, path = (match[1], "/" + match[2].lstrip("/")) if match else ("", url)
    else:
        host, slash, path = rest.partition("/")
        host, path = host.rpartition("@")[2], slash + path
        if scheme.lower() == "file" and host.lower() == "localhost":
            host = ""
    path = _unquote(path).rstrip("/")
    if path.endswith(".git"):
        path = path[:-4].rstrip("/")
    return host.lower() + path


def split_revision(url: str) -> tuple[str, str | None]:
    """Split a repository's URL into (URL, revision after the `@` of its path). The revision may be None."""
    url = without_fragment(url)
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    place, at, revision = path.rpartition("@")
    if not separator or not at:
        return url, None
    return f"{scheme}://{host}{slash}{place}", _unquote(revision) or None


def subdirectory(url: str) -> str:
    match = _SUBDIRECTORY.search(url)
    return _unquote(match[1]).strip("/") if match else ""


def recorded_subdirectory(direct_url: dict[str, Any]) -> str:
    value = direct_url.get("subdirectory")
    return value.strip("/") if isinstance(value, str) else ""


def link_hashes(url: str) -> frozenset[str]:
    """Return the hashes in a URL's fragment (`#sha256=...`), as "alg:hex"."""
    return frozenset(f"{match[1].lower()}:{match[2].lower()}" for match in _HASH.finditer(url))


def recorded_hashes(direct_url: dict[str, Any] | None) -> frozenset[str]:
    """Return the recorded hashes of the installed archive, as "alg:hex"."""
    info = (direct_url or {}).get("archive_info")
    if not isinstance(info, dict):
        return frozenset()
    found = set()
    hashes = info.get("hashes")
    if isinstance(hashes, dict):
        found = {f"{alg}:{value}".lower() for alg, value in hashes.items() if isinstance(value, str)}
    single = info.get("hash")  # the first version of PEP 610: "alg=hex"
    if isinstance(single, str) and "=" in single:
        found.add(single.replace("=", ":", 1).lower())
    return frozenset(found)


def same_revision(declared: str, requested: object, commit: object) -> bool:
    """Return whether the installed revision (requested_revision and commit_id of PEP 610) is the declared one."""
    if declared == requested:
        return True
    return isinstance(commit, str) and is_prefix(declared, commit)


def is_prefix(declared: str, commit: str) -> bool:
    """Return whether `declared` is `commit`, possibly abbreviated."""
    return _COMMIT.match(declared.lower()) is not None and commit.lower().startswith(declared.lower())


def shown(url: str) -> str:
    """Return a URL for a message: a password in it is masked."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    host, slash, path = rest.partition("/")
    credentials, at, name = host.rpartition("@")
    if at and ":" in credentials:
        host = f"{credentials.partition(':')[0]}:****@{name}"
    return f"{scheme}://{host}{slash}{path}"


def _unquote(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text, errors="surrogateescape")


def named_by_file(url: str) -> str | None:
    """Return the name at the beginning of a source archive's file name, normalized; None if there is none."""
    match = re.search(
        r"/([A-Za-z0-9][A-Za-z0-9._-]*?)-[0-9][^/]*\.(?:tar\.gz|zip|tgz|tar\.bz2|tar\.xz)\Z", without_fragment(url)
    )
    return normalize_name(match[1]) if match else None
