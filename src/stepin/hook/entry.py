"""Answer a hook: the helper that a shell starts when there is something new to decide, and waits for.

    python -I -S -X utf8 -c BOOT LIB DIALECT PROTOCOL EVENT STATE CONFIG FOLDER [HOME]

EVENT is "decide" (judge the environment in FOLDER), "learn" (the user activated it by hand: trust it, then judge) or
"renew" (there is no generation, or the settings have changed). It prints assignments in the dialect and the sentinel,
and exits with 0. After anything else the hook goes on as if stepin were not there.

It imports little, since each module costs a twentieth of a millisecond.
"""

import os
import sys

from stepin import shells
from stepin.hook import NAMES, environment, files, trust, verdict
from stepin.hook.decision import Decision
from stepin.hook.facts import Facts
from stepin.hook.reasons import OWNER, is_safe

SECONDS = 2  # a helper that takes longer ends itself: the user waits for it
ROUNDS = 2  # each waits 25 ms at most, and only for what changed within these
CLOCK_NS = 20_000_000  # file times lag behind the clock by up to a kernel tick (10 ms at 100 Hz)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


class Request:
    """What a hook asks."""

    __slots__ = ("config", "dialect", "event", "folder", "home", "shell", "store")

    def __init__(self, arguments: "list[str]") -> None:
        """Raise ValueError for another protocol, an unknown dialect or too few arguments."""
        self.shell, protocol, self.event, self.store, self.config, self.folder, *rest = arguments
        if protocol != shells.PROTOCOL:
            raise ValueError(protocol)
        self.home = rest[0] if rest else os.environ.get("HOME", "")
        self.dialect = shells.load(self.shell)


def run() -> "NoReturn":
    """Answer the request on the command line and leave at once: tearing the interpreter down takes milliseconds."""
    os._exit(main())


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
        files.write_all(1, os.fsencode(answer(request)))
    except OSError:
        return 1
    return 0


def answer(request: Request) -> str:
    """Return what to print: a decision, or the settings. Raises OSError."""
    trouble = files.state_trouble(request.store)
    generation = "" if trouble else files.generation(request.store)
    if not trouble and (not generation or request.event == "renew"):
        from stepin.store import generations  # reads the settings: most decisions do not

        try:
            generation = generations.start(
                request.store, request.config, request.home, replace=request.event == "renew"
            )
        except OSError:
            generation = ""
    if request.event == "renew":
        return shells.script(request.dialect, settings=[])
    names, hints = read_settings(generation)
    learned = ""
    if request.event == "learn" and not trouble and (env := environment.in_folder(request.folder, names)):
        from stepin.store import generations

        if generations.learn(request.store, request.config, request.home, env.project):
            project = shown(env.project, request.home)
            learned = f'stepin: trusted {project} because you activated its environment; "stepin forget" undoes that'
        generation = files.generation(request.store)
    decision, stamp = settled_decision(request, names, trouble, generation)
    if not hints:
        decision.message = ""
    if generation:
        try:  # noqa: SIM105  # contextlib loads collections and functools
            keep(request, decision, generation, "" if learned else decision.message, stamp)
        except OSError:  # full, read-only, a name too long: the shell keeps the decision itself
            pass
    decision.message = learned or decision.message
    return shells.script(request.dialect, decision=decision)


def keep(request: Request, decision: Decision, generation: str, message: str, stamp: int) -> None:
    """Write the decision file, with this message: what is said once, such as that it learned, is not kept.

    Raises OSError.
    """
    place = generation + files.mirror(request.folder)
    if decision.cfg:
        decision.kept = files.keep_link(os.path.join(place, files.LINK), decision.cfg)
    said, decision.message = decision.message, message
    data = os.fsencode(shells.script(request.dialect, decision=decision))
    decision.message = said
    before = files.read_regular(os.path.join(place, request.shell), 1 << 20) or data
    if (
        not getattr(request.dialect, "REFERENCES", False)
        and before != data
        and before.endswith(os.fsencode(shells.SENTINEL + "\n"))
    ):
        # Another shell may stand by what was decided before, and would find this, in its place, newer than what that
        # was made from. A new generation shows it.
        from stepin.store import generations

        place = generations.start(request.store, request.config, request.home) + files.mirror(request.folder)
        if decision.cfg:
            files.keep_link(os.path.join(place, files.LINK), decision.cfg)
    files.write_whole(os.path.join(place, request.shell), data, mtime_ns=stamp)


def settled_decision(
    request: Request, names: "tuple[str, ...]", trouble: str, generation: str
) -> "tuple[Decision, int]":
    """Return a decision with the facts it was made from, and the time for its file, in nanoseconds.

    What changes again and again gets no references, so the shell asks again at the next prompt.
    """
    for _ in range(ROUNDS):
        facts = Facts()
        env = environment.in_folder(request.folder, names, facts)
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
            link = files.link_name(generation, decision.cfg)
        except OSError:  # gone: the facts no longer hold
            link = ""
        decision.link = link if link and files.keep_link(link, decision.cfg) else ""
    return decision, facts.seen - CLOCK_NS


def decide_on(
    request: Request, env: "environment.Environment | None", names: "tuple[str, ...]", trouble: str, facts: Facts
) -> Decision:
    """Return the decision about what was found in the folder, without its facts. Note further ones in `facts`."""
    found = verdict.INCOMPLETE if env else verdict.NONE
    decision = Decision(shells.PROTOCOL, found, request.folder, environment.probe(request.folder, names))
    if env is None or env.state == "incomplete":
        return decision
    case = trust.judge(env, request.store, request.home, trouble, facts)
    decision.verdict, why = verdict.decide(case)
    # If another user decides where the path leads that the shell came by, PATH gets the real one.
    decision.prefix = env.path if is_safe(env.path) else os.path.realpath(env.path)
    decision.bin, decision.interpreter = (
        path and decision.prefix + path.removeprefix(env.path) for path in (env.bin, env.python)
    )
    decision.prompt, decision.prompt_prefix = env.prompt, shells.prefix(env.prompt)
    decision.linked = os.path.islink(env.path)
    decision.foreign = any(consent.kind == OWNER for consent in case.consented)
    decision.shown = shown(env.path, request.home)
    decision.message = verdict.hint(decision.shown, decision.verdict, why, case)
    return decision


def shown(path: str, home: str) -> str:
    """Return a path for a message: safe to print, and `~` for HOME."""
    below = home.rstrip("/") + "/"
    if home and path.startswith(below):
        path = "~/" + path[len(below) :]
    if path.isprintable():
        return path
    from stepin.hook.text import printable  # few names need it

    return printable(path)


def read_settings(generation: str) -> "tuple[tuple[str, ...], bool]":
    """Return the names of environment folders, in order, and whether hints are shown."""
    content = files.read_regular(os.path.join(generation, "settings"), 1 << 16) if generation else None
    lines = os.fsdecode(content).split("\n") if content else []
    names = next((tuple(line.split()[1:]) for line in lines if line.startswith("names ")), NAMES)
    return names, "hints off" not in lines
