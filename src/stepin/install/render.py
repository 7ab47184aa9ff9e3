"""Render a shell's hook: this machine's paths, then the shell's own files unchanged.

The start of a shell may wait for `stepin init`, so this imports little.
"""

import os
import sys

from stepin import shells
from stepin.hook import NAMES
from stepin.settings import folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# The files of a shell, in this order. Only `setup` includes `path`: see `text`.
PARTS = ("path", "activation", "entries", "prompt", "decision", "helper", "notice", "apply", "hook")
LATER = 3  # how many later minor versions of Python an upgrade of our environment may bring


def shell_folder() -> str:
    """Return the folder of the shells' files: in the package, or next to `src` in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "shell")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(os.path.dirname(package)), "shell")


def helpers() -> list[str]:
    """Return pairs of an interpreter and the folder that contains the package. A hook uses the first that exists.

    The helper is plain Python, so the base interpreter can run it if our environment's own interpreter is gone. An
    upgrade may bring the environment another minor version of Python, so the folders for later versions are listed.
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
    """Return the assignments that a hook's files expect before them.

    `state` and `config` are the absolute paths of the state folder and of the user's configuration, `helpers` is what
    the function of that name returns. The part `path` appends `command_folder` to PATH.
    """
    values = {
        "state": [state],
        "config": [config],
        "helpers": helpers,
        "boot": [shells.BOOT],
        "speaks": [shells.PROTOCOL],
        "defaults": NAMES,
    }
    if command_folder:
        values["command_folder"] = [command_folder]
    return "".join(dialect.assign("__stepin_" + name, value) + "\n" for name, value in values.items())


def text(shell: str, comment: str = "", command_folder: str = "") -> bytes:
    """Return a shell's hook. Raises ValueError for an unknown shell, OSError if its files cannot be read.

    If `command_folder` is missing from PATH, the hook appends it, so that the shell finds `stepin`.
    """
    first = header(shells.load(shell), folders.store(), folders.config_file(), helpers(), command_folder)
    return os.fsencode(comment + first) + body(shell, PARTS if command_folder else PARTS[1:])


def body(shell: str, parts: "Sequence[str]" = PARTS[1:]) -> bytes:
    """Return a shell's files, one after another. Raises OSError if one cannot be read."""
    found = b""
    folder = shell_folder()
    # Every shell has a `hook`. It may lack other parts.
    for part in parts:
        path = os.path.join(folder, shell, f"{part}.{shell}")
        if part == "hook" or os.path.exists(path):
            with open(path, "rb") as file:
                found += file.read()
    return found
