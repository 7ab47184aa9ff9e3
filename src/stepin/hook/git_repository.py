"""Find a repository's own files without running git: its folder, its index, its format (gitrepository-layout(5))."""

import os

from stepin.hook.files import read_regular

LINE_BYTES = 8192  # of a file that consists of one path
CONFIG_BYTES = 1 << 20
SHA1, SHA256 = 20, 32  # the lengths of object names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class UnknownRepositoryError(Exception):
    """There is a `.git` here that stepin cannot make sense of; str() says why."""


class Repository:
    """One repository with a work tree.

    `folder` holds HEAD and the index, `common` objects and references (another folder for `git worktree`); `top` is the
    folder of the work tree. `hash_bytes` is the length of an object name.
    """

    __slots__ = ("common", "folder", "hash_bytes", "top")

    def __init__(self, dot_git: str) -> None:
        """Raise UnknownRepositoryError if it cannot be determined."""
        self.folder = _git_folder(dot_git)
        common = read_regular(os.path.join(self.folder, "commondir"), LINE_BYTES)
        path = os.fsdecode(common.strip(b"\r\n")) if common else ""
        self.common = os.path.normpath(os.path.join(self.folder, path)) if path else self.folder
        if not os.path.lexists(os.path.join(self.folder, "HEAD")):
            raise UnknownRepositoryError("it has no HEAD")
        config = os.path.join(self.common, "config")
        content = read_regular(config, CONFIG_BYTES)
        if content is None and os.path.lexists(config):
            raise UnknownRepositoryError("its config cannot be read")
        values = read_config(content or b"")
        self.hash_bytes = SHA256 if values.get("extensions.objectformat", "").lower() == "sha256" else SHA1
        self.top = os.path.dirname(dot_git)
        elsewhere = values.get("core.worktree", "")
        if elsewhere:  # a submodule's leads back to where its `.git` lies
            self.top = os.path.realpath(os.path.join(self.folder, elsewhere))

    def moving_files(self) -> "list[str]":
        """Return the files that change when git writes to the work tree.

        A checkout locks the index first and replaces it last; HEAD and its log change with what is checked out.
        """
        names = ("index", "index.lock", "HEAD", "logs/HEAD")
        return [os.path.join(self.folder, name) for name in names]

    def is_locked(self) -> bool:
        """Return whether git is at work: it holds the lock of the index."""
        return os.path.lexists(os.path.join(self.folder, "index.lock"))

    def has_objects(self) -> bool:
        """Return whether the repository holds any object, so that something may have been checked out from it."""
        objects = os.path.join(self.common, "objects")
        try:
            if any(len(name) == 2 for name in os.listdir(objects)):
                return True
            if any(name.endswith(".pack") for name in os.listdir(os.path.join(objects, "pack"))):
                return True
        except OSError:
            return True
        return os.path.lexists(os.path.join(objects, "info/alternates"))


def _git_folder(dot_git: str) -> str:
    """Return the folder with a work tree's index: `.git`, or what a file `.git` names (worktrees, submodules)."""
    if os.path.isdir(dot_git):
        try:
            os.listdir(dot_git)
        except OSError as error:
            raise UnknownRepositoryError(f"it cannot be read ({error.strerror})") from None
        return dot_git
    content = read_regular(dot_git, LINE_BYTES)
    if content is None or not content.startswith(b"gitdir:"):
        raise UnknownRepositoryError("it is neither a folder nor a file that names one")
    folder = os.path.join(os.path.dirname(dot_git), os.fsdecode(content[7:].strip(b" \r\n")))
    if not os.path.isdir(folder):
        raise UnknownRepositoryError("the folder that it names does not exist")
    return folder


def read_config(content: bytes) -> "dict[str, str]":
    """Return the values of a git configuration, by `section.key` or `section.subsection.key`, the last of each.

    Section and key are in lower case. Enough of git-config(1), CONFIGURATION FILE, for what stepin asks: quotes,
    backslashes and comments are handled, included files are not read.
    """
    found = {}
    section = ""
    for line in _logical_lines(os.fsdecode(content)):
        text = line.strip()
        if text.startswith("["):
            head, _, text = text[1:].partition("]") if '"' not in text else _quoted_section(text)
            name, _, rest = head.partition(" ")
            section = name.strip().lower() + ("." + rest.strip() if rest.strip() else "")
            text = text.strip()
        if text and text[0] not in "#;":
            key, _, value = text.partition("=")
            found[f"{section}.{key.strip().lower()}"] = _unquote(value.strip())
    return found


def _quoted_section(text: str) -> "tuple[str, str, str]":
    """Split `[name "sub]section"] rest` into (name sub]section, "", rest)."""
    name, _, rest = text[1:].partition('"')
    subsection = ""
    at = 0
    while at < len(rest) and rest[at] != '"':
        at += rest[at] == "\\"
        subsection += rest[at : at + 1]
        at += 1
    return f"{name.strip()} {subsection}", "", rest[at + 1 :].lstrip().removeprefix("]")


def _logical_lines(text: str) -> "Iterator[str]":
    """Yield lines, with those that end in a backslash joined to the next."""
    before = ""
    for physical in text.split("\n"):
        line = before + physical.removesuffix("\r")
        before = ""
        if line.endswith("\\") and not line.endswith("\\\\"):
            before = line[:-1]
        else:
            yield line
    if before:
        yield before


def _unquote(value: str) -> str:
    """Return a value without quotes, escapes and a comment behind it."""
    found = ""
    quoted = False
    at = 0
    while at < len(value):
        letter = value[at]
        if letter == '"':
            quoted = not quoted
        elif letter == "\\":
            at += 1
            found += {"n": "\n", "t": "\t", "b": "\b"}.get(value[at : at + 1], value[at : at + 1])
        elif letter in "#;" and not quoted:
            return found.rstrip()
        else:
            found += letter
        at += 1
    return found
