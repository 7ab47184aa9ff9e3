# stepin's activation for fish 3.6 and later: what it is to be on, and how it is undone. hook.fish, which comes after it,
# decides when. The same rules hold: builtins alone, nothing called by a name that a user may have redefined.

if status is-interactive; and not test / -ef / 2>/dev/null # new in 3.6 (fish: test)
    echo "stepin: fish 3.6 or later is needed, this is $version: environments stay off" >&2
    set -e __stepin_state
end

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # Our own assignments, never the project's script. Always in the global scope: a universal variable belongs to all of
    # the user's shells, a global one in front of it to this one, and to erase it shows the universal one again.
    function __stepin_switch_on
        builtin functions -e __stepin_theirs_deactivate
        builtin functions -q deactivate
        and builtin functions -c deactivate __stepin_theirs_deactivate
        set -g __stepin_unset
        set -qg PATH; or set -ga __stepin_unset P
        set -qg VIRTUAL_ENV; and set -ga __stepin_unset V
        set -qg VIRTUAL_ENV_PROMPT; and set -ga __stepin_unset N
        set -g __stepin_old_prompt "$VIRTUAL_ENV_PROMPT"
        if set -q PYTHONHOME
            set -gx STEPIN_PYTHONHOME "$PYTHONHOME"
            set -eg PYTHONHOME
            # Universal: a global one that is not exported keeps it from programs (fish language, Variable scope).
            set -q PYTHONHOME; and set -gu PYTHONHOME ''
        end
        set -g __stepin_old_path $PATH
        set -gx PATH $__stepin_bin $PATH
        __stepin_put_prefix
        __stepin_own
    end

    # An environment that is on already, and whose verdict here is `allowed`, becomes ours whoever switched it on.
    function __stepin_adopt
        builtin functions -e __stepin_theirs_deactivate
        set -g __stepin_unset
        set -g __stepin_old_prompt ''
        if builtin contains -- $__stepin_bin $PATH
            set -g __stepin_entry $__stepin_bin
            set -g __stepin_old_path
            test "x$PATH[1]" = "x$__stepin_bin"; or __stepin_drop_entry
        end
        # A login shell may have built PATH anew.
        builtin contains -- $__stepin_bin $PATH; or set -gx PATH $__stepin_bin $PATH
        set -g __stepin_old_path $PATH[2..]
        set -q _OLD_VIRTUAL_PYTHONHOME; and set -gx STEPIN_PYTHONHOME "$_OLD_VIRTUAL_PYTHONHOME"
        # The prompt that an activate script has put aside; not if something else was put in its place since.
        if builtin functions -q _old_fish_prompt
            and builtin functions fish_prompt | string match -q '*_old_fish_prompt*'
            builtin functions -e fish_prompt
            builtin functions -c _old_fish_prompt fish_prompt
            builtin functions -e _old_fish_prompt
        end
        __stepin_put_prefix
        # virtualenv's and uv's scripts also leave a function and an entry in PKG_CONFIG_PATH, which go with the rest.
        builtin functions pydoc 2>/dev/null | string match -q '*python -m pydoc*'; and set -ga __stepin_unset D
        set -eg _OLD_VIRTUAL_PATH
        set -eg _OLD_VIRTUAL_PYTHONHOME
        set -eg _OLD_FISH_PROMPT_OVERRIDE
        set -g __stepin_theirs_path ''
        __stepin_own
    end

    # Puts a function in front of the user's fish_prompt, which is kept under a name of ours. That name is also the
    # variable with the prefix. Something that wraps ours meanwhile may go on to call it: then it stays, without a prefix,
    # and the next one takes another name.
    function __stepin_put_prefix
        set -g __stepin_layer
        test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and builtin functions -q fish_prompt; or return 0
        set -g __stepin_layer __stepin_theirs_prompt
        while builtin functions -q $__stepin_layer
            set -g __stepin_layer {$__stepin_layer}_
        end
        set -g $__stepin_layer $__stepin_prefix
        builtin functions -c fish_prompt $__stepin_layer
        # One command: what their prompt is called in still has the user's $status and $pipestatus. The description tells
        # that the function is ours.
        function fish_prompt -V __stepin_layer -d $__stepin_layer
            builtin printf %s "$$__stepin_layer" ($__stepin_layer $argv | string collect -N)
        end
    end

    # Gives the user's prompt back where ours is still in function $argv[1], fish_prompt by default.
    function __stepin_drop_prefix --argument-names name
        set -q __stepin_layer[1]; or return 0
        set -q name[1]; or set name fish_prompt
        if builtin functions -Dv $name | string match -q -- $__stepin_layer
            builtin functions -e $name
            builtin functions -c $__stepin_layer $name
            builtin functions -e $__stepin_layer
        end
        set -eg $__stepin_layer
        set -g __stepin_layer
    end

    # What switching on and adopting have in common: from here on it is ours to undo.
    function __stepin_own
        set -g __stepin_on $__stepin_env
        set -g __stepin_entry $__stepin_bin
        set -gx VIRTUAL_ENV $__stepin_env
        set -gx VIRTUAL_ENV_PROMPT $__stepin_name
        set -gx STEPIN_ENV $__stepin_env
        function deactivate -d 'Switch the environment off until you leave the project and return'
            __stepin_deactivate $argv
        end
        # A handler of the user's may have put another value there at once (function, --on-variable).
        if test "x$VIRTUAL_ENV" != "x$__stepin_env"; or not builtin contains -- $__stepin_bin $PATH
            __stepin_off
            set -g __stepin_held $__stepin_at
            __stepin_once refused "stepin: this shell lets nobody set VIRTUAL_ENV or PATH (read-only?): environments stay off"
        end
    end

    # Undoes what was done and nothing else: what the user put on PATH or made of the prompt meanwhile stays.
    function __stepin_off
        __stepin_drop_entry
        __stepin_drop_prefix
        if test "x$VIRTUAL_ENV" = "x$__stepin_on" -o "x$VIRTUAL_ENV" = x
            set -eg VIRTUAL_ENV
            builtin contains V $__stepin_unset; and set -gx VIRTUAL_ENV ''
            set -eg VIRTUAL_ENV_PROMPT
            builtin contains N $__stepin_unset; and set -gx VIRTUAL_ENV_PROMPT "$__stepin_old_prompt"
        end
        set -eg STEPIN_ENV
        if set -q STEPIN_PYTHONHOME
            test -z "$PYTHONHOME"; and set -eg PYTHONHOME
            set -q PYTHONHOME; or set -gx PYTHONHOME "$STEPIN_PYTHONHOME"
            set -eg STEPIN_PYTHONHOME
        end
        builtin contains D $__stepin_unset; and builtin functions -e pydoc
        if set -q _OLD_PKG_CONFIG_PATH
            set -l place (builtin contains -i -- $__stepin_on/lib/pkgconfig $PKG_CONFIG_PATH)
            and set -e PKG_CONFIG_PATH[$place]
            test "x$PKG_CONFIG_PATH$_OLD_PKG_CONFIG_PATH" = x; and set -eg PKG_CONFIG_PATH
            set -eg _OLD_PKG_CONFIG_PATH
        end
        builtin functions -e deactivate
        if builtin functions -q __stepin_theirs_deactivate
            builtin functions -c __stepin_theirs_deactivate deactivate
            builtin functions -e __stepin_theirs_deactivate
        end
        set -g __stepin_on ''
        set -g __stepin_unset
    end

    # An `activate` script was sourced over ours. It has set its own on top of what it found, and will put that back: take
    # ours out of both, and leave its `deactivate`, as if it had come into a shell without us.
    function __stepin_yield
        __stepin_drop_entry
        __stepin_without_entry $_OLD_VIRTUAL_PATH
        set -gx _OLD_VIRTUAL_PATH $__stepin_reply
        if builtin functions -q _old_fish_prompt
            __stepin_drop_prefix _old_fish_prompt
        else
            __stepin_drop_prefix
        end
        if set -q STEPIN_PYTHONHOME
            set -gx _OLD_VIRTUAL_PYTHONHOME "$STEPIN_PYTHONHOME"
            set -eg STEPIN_PYTHONHOME
        end
        set -eg STEPIN_ENV
        builtin functions -e __stepin_theirs_deactivate
        set -g __stepin_on ''
        set -g __stepin_unset
    end

    # Takes our entry out of PATH.
    function __stepin_drop_entry
        builtin contains -- "$__stepin_entry" $PATH; or return 0
        __stepin_without_entry $PATH
        set -gx PATH $__stepin_reply
        builtin contains P $__stepin_unset
        and test "x$__stepin_reply" = "x$__stepin_old_path"
        and set -eg PATH
    end

    # Sets __stepin_reply to these entries without ours: the one behind which lies what lay there then, else the first.
    function __stepin_without_entry
        set -l rest $argv
        if test "x$rest[1]" = "x$__stepin_entry"; and not builtin contains -- $__stepin_entry $rest[2..]
            set -g __stepin_reply $rest[2..]
            return 0
        end
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

    # The user's `deactivate`. It holds until they leave the project and return; an activate script's
    # `deactivate nondestructive` is no such wish.
    function __stepin_deactivate
        test -n "$__stepin_on"; or return 0
        __stepin_off
        test "x$argv[1]" = xnondestructive; or set -g __stepin_held $__stepin_at
        set -g __stepin_venv "$VIRTUAL_ENV"
        set -g __stepin_pwd ''
        return 0
    end
end
