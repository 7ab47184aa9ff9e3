"""zsh, 5.3 and later."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def quote(text: str) -> str:
    """Return `text` in single quotes (zshmisc(1), QUOTING); no two quotes meet, so RC_QUOTES changes nothing."""
    return "'" + text.replace("'", "'\\''") + "'"


def assign(name: str, values: "Sequence[str]") -> str:
    """Return an assignment of an array."""
    return f"{name}=({' '.join(map(quote, values))})"


def decision(values: "Sequence[str]") -> str:
    """Return the setting of the array that the hook takes a decision from."""
    return assign("__stepin_decision", values)
