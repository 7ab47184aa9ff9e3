# Appends the folder that holds the command `stepin` to PATH, where it is missing. Only the file that `stepin setup`
# renders holds this part: it sets __stepin_command_folder before it. The rules of the hook hold: no prompt, no change.
# hook.zsh says why all of it stands in quotes.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-c' '
if [[ -o interactive && ${__stepin_command_folder-} == /* && ":${PATH-}:" != *":$__stepin_command_folder:"* ]]; then
    [[ ${(t)PATH} == *readonly* ]] || PATH=${PATH:+$PATH:}$__stepin_command_folder
fi
builtin unset __stepin_command_folder
'
