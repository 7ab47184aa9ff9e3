"""`stepin init`: print a shell's hook. This is its --help; stepin.cli.print_hook does the work."""

from __future__ import annotations

import click

from stepin import shells
from stepin.cli.base import verb
from stepin.cli.print_hook import print_hook


@verb("init", 'eval "$(stepin init bash)"')
@click.argument("shell", type=click.Choice(shells.DIALECTS))
def command(shell: str) -> int:
    """Print a shell's hook, for the shell to evaluate.

    "stepin setup" writes the hook to a file instead, so that a shell starts without a process.
    """
    return print_hook(shell)
