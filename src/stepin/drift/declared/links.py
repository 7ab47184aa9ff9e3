"""Parse the URLs and local paths of requirements as pip does (`_internal/models/link.py`, `utils/urls.py`).

Files are only inspected with stat, and paths of network shares and devices not at all.
"""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

from stepin.drift.declared.lines import RefusedError, UndeterminedError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

# In the order in which pip completes `-e git:...`. The schemes are those of pip's `_internal/vcs/`.
_VCS = ("bzr", "git", "hg", "svn")
_VCS_SCHEMES = frozenset(
    f"{vcs}+{transport}"
    for vcs, transports in (
        ("bzr", ("http", "https", "ssh", "sftp", "ftp", "lp", "file")),
        ("git", ("http", "https", "ssh", "git", "file")),
        ("hg", ("file", "http", "https", "ssh", "static-http")),
        ("svn", ("ssh", "http", "https", "svn", "file")),
    )
    for transport in transports
)
_URL_SCHEMES = _VCS_SCHEMES | {"http", "https", "file", "ftp"}
_ARCHIVES = frozenset(
    (".zip", ".whl", ".tar.bz2", ".tbz", ".tar.gz", ".tgz", ".tar", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma")
)
# Compiled on first use, through re's cache: few files need them, and compiling them costs most of the import.
_EGG = r"[#&]egg=([^&]*)"
_PROJECT_NAME = r"(?i:[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])\n?"
# Names that Windows reserves for devices, in every folder and with any extension (its manual, "Naming Files").
_DEVICE = r"(?i:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ .:]*(\..*)?"
_WINDOWS = os.name == "nt"


class Link:
    """The URL of a requirement. Raises RefusedError for a URL that pip cannot read.

    `url` is as written (pip's `Link.url`), `path` is unquoted, `egg` is the value of `#egg=` or None.
    """

    __slots__ = ("egg", "netloc", "path", "scheme", "url")

    def __init__(self, url: str) -> None:
        if url.startswith("\\\\"):
            raise UndeterminedError("names a network path, which is not read")
        from urllib.parse import unquote

        parts = _split(url)
        self.url = url
        self.scheme: str = parts.scheme
        self.netloc: str = parts.netloc
        self.path = unquote(parts.path)
        match = re.search(_EGG, url)
        self.egg: str | None = match[1] if match else None
        if self.egg is not None and not re.fullmatch(_PROJECT_NAME, self.egg):
            raise RefusedError("has an #egg= that is not a project name")

    @property
    def is_vcs(self) -> bool:
        return self.scheme in _VCS_SCHEMES

    @property
    def wheel(self) -> str | None:
        """The file name of the wheel at the URL, None if it is not a wheel."""
        name = posixpath.basename(self.path.rstrip("/"))
        return os.path.basename(name) if _splitext(name)[1] == ".whl" else None

    def local_path(self, base: str) -> str | None:
        """Return the absolute path of a file: URL, None for another URL. Raises like `Link`."""
        if self.scheme != "file":
            return None
        if not self.url.startswith("file:"):  # pip asserts that the scheme is in lower case
            raise RefusedError("has a file: URL whose scheme is not in lower case")
        if self.netloc not in ("", "localhost"):
            if _WINDOWS:
                raise UndeterminedError("names a file on another host, which is not read")
            raise RefusedError("has a file: URL with a host, which is not supported here")
        path = absolute(_unquote(_split(self.url).path), base)
        check_touchable(path)
        return path

    @property
    def redacted(self) -> str:
        """The URL with its password masked as in pip, or a lone user name, which may be a token."""
        if "@" not in self.netloc:
            return self.url
        from urllib.parse import quote, unquote, urlunsplit

        credentials, _, host = self.netloc.rpartition("@")
        user, colon, _ = credentials.partition(":")
        try:
            masked = quote(unquote(user)) + ":****" if colon else "****"
        except UnicodeError:
            masked = "****"
        return urlunsplit(_split(self.url)._replace(netloc=f"{masked}@{host}"))


def _split(url: str) -> SplitResult:
    from urllib.parse import urlsplit

    try:
        return urlsplit(url)
    except ValueError as error:
        raise RefusedError("has an invalid URL") from error


def is_url(text: str) -> bool:
    """Return whether `text` is a URL to pip. Raises RefusedError if it cannot be split."""
    # Most lines have neither and do not need urllib.
    return (":" in text or "/" in text) and _split(text).scheme in _URL_SCHEMES


def included_path(url: str) -> str:
    """Return the absolute path of a URL after -r or -c.

    pip passes a file: URL to its HTTP client, which resolves a relative path against the root and lowers the scheme.
    Raises UndeterminedError for another URL, and for a file on another host.
    """
    parts = _split(url)
    if parts.scheme != "file":
        raise UndeterminedError("names a URL, which is not fetched")
    if parts.netloc.rpartition("@")[2] not in ("", "localhost"):
        raise UndeterminedError("names a file on another host, which is not read")
    return absolute(_unquote(parts.path), os.sep)


def _unquote(path: str) -> str:
    """Convert the path of a file: URL to a path of the file system."""
    if _WINDOWS:
        from urllib.request import url2pathname

        return url2pathname(path)
    from urllib.parse import unquote

    return unquote(path)


def complete_vcs(url: str) -> str:
    """Prepend `git+` to `git:...` and the like, as pip does after -e."""
    for name in _VCS:
        if url.lower().startswith(f"{name}:"):
            return f"{name}+{url}"
    return url


def path_to_url(path: str) -> str:
    """Return the file: URL of an absolute path. Raises RefusedError if the path cannot be quoted."""
    path = os.path.normpath(path)
    try:
        if _WINDOWS:
            from urllib.parse import urljoin
            from urllib.request import pathname2url

            return urljoin("file://", pathname2url(path))
        from urllib.parse import quote

        return "file://" + quote(path)
    except UnicodeError as error:
        raise RefusedError("has a path that cannot be a URL") from error


def absolute(path: str, base: str) -> str:
    """Return `path` as a normalized absolute path, relative to `base`. Links are not resolved."""
    return os.path.normpath(os.path.join(base, path))


def split_extras(path: str) -> tuple[str, str]:
    """Split `path[extras]` into the path and "[extras]", which may be empty."""
    end = len(path) - 1 if path.endswith("\n") else len(path)
    if path[end - 1 : end] == "]":
        start = path.rfind("[", 1, end - 2)
        if start > 0 and "]" not in path[start + 1 : end - 1] and "\n" not in path[:start]:
            return path[:start].rstrip(), path[start:end]
    return path, ""


def looks_like_path(name: str) -> bool:
    """Return whether `name` looks like a path: it has a separator or begins with a dot."""
    return os.path.sep in name or (os.path.altsep is not None and os.path.altsep in name) or name.startswith(".")


def is_archive(path: str) -> bool:
    """Return whether a file of this name is an archive or a wheel to pip."""
    return _splitext(path)[1].lower() in _ARCHIVES


def _splitext(path: str) -> tuple[str, str]:
    """Split off the extension, including a preceding `.tar`."""
    stem, extension = posixpath.splitext(path)
    if stem.lower().endswith(".tar"):
        return stem[:-4], stem[-4:] + extension
    return stem, extension


def is_installable(folder: str) -> bool:
    """Return whether a folder contains a project that pip can build."""
    return any(os.path.isfile(os.path.join(folder, name)) for name in ("pyproject.toml", "setup.py"))


def check_touchable(path: str) -> None:
    """Raise UndeterminedError for the path of a network share or a device, which even stat must not touch.

    A path with two leading separators is a share (`//host/share`, UNC) or a device (`\\\\.\\` on Windows).
    """
    if path[:2] in ("//", "\\\\", "/\\", "\\/") and (_WINDOWS or path[2:3] != "/"):
        raise UndeterminedError("names a network path or a device, which is not read")
    if _WINDOWS and re.fullmatch(_DEVICE, os.path.basename(path)):
        raise UndeterminedError("names a device, which is not read")
