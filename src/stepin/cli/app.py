"""The group of commands. Each lies in a file of its own, which is imported when it is called.

Exit codes, of every command that says nothing else: 0 done, 1 refused or nothing there, 2 usage, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence

import click

from stepin.cli import ui
from stepin.hook.text import printable

# name: (module, one line). The order is that of --help.
VERBS = {
    "setup": ("stepin.cli.setup", "Make your shells step in and out."),
    "allow": ("stepin.cli.allow", "Let a project's environment be switched on."),
    "deny": ("stepin.cli.deny", "Keep a project's environment off, silently."),
    "forget": ("stepin.cli.forget", "Take back what was said about a project."),
    "trust": ("stepin.cli.trust", "List what was said about which project."),
    "status": ("stepin.cli.status", "Tell what is on here, or why nothing is."),
    "why": ("stepin.cli.why", "Tell folder by folder how that was decided."),
    "check": ("stepin.cli.check", "Compare requirements.txt with what is installed."),
    "watch": ("stepin.cli.watch", "Tell drift as it happens."),
    "service": ("stepin.cli.service", "Keep the watcher running in the background."),
    "snooze": ("stepin.cli.snooze", "Tell nothing of a project's drift for a while."),
    "ignore": ("stepin.cli.ignore", "Leave a name or a kind of finding out of every check."),
    "doctor": ("stepin.cli.doctor", "Look for what keeps stepin from working."),
    "init": ("stepin.cli.init", "Print a shell's hook."),
    "uninstall": ("stepin.cli.uninstall", "Take stepin out of your shells."),
    "version": ("stepin.cli.version", "Print the version."),
}
# These render the hooks themselves, or take them away.
_WITHOUT_REFRESH = ("init", "setup", "uninstall")


class Verbs(click.Group):
    """Commands by name, imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click passes it
        return [name for name, (module, _) in VERBS.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(VERBS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, VERBS[name][1]) for name in self.list_commands(ctx)])


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from stepin import __version__

        ui.say(f"stepin {__version__}")
        ctx.exit()


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with: stepin setup. Each command has its own --help, with an example.",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version)
def group() -> None:
    """Step into a project and its Python environment is on; step out and it is off."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line; return the exit code. Nothing that a user can cause ends in a traceback."""
    ui.prepare_streams()
    try:
        if arguments and arguments[0] in VERBS and arguments[0] not in _WITHOUT_REFRESH:
            _follow_upgrade()
        with group.make_context("stepin", list(arguments)) as context:
            code = group.invoke(context)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (KeyboardInterrupt, click.Abort, EOFError):
        return ui.INTERRUPTED
    except click.ClickException as error:
        return _complain(error)
    except RuntimeError as error:  # platformdirs, where nobody says which folder is the user's home
        if "home" not in str(error):
            raise
        return ui.complain("nobody says where your home is: set HOME")
    except OSError as error:
        return _os_error(error)
    return code if isinstance(code, int) else 0


def _follow_upgrade() -> None:
    """Bring hooks of an older version up to this one, and what they read of the settings. Quiet; doctor tells."""
    from stepin.install import hook_files

    if hook_files.refresh():
        from stepin.cli import project

        at = project.place()
        if not at.trouble:
            with contextlib.suppress(OSError):
                project.change(at)


def _complain(error: click.ClickException) -> int:
    if not isinstance(error, click.UsageError):
        return ui.complain(error.format_message(), error.exit_code)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message())
        return ui.USAGE
    text = " ".join(error.format_message().split()).rstrip(".")
    path = error.ctx.command_path if error.ctx else "stepin"
    return ui.complain(f"{text[:1].lower()}{text[1:]}: see {path} --help", ui.USAGE)


def _os_error(error: OSError) -> int:
    if error.errno == errno.EPIPE:  # `stepin trust | head`: nobody reads on
        ui.abandon_stdout()
        return ui.BROKEN_PIPE
    if error.errno in (errno.ENOSPC, errno.EIO) and error.filename is None:
        ui.abandon_stdout()
    what = printable(os.fsdecode(error.filename)) if error.filename is not None else "a file"
    return ui.complain(f"{what}: {error.strerror or error}: see stepin doctor")
