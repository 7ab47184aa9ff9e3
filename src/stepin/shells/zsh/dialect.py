"""Write values and decisions for zsh, 5.3 and later."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from stepin.hook.decision import Decision

# zshmisc(1), CONDITIONAL EXPRESSIONS. {0} is the path, {1} the other one. `-nt`, `-ot` and `-ef` are false if a file is
# missing, hence the `-e` beside a negated one.
_TESTS = {
    "never": "1 == 0",
    "run": "-x {0}",
    "own": "-O {0}",
    "direct": "! -L {0}",
    "same": "{0} -ef {1}",
    "time": "-e {1} && ! {0} -nt {1} && ! {0} -ot {1}",
    "absent": "! -e {0}",
    "stuck": "( ! -f {0} || ! -x {0} )",
}
# A word of these alone means itself without quotes, which cost zsh as much as a test each time it reads them.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,@")


def quote(text: str) -> str:
    """Return `text` in single quotes (zshmisc(1), QUOTING); no two quotes meet, so RC_QUOTES changes nothing."""
    return "'" + text.replace("'", "'\\''") + "'"


def assign(name: str, values: "Sequence[str]") -> str:
    """Return an assignment of an array."""
    return f"{name}=({' '.join(map(quote, values))})"


def decision(decision: "Decision") -> str:
    """Return the assignments that hand a decision to the hook.

    `__stepin_fields` is the text of assignments, `__stepin_tests` holds a conditional expression for each condition.
    The hook makes one function of both, so that a decision that it knows costs neither a file nor parsing.
    """
    fields = {
        "folder": decision.project,
        "first": decision.stop,
        "verdict": decision.verdict,
        "env": decision.prefix,
        "bin": decision.bin,
        "name": decision.prompt,
        "prefix": decision.prompt_prefix,
        "message": decision.message,
        "display": decision.shown,
    }
    text = " ".join(f"__stepin_{name}={_word(value)}" for name, value in fields.items())
    lines = [f"__stepin_protocol={quote(decision.protocol)}", f"__stepin_fields={quote(text)}"]
    return "\n".join([*lines, assign("__stepin_tests", _tests(decision))])


def _tests(decision: "Decision") -> list[str]:
    """Return the conditions in zsh's words."""
    found = []
    there = set()  # what another test has shown to exist
    for test, path, other in decision.conditions():
        words = _word(path), _word(other)
        if test == "time" and path not in there:
            found.append(f"-e {words[0]}")
        found.append(_TESTS[test].format(*words))
        if test == "run":
            there.add(path.rpartition("/")[0])
        elif test in ("own", "same"):
            there.add(other or path)
    return found or ["1 == 1"]


def _word(text: str) -> str:
    return text if text and _PLAIN.issuperset(text) else quote(text)
