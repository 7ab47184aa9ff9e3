# Activate and deactivate an environment in fish 3.6 and later, and take the right entries out of PATH.
#
# Part of the hook: hook.fish says how it is written and decides when these functions run.

if status is-interactive; and not test / -ef / 2>/dev/null # new in 3.6 (fish: test)
    echo "stepin: fish $version is too old; environments stay off; use fish 3.6 or later" >&2
    set -e __stepin_state
end

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # Makes the assignments itself and never runs the project's script. All are in the global scope: a universal variable
    # belongs to all of the user's shells; a global one hides it in this shell, and erasing the global one shows it again.
    function __stepin_activate
        set -q VIRTUAL_ENV VIRTUAL_ENV_PROMPT PYTHONHOME # $status counts those that are not set
        test $status -eq 3; and set -qg PATH; or __stepin_note_odd
        builtin functions -q deactivate; and __stepin_keep_deactivate
        if builtin contains -- $__stepin_bin $PATH
            __stepin_found_entry
        else if not builtin contains -- $__stepin_bin $__stepin_ours
            set -ga __stepin_ours $__stepin_bin
        end
        set -g __stepin_old_path $PATH
        set -gx PATH $__stepin_bin $PATH
        __stepin_own
        test -n "$__stepin_prefix" -a -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and __stepin_put_prefix
    end

    # Notes what erasing would not restore. P: PATH was not set; V, N: VIRTUAL_ENV and its _PROMPT were; H: PYTHONHOME was.
    function __stepin_note_odd
        set -qg PATH; or set -ga __stepin_odd P
        set -qg VIRTUAL_ENV; and set -ga __stepin_odd V
        if set -qg VIRTUAL_ENV_PROMPT
            set -ga __stepin_odd N
            set -g __stepin_old_prompt "$VIRTUAL_ENV_PROMPT"
        end
        if set -q PYTHONHOME
            set -ga __stepin_odd H
            set -gx STEPIN_PYTHONHOME "$PYTHONHOME"
            set -eg PYTHONHOME
            # A universal one is exported unless a global one hides it; Python ignores an empty one.
            set -q PYTHONHOME; and set -gx PYTHONHOME ''
        end
    end

    # The user has a function of that name.
    function __stepin_keep_deactivate
        builtin functions -e __stepin_users_deactivate
        builtin functions -c deactivate __stepin_users_deactivate
        set -ga __stepin_odd D
    end

    # An equal entry is on PATH already. A new shell inherited it as ours; otherwise it is the user's, and stays.
    function __stepin_found_entry
        if test -n "$__stepin_inherited"
            __stepin_remove_all $__stepin_bin
            builtin contains -- $__stepin_bin $__stepin_ours; or set -ga __stepin_ours $__stepin_bin
        else
            __stepin_disown $__stepin_bin
        end
    end

    # What activating and adopting have in common: from here on the environment is ours to deactivate.
    function __stepin_own
        set -g __stepin_on $__stepin_env
        set -g __stepin_entry $__stepin_bin
        set -g __stepin_shows $__stepin_name
        builtin contains -- $__stepin_name $__stepin_shown_names; or set -ga __stepin_shown_names $__stepin_name
        set -gx VIRTUAL_ENV $__stepin_env
        set -gx VIRTUAL_ENV_PROMPT $__stepin_name
        set -gx STEPIN_ENV $__stepin_env
        # That the event reaches it tells that it is still this function: to compare texts would take a pipe.
        function deactivate -d 'Deactivate the environment until you leave the project' --on-event __stepin_whose
            __stepin_deactivate $argv
        end
    end

    # An environment that is active already, and trusted here, becomes ours, whoever activated it.
    function __stepin_adopt
        set -g __stepin_odd
        if builtin functions -q deactivate; and not set -q _OLD_VIRTUAL_PATH
            __stepin_keep_deactivate # not that of an activate script
        end
        # A login shell may have rebuilt PATH; what a new shell inherited goes to the front again.
        if test -n "$__stepin_fresh" -a "x$PATH[1]" != "x$__stepin_bin"; or not builtin contains -- $__stepin_bin $PATH
            __stepin_remove_all $__stepin_bin
            set -gx PATH $__stepin_bin $PATH
        end
        set -g __stepin_entry $__stepin_bin
        __stepin_keep_first
        set -g __stepin_old_path
        test "x$PATH[1]" = "x$__stepin_bin"; and set -g __stepin_old_path $PATH[2..]
        builtin contains -- $__stepin_bin $__stepin_ours; or set -ga __stepin_ours $__stepin_bin
        set -q _OLD_VIRTUAL_PYTHONHOME; and set -gx STEPIN_PYTHONHOME "$_OLD_VIRTUAL_PYTHONHOME"
        set -q STEPIN_PYTHONHOME; and set -ga __stepin_odd H
        # virtualenv's and uv's scripts also leave a function and an entry in PKG_CONFIG_PATH.
        set -q _OLD_PKG_CONFIG_PATH; or builtin functions -q pydoc; and set -ga __stepin_odd S
        __stepin_restore_scripts_prompt
        set -eg _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_FISH_PROMPT_OVERRIDE
        set -g __stepin_theirs_path
        __stepin_own
        set -q __stepin_layer[1]
        or test -n "$__stepin_prefix" -a -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and __stepin_put_prefix
    end

    # From one project to another: replaces the entry and the prefix in place. False if anything is not as it was left.
    function __stepin_replace
        test "x$VIRTUAL_ENV" = "x$__stepin_on" -a "x$PATH[1]" = "x$__stepin_entry" -a "x$__stepin_odd" = x
        and set -q __stepin_layer[1]
        and test -n "$__stepin_prefix" -a -z "$VIRTUAL_ENV_DISABLE_PROMPT"
        and builtin functions -q deactivate
        and not builtin contains -- $__stepin_entry $PATH[2..]
        and not builtin contains -- $__stepin_bin $PATH
        or return 1
        builtin contains -- $__stepin_bin $__stepin_ours; or set -ga __stepin_ours $__stepin_bin
        set -gx PATH[1] $__stepin_bin
        set -g $__stepin_layer $__stepin_prefix
        set -g __stepin_on $__stepin_env
        set -g __stepin_entry $__stepin_bin
        set -g __stepin_shows $__stepin_name
        builtin contains -- $__stepin_name $__stepin_shown_names; or set -ga __stepin_shown_names $__stepin_name
        set -gx VIRTUAL_ENV $__stepin_env
        set -gx VIRTUAL_ENV_PROMPT $__stepin_name
        set -gx STEPIN_ENV $__stepin_env
    end

    # Undoes what was done and nothing else: what the user put on PATH or made of the prompt meanwhile stays.
    function __stepin_off
        __stepin_drop_entry
        __stepin_drop_functions
        if test "x$VIRTUAL_ENV" = "x$__stepin_on" -o "x$VIRTUAL_ENV" = x
            set -eg VIRTUAL_ENV VIRTUAL_ENV_PROMPT STEPIN_ENV
        else
            # Somebody activated another one; what was ours is not left to describe it.
            test "x$VIRTUAL_ENV_PROMPT" = "x$__stepin_shows"; and set -eg VIRTUAL_ENV_PROMPT
            set -eg STEPIN_ENV
        end
        set -q __stepin_odd[1]; and __stepin_give_back
        set -g __stepin_on ''
    end

    function __stepin_give_back
        if builtin contains P $__stepin_odd
            set -l path $PATH # in quotes, PATH itself is joined by colons
            test "x$path" = "x$__stepin_old_path"; and set -eg PATH
        end
        builtin contains V $__stepin_odd; and not set -qg VIRTUAL_ENV; and set -gx VIRTUAL_ENV ''
        builtin contains N $__stepin_odd; and not set -qg VIRTUAL_ENV_PROMPT
        and set -gx VIRTUAL_ENV_PROMPT "$__stepin_old_prompt"
        if builtin contains H $__stepin_odd
            test -z "$PYTHONHOME"; and set -eg PYTHONHOME
            set -q PYTHONHOME; or set -gx PYTHONHOME "$STEPIN_PYTHONHOME"
            set -eg STEPIN_PYTHONHOME
        end
        builtin contains S $__stepin_odd; and __stepin_drop_scripts_rest
        set -g __stepin_odd
    end

    # What the activate scripts of virtualenv and uv have left.
    function __stepin_drop_scripts_rest
        builtin functions pydoc 2>/dev/null | string match -q '*python -m pydoc*'; and builtin functions -e pydoc
        if set -q _OLD_PKG_CONFIG_PATH
            set -l place (builtin contains -i -- $__stepin_on/lib/pkgconfig $PKG_CONFIG_PATH)
            and set -e PKG_CONFIG_PATH[$place]
            test "x$PKG_CONFIG_PATH$_OLD_PKG_CONFIG_PATH" = x; and set -eg PKG_CONFIG_PATH
            set -eg _OLD_PKG_CONFIG_PATH
        end
    end

    # An `activate` script was sourced over ours. It put its own entry and prompt on top of what it found, and will restore
    # that: take ours out of both, and leave its `deactivate`, as if it had come into a shell without us.
    function __stepin_yield
        __stepin_drop_entry
        __stepin_without_entry $_OLD_VIRTUAL_PATH
        set -gx _OLD_VIRTUAL_PATH $__stepin_reply
        if set -q __stepin_layer[1]
            and builtin functions -Dv _old_fish_prompt 2>/dev/null | string match -q -- $__stepin_layer
            __stepin_unwrap _old_fish_prompt
        end
        __stepin_drop_functions
        if set -q STEPIN_PYTHONHOME
            set -gx _OLD_VIRTUAL_PYTHONHOME "$STEPIN_PYTHONHOME"
            set -eg STEPIN_PYTHONHOME
        end
        set -eg STEPIN_ENV
        set -g __stepin_odd
        set -g __stepin_on ''
    end

    # The user's `deactivate`. It holds until they leave the project; `deactivate nondestructive`, with which an activate
    # script begins, does not. As a handler of __stepin_drop_functions' event it removes itself.
    function __stepin_deactivate
        if test "$__stepin_draw" = __stepin_claim
            builtin functions -e deactivate
            if builtin contains D $__stepin_odd
                builtin functions -c __stepin_users_deactivate deactivate
            end
            return 0
        end
        test -n "$__stepin_on"; or return 0
        __stepin_off
        test "x$argv[1]" = xnondestructive; or set -g __stepin_held $__stepin_at
        __stepin_remember
        set -g __stepin_pwd '' # the next prompt looks again
        return 0
    end
end
