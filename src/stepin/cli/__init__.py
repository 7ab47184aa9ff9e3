"""The command line. `stepin init` is waited for at a shell's start: it is answered before click is imported."""

import sys


def main() -> int:
    """Run what the command line says; return the exit code: 0 done, 1 refused or nothing there, 2 usage."""
    arguments = sys.argv[1:]
    try:
        if len(arguments) == 2 and arguments[0] == "init" and not arguments[1].startswith("-"):
            from stepin.cli.print_hook import print_hook

            return print_hook(arguments[1])
        from stepin.cli.app import run

        return run(arguments)
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells count
