"""zsh, 5.3 and later."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from stepin.hook.decision import Decision


def quote(text: str) -> str:
    """Return `text` in single quotes (zshmisc(1), QUOTING); no two quotes meet, so RC_QUOTES changes nothing."""
    return "'" + text.replace("'", "'\\''") + "'"


def assign(name: str, values: "Sequence[str]") -> str:
    """Return an assignment of an array."""
    return f"{name}=({' '.join(map(quote, values))})"


def decision(decision: "Decision") -> str:
    """Return the assignment of a decision's fields, and of `__stepin_paths`: what it depends on beside, if anything.

    Variables: the hook tests them at each prompt, and need not copy them first.
    """
    flags = "l" * decision.linked + "o" * decision.foreign + "k" * decision.kept
    fields = {
        "protocol": decision.protocol,
        "verdict": decision.verdict,
        "folder": decision.project,
        "first": decision.stop,
        "env": decision.prefix,
        "bin": decision.bin,
        "python": decision.interpreter,
        "name": decision.prompt,
        "prefix": decision.prompt_prefix,
        "flags": flags,
        "message": decision.message,
        "shown": decision.shown,
    }
    words = [f"__stepin_{name}={quote(value)}" for name, value in fields.items()]
    # The hook tests these by name.
    tested = (decision.cfg, decision.prefix, decision.bin) if decision.verdict == "trusted" else ()
    paths = [path for path, _ in decision.facts if path not in tested]
    return " ".join([*words, assign("__stepin_paths", paths) if paths else "__stepin_paths="])
