"""Check everything that the hooks need. This reads, and starts the helper as a hook does.

Each function below returns one check or yields several; `examine` runs them all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from typing import NamedTuple

from stepin import __version__, shells
from stepin.hook import files, permissions
from stepin.install import blocks, hook_files, render, user_files
from stepin.settings import folders, load
from stepin.shells import discovery, startup
from stepin.store import records, walk

GOOD, UNSURE, BAD = "good", "unsure", "bad"
_SECONDS = 5  # how long a program may take to answer
_SLOW_HELPER = 0.5  # seconds; a first decision takes a tenth of that on an ordinary machine
_SLOW_STAT = 0.001  # seconds; a prompt makes about ten


class Check(NamedTuple):
    """The result of one check. `remedy` is "" if there is nothing to do."""

    name: str
    state: str  # GOOD, UNSURE (it may be intended) or BAD
    message: str
    remedy: str = ""


def examine() -> Iterator[Check]:
    """Yield the result of every check."""
    store, config_file = folders.store(), folders.config_file()
    found = discovery.installed()
    for shell in found:
        yield shell_version(shell)
    for shell in found:
        for rc in hook_files.rc_files(shell, os.path.expanduser("~")):
            yield startup_file(rc)
    for shell in found:
        yield hook(shell)
    for shell in found:
        yield helper(shell, store, config_file)
    yield state_folder(store)
    yield from trust_records(store)
    yield from configuration(config_file)
    yield speed(store)


def shell_version(shell: str) -> Check:
    """Check that a shell is not too old."""
    module = discovery.load(shell)
    program = shutil.which(shell) or ""
    version = _output([program, *module.VERSION]) if program else None
    if version is None:
        return Check("shell", UNSURE, f"the version of {shell} is unknown")
    number = tuple(map(int, re.findall(r"\d+", version)[:2]))
    if number < module.OLDEST:
        needed = ".".join(map(str, module.OLDEST))
        return Check("shell", BAD, f"{shell} {version} is too old", f"install {shell} {needed} or later")
    return Check("shell", GOOD, f"{shell} {version}")


def startup_file(rc: startup.RcFile) -> Check:
    """Check that a startup file reads the hook, and that no line after it removes the hook again."""
    remedy = f'run "stepin setup --shell {rc.shell}"'
    try:
        content = user_files.read(rc.path) or b""
    except user_files.UnwritableError as error:
        return Check("rc", BAD, f"{rc.path} {error}", 'fix that, then run "stepin setup"')
    held = blocks.held(content)
    if not held and b"stepin init" in content:
        return Check("rc", GOOD, f'{rc.path} runs stepin init; "stepin setup" would save that process')
    if not held:
        return Check("rc", _missing(rc.shell), f"{rc.path} does not read the hook", remedy)
    if not any(text.startswith(rc.line) for text in held):
        return Check("rc", BAD, f"{rc.path} reads another hook", remedy)
    overwrites = discovery.load(rc.shell).OVERWRITES
    if overwrites and (found := overwrites.search(blocks.after(content))):
        what = found[0].strip().decode(errors="replace")
        return Check("rc", BAD, f'"{what}" in {rc.path} removes the hook', "move stepin's block below that line")
    return Check("rc", GOOD, f"{rc.path} reads the hook")


def hook(shell: str) -> Check:
    """Check that a shell's hook file exists and is the one that this installation renders."""
    path = hook_files.path(shell)
    remedy = f'run "stepin setup --shell {shell}"'
    head = hook_files.read_head(shell)
    if head is None:
        return Check("hook", _missing(shell), f"{path} does not exist", remedy)
    try:
        with open(path, "rb") as file:
            same = file.read() == hook_files.expected(shell, head.command)
    except OSError as error:
        return Check("hook", BAD, f"{path} cannot be read ({error.strerror})", remedy)
    if same:
        return Check("hook", GOOD, f"{path} is up to date ({__version__})")
    if not hook_files.is_ours(head):
        return Check("hook", UNSURE, f"{path} uses another stepin, in {head.library}", f"{remedy} to use this one")
    return Check("hook", BAD, f"{path} is not what stepin {__version__} renders", remedy)


