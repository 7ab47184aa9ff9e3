"""The shells' dialects: how a decision is written for each. One file a dialect; nothing here does I/O.

A dialect module offers:
    quote(text: str) -> str                          one word of the shell that means exactly `text` (any byte but NUL)
    assign(name: str, values: Sequence[str]) -> str  the line that makes `name` an array of these values
    decision(decision: Decision) -> str              the lines that hand a decision (hook.decision) to the hook
    REFERENCES = True                                its hook tests facts by their references
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from stepin.hook.decision import Decision

    class Dialect(Protocol):
        def quote(self, text: str) -> str: ...
        def assign(self, name: str, values: Sequence[str]) -> str: ...
        def decision(self, decision: Decision) -> str: ...


# One line per shell: the name of its folders here and in `shell/`, and of its program.
DIALECTS = (
    "bash",
    "zsh",
    "fish",
)
# What the hooks and the helper agree on: the fields of a decision and the helper's arguments. A hook of another
# protocol than the helper's applies nothing.
PROTOCOL = "1"
# What a hook starts its interpreter with. In isolated mode (-I) Python finds no package of ours: the folder that holds
# it is the first argument.
BOOT = "import sys;sys.path[:0]=[sys.argv.pop(1)];from stepin.hook.entry import run;run()"
# Ends what the helper prints and what it writes: what lacks it was cut short and is not applied.
SENTINEL = "# stepin: end"
_ACTIVE_IN_PROMPTS = frozenset("$`\\!%\x7f") | {chr(code) for code in range(32)} | {chr(c) for c in range(0x80, 0xA0)}


def load(name: str) -> "Dialect":
    """Return the module of a dialect. Raises ValueError for a name that is not one."""
    if name not in DIALECTS:
        raise ValueError(name)
    module: Dialect = __import__(f"stepin.shells.{name}.dialect", fromlist=["quote"])
    return module


def prefix(name: str) -> str:
    """Return what goes in front of the prompt, as `activate` writes it.

    The name comes from a file and shells expand their prompts (bash PROMPTING, zsh PROMPT_SUBST), hence no character
    that means something there.
    """
    return "(" + "".join("?" if c in _ACTIVE_IN_PROMPTS else c for c in name) + ") "


def script(dialect: "Dialect", decision: "Decision | None" = None, **arrays: "Sequence[str]") -> str:
    """Return the lines that set a decision, or arrays (named without the hooks' `__stepin_`), ended by the sentinel."""
    lines = [dialect.decision(decision)] if decision else []
    lines += [dialect.assign("__stepin_" + name, values) for name, values in arrays.items()]
    return "\n".join([*lines, dialect.assign("__stepin_end", ["1"]), SENTINEL, ""])
