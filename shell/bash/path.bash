# shellcheck shell=bash disable=SC2154
# Appends the folder that holds the command `stepin` to PATH, where it is missing. Only the file that `stepin setup`
# renders holds this part: it sets __stepin_command_folder before it. The hook's rules hold: no prompt, no change.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases

if [[ $- == *i* && ${__stepin_command_folder-} == /* && ":${PATH-}:" != *":$__stepin_command_folder:"* ]]; then
    # Unlike an assignment, `printf -v` does not end the rc file where PATH is read-only.
    builtin printf -v PATH %s "${PATH:+$PATH:}$__stepin_command_folder" 2>/dev/null || builtin :
fi
unset __stepin_command_folder

# Read as one: the words after `shopt` are to be no aliases either.
{
    [[ -z $__stepin_aliases ]] || builtin shopt -s expand_aliases
    unset __stepin_aliases
}
