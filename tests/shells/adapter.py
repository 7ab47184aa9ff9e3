"""What a test needs to know about a shell. `adapters/` holds one module per shell, which derives from the classes here.

A module of `adapters/` has an `ADAPTER`, an instance of its class. The folder is the list: nothing else names the
modules. STEPIN_TEST_BASH=/path/to/bash (STEPIN_TEST_ZSH, ...) tests another binary of the same shell.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import sys
from pathlib import Path
from typing import ClassVar

from stepin import shells

VARIABLES = ("PWD", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PATH", "PYTHONHOME", "STEPIN_ENV", "STEPIN_PYTHONHOME", "PS1")


class Adapter:
    """How a shell is started, and how a test says in its syntax what all shells can do."""

    name: str  # the dialect's
    rc_file: str  # below HOME
    rc: str  # the tests' part of it: the function `t`, a prompt "> ", no history
    bare: tuple[str, ...]  # options that leave startup files unread
    term = "dumb"
    options: ClassVar[dict[str, str]]  # a name, and the line that sets options under which all has to work
    strict = ""  # what sets the options that forgive nothing; "" if there are none
    interrupted = ":"  # what sets an option that has to survive Ctrl-C: `u` in `$-`; ":" if there are none
    unforgiving_words = ""  # builtins whose redefinition leaves no shell to work in
    words = ""  # builtins and commands that a user's function may hide
    keywords = ""  # words that a user's alias may hide; "" if the shell expands no such aliases
    aliases_on = ""  # what makes a shell that reads a file expand aliases
    prompt_expands = ""  # what makes the prompt expand variables
    statuses: str  # a command's arguments: the status of each part of the last pipeline
    fail = ("(exit 37)", "37")  # a line that fails, and its status
    has_subshells = True
    has_read_only = True  # variables that a user can make read-only
    keeps_last_argument = True  # `$_`
    echoes = False  # the line editor shows more than the prompt and the line
    cd_is_builtin = True  # so that functions, which may have local variables, and aliases call it by `builtin cd`
    last_folder = "$OLDPWD"
    odd_path = ":/usr/bin::/bin:."  # as PATH may be

    dump: str  # prints variables, functions, then what else there is, each ended by a line `@@`
    volatile: str  # a pattern of variables that change by themselves, or because a line was typed

    @property
    def variable(self) -> str:
        """The environment variable that names another binary of this shell."""
        return f"STEPIN_TEST_{self.name.upper()}"

    @property
    def program(self) -> str | None:
        """The absolute path of the shell; None if it is not installed."""
        return os.environ.get(self.variable) or shutil.which(self.name)

    def start(self, *options: str) -> list[str]:
        """Return the words that start the shell. The shell has to be installed."""
        assert self.program is not None, self.name
        return [self.program, *options]

    def prepare(self, home: Path) -> None:
        """Create what the shell needs in a fresh home."""

    def quote(self, text: str) -> str:
        """Return one word that means `text`."""
        return shells.load(self.name).quote(text)

    def read(self, file: Path) -> str:
        """Return the line of a startup file that reads `file`."""
        raise NotImplementedError

    def interactive(self, rc: Path, line: str) -> list[str]:
        """Return the words that start an interactive shell with `rc` as its startup file, to run a line and end."""
        raise NotImplementedError

    def export(self, name: str, value: str) -> str:
        raise NotImplementedError

    def unset(self, name: str) -> str:
        raise NotImplementedError

    def value(self, name: str) -> str:
        """Return one word that means the value of a variable."""
        raise NotImplementedError

    def set_path(self, value: str) -> str:
        """Return the line that sets PATH to these bytes."""
        raise NotImplementedError

    def add_to_path(self, first: list[str], last: list[str]) -> str:
        raise NotImplementedError

    def prefix_prompt(self, prefix: str) -> str:
        """Return the line that puts text before the prompt; "" if the prompt is no variable."""
        raise NotImplementedError

    def function(self, name: str, body: str) -> str:
        raise NotImplementedError

    def write(self, line: str, file: Path) -> str:
        """Return a line that writes what `line` prints into a file, in the shell itself."""
        raise NotImplementedError

    def evaluate(self, command: str) -> str:
        """Return the line that runs the code that a command prints, as startup files do."""
        raise NotImplementedError

    def activate(self, prefix: Path) -> str:
        """Return what a user types to activate an environment by hand."""
        raise NotImplementedError

    def read_back(self) -> dict[str, list[str]]:
        """Return ways to print `__stepin_words`, each word ended by NUL: commands that take a file that sets it."""
        raise NotImplementedError

    def functions(self, text: str) -> dict[str, str]:
        """Return the functions in what `dump` prints, by name."""
        raise NotImplementedError

    def variables(self, text: str) -> dict[str, str]:
        """Return the variables in what `dump` prints, by name."""
        raise NotImplementedError


class Posix(Adapter):
    """What bash and zsh have in common."""

    rc = r"""
