"""What could keep stepin from working, looked at one by one. Reads, and starts the helper as a hook does.

A check is a function of no arguments that yields findings; `checks` is the list of them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stepin import __version__, shells
from stepin.hook import files, permissions
from stepin.install import blocks, hook_files, render, user_files
from stepin.settings import folders, load
from stepin.shells import startup
from stepin.store import records

GOOD, UNSURE, BAD = "good", "unsure", "bad"
_SECONDS = 5
_SLOW_HELPER = 0.5  # seconds; a first decision takes a tenth of that on an ordinary machine
_SLOW_STAT = 0.001  # seconds; a prompt makes some ten
_REMOTE = ("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "afs", "ceph")


class Finding(NamedTuple):
    """One thing that was looked at: the check's name, GOOD, UNSURE or BAD, what it is, what to do ("" for nothing)."""

    name: str
    state: str
    message: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Yield what all checks find, in the order in which a reader would ask."""
    store, config_file = folders.store(), folders.config_file()
    looks: list[Callable[[], Iterator[Finding]]] = [
        check_shells,
        check_rc_files,
        check_hooks,
        lambda: check_helper(store, config_file),
        lambda: check_state(store),
        lambda: check_trust(store),
        lambda: check_configuration(config_file),
        lambda: check_speed(store),
    ]
    for look in looks:
        yield from look()


def check_shells() -> Iterator[Finding]:
    """Is each shell that is installed new enough?"""
    for shell in startup.installed():
        oldest, arguments = startup.load(shell).OLDEST, startup.load(shell).VERSION
        program = shutil.which(shell) or ""
        version = _output([program, *arguments]) if program else None
        if version is None:
            yield Finding("shell", UNSURE, f"{shell} does not say which version it is", "")
            continue
        number = tuple(map(int, re.findall(r"\d+", version)[:2]))
        if number < oldest:
            needed = ".".join(map(str, oldest))
            yield Finding("shell", BAD, f"{shell} {version} is too old", f"install {shell} {needed} or later")
        else:
            yield Finding("shell", GOOD, f"{shell} {version}")


def check_rc_files() -> Iterator[Finding]:
    """Does each shell read the hook, and does nothing after it take it out again?"""
    for shell in startup.installed():
        overwrites = startup.load(shell).OVERWRITES
        for rc in hook_files.rc_files(shell, os.path.expanduser("~")):
            try:
                content = user_files.read(rc.path) or b""
            except user_files.UnwritableError as error:
                yield Finding("rc", BAD, f"{rc.path} {error}", "mend that, then stepin setup")
                continue
            held = blocks.held(content)
            if not held:
                if b"stepin init" in content:
                    yield Finding("rc", GOOD, f"{rc.path} runs stepin init: stepin setup would spare that process")
                else:
                    yield Finding(
                        "rc", _absent(shell), f"{rc.path} does not read the hook", f"stepin setup --shell {shell}"
                    )
            elif not any(text.startswith(rc.line) for text in held):
                yield Finding("rc", BAD, f"{rc.path} reads another hook", f"stepin setup --shell {shell}")
            elif overwrites and (found := overwrites.search(blocks.after(content))):
                what = found[0].strip().decode(errors="replace")
                yield Finding(
                    "rc", BAD, f"{rc.path}: `{what}` after stepin's block takes it out", "move the block below it"
                )
            else:
                yield Finding("rc", GOOD, f"{rc.path} reads the hook")


def check_hooks() -> Iterator[Finding]:
    """Are the rendered hooks there, and what this installation renders?"""
    for shell in startup.installed():
        path = hook_files.path(shell)
        head = hook_files.read_head(shell)
        remedy = f"stepin setup --shell {shell}"
        if head is None:
            yield Finding("hook", _absent(shell), f"{path} is not there", remedy)
            continue
        try:
            with open(path, "rb") as file:
                same = file.read() == hook_files.expected(shell, head.command)
        except OSError as error:
            yield Finding("hook", BAD, f"{path} cannot be read ({error.strerror})", remedy)
            continue
        if same:
            yield Finding("hook", GOOD, f"{path} is of this version, {__version__}")
        elif not hook_files.is_ours(head):
            yield Finding(
                "hook", UNSURE, f"{path} calls another stepin, in {head.library}", f"{remedy} to use this one"
            )
        else:
            yield Finding("hook", BAD, f"{path} is not what stepin {__version__} renders here", remedy)


def check_helper(store: str, config_file: str) -> Iterator[Finding]:
    """Does the helper start, and answer what a hook asks?"""
    for shell in startup.installed():
        head = hook_files.read_head(shell)
        python, library = head[1:3] if head else render.helpers()[:2]
        home = os.environ.get("HOME", "")
        # A folder of our own: there is no environment in it, and the decision is nobody else's.
        question = [python, "-I", "-S", "-X", "utf8", "-c", shells.BOOT, library, shell, shells.PROTOCOL, "decide"]
        started = time.perf_counter()
        answer = _output([*question, store, config_file, os.path.dirname(hook_files.path(shell)), home])
        seconds = time.perf_counter() - started
        if answer is None or not answer.endswith(shells.SENTINEL):
            yield Finding(
                "helper", BAD, f"{python} does not answer for {shell}", "install stepin again, then stepin setup"
            )
        elif seconds > _SLOW_HELPER:
            yield Finding(
                "helper", UNSURE, f"{python} takes {seconds:.1f} s to answer for {shell}", "see slow, if it is told"
            )
        else:
            yield Finding("helper", GOOD, f"{python} answers for {shell} in {seconds * 1000:.0f} ms")


def check_state(store: str) -> Iterator[Finding]:
    """Can the state folder be believed and written to, and is there a generation?"""
    trouble = files.unbelievable(store)
    if trouble:
        yield Finding("state", BAD, f"{store} {trouble}", "make it yours alone: chown, chmod 700")
        return
    probe = os.path.join(store, f"doctor.{os.getpid()}")
    try:
        files.write_whole(probe, b"")
        os.unlink(probe)
    except OSError as error:
        yield Finding(
            "state", BAD, f"{store} cannot be written to ({error.strerror})", "free space, or make it writable"
        )
        return
    if files.generation(store):
        yield Finding("state", GOOD, f"{store} can be used")
    else:
        yield Finding("state", UNSURE, f"{store} has no generation yet", "open a new terminal, or stepin setup")


def check_trust(store: str) -> Iterator[Finding]:
    """Can all that was said about projects be read, and is it about folders that are there?"""
    if files.unbelievable(store):
        return
    found = list(records.everything(store))
    for path in records.damaged(store):
        yield Finding("trust", BAD, f"{path} is damaged and counts for nothing", "remove it, then stepin allow again")
    stale = [record.path for record in found if not record.same]
    if stale:
        yield Finding(
            "trust", UNSURE, f"{len(stale)} of {len(found)} records are of folders that are gone", "stepin trust"
        )
    else:
        yield Finding("trust", GOOD, f"{len(found)} records")


def check_configuration(config_file: str) -> Iterator[Finding]:
    """Is the configuration understood?"""
    settings = load.load(user=config_file)
    if settings.trouble:
        yield Finding("configuration", BAD, *settings.trouble.rpartition(": ")[::2])
    elif os.path.exists(config_file):
        yield Finding("configuration", GOOD, f"{config_file} is understood")
    else:
        yield Finding("configuration", GOOD, f"{config_file} is not there: the defaults hold")


def check_speed(store: str) -> Iterator[Finding]:
    """Is the state folder where a look at it costs a prompt nothing?"""
    folder = store
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    kind = permissions.file_system(os.path.realpath(folder))
    times = []
    for _ in range(20):
        started = time.perf_counter()
        os.stat(folder)
        times.append(time.perf_counter() - started)
    typical = sorted(times)[len(times) // 2]
    remedy = "set XDG_STATE_HOME to a local disk before the hook is read"
    if typical > _SLOW_STAT:
        yield Finding("slow", UNSURE, f"{folder} is slow: {typical * 1000:.1f} ms a look", remedy)
    elif kind in _REMOTE:
        yield Finding("slow", UNSURE, f"{folder} is on {kind}: prompts wait for it", remedy)
    else:
        yield Finding("slow", GOOD, f"{folder} answers in {typical * 1e6:.0f} us")


def _absent(shell: str) -> str:
    """Return how bad it is that a shell has no hook: in the user's own it can hardly be meant so."""
    return BAD if shell == os.path.basename(os.environ.get("SHELL", "")) else UNSURE


def _output(command: list[str]) -> str | None:
    """Return what a command prints, stripped; None where it fails or hangs."""
    try:
        result = subprocess.run(  # noqa: S603  # our own helper, or a shell without its rc files
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return os.fsdecode(result.stdout).strip()
