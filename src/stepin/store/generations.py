"""Start generations: all that was decided before is stale from then on, in every open shell.

What changes an answer starts one: allow, deny, forget, a changed setting; and the first request, when there is none.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

from stepin import shells
from stepin.hook import files, trust
from stepin.hook.facts import ROUNDS, Facts
from stepin.settings import load
from stepin.settings.load import Settings
from stepin.store import records

LOCK_SECONDS = 10  # a generation takes milliseconds to write


def start(store: str, config_file: str, home: str) -> str:
    """Start a generation and return its folder; every open shell notices. Wait for the state lock. Raises OSError."""
    with _lock(store):
        folder = _build(store, config_file, home)
        _make_current(store, folder)
    return folder


def start_now(store: str, config_file: str, home: str) -> str:
    """Do the same for a prompt, which waits for nobody: if the lock is taken, return "". Raises OSError.

    Whoever holds the lock is starting a generation, so the shell sees one that is new in any case.
    """
    with _lock_at_once(store) as locked:
        if not locked:
            return ""
        folder = _build(store, config_file, home)
        _make_current(store, folder)
    return folder


def start_first(store: str, config_file: str, home: str) -> str:
    """Start a generation if there is none, and return the folder of the one that there is. Raises OSError.

    That needs no lock: of two helpers that find none, the first creates the link, and both use its generation.
    """
    if files.generation(store):
        return files.generation(store)
    folder = _build(store, config_file, home)
    try:
        os.symlink(_target(folder), os.path.join(store, "current"))
    except FileExistsError:
        return files.generation(store)
    return folder


def sweep(store: str) -> None:
    """Remove the generations that are past. A helper that still writes into one loses nothing: nobody would read it."""
    import shutil

    current = os.path.basename(files.generation(store))
    folder = os.path.join(store, "generations")
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name != current:
                shutil.rmtree(os.path.join(folder, name), ignore_errors=True)


def learn(store: str, config_file: str, home: str, project: str) -> bool:
    """Trust a project because the user activated its environment by hand; return whether that is so now.

    It is a plain `allow`: what would need `--anyway` still does. Raises OSError.
    """
    if not load.load(user=config_file).learn:
        return False
    real = os.path.realpath(project)
    verdict, _ = trust.lookup(store, real)
    if verdict == "deny":
        return False
    records.write(store, real, "allow", by="activated")
    start_now(store, config_file, home)
    return True


def allowed_above(store: str, home: str) -> list[str]:
    """Return the folders above HOME whose environments are trusted: a walk looks at no others there."""
    found = []
    folder = home
    while folder and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        if trust.lookup(store, os.path.realpath(folder), trees=False)[0] == "allow":
            found.append(folder)
    return found


def _build(store: str, config_file: str, home: str) -> str:
    """Write the files of a generation and return its folder, of which nobody knows yet. Raises OSError."""
    settings, read_at = _settled_settings(config_file)
    ident = f"{time.time_ns():x}{os.getpid():x}"
    folder = os.path.join(store, "generations", ident)
    files.make_folders(folder)
    for name, content in _contents(settings, store, config_file, home).items():
        files.write_whole(os.path.join(folder, name), os.fsencode(content.replace("@ID@", ident)))
    files.write_whole(os.path.join(folder, "id-" + ident), b"", mtime_ns=read_at)
    return folder


def _settled_settings(config_file: str) -> tuple[Settings, int | None]:
    """Return the settings and the modification time of their file, in nanoseconds; None if there is no file.

    A hook compares the time for equality with that of the generation's id: as with the facts of a decision, a change
    after this one must bear another time. If that is not sure, the time is one that the file does not have.
    """
    for _ in range(ROUNDS):
        facts = Facts()
        facts.note(config_file)
        settings = load.load(user=config_file)
        if facts.settle():
            break
    if config_file in facts.absent:
        return settings, None
    return settings, facts.times[config_file] if facts.is_sure(config_file) else 0


def _make_current(store: str, folder: str) -> None:
    current = os.path.join(store, "current")
    temporary = f"{current}.{os.getpid():x}~"
    if os.path.lexists(temporary):
        os.unlink(temporary)
    os.symlink(_target(folder), temporary)
    os.replace(temporary, current)


def _target(folder: str) -> str:
    return os.path.join("generations", os.path.basename(folder))


def _contents(settings: Settings, store: str, config_file: str, home: str) -> dict[str, str]:
    """Return the text of a generation's files: the settings, for the helper and for each dialect."""
    plain = ["names " + " ".join(settings.names)]
    if not settings.hints:
        plain.append("hints off")
    if settings.prompt is not True:
        plain.append(f"prompt {settings.prompt or 'off'}")
    found = {"settings": "\n".join([*plain, ""])}
    seen = "1" if os.path.lexists(config_file) else ""
    message = f"stepin: {settings.trouble}" if settings.trouble else ""
    for name in shells.DIALECTS:
        found["settings." + name] = shells.script(
            shells.load(name),
            settings=[
                shells.PROTOCOL,
                "@ID@",
                "1" if settings.learn else "",
                seen,
                message,
                "1" if settings.cd else "",
            ],
            names=settings.names,
            above=allowed_above(store, home),
            homes=[home, os.path.realpath(home)] if home else [],
        )
    return found


@contextlib.contextmanager
def _lock(store: str) -> Iterator[None]:
    """Let one process at a time replace the generation, so that each sees what the one before it recorded."""
    import filelock  # takes as long to load as all of a decision

    files.make_folders(store)
    with filelock.FileLock(_lock_file(store), timeout=LOCK_SECONDS, mode=0o600):
        yield


@contextlib.contextmanager
def _lock_at_once(store: str) -> Iterator[bool]:
    """Take the same lock if it is free; yield whether it was. The helper has no libraries, and no time to wait."""
    if os.name == "nt":
        yield True
        return
    import fcntl  # what filelock uses

    files.make_folders(store)
    fd = os.open(_lock_file(store), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(fd)


def _lock_file(store: str) -> str:
    return os.path.join(store, "lock")
