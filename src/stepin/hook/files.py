"""What was: stepin's own files, where they lie and how they are written.

STATE/current -> generations/ID     the generation: all decisions made under the same trust and configuration
STATE/current/id-ID                 lets a shell test with one builtin that the generation is still the same
STATE/current/settings.DIALECT      what the hooks need of the settings
STATE/current/d/home/d/me/d/proj/   the decisions about /home/me/proj: one file a dialect, and `cfg`, a hard link to the
                                    pyvenv.cfg that was judged. Between two levels lies a folder `d`, so that no
                                    project's name can be a decision's.
STATE/current/k/DEVICE-INODE        the same hard link under a short name, of which every decision knows its own
STATE/current/t/TIME                reference files, each of which bears the time that is its name (stepin.hook.facts)
STATE/trust/d/home/d/me/d/proj/     what the user said about /home/me/proj: `project`, `tree`
"""

import os
from stat import S_ISDIR

LINK = "cfg"


def mirror(path: str) -> str:
    """Return where an absolute path lies below a mirroring tree: "/a/b" gives "/d/a/d/b". The hooks do the same."""
    if os.name == "nt":
        path = "/" + path.replace("\\", "/").replace(":", "", 1)
    return "/d" if path == "/" else path.replace("/", "/d/")


def unbelievable(folder: str) -> str:
    """Return why the state folder cannot be believed, or "" where it can (also where it is not there yet)."""
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return _unmakeable(folder)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if not S_ISDIR(status.st_mode):
        return "is not a folder"
    if os.name != "nt":
        if status.st_uid != os.geteuid():
            return "belongs to somebody else"
        if status.st_mode & 0o022:
            return "can be written to by others"
    return ""


def _unmakeable(folder: str) -> str:
    """Return why a folder that is not there must not be made: root makes none in another user's home."""
    while not os.path.lexists(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    if os.name != "nt" and os.geteuid() == 0 and os.lstat(folder).st_uid != 0:
        return "would lie in a folder of another user"
    return ""


def write_whole(path: str, data: bytes, durable: bool = False, mtime_ns: int | None = None) -> None:
    """Write a file whole and rename it into place, 0600, its folders 0700. Raises OSError.

    `durable` waits for the disk: for what cannot be worked out again (trust). `mtime_ns` (nanoseconds since the epoch)
    is the time that the file shall bear, if not now.
    """
    temporary = f"{path}.{os.getpid():x}~"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        fd = os.open(temporary, flags, 0o600)
    except FileNotFoundError:
        make_folders(os.path.dirname(path))
        fd = os.open(temporary, flags, 0o600)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
            if durable:
                os.fsync(fd)
        finally:
            os.close(fd)
        if mtime_ns is not None:
            os.utime(temporary, ns=(mtime_ns, mtime_ns))
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def make_folders(path: str) -> None:
    """Create a folder and what is missing above it, each 0700. Raises OSError."""
    if not os.path.isdir(path):
        make_folders(os.path.dirname(path))
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            if not os.path.isdir(path):
                raise


def generation(state: str) -> str:
    """Return the folder of the current generation, links resolved; "" where there is none.

    What is decided is written below this path, not through `current`: a decision made under the trust of one
    generation never lands in the next.
    """
    try:
        folder = os.path.join(state, os.readlink(os.path.join(state, "current")))
        os.stat(folder)
    except OSError:
        return ""
    return folder


def keep_link(link: str, cfg: str) -> bool:
    """Keep a hard link to the pyvenv.cfg that was judged; return whether it is there."""
    temporary = f"{link}.{os.getpid():x}~"
    try:
        cfg = os.path.realpath(cfg)  # of a link, its target: a link to the link would lead elsewhere from here
        if not os.path.lexists(link) or not os.path.samestat(os.lstat(link), os.lstat(cfg)):
            make_folders(os.path.dirname(link))
            os.link(cfg, temporary)
            os.replace(temporary, link)
            if os.path.lexists(temporary):  # another helper was faster: rename(2) does nothing to two names of one file
                os.unlink(temporary)
    except OSError:  # another file system, or the kernel's fs.protected_hardlinks: the hook has the times
        return False
    return True


def link_name(generation: str, cfg: str) -> str:
    """Return the name in the generation for a hard link to this pyvenv.cfg. Raises OSError."""
    status = os.stat(cfg)
    return f"{generation}/k/{status.st_dev:x}-{status.st_ino:x}"
