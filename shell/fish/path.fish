# Append the folder that holds the command `stepin` to PATH, if it is missing there, in fish.
#
# Only the file that `stepin setup` renders has this part, after a line that sets __stepin_command_folder. It does nothing
# without a prompt.

if status is-interactive; and not contains -- "$__stepin_command_folder" $PATH
    set -gx PATH $PATH $__stepin_command_folder
end
set -e __stepin_command_folder
