"""fish, 3.6 and later."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def quote(text: str) -> str:
    r"""Return `text` in single quotes, in which only `\\` and `\'` are special (fish language, Quotes)."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def assign(name: str, values: "Sequence[str]") -> str:
    """Return the setting of a global list."""
    return " ".join(["set", "-g", "--", name, *map(quote, values)])


# A decision's fields by their place, as the hook names them; the flags are in the tests.
FIELDS: "tuple[str, ...]" = ("protocol", "judged", "project", "stop", "env", "bin")
FIELDS += ("python", "name", "prefix", "", "message", "shown")
ORDINARY = 3  # an allowed one's first paths are pyvenv.cfg, the environment and its bin, tested in fewer words


def decision(values: "Sequence[str]") -> str:
    """Return the setting of a decision's fields, and of the list `__stepin_tests` that it holds as long as.

    The hook hands that list to the builtin `test`, all of it at once: in fish a word costs as much as a test of a file.
    """
    lines = [assign("__stepin_" + name, [value]) for name, value in zip(FIELDS, values, strict=False) if name]
    return "\n".join([*lines, "set -g -- __stepin_tests " + " ".join(_tests(values))])


def _tests(values: "Sequence[str]") -> "list[str]":
    """Return the words of the tests that nothing which the decision was made from is other or newer than it was.

    Each test that a missing file would pass stands beside one that it would not: -O and -x tell that what `! -L` and
    -nt are asked about is there (`x -nt missing` is true, in 3.6 `missing -ef missing` is). The decision lies in
    $__stepin_place, which only the hook knows: it goes by way of `current`.
    """
    verdict, env, flags = values[1], quote(values[4]), values[9]
    cfg, python = quote(values[4] + "/pyvenv.cfg"), quote(values[6])
    paths = [quote(path) for path in values[len(FIELDS) :]]
    words = []
    if verdict == "trusted":
        words += ["-a", "-x", python]
        words += ["-a", "-e", cfg] if "o" in flags else ["-a", "-O", env, "-a", "-O", cfg]
        words += [] if "l" in flags else ["-a", "!", "-L", env]
        for path in (cfg, env, quote(values[5])):
            words += ["-a", "$__stepin_place/fish", "-nt", path]
        paths = paths[ORDINARY:]
    elif verdict == "broken":
        words += ["-a", "!", "-x", python]
    if "k" in flags:
        words += ["-a", "-e", "$__stepin_place/cfg", "-a", "$__stepin_place/cfg", "-ef", cfg]
    for path in paths:
        words += ["-a", "-e", path, "-a", "$__stepin_place/fish", "-nt", path]
    return words
