"""Run a command line. Each command lives in a module of its name, which is imported only if it is called.

Exit codes, unless a command documents others: 0 success, 1 refused or not found, 2 wrong usage, 70 a bug in stepin,
130 interrupted, 141 nobody reads the output.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Sequence

import click

from stepin.cli import ui
from stepin.cli.base import HELP_OPTIONS, Group, Unknown

# Each command's line in --help, in that order.
COMMANDS = {
    "setup": "Install the hook in your shells.",
    "allow": "Trust a project's environment.",
    "deny": "Never activate a project's environment.",
    "forget": "Remove a trust record.",
    "trust": "List the trust records.",
    "status": "Show the environment that belongs to a folder.",
    "why": "Explain how that environment was found and judged.",
    "check": "Compare what is declared with what is installed.",
    "watch": "Report drift as it happens.",
    "service": "Run the watcher in the background.",
    "snooze": "Pause a project's drift notices.",
    "ignore": "Leave a package or a kind of finding out of checks.",
    "doctor": "Find what keeps stepin from working.",
    "init": "Print a shell's hook.",
    "uninstall": "Remove stepin from your shells.",
    "version": "Print the version.",
}
# These write the hook files themselves, or remove them.
_WITHOUT_REFRESH = ("init", "setup", "uninstall")


class Commands(Group):
    """The commands by name. Their options have no section of their own, so that --help fits a terminal."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click passes it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"stepin.cli.{cmd_name}").command
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from stepin import __version__

        ui.say(f"stepin {__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": HELP_OPTIONS},
    subcommand_metavar="COMMAND [ARGS]...",
    options_metavar="[--version] [--help]",
    epilog='Start with "stepin setup". For a command\'s options: stepin COMMAND --help',
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version)
def group() -> None:
    """Activate a project's environment when you cd into it, and report drift."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line; return the exit code. Errors are one line on stderr."""
    ui.prepare_streams()
    try:
        if arguments and arguments[0] in COMMANDS and arguments[0] not in _WITHOUT_REFRESH:
            _follow_upgrade()
        with group.make_context("stepin", list(arguments)) as context:
            code = group.invoke(context)
        return ui.finish(code if isinstance(code, int) else ui.DONE)
    except click.exceptions.Exit as leave:
        return ui.finish(leave.exit_code)
    except (KeyboardInterrupt, click.Abort, EOFError):
        return ui.INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        ui.say(error.format_message())
        return ui.finish(ui.USAGE)
    except click.ClickException as error:
        return ui.error(_message(error), error.exit_code)
    except OSError as error:
        return ui.os_error(error)
    except Exception as error:
        if isinstance(error, RuntimeError) and "home" in str(error):  # platformdirs: no HOME, no account
            return ui.error("HOME is not set; set it to your home folder")
        return ui.internal_error(error)


def _follow_upgrade() -> None:
    """Render the hooks again after an upgrade, and start a generation. Failures are left to doctor."""
    from stepin.install import hook_files

    if hook_files.refresh():
        from stepin.cli import project

        at = project.place()
        if not at.trouble:
            with contextlib.suppress(OSError):
                project.change(at)


def _message(error: click.ClickException) -> str:
    """Return a click error as `what happened; what to do`."""
    if isinstance(error, click.NoSuchOption):
        error = Unknown("option", error.option_name, _options(error.ctx), error.ctx)
    text = " ".join(error.format_message().split()).rstrip(".")
    if isinstance(error, ui.Misuse) or not isinstance(error, click.UsageError):
        return text
    path = error.ctx.command_path if error.ctx else "stepin"
    return f'{text[:1].lower()}{text[1:]}; run "{path} --help"'


def _options(context: click.Context | None) -> list[str]:
    if context is None:
        return []
    return [name for parameter in context.command.get_params(context) for name in parameter.opts if name[:1] == "-"]
