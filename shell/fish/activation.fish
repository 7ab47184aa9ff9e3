# stepin's activation for fish 3.6 and later: what it is to be on, and how it is undone. hook.fish, which comes after
# it, decides when. The same rules hold: builtins alone, nothing called by a name that a user may have redefined.

if status is-interactive; and not test / -ef / 2>/dev/null # new in 3.6 (fish: test)
    echo "stepin: fish 3.6 or later is needed, this is $version: environments stay off" >&2
    set -e __stepin_state
end

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # Our own assignments, never the project's script. Always in the global scope: a universal variable belongs to all
    # of the user's shells, a global one in front of it to this one, and to erase it shows the universal one again.
    #
    # __stepin_unset names what few shells have and __stepin_give_back sees to: P no PATH was set, V and N VIRTUAL_ENV
    # and its _PROMPT were, H PYTHONHOME was, D there was a function deactivate, S what an activate script left.
    function __stepin_switch_on
        set -g __stepin_unset
        builtin functions -q deactivate; and __stepin_keep_deactivate
        set -qg PATH; or set -ga __stepin_unset P
        set -qg VIRTUAL_ENV; and set -ga __stepin_unset V
        if set -qg VIRTUAL_ENV_PROMPT
            set -ga __stepin_unset N
            set -g __stepin_old_prompt "$VIRTUAL_ENV_PROMPT"
        end
        if set -q PYTHONHOME
            set -ga __stepin_unset H
            set -gx STEPIN_PYTHONHOME "$PYTHONHOME"
            set -eg PYTHONHOME
            # A universal one is exported unless there is an exported global; Python takes an empty one for none.
            set -q PYTHONHOME; and set -gx PYTHONHOME ''
        end
        set -g __stepin_old_path $PATH
        set -gx PATH $__stepin_bin $PATH
        __stepin_own
    end

    # An environment that is on already, and whose verdict here is `trusted`, becomes ours whoever switched it on.
    function __stepin_adopt
        set -g __stepin_unset
        builtin functions -e __stepin_theirs_deactivate
        if builtin contains -- $__stepin_bin $PATH
            set -g __stepin_entry $__stepin_bin
            set -g __stepin_old_path
            test "x$PATH[1]" = "x$__stepin_bin"; or __stepin_drop_entry
        end
        # A login shell may have built PATH anew.
        builtin contains -- $__stepin_bin $PATH; or set -gx PATH $__stepin_bin $PATH
        set -g __stepin_old_path $PATH[2..]
        set -q _OLD_VIRTUAL_PYTHONHOME; and set -gx STEPIN_PYTHONHOME "$_OLD_VIRTUAL_PYTHONHOME"
        set -q STEPIN_PYTHONHOME; and set -ga __stepin_unset H
        # The prompt that an activate script has put aside; not if something else was put in its place since.
        if builtin functions -q _old_fish_prompt
            and builtin functions fish_prompt | string match -q '*_old_fish_prompt*'
            builtin functions -e fish_prompt
            builtin functions -c _old_fish_prompt fish_prompt
            builtin functions -e _old_fish_prompt
        end
        set -eg _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PYTHONHOME _OLD_FISH_PROMPT_OVERRIDE
        set -g __stepin_theirs_path ''
        # virtualenv's and uv's scripts also leave a function and an entry in PKG_CONFIG_PATH, which go with the rest.
        if set -q _OLD_PKG_CONFIG_PATH; or builtin functions -q pydoc
            set -ga __stepin_unset S
        end
        __stepin_own
    end

    # What switching on and adopting have in common: from here on it is ours to undo.
    function __stepin_own
        set -g __stepin_on $__stepin_env
        set -g __stepin_entry $__stepin_bin
        set -g __stepin_adopted ''
        set -gx VIRTUAL_ENV $__stepin_env
        set -gx VIRTUAL_ENV_PROMPT $__stepin_name
        set -gx STEPIN_ENV $__stepin_env
        function deactivate -d 'Switch the environment off until you leave the project and return'
            __stepin_deactivate $argv
        end
        test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and builtin functions -q fish_prompt; and __stepin_put_prefix
    end

    # Puts a function in the place of the user's fish_prompt, which is kept under a name of ours. That name is also the
    # variable with the prefix. Something that wraps ours meanwhile may go on to call it: then it stays, without a
    # prefix, and the next one takes another name. Handlers go with a function that is replaced, and a copy has none:
    # that the event reaches __stepin_claim tells that fish_prompt is still ours (by its text, it would take a pipe).
    function __stepin_put_prefix
        set -g __stepin_layer __stepin_theirs_prompt
        while builtin functions -q $__stepin_layer
            set -g __stepin_layer {$__stepin_layer}_
        end
        set -g $__stepin_layer $__stepin_prefix
        builtin functions -c fish_prompt $__stepin_layer
        function fish_prompt -V __stepin_layer -d $__stepin_layer --on-event __stepin_whose
            $__stepin_draw $__stepin_layer $argv
        end
    end

    # Nothing comes before what calls their prompt: it still has the user's $status and $pipestatus.
    function __stepin_prefixed
        builtin printf %s "$$argv[1]" ($argv | string collect -N)
    end

    function __stepin_claim
        __stepin_unwrap fish_prompt
    end

    # Gives the user's prompt back where it is still ours that stands in its place.
    function __stepin_drop_prefix
        set -g __stepin_draw __stepin_claim
        builtin emit __stepin_whose
        set -g __stepin_draw __stepin_prefixed
        set -eg $__stepin_layer
        set -g __stepin_layer
    end

    function __stepin_unwrap --argument-names name
        builtin functions -e $name
        builtin functions -c $__stepin_layer $name
        builtin functions -e $__stepin_layer
    end

    # Undoes what was done and nothing else: what the user put on PATH or made of the prompt meanwhile stays.
    function __stepin_off
        __stepin_drop_entry
        set -q __stepin_layer[1]; and __stepin_drop_prefix
        if test "x$VIRTUAL_ENV" = "x$__stepin_on" -o "x$VIRTUAL_ENV" = x
            set -eg VIRTUAL_ENV VIRTUAL_ENV_PROMPT
        end
        set -eg STEPIN_ENV
        builtin functions -e deactivate
        set -q __stepin_unset[1]; and __stepin_give_back
        set -g __stepin_on ''
        set -g __stepin_adopted ''
    end

    function __stepin_give_back
        if builtin contains P $__stepin_unset
            set -l path $PATH # in quotes, PATH itself is joined by colons
            test "x$path" = "x$__stepin_old_path"; and set -eg PATH
        end
        builtin contains V $__stepin_unset; and not set -qg VIRTUAL_ENV; and set -gx VIRTUAL_ENV ''
        builtin contains N $__stepin_unset; and not set -qg VIRTUAL_ENV_PROMPT
        and set -gx VIRTUAL_ENV_PROMPT "$__stepin_old_prompt"
        if builtin contains H $__stepin_unset
            test -z "$PYTHONHOME"; and set -eg PYTHONHOME
            set -q PYTHONHOME; or set -gx PYTHONHOME "$STEPIN_PYTHONHOME"
            set -eg STEPIN_PYTHONHOME
        end
        if builtin contains S $__stepin_unset
            builtin functions pydoc 2>/dev/null | string match -q '*python -m pydoc*'; and builtin functions -e pydoc
            if set -q _OLD_PKG_CONFIG_PATH
                set -l place (builtin contains -i -- $__stepin_on/lib/pkgconfig $PKG_CONFIG_PATH)
                and set -e PKG_CONFIG_PATH[$place]
                test "x$PKG_CONFIG_PATH$_OLD_PKG_CONFIG_PATH" = x; and set -eg PKG_CONFIG_PATH
                set -eg _OLD_PKG_CONFIG_PATH
            end
        end
        if builtin contains D $__stepin_unset
            builtin functions -c __stepin_theirs_deactivate deactivate
            builtin functions -e __stepin_theirs_deactivate
        end
        set -g __stepin_unset
    end

    function __stepin_keep_deactivate
        builtin functions -e __stepin_theirs_deactivate
        builtin functions -c deactivate __stepin_theirs_deactivate
        set -ga __stepin_unset D
    end

    # An `activate` script was sourced over ours. It has set its own on top of what it found, and will put that back:
    # take ours out of both, and leave its `deactivate`, as if it had come into a shell without us.
    function __stepin_yield
        __stepin_drop_entry
        __stepin_without_entry $_OLD_VIRTUAL_PATH
        set -gx _OLD_VIRTUAL_PATH $__stepin_reply
        if set -q __stepin_layer[1]
            and builtin functions -Dv _old_fish_prompt 2>/dev/null | string match -q -- $__stepin_layer
            __stepin_unwrap _old_fish_prompt
        end
        set -q __stepin_layer[1]; and __stepin_drop_prefix
        if set -q STEPIN_PYTHONHOME
            set -gx _OLD_VIRTUAL_PYTHONHOME "$STEPIN_PYTHONHOME"
            set -eg STEPIN_PYTHONHOME
        end
        set -eg STEPIN_ENV
        builtin functions -e __stepin_theirs_deactivate
        set -g __stepin_unset
        set -g __stepin_on ''
    end

    # Takes our entry out of PATH.
    function __stepin_drop_entry
        if test "x$PATH[1]" = "x$__stepin_entry"; and not builtin contains -- $__stepin_entry $PATH[2..]
            set -e PATH[1]
        else
            __stepin_without_entry $PATH
            set -gx PATH $__stepin_reply
        end
    end

    # Sets __stepin_reply to these entries without ours: the one behind which lies what lay there then, else the first.
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
