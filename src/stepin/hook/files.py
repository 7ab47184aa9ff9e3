"""Read files that may be hostile, write stepin's own files whole, and say where these lie.

STATE/current -> generations/ID     the generation: all decisions made under the same trust and settings
STATE/current/id-ID                 a shell tests with one builtin that the generation is still the same
STATE/current/settings.DIALECT      what the hooks need of the settings
STATE/current/d/home/d/me/d/proj/   the decisions about /home/me/proj: one file per dialect. Between two levels lies a
                                    folder `d`, so no project's name can be a decision's.
STATE/current/k/DEVICE-INODE        hard links to the pyvenv.cfg that were judged
STATE/current/t/TIME                reference files, each with the time that is its name (stepin.hook.facts)
STATE/trust/d/home/d/me/d/proj/     trust records about /home/me/proj: `project`, `tree`
"""

import os
from stat import S_ISDIR, S_ISLNK, S_ISREG

_EINVAL = 22  # on every system that Python runs on; the module errno is one more to load
# An open() of a FIFO waits for a writer without O_NONBLOCK; that of a terminal may make it ours without O_NOCTTY.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
_READ |= getattr(os, "O_BINARY", 0)


def read_head(path: str, limit: int, links: bool = True) -> bytes:
    """Return the first `limit` bytes of a regular file. `links` False refuses a symbolic link.

    Raises OSError for what cannot be read or is no regular file (a device is not even opened: that may act), and
    ValueError for a path with a NUL.
    """
    status = os.stat(path) if links else os.lstat(path)
    if not S_ISREG(status.st_mode):
        raise OSError(_EINVAL, "not a regular file", path)
    fd = os.open(path, _READ if links else _READ | getattr(os, "O_NOFOLLOW", 0))
    try:
        status = os.fstat(fd)
        if not S_ISREG(status.st_mode):
            raise OSError(_EINVAL, "not a regular file", path)
        # A file may be longer than its size says (procfs says 0), and a read shorter than what is left (FUSE): the end
        # is where nothing more comes.
        found = b""
        while len(found) < limit:
            more = os.read(fd, min(limit - len(found), max(status.st_size + 1 - len(found), 1 << 16)))
            if not more:
                break
            found = found + more if found else more
        return found
    finally:
        os.close(fd)


def read_regular(path: str, limit: int, links: bool = True) -> bytes | None:
    """Return the content of a regular file of at most `limit` bytes; None for anything else."""
    try:
        content = read_head(path, limit + 1, links)
    except (OSError, ValueError):
        return None
    return content if len(content) <= limit else None


def shown(path: str, home: str) -> str:
    """Return a path for a message: safe to print, and `~` for HOME."""
    home = home.rstrip("/")
    if home.startswith("/") and (path == home or path.startswith(home + "/")):
        path = "~" + path[len(home) :]
    if path.isprintable():
        return path
    from stepin.hook.text import printable  # few names need it

    return printable(path)


def mirror(path: str) -> str:
    """Return the place of an absolute path in a mirroring tree: "/a/b" gives "/d/a/d/b". The hooks do the same."""
    if os.name == "nt":
        path = "/" + path.replace("\\", "/").replace(":", "", 1)
    return "/d" if path == "/" else path.replace("/", "/d/")


def state_trouble(folder: str) -> str:
    """Return why the state folder must not be believed, to follow its name in a sentence; "" if it can be.

    One that does not exist yet can be believed, unless it must not be created.
    """
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return _creation_trouble(folder)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if not S_ISDIR(status.st_mode):
        return "is not a folder"
    if os.name != "nt":
        if status.st_uid != os.geteuid():
            return "belongs to another user"
        if status.st_mode & 0o022:
            return "is writable by other users"
    return ""


def _creation_trouble(folder: str) -> str:
    """Return why a missing folder must not be created: root creates none in another user's home."""
    while not os.path.lexists(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    if os.name != "nt" and os.geteuid() == 0 and os.lstat(folder).st_uid != 0:
        return "would be in a folder of another user"
    return ""


def write_whole(path: str, data: bytes, durable: bool = False, mtime_ns: int | None = None) -> None:
    """Write a file whole and rename it into place, 0600, its folders 0700. Raises OSError.

    `durable` waits for the disk: for what cannot be computed again (trust). `mtime_ns` (nanoseconds since the epoch) is
    the modification time to set; None leaves the current time.
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
            write_all(fd, data)
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


def write_all(fd: int, data: bytes) -> None:
    """Write all of the data, in as many pieces as it takes. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


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
    """Return the folder of the current generation, links resolved; "" if there is none.

    Decisions are written below this path, not through `current`: one made under the trust of one generation never lands
    in the next.
    """
    try:
        folder = os.path.join(state, os.readlink(os.path.join(state, "current")))
        os.stat(folder)
    except OSError:
        return ""
    return folder


def keep_link(generation: str, cfg: str) -> str:
    """Return a hard link in the generation to the pyvenv.cfg that was judged, and create it if need be.

    Return "" if there can be none: the generation is on another file system, or fs.protected_hardlinks forbids it. The
    facts are left to tell that the file is the same.
    """
    try:
        status = os.lstat(cfg)
        if S_ISLNK(status.st_mode):  # a link to the link would lead elsewhere from here
            cfg = os.path.realpath(cfg)
            status = os.lstat(cfg)
        link = f"{generation}/k/{status.st_dev:x}-{status.st_ino:x}"
        if _is_kept(link, status):
            return link
        make_folders(os.path.dirname(link))
        temporary = f"{link}.{os.getpid():x}~"
        os.link(cfg, temporary)
        os.replace(temporary, link)
        if os.path.lexists(temporary):  # another helper was faster: rename(2) does nothing to two names of one file
            os.unlink(temporary)
        return link if _is_kept(link, status) else ""
    except OSError:
        return ""


def _is_kept(link: str, status: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.lstat(link), status)
    except FileNotFoundError:
        return False
