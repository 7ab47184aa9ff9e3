"""The command line. A shell's start may wait for `stepin init`, so it is answered before click is imported."""

import sys


def main() -> int:
    """Run the command line in sys.argv; return the exit code. docs/commands.md lists the codes."""
    arguments = sys.argv[1:]
    try:
        if len(arguments) == 2 and arguments[0] == "init" and not arguments[1].startswith("-"):
            from stepin.cli.print_hook import print_hook

            return print_hook(arguments[1])
        from stepin.cli.app import run

        return run(arguments)
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as shells report it
