# Appends the folder that holds the command `stepin` to PATH, where it is missing. Only the file that `stepin setup`
# renders holds this part: it sets __stepin_command_folder before it. The rules of the hook hold: no prompt, no change.

if status is-interactive; and not contains -- "$__stepin_command_folder" $PATH
    set -gx PATH $PATH $__stepin_command_folder
end
set -e __stepin_command_folder
