"""The hook as a shell reads it: what is particular to this machine, then the shell's own files as they stand.

`stepin init` prints it and is waited for at each start of a shell that uses it: hence few imports.
"""

import os
import sys

from stepin import shells
from stepin.settings import folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# In this order, as far as a shell has them. `path` only where a file is rendered: see `text`.
PARTS = ("path", "activation", "decision", "notice", "hook")
LATER = 3  # how many later minor versions of Python an upgrade of our environment may bring


def shell_folder() -> str:
    """Return where the shells' files lie: in the package, or beside `src` in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "shell")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(os.path.dirname(package)), "shell")


def helpers() -> list[str]:
    """Return pairs of an interpreter and the folder that holds the package; a hook takes the first that is there.

    The helper is plain Python, so the interpreter that our environment was made from does as well if the environment's
    own is gone. An upgrade may bring the environment another minor version of Python: the folders that it would use are
    noted, too.
    """
    library = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    own = sys.executable
    base = getattr(sys, "_base_executable", None) or own
    pairs = [own, library]
    if base != own:
        pairs += [base, library]
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    if library == os.path.join(sys.prefix, "lib", version, "site-packages"):
        for minor in range(sys.version_info[1] + 1, sys.version_info[1] + 1 + LATER):
            pairs += [own, os.path.join(sys.prefix, "lib", f"python{sys.version_info[0]}.{minor}", "site-packages")]
    return pairs


def header(
    dialect: "shells.Dialect", state: str, config: str, helpers: "Sequence[str]", command_folder: str = ""
) -> str:
    """Return the assignments that a hook's files need before them.

    `state` and `config` are the absolute paths of the state folder and of the user's configuration, `helpers` is what
    the function of that name returns. `command_folder` is appended to PATH by the part `path`.
    """
    values = {"state": [state], "config": [config], "helpers": helpers, "boot": [shells.BOOT]}
    if command_folder:
        values["command_folder"] = [command_folder]
    return "".join(dialect.assign("__stepin_" + name, value) + "\n" for name, value in values.items())


def text(shell: str, comment: str = "", bin_folder: str = "") -> bytes:
    """Return a shell's hook. Raises ValueError for a shell that has none, OSError if its files cannot be read.

    `bin_folder` is appended to PATH if it is missing there, so that `stepin` itself is found.
    """
    first = header(shells.load(shell), folders.store(), folders.config_file(), helpers(), bin_folder)
    return os.fsencode(comment + first) + body(shell, PARTS if bin_folder else PARTS[1:])


def body(shell: str, parts: "Sequence[str]" = PARTS[1:]) -> bytes:
    """Return a shell's files, one after another. Raises OSError if one cannot be read."""
    found = b""
    folder = shell_folder()
    # `hook` comes last and has to be there; of the others a shell may have fewer.
    for part in parts:
        path = os.path.join(folder, shell, f"{part}.{shell}")
        if part == "hook" or os.path.exists(path):
            with open(path, "rb") as file:
                found += file.read()
    return found
