"""The hook as a shell reads it: what is particular to this machine, then the shell's own files as they stand.

`stepin init` prints it and is waited for at each start of a shell that uses it: hence few imports.
"""

import os
import sys

from stepin import shells
from stepin.settings import folders

# In this order, as far as a shell has them. `path` only where a file is rendered: see `text`.
PARTS = ("path", "activation", "decision", "notice", "hook")
# What the hooks give to the interpreter: isolated, it would find no package of ours; see stepin.hook.entry.
BOOT = "import sys;sys.path[:0]=[sys.argv.pop(1)];from stepin.hook.entry import main;sys.exit(main())"
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


def text(shell: str, comment: str = "", bin_folder: str = "") -> bytes:
    """Return a shell's hook. Raises ValueError for a shell that has none, OSError where its files cannot be read.

    `bin_folder` is appended to PATH where it is missing, so that `stepin` itself is found.
    """
    values = {"state": [folders.store()], "config": [folders.config_file()], "helpers": helpers()}
    if bin_folder:
        values["command_folder"] = [bin_folder]
    dialect = shells.load(shell)
    header = "".join(dialect.assign("__stepin_" + name, value) + "\n" for name, value in values.items())
    found = os.fsencode(comment + header)
    folder = shell_folder()
    # `hook` comes last and has to be there; of the others a shell may have fewer.
    for part in PARTS if bin_folder else PARTS[1:]:
        path = os.path.join(folder, shell, f"{part}.{shell}")
        if part == "hook" or os.path.exists(path):
            with open(path, "rb") as file:
                found += file.read()
    return found
