"""`stepin init`: the help of what stepin.cli.print_hook does, and its way for whoever writes options with it."""

from __future__ import annotations

import click

from stepin import shells
from stepin.cli.print_hook import print_hook


@click.command("init", epilog='\b\nExample, in ~/.bashrc:\n  eval "$(stepin init bash)"')
@click.argument("shell", type=click.Choice(shells.DIALECTS))
def command(shell: str) -> int:
    """Print a shell's hook, to be evaluated by it.

    `stepin setup` writes the same into a file once, and costs a shell's start no process.
    """
    return print_hook(shell)
