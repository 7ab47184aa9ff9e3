"""Read and write files that belong to the user: startup files and configuration.

Symbolic links are followed. Owner, mode, access lists and hard links stay, and a file is written whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from stat import S_ISREG

from stepin.hook import files
from stepin.shells import startup


class UnwritableError(Exception):
    """A file cannot be read or changed. The text says why and follows the file's name: `is read-only`."""


def read(path: str) -> bytes | None:
    """Return a file's content; None if there is no such file. Raises UnwritableError."""
    try:
        if not S_ISREG(os.stat(path).st_mode):
            raise UnwritableError("is not a regular file")
        content = files.read_head(path, startup.BYTES + 1)
    except FileNotFoundError:
        if os.path.islink(path):
            raise UnwritableError("is a link to a file that does not exist") from None
        return None
    except OSError as error:
        raise UnwritableError(f"cannot be read ({error.strerror or error})") from None
    if len(content) > startup.BYTES:
        raise UnwritableError("is too large")
    return content


def check(path: str) -> None:
    """Raise UnwritableError if a file, or the folder to create it in, is read-only or belongs to another user."""
    target = os.path.realpath(path)
    folder = target
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    status = os.stat(folder)
    if status.st_uid != os.geteuid():
        raise UnwritableError("belongs to another user")
    # root can write to any file. A read-only file still means that its user wants no change.
    if not os.access(folder, os.W_OK) or not status.st_mode & 0o200:
        raise UnwritableError("is read-only")


def replace(path: str, before: bytes | None, after: bytes | None) -> None:
    """Replace a file's content `before` with `after`. None stands for no file. Raises UnwritableError.

    If the content is no longer `before`, the file is left as it is.
    """
    check(path)
    target = os.path.realpath(path)
    if read(path) != before:
        raise UnwritableError("was changed by another program meanwhile")
    try:
        if after is None:
            os.unlink(target)
        elif before is None:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "xb") as file:
                file.write(after)
        else:
            _write(target, before, after)
    except OSError as error:
        raise UnwritableError(f"cannot be written ({error.strerror})") from None


def _write(target: str, before: bytes, after: bytes) -> None:
    """Write a temporary file and rename it; write in place if a rename would lose something or is not possible."""
    status = os.stat(target)
    temporary = f"{target}.stepin-{os.getpid()}~"
    # Without os.listxattr (macOS) copystat does not copy access lists.
    if status.st_nlink == 1 and hasattr(os, "listxattr") and not os.path.ismount(target):
        try:
            with open(temporary, "xb") as file:
                os.chmod(temporary, status.st_mode & 0o7777)
                os.chown(temporary, status.st_uid, status.st_gid)
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(OSError):
                shutil.copystat(target, temporary)  # access lists and SELinux labels, but the times, too
                os.utime(temporary)
            os.replace(temporary, target)
        except OSError:  # a read-only folder, or a file that is itself a mount point
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        else:
            return
    # For the case of a crash. In a read-only folder there is no copy.
    with contextlib.suppress(OSError), open(temporary, "xb") as file:
        os.chmod(temporary, 0o600)
        file.write(before)
    try:
        _overwrite(target, after)
    except OSError:
        with contextlib.suppress(OSError):
            _overwrite(target, before)
        raise
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def _overwrite(target: str, content: bytes) -> None:
    with open(target, "r+b") as file:
        file.write(content)
        file.truncate()
