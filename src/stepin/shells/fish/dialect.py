r"""Write values and decisions for fish, 3.6 and later.

Everything here is printable ASCII. In GBK, Big5, GB18030 and Shift-JIS a backslash or a quote can be the second byte of
a character, so fish would read a literal name differently in another locale, or run a part of it. The escapes `\XHH`
stand for bytes; fish decodes adjacent ones together (fish 3.6: "\x and \X are now equivalent").
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stepin.hook.decision import Decision

# fish: test. {0} is the path, {1} the other one. Of two files one of which is missing, one is older in any version; but
# fish 3.6 takes two missing files for the same one, hence _EXISTS before those that compare.
_TESTS = {
    "never": "-z x",
    "run": "-f {0} -a -x {0}",
    "own": "-O {0}",
    "direct": "! -L {0}",
    "same": "{0} -ef {1}",
    "time": "! {1} -nt {0} -a ! {1} -ot {0}",
    "absent": "! -e {0}",
    "stuck": "'(' ! -f {0} -o ! -x {0} ')'",
}


def quote(text: str) -> str:
    r"""Return one word that means exactly `text`.

    In single quotes only `\\` and `\'` are special (fish language, Quotes). What is not printable ASCII is escaped,
    together with the byte after it, which may be a part of the same character.
    """
    if text.isascii() and text.isprintable():
        return _in_quotes(text)
    words, plain, escaping = [], "", False
    for byte in os.fsencode(text):
        odd = not 0x20 <= byte < 0x7F
        if odd or escaping:
            if plain:
                words.append(_in_quotes(plain))
                plain = ""
            words.append(f"\\X{byte:02x}")
        else:
            plain += chr(byte)
        escaping = byte > 0x7F
    return "".join([*words, _in_quotes(plain) if plain else ""])


def _in_quotes(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def assign(name: str, values: "Sequence[str]") -> str:
    """Return the setting of a global list."""
    return " ".join(["set", "-g", "--", name, *map(quote, values)])


def decision(decision: "Decision") -> str:
    """Return the lines that hand a decision to the hook.

    The function `__stepin_fields` sets what it needs in order to act.
    The list `__stepin_tests` goes to the builtin `test`, all of it at once, since a command costs more than a test of a
    file. It is true while the decision holds; `__stepin_base` is what is left of it if times prove nothing.
    """
    fields = {
        "at": decision.project,
        "verdict": decision.verdict,
        "env": decision.prefix,
        "bin": decision.bin,
        "name": decision.prompt,
        "prefix": decision.prompt_prefix,
        "message": decision.message,
        "shown": decision.shown,
    }
    about = {"protocol": decision.protocol, "project": decision.project, "stop": decision.stop}
    lines = [assign("__stepin_" + name, [value]) for name, value in about.items()]
    lines.append("function __stepin_fields")
    lines += [assign("__stepin_" + name, [value]) for name, value in fields.items()]
    lines.append("end")
    lines.append("set -g -- __stepin_tests" + _words(decision.conditions()))
    lines.append("set -g -- __stepin_base" + _words(decision.conditions(times=False)))
    return "\n".join(lines)


def _words(conditions: "Iterable[tuple[str, str, str]]") -> str:
    """Return the words that follow `test -n x`. Nothing is tested twice: a look at a file is what costs."""
    words = ""
    existing = set()  # what an earlier test has found
    for test, path, other in conditions:
        compared = other if test == "same" else path
        if test in ("same", "time") and compared not in existing:
            words += f" -a -e {quote(compared)}"
        if test in ("own", "same", "time"):
            existing.add(compared)
        words += " -a " + _TESTS[test].format(quote(path), quote(other))
    return words
