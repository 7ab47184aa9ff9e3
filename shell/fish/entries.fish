# Find and remove entries of PATH, in fish 3.6 and later.
#
# Part of the hook: hook.fish says how it is written. __stepin_ours lists the entries that this shell put on PATH, or
# inherited as stepin's, and that the user did not have there before.

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # Takes the entry of the active environment out of PATH. An equal one that is left is the user's.
    function __stepin_drop_entry
        if not builtin contains -- $__stepin_entry $PATH[2..]
            test "x$PATH[1]" = "x$__stepin_entry"; and set -eg PATH[1]
            return 0
        else if test -n "$__stepin_inherited"
            __stepin_remove_all $__stepin_entry
            return 0
        end
        __stepin_without_entry $PATH
        set -gx PATH $__stepin_reply
        builtin contains -- $__stepin_entry $PATH; and __stepin_disown $__stepin_entry
    end

    # Sets __stepin_reply to these entries without ours: the one before what followed it at first, or else the first.
    function __stepin_without_entry
        set -l rest $argv
        set -g __stepin_reply $argv
        set -l ours $__stepin_entry $__stepin_old_path
        set -l size (builtin count $ours)
        set -l before
        set -l first
        while builtin contains -- $__stepin_entry $rest
            if test "x$rest[1]" = "x$__stepin_entry"
                set -q first[1]; or set -g __stepin_reply $before $rest[2..]
                set first found
                if test "x$rest[1..$size]" = "x$ours"
                    set -g __stepin_reply $before $rest[2..]
                    return 0
                end
            end
            set -a before $rest[1]
            set -e rest[1]
        end
    end

    # Removes every entry $argv[1] from PATH.
    function __stepin_remove_all --argument-names entry
        set -l kept
        for one in $PATH
            test "x$one" = "x$entry"; or set -a kept $one
        end
        set -gx PATH $kept
    end

    # Of several entries equal to that of the active environment the first remains.
    function __stepin_keep_first
        set -l kept
        for one in $PATH
            test "x$one" = "x$__stepin_entry"; and builtin contains -- $__stepin_entry $kept; or set -a kept $one
        end
        test (builtin count $kept) -eq (builtin count $PATH); or set -gx PATH $kept
    end

    # An equal entry is the user's: it stays.
    function __stepin_disown --argument-names entry
        set -l place (builtin contains -i -- $entry $__stepin_ours); and set -eg __stepin_ours[$place]
    end

    # After something changed PATH: the entry of the active environment is on it, and none of those that were. Not if the
    # user has activated that environment by hand.
    function __stepin_settle_path
        for entry in $__stepin_ours
            test "x$entry" = "x$__stepin_entry" -a -n "$__stepin_on"; and continue
            test "x$entry" = "x$VIRTUAL_ENV/bin" -o "x$entry" = "x$VIRTUAL_ENV/Scripts"; and continue
            builtin contains -- $entry $PATH; and __stepin_remove_all $entry
        end
        test -n "$__stepin_on"; or return 0
        if not builtin contains -- $__stepin_entry $PATH
            set -g __stepin_old_path $PATH
            set -gx PATH $__stepin_entry $PATH
        else if test -n "$__stepin_tooled$__stepin_inherited"; and builtin contains -- $__stepin_entry $__stepin_ours
            __stepin_keep_first # a tool added it again
        end
    end
end
