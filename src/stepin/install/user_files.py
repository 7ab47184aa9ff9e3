"""Writing an rc file: through links, keeping mode and owner, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
from stat import S_ISREG

from stepin.shells import startup


class UnwritableError(Exception):
    """An rc file cannot be read or changed; the text says why, as `is ...`."""


def read(path: str) -> bytes | None:
    """Return an rc file's content, None where there is no such file. Raises UnwritableError."""
    try:
        status = os.stat(path)
        if not S_ISREG(status.st_mode):
            raise UnwritableError("is not a regular file")
        if status.st_size > startup.BYTES:
            raise UnwritableError("is too large")
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        if os.path.islink(path):
            raise UnwritableError("is a link that leads nowhere") from None
        return None
    except OSError as error:
        raise UnwritableError(f"cannot be read ({error.strerror})") from None


def check(path: str) -> None:
    """Raise UnwritableError where a file must or can not be changed: read-only, or somebody else's."""
    target = os.path.realpath(path)
    folder = target
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    status = os.stat(folder)
    if status.st_uid != os.geteuid():
        raise UnwritableError("belongs to somebody else")
    # root may write to anything: that a file is read-only is its user's word all the same.
    if not os.access(folder, os.W_OK) or not status.st_mode & 0o200:
        raise UnwritableError("is read-only")


def replace(path: str, before: bytes | None, after: bytes | None) -> None:
    """Give an rc file new content (None removes it), if it still has the content `before`. Raises UnwritableError."""
    check(path)
    target = os.path.realpath(path)
    if read(path) != before:
        raise UnwritableError("was changed by somebody meanwhile")
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
    """Write beside the file and rename over it; in place where that would lose something or cannot be done."""
    status = os.stat(target)
    temporary = f"{target}.stepin-{os.getpid()}~"
    if status.st_nlink == 1 and not os.path.ismount(target):
        try:
            with open(temporary, "xb") as file:
                os.chmod(temporary, status.st_mode & 0o7777)
                os.chown(temporary, status.st_uid, status.st_gid)
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(OSError):
                shutil.copystat(target, temporary)  # access lists, SELinux's label; the time with them
                os.utime(temporary)
            os.replace(temporary, target)
        except OSError:  # a folder that is read-only, or a file that is mounted by itself
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        else:
            return
    try:
        _overwrite(target, after)
    except OSError:
        with contextlib.suppress(OSError):
            _overwrite(target, before)
        raise


def _overwrite(target: str, content: bytes) -> None:
    with open(target, "r+b") as file:
        file.write(content)
        file.truncate()
