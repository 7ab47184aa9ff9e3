"""Write values and decisions for bash, 3.2 and later."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stepin.hook.decision import Decision

# bash(1), CONDITIONAL EXPRESSIONS. {0} is the path, {1} the other one. A missing file is older than one that exists, so
# `-nt` and `-ot` together tell a missing file from an equal one, and `-e` for one of the two is enough.
_EXISTS = "-e {0} && "
_TESTS = {
    "never": "x == y",
    "run": "-f {0} && -x {0}",
    "own": "-O {0}",
    "direct": "! -L {0}",
    "same": "{0} -ef {1}",
    "time": _EXISTS + "! {1} -nt {0} && ! {1} -ot {0}",
    "absent": "! -e {0}",
    "stuck": "! ( -f {0} && -x {0} )",
}
# What the hook acts on: its name there, and the field of a decision.
_FIELDS: "tuple[tuple[str, str], ...]"
_FIELDS = (("at", "project"), ("stop", "stop"), ("verdict", "verdict"), ("env", "prefix"), ("bin", "bin"))
_FIELDS += (("name", "prompt"), ("prefix", "prompt_prefix"), ("message", "message"), ("shown", "shown"))


def quote(text: str) -> str:
    """Return `text` in single quotes, in which nothing is special but the quote itself (bash(1), QUOTING)."""
    return "'" + text.replace("'", "'\\''") + "'"


def assign(name: str, values: "Sequence[str]") -> str:
    """Return an assignment of an indexed array."""
    return f"{name}=({' '.join(map(quote, values))})"


def decision(decision: "Decision") -> str:
    """Return the assignments that hand a decision to the hook.

    The hook makes functions of three texts. `__stepin_fields` sets what it needs in order to act; assignments are the
    cheapest that bash has to offer. `__stepin_test` is the conditional expression that is true while the decision
    holds, `__stepin_base` what is left of it if times prove nothing.
    """
    fields = " ".join(f"__stepin_{name}={quote(getattr(decision, field))}" for name, field in _FIELDS)
    words = {"protocol": decision.protocol, "folder": decision.project, "first": decision.stop, "fields": fields}
    words["recent"] = "1" if decision.recent else ""
    words["test"] = _expression(decision.conditions())
    words["base"] = _expression(decision.conditions(times=False))
    lines = [f"__stepin_{name}={quote(value)}" for name, value in words.items()]
    return "\n".join([*lines, assign("__stepin_facts", [path for path, _ in decision.facts])])


def _expression(conditions: "Iterable[tuple[str, str, str]]") -> str:
    """Return what stands between `[[` and `]]`."""
    tests = []
    there = set()  # `-O` is true of nothing that is missing: no `-e` is needed beside it
    for test, path, other in conditions:
        text = _TESTS[test].format(quote(path), quote(other))
        tests.append(text.replace(_EXISTS.format(quote(path)), "", 1) if test == "time" and path in there else text)
        if test == "own":
            there.add(path)
    return " && ".join(tests) or "x == x"
