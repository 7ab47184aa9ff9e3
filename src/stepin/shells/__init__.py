"""Register the shells, and define what all of them share with the helper. Pure.

A shell has a folder here, with the modules `dialect` and `startup`, and one in `shell/`. docs/shells.md has the steps
to add one. A dialect writes values and decisions in the syntax of its shell; it follows the protocol `Dialect`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from stepin.hook.decision import Decision

    class Dialect(Protocol):
        def quote(self, text: str) -> str:
            """Return one word that means exactly `text`, which may hold any byte but NUL."""

        def assign(self, name: str, values: Sequence[str]) -> str:
            """Return the line that sets the array `name`."""

        def decision(self, decision: Decision) -> str:
            """Return the lines that hand a decision to the hook."""


# One line per shell: the name of its folders here and in `shell/`, and of its program.
DIALECTS = (
    "bash",
    "zsh",
    "fish",
)
# The version of what hooks and the helper exchange: the fields of a decision and the arguments of the helper. A hook
# applies nothing of a helper with another version.
PROTOCOL = "1"
# What a hook's interpreter runs. In isolated mode (-I) Python does not find our package: the first argument is the
# folder that contains it.
BOOT = "import sys;sys.path[:0]=[sys.argv.pop(1)];from stepin.hook.entry import run;run()"
# The last line of what the helper prints and writes. What lacks it was cut short, and hooks do not apply it.
SENTINEL = "# stepin: end"
_ACTIVE_IN_PROMPTS = frozenset("$`\\!%")


def load(name: str) -> "Dialect":
    """Return the module of a dialect. Raises ValueError for an unknown name."""
    if name not in DIALECTS:
        raise ValueError(name)
    module: Dialect = __import__(f"stepin.shells.{name}.dialect", fromlist=["quote"])
    return module


def prefix(name: str) -> str:
    """Return the prompt prefix, as `activate` writes it, without characters that shells expand in prompts.

    The name comes from a file. Shells expand their prompts (bash(1), PROMPTING; zsh's PROMPT_SUBST). `?` stands for
    each character that they expand, and for each that is invisible or turns the direction of text.
    """
    return "(" + "".join(c if c.isprintable() and c not in _ACTIVE_IN_PROMPTS else "?" for c in name) + ") "


def script(dialect: "Dialect", decision: "Decision | None" = None, **arrays: "Sequence[str]") -> str:
    """Return the lines that set a decision or arrays, ended by the sentinel. Arrays are named without `__stepin_`."""
    lines = [dialect.decision(decision)] if decision else []
    lines += [dialect.assign("__stepin_" + name, values) for name, values in arrays.items()]
    return "\n".join([*lines, dialect.assign("__stepin_end", ["1"]), SENTINEL, ""])
