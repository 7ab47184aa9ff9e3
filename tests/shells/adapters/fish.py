"""fish."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from shells.adapter import Adapter


class Fish(Adapter):
    name = "fish"
    rc_file = ".config/fish/config.fish"
    rc = r"""
function t
  set -g t_status $status
  begin
    builtin printf '%s\0' $t_status
    for name in PWD VIRTUAL_ENV VIRTUAL_ENV_PROMPT PATH PYTHONHOME STEPIN_ENV STEPIN_PYTHONHOME
      if set -q $name
        builtin printf '%s\0' "$$name"
      else
        builtin printf '<unset>\0'
      end
    end
    builtin printf '%s\0' (fish_prompt | string collect)
    if functions -q deactivate; builtin printf '1\0'; else; builtin printf '0\0'; end
    builtin printf '%s\0' $argv[1]
  end >$T_REPORT
end
function fish_prompt; builtin printf '> '; end
set -g fish_greeting
set -g fish_history ''
"""
    bare = ("--no-config",)
    term = "xterm"
    # What fish's own functions do not call at a prompt or a `cd`; test_fish.py has the rest.
    words = "cat head true false path emit"
    unforgiving_words = "set eval source"
    statuses = "$pipestatus"
    fail = ("false", "1")
    has_subshells = False
    has_read_only = False
    keeps_last_argument = False
    echoes = True
    cd_is_builtin = False
    last_folder = "$dirprev[-1]"
    odd_path = "/usr/bin:/bin:."
    options: ClassVar = {"plain": "", "umask": "umask 077", "interrupt": "function on_int --on-signal INT; end"}
    # The functions first, once for nothing: to print one loads it, and some that come with fish set variables then.
    dump = (
        "for f in (functions -na); functions $f; end >/dev/null; set --show; echo @@; "
        "for f in (functions -na); functions --no-details $f; end; "
        "echo @@; bind; abbr; dirs; jobs; functions --handlers"
    )
    volatile = (
        r"status|pipestatus|CMD_DURATION|history|hostname|t_status|status_generation|COLUMNS|LINES|fish_killring|_|"
        r"dirprev|dirnext|__fish_cd_direction"
    )

    def prepare(self, home: Path) -> None:
        # Without this folder fish generates completions from all manual pages, in the background.
        (home / ".local/share/fish/generated_completions").mkdir(parents=True, exist_ok=True)

    def read(self, file: Path) -> str:
        return f"source {self.quote(str(file))}"

    def interactive(self, rc: Path, line: str) -> list[str]:
        return self.start("--no-config", "-ic", f"{self.read(rc)}; {line}")

    def export(self, name: str, value: str) -> str:
        return f"set -gx {name} {self.quote(value)}"

    def unset(self, name: str) -> str:
        return f"set -e {name}"

    def value(self, name: str) -> str:
        return f"${name}"

    def set_path(self, value: str) -> str:
        return f"set -gx PATH (string split : {self.quote(value)})"

    def add_to_path(self, first: list[str], last: list[str]) -> str:
        return " ".join(["set -gx PATH", *first, "$PATH", *last])

    def prefix_prompt(self, prefix: str) -> str:
        return ""

    def function(self, name: str, body: str) -> str:
        return f"function {name}; {body}; end"

    def write(self, line: str, file: Path) -> str:
        return f"begin; {line}; end >{file}"

    def evaluate(self, command: str) -> str:
        return f"{command} | source"

    def activate(self, prefix: Path) -> str:
        return f"source {prefix}/bin/activate.fish"

    def read_back(self) -> dict[str, list[str]]:
        show = "printf '%s\\0' $__stepin_words"
        return {
            "source": self.start(*self.bare, "-c", f"source $argv[1]; {show}"),
            "eval": self.start(*self.bare, "-c", f"set x (cat $argv[1] | string collect); eval $x; {show}"),
        }

    def functions(self, text: str) -> dict[str, str]:
        texts = re.split(r"\n(?=function )", "\n" + text)
        return {one.split()[1]: one.strip() for one in texts if one.startswith("function ")}

    def variables(self, text: str) -> dict[str, str]:
        entries = re.split(r"\n(?=\$\w+(?::|: set in))", text)
        return {match[1]: entry for entry in entries if (match := re.match(r"\$(\w+)", entry))}


ADAPTER = Fish()
