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


# A decision's fields by their place. Variables, since in bash an array's elements cost many times what those do.
FIELDS: "tuple[str, ...]" = ("protocol", "verdict", "folder", "first", "env", "bin")
FIELDS += ("python", "name", "prefix", "flags", "message", "shown")
ORDINARY = 3  # an allowed one's first paths are pyvenv.cfg, the environment and its bin: the hook tests those by name


def decision(values: "Sequence[str]") -> str:
    """Return the assignment of a decision's fields, and of the array `__stepin_paths` of what it depends on beside."""
    words = [f"__stepin_{name}={quote(value)}" for name, value in zip(FIELDS, values, strict=False)]
    paths = values[len(FIELDS) + (ORDINARY if values[1] == "trusted" else 0) :]
    return " ".join([*words, assign("__stepin_paths", paths)])
