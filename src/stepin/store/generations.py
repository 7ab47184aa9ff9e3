"""A new generation: everything that was decided before is stale from here on, in every open shell.

It is started by what changes an answer: allow, deny, forget, a changed setting; and once, when there is none.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping

from stepin import shells
from stepin.hook import files as state
from stepin.hook import trust
from stepin.settings import load as config
from stepin.store import records


def start(store: str, config_file: str, home: str, replace: bool = True) -> str:
    """Start a generation and return its folder. `replace` False keeps one that is there. Raises OSError."""
    with _lock(store):
        settings = config.load(user=config_file)
        files = _files(settings, store, config_file, home)
        try:
            read_at = os.stat(config_file).st_mtime_ns
        except OSError:
            read_at = 0
        return _replace(store, files, replace, read_at)


def sweep(store: str) -> None:
    """Remove the generations that are past. A helper that still writes into one loses nothing: nobody would read it."""
    import shutil

    current = os.path.basename(state.generation(store))
    folder = os.path.join(store, "generations")
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name != current:
                shutil.rmtree(os.path.join(folder, name), ignore_errors=True)


def learn(store: str, config_file: str, home: str, project: str) -> bool:
    """Trust a project because the user activated its environment by hand; return whether that is so now.

    It is a plain `allow`: what would need `--anyway` still does. Raises OSError.
    """
    if not config.load(user=config_file).learn:
        return False
    real = os.path.realpath(project)
    said, _ = trust.lookup(store, real)
    if said == "deny":
        return False
    records.write(store, real, "allow", by="activated")
    start(store, config_file, home)
    return True


def _files(settings: config.Settings, store: str, config_file: str, home: str) -> dict[str, str]:
    """Return the generation's files: the settings, for the helper and for each dialect."""
    plain = ["names " + " ".join(settings.names)]
    if not settings.hints:
        plain.append("hints off")
    files = {"settings": "\n".join([*plain, ""])}
    seen = "1" if os.path.lexists(config_file) else ""
    message = f"stepin: {settings.trouble}" if settings.trouble else ""
    for name in shells.DIALECTS:
        dialect = shells.load(name)
        files["settings." + name] = shells.script(
            dialect,
            settings=[shells.PROTOCOL, "@ID@", "1" if settings.learn else "", seen, message],
            names=settings.names,
            above=allowed_above(store, home),
            homes=[home, os.path.realpath(home)] if home else [],
        )
    return files


def _replace(store: str, files: Mapping[str, str], replace: bool, read_at: int) -> str:
    """Start a generation with these files (name to content) and return its folder. Raises OSError.

    `read_at` is the time of the configuration that was read (nanoseconds): a hook takes one that is newer for changed.

    With `replace` it becomes the current one whatever was there, and every open shell notices. Without, an existing
    one stays and is returned: two helpers that both find none lose nothing.
    """
    ident = f"{time.time_ns():x}{os.getpid():x}"
    folder = os.path.join(store, "generations", ident)
    state.make_folders(folder)
    for name, content in files.items():
        state.write_whole(os.path.join(folder, name), os.fsencode(content.replace("@ID@", ident)))
    state.write_whole(os.path.join(folder, "id-" + ident), b"", mtime_ns=read_at)
    current = os.path.join(store, "current")
    target = os.path.join("generations", ident)
    if not replace:
        try:
            os.symlink(target, current)
        except FileExistsError:
            return state.generation(store)
        return folder
    temporary = f"{current}.{os.getpid():x}~"
    if os.path.lexists(temporary):
        os.unlink(temporary)
    os.symlink(target, temporary)
    os.replace(temporary, current)
    return folder


def allowed_above(store: str, home: str) -> list[str]:
    """Return the folders above HOME whose environments were allowed: only these does a walk look at."""
    found = []
    folder = home
    while folder and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        if trust.lookup(store, os.path.realpath(folder), trees=False)[0] == "allow":
            found.append(folder)
    return found


@contextlib.contextmanager
def _lock(store: str) -> Iterator[None]:
    """Let one process at a time replace the generation, so that each sees what the one before it recorded."""
    state.make_folders(store)
    if os.name == "nt":
        yield
        return
    import fcntl

    fd = os.open(os.path.join(store, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
