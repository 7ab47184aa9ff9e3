"""What all commands share: help with an example, and the nearest name for a mistyped one."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import click

from stepin.cli import ui

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HELP_OPTIONS = ["-h", "--help"]


def examples(*lines: str) -> dict[str, Any]:
    """Return the arguments of a click decorator that end a command's help with these examples."""
    text = "\n  ".join(["Example:" if len(lines) == 1 else "Examples:", *lines])
    # click rewraps a paragraph unless it begins with \b.
    return {"epilog": f"\b\n{text}", "context_settings": {"help_option_names": HELP_OPTIONS}}


def _show_help(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        ui.say(context.get_help())
        context.exit()


class Command(click.Command):
    """Print help through `ui`, which reports a closed stdout. click does not."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option


class Group(Command, click.Group):
    """Suggest the nearest name for a mistyped command.

    click does that from 8.5 on, but only for commands that are imported already.
    """

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` names. Raises Unknown."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            raise Unknown("command", name, known, ctx)
        return super().resolve_command(ctx, args)


class Unknown(ui.Misuse):
    """A name that does not exist. The message suggests the nearest one, or --help."""

    def __init__(self, kind: str, name: str, known: Iterable[str], context: click.Context | None) -> None:
        near = difflib.get_close_matches(name, list(known), n=1)
        path = context.command_path if context else "stepin"
        remedy = f'did you mean "{near[0]}"?' if near else f'run "{path} --help" for a list'
        super().__init__(f'there is no {kind} "{name}"; {remedy}', context)


def verb(name: str, *lines: str, cls: type[Command] = Command) -> Callable[[Callable[..., Any]], Command]:
    """Declare a command of this name, whose help ends with these examples."""
    return click.command(name, cls=cls, **examples(*lines))
