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


# A decision's fields by their place, as variables: the hook tests them at each prompt, and need not copy them first.
FIELDS = (
    "protocol",
    "verdict",
    "folder",
    "first",
    "env",
    "bin",
    "python",
    "name",
    "prefix",
    "flags",
    "message",
    "shown",
)
ORDINARY = 3  # an allowed one's first paths are pyvenv.cfg, the environment and its bin: the hook tests those by name


def decision(values: "Sequence[str]") -> str:
    """Return the assignment of a decision's fields, and of `__stepin_paths`: what it depends on beside, if anything."""
    words = [f"__stepin_{name}={quote(value)}" for name, value in zip(FIELDS, values, strict=False)]
    paths = values[len(FIELDS) + (ORDINARY if values[1] == "trusted" else 0) :]
    return " ".join([*words, assign("__stepin_paths", paths) if paths else "__stepin_paths="])
