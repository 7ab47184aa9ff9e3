"""What `stepin init SHELL` does, without click."""

import os
import sys

from stepin import shells
from stepin.install import render


def print_hook(shell: str) -> int:
    """Print a shell's hook on stdout; return the exit code."""
    if shell not in shells.DIALECTS:
        return _complain(f"there is no hook for this shell: one of {', '.join(shells.DIALECTS)}", 2)
    try:
        data = render.text(shell)
    except (OSError, RuntimeError) as error:  # RuntimeError: platformdirs, where there is no home
        return _complain(f"the hook's files cannot be read ({error}): install stepin again", 1)
    try:
        while data:
            data = data[os.write(1, data) :]
    except BrokenPipeError:
        return 141  # 128 + SIGPIPE
    except OSError as error:
        return _complain(f"the hook cannot be printed ({error.strerror}): free the disk or mend stdout", 1)
    return 0


def _complain(message: str, code: int) -> int:
    from stepin.hook.text import printable

    print(f"stepin: {printable(message)}", file=sys.stderr)
    return code
