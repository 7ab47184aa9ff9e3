"""bash."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shells.adapter import Posix


class Bash(Posix):
    name = "bash"
    rc_file = ".bashrc"
    bare = ("--norc", "--noprofile")
    strict = "set -euo pipefail"
    aliases_on = "shopt -s expand_aliases"
    unforgiving_words = "export unset eval . set return"
    statuses = '"${PIPESTATUS[@]}"'
    options: ClassVar = {
        "plain": "",
        "strict": "set -euo pipefail",
        "no hash": "set +h",
        "no globbing": "set -f",
        "noclobber": "set -C",
        "allexport": "set -a",
        "posix": "set -o posix",
        "extdebug": "shopt -s extdebug",
        "functrace": "set -ET; trap 'x=1' DEBUG",
        "nullglob": "shopt -s nullglob",
        "failglob": "shopt -s failglob",
        "nocasematch": "shopt -s nocasematch",
        "keyword": "set -k",
        "IFS": "IFS=/.abcdefghijklmnopqrstuvwxyz0123456789_",
        "no IFS": "unset IFS",
        "traps": "trap 'echo int' INT; trap 'x=2' ERR; trap 'x=3' RETURN; trap 'x=4' EXIT",
    }
    dump = "declare -p; echo @@; declare -f; echo @@; set +o; shopt -p; echo @@; trap -p; alias -p; dirs -p"
    volatile = (
        r"_|BASH_\w+|BASHPID|COLUMNS|COMP_WORDBREAKS|DIRSTACK|EPOCH\w+|FUNCNAME|HISTCMD|LINENO|LINES|PIPESTATUS|RANDOM|"
        r"SECONDS|SRANDOM|t_status|PPID"
    )

    def interactive(self, rc: Path, line: str) -> list[str]:
        return self.start("--noprofile", "--rcfile", str(rc), "-ic", line)


ADAPTER = Bash()
