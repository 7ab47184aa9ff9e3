"""A shell's whole state as text, so that two moments can be compared: nothing but what is meant may differ."""

from __future__ import annotations

import re

from shells.driver import Session

_DUMP = {
    "bash": "declare -p; echo @@; declare -f; echo @@; set +o; shopt -p; echo @@; trap -p; alias -p; dirs -p",
    "zsh": "typeset -p; echo @@; typeset -f; echo @@; setopt; echo @@; trap; alias; dirs -p",
    # The functions first, once for nothing: to print one loads it, and some that come with fish set variables then.
    "fish": (
        "for f in (functions -na); functions $f; end >/dev/null; set --show; echo @@; "
        "for f in (functions -na); functions --no-details $f; end; "
        "echo @@; bind; abbr; dirs; jobs; functions --handlers"
    ),
}
# What changes by itself, or because a line was typed.
_VOLATILE = {
    "bash": (
        r"_|BASH_\w+|BASHPID|COLUMNS|COMP_WORDBREAKS|DIRSTACK|EPOCH\w+|FUNCNAME|HISTCMD|LINENO|LINES|PIPESTATUS|RANDOM|"
        r"SECONDS|SRANDOM|t_status|PPID"
    ),
    "zsh": (
        r"_|\?|status|pipestatus|COLUMNS|EPOCH\w+|HISTCMD|LINENO|LINES|RANDOM|SECONDS|TTYIDLE|t_status|history\w*|"
        r"funcstack|functrace|funcsourcetrace|funcfiletrace|jobstates|jobdirs|jobtexts|parameters|functions\w*|"
        r"dis_\w+|commands|usergroups|userdirs|nameddirs|options|modules|builtins|aliases|galiases|saliases|patchars|"
        r"reswords|termcap|terminfo|mapfile|sysparams|errnos|zsh_eval_context|ERRNO|keymaps|widgets|langinfo|"
        r"zle_bracketed_paste|prompt|PROMPT2|path|PS1|prompt|PROMPT|FPATH|fpath"
    ),
    "fish": (
        r"status|pipestatus|CMD_DURATION|history|hostname|t_status|status_generation|COLUMNS|LINES|fish_killring|_|"
        r"dirprev|dirnext|__fish_cd_direction"
    ),
}


def snapshot(session: Session) -> dict[str, str]:
    """Return the shell's variables, functions, options and the rest, by name, without stepin's own."""
    parts = session.out(_DUMP[session.shell]).split("@@\n")
    volatile = re.compile(rf"(?:{_VOLATILE[session.shell]})\Z")
    found: dict[str, str] = {}
    for entry in _variables(session.shell, parts[0]):
        name = _name(session.shell, entry)
        if name and not name.startswith("__stepin_") and not volatile.match(name):
            found["$" + name] = entry
    functions = re.split(r"\n(?=[^\s{}]\S* \(\)|function )", "\n" + parts[1])
    for text in functions:
        name = text.strip().partition(" ()")[0].split("\n")[0] if text.strip() else ""
        if name.startswith("function "):  # fish
            name = name.split()[1]
        if name and "__stepin_" not in name:
            found[name + "()"] = text.strip()
    for number, part in enumerate(parts[2:]):
        found[f"part {number}"] = "\n".join(line for line in part.splitlines() if "__stepin_" not in line)
    return found


def difference(before: dict[str, str], after: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """Return what differs: name to (before, after)."""
    return {
        name: (before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _variables(shell: str, text: str) -> list[str]:
    if shell == "fish":
        return re.split(r"\n(?=\$\w+(?::|: set in))", text)
    return re.split(r"\n(?=(?:declare|typeset|export) )", text)


def _name(shell: str, entry: str) -> str:
    if shell == "fish":
        match = re.match(r"\$(\w+)", entry)
    else:
        match = re.match(r"(?:declare|typeset|export)(?: -\S+)*(?: \d+)* ([^\s=]+)", entry)
    return match[1] if match else ""
