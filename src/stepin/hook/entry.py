"""The helper that a hook calls when there is something new to decide. A shell waits for it: it imports little.

    python -I -S -X utf8 -c BOOT LIB DIALECT PROTOCOL EVENT STATE CONFIG FOLDER [HOME]

EVENT is "decide" (judge the environment in FOLDER), "learn" (the user activated it by hand: allow it, then judge) or
"renew" (there is no generation, or the settings have changed). It prints assignments in the dialect and the sentinel,
and exits with 0; anything else, and the hook goes on as if stepin were not there.
"""

import os
import sys

from stepin import shells
from stepin.hook import environment as find
from stepin.hook import files as state
from stepin.hook import trust
from stepin.hook import verdict as decide
from stepin.hook.decision import Decision
from stepin.hook.facts import Facts
from stepin.hook.text import printable

SECONDS = 2  # a helper that takes longer ends itself: the shell's user waits
ROUNDS = 2  # each waits 25 ms at most, and only if something has changed within these
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
    try:
        sys.stdout.buffer.write(os.fsencode(answer(request)))
    except OSError:
        return 1
    return 0


def answer(request: Request) -> str:
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
    learned = ""
    if request.event == "learn" and not trouble and (env := find.in_folder(request.folder, names)):
        from stepin.store import generations as generation

        learned = generation.learn(request.store, request.config, request.home, env)
        folder = state.generation(request.store)
    decision, stamp = settled_decision(request, names, trouble, folder)
    if not hints:
        decision.message = ""
    if folder:
        try:  # noqa: SIM105  # contextlib loads collections and functools
            keep(request, decision, folder, "" if learned else decision.message, stamp)
        except OSError:  # full, read-only, a name too long: the shell keeps the decision itself
            pass
    decision.message = learned or decision.message
    return shells.script(request.dialect, decision=decision)


def keep(request: Request, decision: Decision, generation: str, message: str, stamp: int) -> None:
    """Write the decision file, with this message: what is said once, such as that it learned, is not kept.

    Raises OSError.
    """
    place = generation + state.mirror(request.folder)
    if decision.cfg:
        decision.kept = state.keep_link(os.path.join(place, state.LINK), decision.cfg)
    said, decision.message = decision.message, message
    data = os.fsencode(shells.script(request.dialect, decision=decision))
    decision.message = said
    before = find.read_regular(os.path.join(place, request.shell), 1 << 20) or data
    if (
        not getattr(request.dialect, "REFERENCES", False)
        and before != data
        and before.endswith(os.fsencode(shells.SENTINEL + "\n"))
    ):
        # Another shell may stand by what was decided before, and would find this, in its place, newer than what that
        # was made from. A new generation shows it.
        from stepin.store import generations

        place = generations.start(request.store, request.config, request.home) + state.mirror(request.folder)
        if decision.cfg:
            state.keep_link(os.path.join(place, state.LINK), decision.cfg)
    state.write_whole(os.path.join(place, request.shell), data, mtime_ns=stamp)


def settled_decision(
    request: Request, names: "tuple[str, ...]", trouble: str, generation: str
) -> "tuple[Decision, int]":
    """Return a decision with facts that were there before it and hold after it, and the time for its file.

    What changes again and again gets no references, so the shell asks again at the next prompt.
    """
    for _ in range(ROUNDS):
        facts = Facts()
        env = find.in_folder(request.folder, names, facts)
        decision = decide_on(request, env, names, trouble, facts)
        settled = facts.settle()
        if settled:
            break
    decision.facts = facts.references(generation, settled)
    decision.absent = tuple(facts.absent)
    decision.unrunnable = tuple(facts.unrunnable)
    decision.recent = facts.recent()
    if generation and decision.cfg:
        try:
            link = state.link_name(generation, decision.cfg)
        except OSError:  # gone: the facts no longer hold
            link = ""
        decision.link = link if link and state.keep_link(link, decision.cfg) else ""
    return decision, facts.seen - CLOCK_NS


def decide_on(
    request: Request, env: "find.Environment | None", names: "tuple[str, ...]", trouble: str, facts: Facts
) -> Decision:
    """Return the decision about what was found in the folder, without its facts. Notes further ones in `facts`."""
    verdict = decide.INCOMPLETE if env else decide.NONE
    decision = Decision(shells.PROTOCOL, verdict, request.folder, find.probe(request.folder, names))
    if env is None or env.state == "incomplete":
        return decision
    if trust.found_repository(os.path.realpath(env.project)):
        for folder in site_packages(env.path):  # git may replace what it tracks there
            facts.note(folder)
    case, _ = judge(env, request.store, request.home, trouble)
    decision.verdict, reason = decide.decide(case)
    decision.prefix, decision.bin, decision.interpreter = env.path, env.bin, env.python
    decision.prompt, decision.prompt_prefix = env.prompt, shells.prefix(env.prompt)
    decision.linked = os.path.islink(env.path)
    decision.foreign = "owner" in case.consented
    decision.message = hint(env, decision.verdict, reason, case) if case.hinted else ""
    decision.shown = printable(env.path)
    return decision


def judge(env: "find.Environment", store: str, home: str, trouble: str) -> "tuple[decide.Case, bool]":
    """Gather what `decide` judges; return it, and whether the project lies in a git work tree."""
    real = os.path.realpath(env.project)
    hinted = not (is_above(env.project, home) or is_above(real, os.path.realpath(home)) or trust.is_shared(real))
    record, consented = trust.lookup(store, real, trees=hinted) if not trouble else ("store", [])
    reasons = trust.reasons(env, real)
    return decide.Case(env.state, record, reasons, consented, os.pathsep in env.bin, hinted), trust.found_repository(
        real
    )


def is_above(folder: str, home: str) -> bool:
    """Return whether a folder is HOME or lies above it."""
    return bool(home) and (home.rstrip("/") + "/").startswith(folder.rstrip("/") + "/")


def hint(env: "find.Environment", verdict: str, reason: str, facts: "decide.Case") -> str:
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
