"""The helper that a hook calls when there is something new to decide. A shell waits for it: it imports little.

    python -I -S -X utf8 -c BOOT LIB DIALECT PROTOCOL EVENT STATE CONFIG FOLDER [HOME]

EVENT is "decide" (judge the environment in FOLDER), "learn" (the user activated it by hand: allow it, then judge) or
"renew" (there is no generation, or the settings have changed). It prints assignments in the dialect and the sentinel,
and exits with 0; anything else, and the hook goes on as if stepin were not there.
"""

import os
import sys
import time

from stepin import shells
from stepin.hook import environment as find
from stepin.hook import files as state
from stepin.hook import trust
from stepin.hook import verdict as decide
from stepin.hook.text import printable

SECONDS = 2  # a helper that takes longer ends itself: the shell's user waits
CLOCK_NS = 20_000_000  # file times lag behind the clock by up to a kernel tick (10 ms at 100 Hz)


class Request:
    """What a hook asks."""

    __slots__ = ("config", "dialect", "event", "folder", "home", "shell", "store")

    def __init__(self, arguments: "list[str]") -> None:
        """Raises ValueError where the hook speaks another protocol or its words are off."""
        self.shell, protocol, self.event, self.store, self.config, self.folder, *rest = arguments
        if protocol != shells.PROTOCOL:
            raise ValueError(protocol)
        self.home = rest[0] if rest else os.environ.get("HOME", "")
        self.dialect = shells.load(self.shell)


def main(arguments: "list[str] | None" = None) -> int:
    """Answer one request; return the exit code."""
    if hasattr(os, "fork"):  # not on Windows
        import _signal  # type: ignore[import-not-found]  # signal itself imports enum

        _signal.alarm(SECONDS)
    try:
        request = Request(sys.argv[1:] if arguments is None else arguments)
    except ValueError:
        return 2
    started = time.time_ns()
    try:
        sys.stdout.buffer.write(os.fsencode(answer(request, started)))
    except OSError:
        return 1
    return 0


def answer(request: Request, started: int) -> str:
    """Return what to print: a decision, or the settings. Raises OSError."""
    trouble = state.unbelievable(request.store)
    folder = "" if trouble else state.generation(request.store)
    if not trouble and (not folder or request.event == "renew"):
        from stepin.store import generations as generation  # reads the configuration: not on the way of a decision

        try:
            folder = generation.start(request.store, request.config, request.home, replace=request.event == "renew")
        except OSError:
            folder = ""
    if request.event == "renew":
        return shells.script(request.dialect, settings=[])
    names, hints = read_settings(folder)
    env = find.in_folder(request.folder, names)
    learned = ""
    if request.event == "learn" and env and not trouble:
        from stepin.store import generations as generation

        learned = generation.learn(request.store, request.config, request.home, env)
        folder = state.generation(request.store)
    fields, cfg = decision(request, env, trouble, names, learned)
    fields[10] = fields[10] if hints else learned
    if folder:
        try:
            place = folder + state.mirror(request.folder)
            if cfg and state.keep_link(place, cfg):
                fields[9] += "k"
            lasting = [*fields[:10], "" if learned else fields[10], *fields[11:]]  # that it learned is said here alone
            data = os.fsencode(shells.script(request.dialect, decision=lasting))
            before = find.read_regular(os.path.join(place, request.shell), 1 << 20) or data
            if before != data and before.endswith(os.fsencode(shells.SENTINEL + "\n")):
                # Another shell may stand by what was decided before, and would find this, in its place, newer than what
                # that was made from. A new generation tells it.
                from stepin.store import generations as generation

                place = generation.start(request.store, request.config, request.home) + state.mirror(request.folder)
                if cfg:
                    state.keep_link(place, cfg)
            state.write_whole(os.path.join(place, request.shell), data, mtime_ns=started - CLOCK_NS)
        except OSError:  # full, read-only, a name too long: the shell keeps the decision itself
            pass
    return shells.script(request.dialect, decision=fields)


