"""zsh."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shells.adapter import Posix


class Zsh(Posix):
    name = "zsh"
    rc_file = ".zshrc"
    rc = Posix.rc + "unsetopt prompt_cr prompt_sp\n"
    bare = ("-f",)
    strict = "setopt err_exit no_unset pipe_fail"
    prompt_expands = "setopt prompt_subst"
    unforgiving_words = "export unset eval . set return typeset"
    statuses = '"${pipestatus[@]}"'
    options: ClassVar = {
        "plain": "",
        "strict": "setopt no_unset pipe_fail",
        "err_exit": "setopt err_exit",
        "err_return": "setopt err_return",
        "ksh_arrays": "setopt ksh_arrays",
        "sh_word_split": "setopt sh_word_split glob_subst",
        "warn": "setopt warn_create_global warn_nested_var 2>/dev/null; true",
        "allexport": "setopt all_export",
        "noclobber": "setopt no_clobber",
        "null_glob": "setopt null_glob",
        "extended": "setopt extended_glob ksh_glob rc_quotes csh_null_glob",
        "prompt_subst": "setopt prompt_subst",
        "auto": "setopt cdable_vars chase_links pushd_minus",
        "sh": "emulate sh",
        "ksh": "emulate ksh",
        "IFS": "IFS=/.abcdefghijklmnopqrstuvwxyz0123456789_",
        "traps": "trap 'echo int' INT; TRAPUSR1() { x=1 }; trap 'x=2' EXIT",
    }
    dump = "typeset -p; echo @@; typeset -f; echo @@; setopt; echo @@; trap; alias; dirs -p"
    volatile = (
        r"_|\?|status|pipestatus|COLUMNS|EPOCH\w+|HISTCMD|LINENO|LINES|RANDOM|SECONDS|TTYIDLE|t_status|history\w*|"
        r"funcstack|functrace|funcsourcetrace|funcfiletrace|jobstates|jobdirs|jobtexts|parameters|functions\w*|"
        r"dis_\w+|commands|usergroups|userdirs|nameddirs|options|modules|builtins|aliases|galiases|saliases|patchars|"
        r"reswords|termcap|terminfo|mapfile|sysparams|errnos|zsh_eval_context|ERRNO|keymaps|widgets|langinfo|"
        r"zle_bracketed_paste|prompt|PROMPT2|path|PS1|prompt|PROMPT|FPATH|fpath"
    )

    def interactive(self, rc: Path, line: str) -> list[str]:
        return self.start("-fic", f"{self.read(rc)}; {line}")


ADAPTER = Zsh()