t() {
  t_status=$?
  {
    builtin printf '%s\0' "$t_status" "${PWD-<unset>}" "${VIRTUAL_ENV-<unset>}" "${VIRTUAL_ENV_PROMPT-<unset>}" \
      "${PATH-<unset>}" "${PYTHONHOME-<unset>}" "${STEPIN_ENV-<unset>}" "${STEPIN_PYTHONHOME-<unset>}" "${PS1-<unset>}"
    if builtin typeset -f deactivate >/dev/null; then builtin printf '1\0'; else builtin printf '0\0'; fi
    builtin printf '%s\0' "$1"
  } >|"$T_REPORT"
}
PS1='> '
HISTFILE=
"""
    interrupted = "set -u"
    words = "local printf shopt declare echo test true source typeset hash rehash"
    keywords = (
        "if then else elif fi for in do done while case esac function return local printf builtin export unset set eval"
        " emulate"
    )

    def read(self, file: Path) -> str:
        return rf"\builtin \. {self.quote(str(file))}"

    def export(self, name: str, value: str) -> str:
        return f"export {name}={self.quote(value)}"

    def unset(self, name: str) -> str:
        return f"unset {name}"

    def value(self, name: str) -> str:
        return f'"${name}"'

    def set_path(self, value: str) -> str:
        return f"PATH={self.quote(value)}"

    def add_to_path(self, first: list[str], last: list[str]) -> str:
        return f"PATH={':'.join([*first, '$PATH', *last])}"

    def prefix_prompt(self, prefix: str) -> str:
        return f'PS1="{prefix}$PS1"'

    def function(self, name: str, body: str) -> str:
        return f"{name}() {{ {body}; }}"

    def write(self, line: str, file: Path) -> str:
        return f"{{ {line}; }} >|{file}"

    def evaluate(self, command: str) -> str:
        return f'eval "$({command})"'

    def activate(self, prefix: Path) -> str:
        return f"source {prefix}/bin/activate"

    def read_back(self) -> dict[str, list[str]]:
        show = 'printf "%s\\0" "${__stepin_words[@]}"'
        return {
            "source": self.start(*self.bare, "-c", f'source "$0"; {show}'),
            "eval": self.start(*self.bare, "-c", f'x=$(<"$0"); eval "$x"; {show}'),
        }

    def functions(self, text: str) -> dict[str, str]:
        texts = re.split(r"\n(?=[^\s{}]\S* \(\))", "\n" + text)
        return {one.strip().partition(" ()")[0]: one.strip() for one in texts if one.strip()}

    def variables(self, text: str) -> dict[str, str]:
        found = {}
        for entry in re.split(r"\n(?=(?:declare|typeset|export) )", text):
            match = re.match(r"(?:declare|typeset|export)(?: -\S+)*(?: \d+)* ([^\s=]+)", entry)
            if match:
                found[match[1]] = entry
        return found


def load_all() -> dict[str, Adapter]:
    """Return the adapter of each shell by its dialect's name, in the order of stepin's registry."""
    folder = Path(__file__).with_name("adapters")
    found: dict[str, Adapter] = {}
    for path in folder.glob("*.py"):
        adapter: Adapter = importlib.import_module(f"shells.adapters.{path.stem}").ADAPTER
        found[adapter.name] = adapter
    if set(found) != set(shells.DIALECTS):
        sys.exit(f"tests/shells/adapters has {sorted(found)}, stepin's registry {sorted(shells.DIALECTS)}")
    return {name: found[name] for name in shells.DIALECTS}


ADAPTERS = load_all()