def decision(
    request: Request, env: "find.Environment | None", trouble: str, names: "tuple[str, ...]", learned: str
) -> "tuple[list[str], str]":
    """Return the fields of a decision, and the pyvenv.cfg that was judged ("" where there is none).

    The fields, which the hooks take by their place: protocol, verdict, project, the name at which the walk stopped,
    prefix, its bin, its interpreter, the bare name, the prompt's prefix, flags, message, the prefix fit to be shown,
    then the paths that it was decided from: as long as none is newer than the decision, it holds. Flags: `l` the
    environment is a link, `o` it is somebody else's (both with consent), `k` the hard link to its pyvenv.cfg is kept.
    """
    first = find.probe(request.folder, names)
    if env is None or env.state == "incomplete":
        verdict = decide.INCOMPLETE if env else decide.NONE
        # What turns it into an environment shows in one of these: pyvenv.cfg written, an interpreter put into bin.
        bins = {folder for folder, _ in find.layouts(os.name == "nt")}
        paths = [
            os.path.join(request.folder, name, part) for name in names for part in ("", "pyvenv.cfg", *sorted(bins))
        ]
        paths = [path for path in (path.rstrip(os.sep) for path in paths) if os.path.exists(path)]
        return [shells.PROTOCOL, verdict, request.folder, first, *[""] * 8, *paths], ""
    facts, repository = judge(env, request.store, request.home, trouble)
    verdict, reason = decide.decide(facts)
    message = learned or (hint(env, verdict, reason, facts) if facts.hinted else "")
    flags = "l" if os.path.islink(env.path) else ""
    if "owner" in facts.consented:
        flags += "o"
    watched = [env.path, env.bin]
    if env.redirect:
        watched.append(os.path.join(env.project, env.name))
    if repository:
        watched += site_packages(env.path)
    if env.state != "legacy":
        watched.insert(0, env.cfg)
    watched += [os.path.join(request.folder, name) for name in names[: names.index(env.name)]]
    watched = [path for path in watched if os.path.exists(path)]
    name, prefix = env.prompt, shells.prefix(env.prompt)
    fields = [shells.PROTOCOL, verdict, env.project, first, env.path, env.bin, env.python, name, prefix, flags, message]
    return [*fields, printable(env.path), *watched], env.cfg if env.state != "legacy" else ""


def judge(env: "find.Environment", store: str, home: str, trouble: str) -> "tuple[decide.Facts, bool]":
    """Gather what `decide` judges; return it, and whether the project lies in a git work tree."""
    real = os.path.realpath(env.project)
    hinted = not (is_above(env.project, home) or is_above(real, os.path.realpath(home)) or trust.is_shared(real))
    record, consented = trust.lookup(store, real, trees=hinted) if not trouble else ("store", [])
    reasons = trust.reasons(env, real)
    return decide.Facts(env.state, record, reasons, consented, os.pathsep in env.bin, hinted), trust.found_repository(
        real
    )


def is_above(folder: str, home: str) -> bool:
    """Return whether a folder is HOME or lies above it."""
    return bool(home) and (home.rstrip("/") + "/").startswith(folder.rstrip("/") + "/")


def hint(env: "find.Environment", verdict: str, reason: str, facts: "decide.Facts") -> str:
    """Return the line that a shell shows once about a verdict; "" where it is to be silent."""
    remedy = decide.remedy(verdict, facts)
    if not remedy:
        return ""
    return f"stepin: {printable(env.path)} is not on, {printable(reason)}: {remedy}"


def site_packages(prefix: str) -> "list[str]":
    """Return the folders that packages are installed in."""
    try:
        found = [os.path.join(prefix, "lib", name, "site-packages") for name in os.listdir(os.path.join(prefix, "lib"))]
    except OSError:
        return []
    return [path for path in found if os.path.isdir(path)]


def read_settings(folder: str) -> "tuple[tuple[str, ...], bool]":
    """Return the names of environment folders, in order, and whether hints are shown."""
    content = find.read_regular(os.path.join(folder, "settings"), 1 << 16) if folder else None
    lines = os.fsdecode(content).split("\n") if content else []
    names = next((tuple(line.split()[1:]) for line in lines if line.startswith("names ")), find.NAMES)
    return names, "hints off" not in lines
