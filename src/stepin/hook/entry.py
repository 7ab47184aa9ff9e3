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
from stepin.hook.facts import ROUNDS, Facts
from stepin.hook.reasons import OWNER, is_safe

SECONDS = 2  # a helper that takes longer ends itself: the user waits for it

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
    if request.event == "renew":
        if not trouble:
            _start(request, renew=True)
        return shells.script(request.dialect, settings=[])
    generation = "" if trouble else files.generation(request.store) or _start(request)
    settings = Settings(generation)
    learned = "" if trouble or request.event != "learn" else learn(request, settings.names)
    if learned:
        generation = files.generation(request.store)
    decision = settled_decision(request, settings, trouble, generation)
    if learned or not settings.hints:
        decision.message = ""
    if generation:
        try:  # noqa: SIM105  # contextlib loads collections and functools
            keep(request, decision, generation)
        except OSError:  # full, read-only, a name too long: the shell keeps the decision itself
            pass
    decision.message = learned or decision.message  # that it learned is said once, so it is not kept
    return shells.script(request.dialect, decision=decision)


def _start(request: Request, renew: bool = False) -> str:
    """Start a generation, or use one that somebody else starts; return its folder, "" if that fails."""
    from stepin.store import generations  # reads the settings: most decisions do not

    start = generations.start_now if renew else generations.start_first
    try:
        return start(request.store, request.config, request.home)
    except OSError:
        return ""


def learn(request: Request, names: "tuple[str, ...]") -> str:
    """Trust the project, whose environment the user has activated by hand; return the message for that, or ""."""
    from stepin.store import generations

    env = environment.in_folder(request.folder, names)
    if env is None or not generations.learn(request.store, request.config, request.home, env.project):
        return ""
    project = files.shown(env.project, request.home)
    return f'stepin: trusted {project} because you activated its environment; "stepin forget" undoes that'


def keep(request: Request, decision: Decision, generation: str) -> None:
    """Write the decision file. Raises OSError."""
    data = os.fsencode(shells.script(request.dialect, decision=decision))
    path = os.path.join(generation + files.mirror(request.folder), request.shell)
    before = files.read_regular(path, 1 << 20)
    if before == data:
        return
    if before is not None:
        # To rename over a file takes milliseconds on ext4, which then writes the new one to disk (auto_da_alloc). A
        # shell that finds none for a moment asks.
        os.unlink(path)
    files.write_whole(path, data)


def settled_decision(request: Request, settings: "Settings", trouble: str, generation: str) -> Decision:
    """Return a decision with the facts it was made from.

    What changes again and again gets no references, so the shell asks again at the next prompt.
    """
    for _ in range(ROUNDS):
        facts = Facts()
        env = environment.in_folder(request.folder, settings.names, facts)
        decision = decide_on(request, env, settings, trouble, facts)
        if facts.settle():
            break
    decision.facts = facts.references(generation)
    decision.absent = tuple(facts.absent)
    decision.unrunnable = tuple(facts.unrunnable)
    decision.recent = facts.recent()
    if generation and decision.cfg:
        decision.link = files.keep_link(generation, decision.cfg)
    return decision


def decide_on(
    request: Request, env: "environment.Environment | None", settings: "Settings", trouble: str, facts: Facts
) -> Decision:
    """Return the decision about what was found in the folder, without its facts. Note further ones in `facts`."""
    found = verdict.INCOMPLETE if env else verdict.NONE
    decision = Decision(shells.PROTOCOL, found, request.folder, environment.probe(request.folder, settings.names))
    if env is None or env.state == "incomplete":
        return decision
    case = trust.judge(env, request.store, request.home, trouble, facts)
    decision.verdict, why = verdict.decide(case)
    # If another user decides where the path leads that the shell came by, PATH gets the real one.
    decision.prefix = env.path if is_safe(env.path) else env.real
    decision.bin, decision.interpreter = (
        path and decision.prefix + path.removeprefix(env.path) for path in (env.bin, env.python)
    )
    decision.prompt = settings.prompt_name(env)
    decision.prompt_prefix = "" if settings.prompt == "off" else shells.prefix(decision.prompt)
    decision.linked = os.path.islink(env.path)
    decision.foreign = any(consent.kind == OWNER for consent in case.consented)
    decision.shown = files.shown(env.path, request.home)
    decision.message = verdict.hint(decision.shown, decision.verdict, why, case)
    return decision


class Settings:
    """What a decision needs of the settings: the file `settings` of a generation, lines of `key value`."""

    __slots__ = ("hints", "names", "prompt")

    def __init__(self, generation: str) -> None:
        content = files.read_regular(os.path.join(generation, "settings"), 1 << 16) if generation else None
        values = dict(line.split(" ", 1) for line in os.fsdecode(content or b"").split("\n") if " " in line)
        self.names = tuple(values["names"].split(" ")) if "names" in values else NAMES
        self.hints = values.get("hints") != "off"
        self.prompt = values.get("prompt", "")  # "off", "project", "environment"; "" is the environment's own name

    def prompt_name(self, env: "environment.Environment") -> str:
        """Return the name that the prompt shows."""
        if self.prompt == "project":
            return os.path.basename(env.project) or env.prompt
        return os.path.basename(env.path) if self.prompt == "environment" else env.prompt
