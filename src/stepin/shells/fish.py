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


def decision(values: "Sequence[str]") -> str:
    """Return the setting of the array that the hook takes a decision from."""
    return assign("__stepin_decision", values)
