"""bash, 3.2 and later."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def quote(text: str) -> str:
    """Return `text` in single quotes, in which nothing is special but the quote itself (bash(1), QUOTING)."""
    return "'" + text.replace("'", "'\\''") + "'"


def assign(name: str, values: "Sequence[str]") -> str:
    """Return an assignment of an indexed array."""
    return f"{name}=({' '.join(map(quote, values))})"
