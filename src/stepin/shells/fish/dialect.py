"""fish, 3.6 and later."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from stepin.hook.decision import Decision


def quote(text: str) -> str:
    r"""Return `text` in single quotes, in which only `\\` and `\'` are special (fish language, Quotes)."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def assign(name: str, values: "Sequence[str]") -> str:
    """Return the setting of a global list."""
    return " ".join(["set", "-g", "--", name, *map(quote, values)])


def decision(decision: "Decision") -> str:
    """Return the setting of a decision's fields, and of the list `__stepin_tests` that it holds as long as.

    The hook hands that list to the builtin `test`, all of it at once: in fish a word costs as much as a test of a file.
    """
    fields = {
        "protocol": decision.protocol,
        "judged": decision.verdict,
        "project": decision.project,
        "stop": decision.stop,
        "env": decision.prefix,
        "bin": decision.bin,
        "python": decision.interpreter,
        "name": decision.prompt,
        "prefix": decision.prompt_prefix,
        "message": decision.message,
        "shown": decision.shown,
    }
    lines = [assign("__stepin_" + name, [value]) for name, value in fields.items()]
    return "\n".join([*lines, "set -g -- __stepin_tests " + " ".join(_tests(decision))])


def _tests(decision: "Decision") -> "list[str]":
    """Return the words of the tests that nothing which the decision was made from is other or newer than it was.

    Each test that a missing file would pass stands beside one that it would not: -O and -x tell that what `! -L` and
    -nt are asked about is there (`x -nt missing` is true, in 3.6 `missing -ef missing` is). The decision lies in
    $__stepin_place, which only the hook knows: it goes by way of `current`.
    """
    env, cfg, python = quote(decision.prefix), quote(decision.prefix + "/pyvenv.cfg"), quote(decision.interpreter)
    tested = (decision.cfg, decision.prefix, decision.bin) if decision.verdict == "trusted" else ()
    words = []
    if decision.verdict == "trusted":
        words += ["-a", "-x", python]
        words += ["-a", "-e", cfg] if decision.foreign else ["-a", "-O", env, "-a", "-O", cfg]
        words += [] if decision.linked else ["-a", "!", "-L", env]
        for path in tested:
            words += ["-a", "$__stepin_place/fish", "-nt", quote(path)]
    elif decision.verdict == "broken":
        words += ["-a", "!", "-x", python]
    if decision.kept:
        words += ["-a", "-e", "$__stepin_place/cfg", "-a", "$__stepin_place/cfg", "-ef", cfg]
    for path, _ in decision.facts:
        if path not in tested:
            words += ["-a", "-e", quote(path), "-a", "$__stepin_place/fish", "-nt", quote(path)]
    return words