def helper(shell: str, store: str, config_file: str) -> Check:
    """Check that the helper starts and answers a hook's question."""
    head = hook_files.read_head(shell)
    python, library = head[1:3] if head else render.helpers()[:2]
    home = os.environ.get("HOME", "")
    # Ask about a folder of ours: it contains no environment, and nobody else needs the decision.
    folder = os.path.dirname(hook_files.path(shell))
    question = [python, "-I", "-S", "-X", "utf8", "-c", shells.BOOT, library, shell, shells.PROTOCOL, "decide"]
    started = time.perf_counter()
    answer = _output([*question, store, config_file, folder, home])
    seconds = time.perf_counter() - started
    if answer is None or not answer.endswith(shells.SENTINEL):
        remedy = 'install stepin again, then run "stepin setup"'
        return Check("helper", BAD, f"{python} does not answer for {shell}", remedy)
    if seconds > _SLOW_HELPER:
        remedy = "see below if a disk is slow"
        return Check("helper", UNSURE, f"{python} takes {seconds:.1f} s to answer for {shell}", remedy)
    return Check("helper", GOOD, f"{python} answers for {shell} in {seconds * 1000:.0f} ms")


def state_folder(store: str) -> Check:
    """Check that the state folder is safe and can be written to, and that it has a generation."""
    if trouble := files.state_trouble(store):
        return Check("state", BAD, f"{store} {trouble}", "make it yours alone, with chown and chmod 700")
    probe = os.path.join(store, f"doctor.{os.getpid()}")
    try:
        files.write_whole(probe, b"")
        os.unlink(probe)
    except OSError as error:
        remedy = "free some space, or make it writable"
        return Check("state", BAD, f"{store} cannot be written to ({error.strerror})", remedy)
    if files.generation(store):
        return Check("state", GOOD, f"{store} is usable")
    return Check("state", UNSURE, f"{store} has no generation yet", 'open a new terminal, or run "stepin setup"')


def trust_records(store: str) -> Iterator[Check]:
    """Check that every trust record can be read, and that its folder still exists."""
    if files.state_trouble(store):
        return
    found = list(records.everything(store))
    for path in records.damaged(store):
        remedy = 'remove it, then run "stepin allow" in that project again'
        yield Check("trust", BAD, f"{path} is damaged and has no effect", remedy)
    stale = sum(not record.same for record in found)
    if stale:
        message = f"{stale} of {len(found)} trust records are stale: their folders are gone or were replaced"
        yield Check("trust", UNSURE, message, 'run "stepin trust" for a list')
    else:
        yield Check("trust", GOOD, f"{len(found)} trust {'record' if len(found) == 1 else 'records'}")


def configuration(config_file: str) -> Iterator[Check]:
    """Check that the configuration is valid, and that of the project around the current folder."""
    settings = load.load(_project(), config_file)
    for problem in settings.problems:
        message, _, remedy = problem.rpartition("; ")
        yield Check("configuration", BAD, message, remedy)
    if not settings.problems and os.path.exists(config_file):
        yield Check("configuration", GOOD, f"{config_file} is valid")
    elif not settings.problems:
        yield Check("configuration", GOOD, f"{config_file} does not exist; the defaults apply")


def _project() -> str | None:
    """Return the nearest folder with a pyproject.toml; None if there is none."""
    try:
        levels = walk.levels(walk.current_folder(), os.path.expanduser("~"))
    except OSError:  # the current folder no longer exists
        return None
    return next((folder for folder in levels if os.path.lexists(os.path.join(folder, "pyproject.toml"))), None)


def speed(store: str) -> Check:
    """Check that the state folder is on a fast disk: every prompt reads it."""
    folder = store
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    kind = permissions.Mounts().remote_type(folder)
    times = []
    for _ in range(20):
        started = time.perf_counter()
        os.stat(folder)
        times.append(time.perf_counter() - started)
    typical = sorted(times)[len(times) // 2]
    remedy = "set XDG_STATE_HOME to a folder on a local disk, before the hook is read"
    if typical > _SLOW_STAT:
        return Check("slow", UNSURE, f"{folder} is slow: a stat takes {typical * 1000:.1f} ms", remedy)
    if kind:
        return Check("slow", UNSURE, f"{folder} is on {kind}: every prompt waits for it", remedy)
    return Check("slow", GOOD, f"{folder} is fast: a stat takes {typical * 1e6:.0f} us")


def _missing(shell: str) -> str:
    """Return how bad a missing hook is. In the login shell it is hardly intended."""
    return BAD if shell == os.path.basename(os.environ.get("SHELL", "")) else UNSURE


def _output(command: list[str]) -> str | None:
    """Return what a command prints, stripped; None if it fails or hangs."""
    try:
        result = subprocess.run(  # noqa: S603  # our own helper, or a shell without its startup files
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return os.fsdecode(result.stdout).strip()
