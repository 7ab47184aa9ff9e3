"""Print a shell's hook without importing click: a shell's start waits for it."""

import os
import sys

from stepin import shells
from stepin.install import render


def print_hook(shell: str) -> int:
    """Print a shell's hook on stdout; return the exit code."""
    if shell not in shells.DIALECTS:
        return _error(f'there is no hook for "{shell}"; choose one of {", ".join(shells.DIALECTS)}', 2)
    try:
        data = render.text(shell)
    except RuntimeError:  # platformdirs: no HOME, no account
        return _error("HOME is not set; set it to your home folder", 1)
    except OSError as error:
        return _error(f"cannot read the hook's files ({error}); install stepin again", 1)
    try:
        while data:
            data = data[os.write(1, data) :]
    except BrokenPipeError:
        return 141  # 128 + SIGPIPE
    except OSError as error:
        import errno  # a shell's start waits for this module

        if error.errno == errno.EBADF:
            return _error("stdout is closed; run the command again with stdout open", 1)
        return _error(f"cannot write to stdout ({error.strerror}); run the command again when that is fixed", 1)
    return 0


def _error(message: str, code: int) -> int:
    from stepin.hook.text import printable

    print(f"stepin: {printable(message)}", file=sys.stderr)
    return code
