"""Define the fields of a decision for every dialect, and the conditions under which a decision holds."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

TRUSTED = "trusted"


class Decision:
    """What a shell needs to know about one project.

    A plain class with slots: a NamedTuple or a dataclass would load `typing` or `inspect`, and a user waits for this.
    All paths are absolute `str` with surrogate escapes.
    """

    __slots__ = (
        "absent",
        "bin",
        "facts",
        "foreign",
        "interpreter",
        "link",
        "linked",
        "message",
        "prefix",
        "project",
        "prompt",
        "prompt_prefix",
        "protocol",
        "recent",
        "shown",
        "stop",
        "unrunnable",
        "verdict",
    )

    def __init__(self, protocol: str, verdict: str, project: str, stop: str) -> None:
        self.protocol = protocol
        self.verdict = verdict  # one of stepin.hook.verdict.VERDICTS
        self.project = project  # the folder that was asked about, as the shell names it
        self.stop = stop  # the name in that folder at which a hook's walk stops; "" if none
        self.prefix = ""  # the environment's folder; "" if there is no environment
        self.bin = ""  # the folder that goes onto PATH
        self.interpreter = ""  # "" if there is none
        self.prompt = ""  # the bare name, for VIRTUAL_ENV_PROMPT
        self.prompt_prefix = ""  # what goes in front of the prompt; safe in every shell's prompt
        self.linked = False  # the environment is a symbolic link
        self.foreign = False  # the environment may belong to another user: the user consented
        self.message = ""  # one line for stderr, shown once; "" for none
        self.shown = ""  # the prefix, safe to print
        # (path, reference): it holds while both exist and bear the same modification time. An empty reference never
        # holds: the time could not be represented, or the file is still being changed.
        self.facts: tuple[tuple[str, str], ...] = ()
        self.absent: tuple[str, ...] = ()  # paths that must not exist
        self.unrunnable: tuple[str, ...] = ()  # interpreters that must not be executable files
        self.link = ""  # a hard link to pyvenv.cfg in the generation; "" if it could not be made
        self.recent = False  # a fact is younger than two seconds: whole seconds (bash 3.2) cannot tell a change yet

    @property
    def cfg(self) -> str:
        """The path of pyvenv.cfg; "" if there is no environment, or it has none."""
        return self.prefix + "/pyvenv.cfg" if self.prefix and self.verdict != "legacy" else ""

    def conditions(self, times: bool = True) -> "Iterator[tuple[str, str, str]]":
        """Yield (test, path, other path) for all that must be true for the decision to hold.

        A dialect writes each in its shell's words. Without `times`, leave out those that compare times. The tests:

            run       `path` can be executed
            own       `path` belongs to the user
            direct    `path` is not a symbolic link
            same      `path` exists and is the file `other`
            time      `path` and `other` exist, and neither is older than the other
            absent    `path` does not exist
            stuck     `path` is not a regular file that can be executed
            never     always false, and always last: ask again at the next prompt
        """
        if self.verdict == TRUSTED:
            yield "run", self.interpreter, ""
            if not self.foreign:
                yield "own", self.prefix, ""
                yield "own", self.cfg, ""
            if not self.linked:
                yield "direct", self.prefix, ""
        if self.link:
            yield "same", self.link, self.cfg
        for path, reference in self.facts if times else ():
            if reference:
                yield "time", path, reference
        for path in self.absent:
            yield "absent", path, ""
        for path in self.unrunnable:
            yield "stuck", path, ""
        if times and not all(reference for _, reference in self.facts):
            yield "never", "", ""
