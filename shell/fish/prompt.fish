# Put the prefix in front of the prompt, and take it away, in fish 3.6 and later.
#
# Part of the hook: hook.fish says how it is written.

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # Puts a function in the place of the user's fish_prompt, which is kept under a name of ours. That name is also the
    # variable with the prefix. Something that wraps ours meanwhile may go on to call it: then it stays, without a
    # prefix, and the next one takes another name. Handlers go with a function that is replaced, and a copy has none:
    # that the event reaches __stepin_claim tells that fish_prompt is still ours.
    function __stepin_put_prefix
        builtin functions -q fish_prompt; or return 0
        set -g __stepin_layer __stepin_users_prompt
        while builtin functions -q $__stepin_layer
            set -g __stepin_layer {$__stepin_layer}_
        end
        set -g $__stepin_layer $__stepin_prefix
        builtin functions -c fish_prompt $__stepin_layer
        function fish_prompt -V __stepin_layer -d $__stepin_layer --on-event __stepin_whose
            $__stepin_draw $__stepin_layer $argv
        end
    end

    # Nothing comes before what calls their prompt: it still has the user's $status and $pipestatus. The prefix follows
    # the newlines that the prompt begins with.
    function __stepin_prefixed
        set -l text ($argv | string collect -N)
        if test -n "$$argv[1]" -a -z "$VIRTUAL_ENV_DISABLE_PROMPT"
            if string match -q -- \n'*' "$text"
                set -l front
                set -l rest
                string match -rq -- '(?s)^(?<front>\n+)(?<rest>.*)$' "$text"
                builtin printf %s $front "$$argv[1]" "$rest"
                return
            end
            builtin printf %s "$$argv[1]"
        end
        builtin printf %s "$text"
    end

    # Called in the place of __stepin_prefixed by the fish_prompt that is ours: gives the user's back.
    function __stepin_claim
        __stepin_unwrap fish_prompt
    end

    # Removes our functions that are still in the place where they were put, and gives back the user's.
    function __stepin_drop_functions
        set -g __stepin_draw __stepin_claim
        builtin emit __stepin_whose
        set -g __stepin_draw __stepin_prefixed
        builtin functions -e __stepin_users_deactivate
        set -q __stepin_layer[1]; and __stepin_drop_layer
    end

    function __stepin_drop_layer
        set -eg $__stepin_layer
        set -g __stepin_layer
    end

    function __stepin_unwrap --argument-names name
        builtin functions -e $name
        builtin functions -c $__stepin_layer $name
        builtin functions -e $__stepin_layer
    end

    # The prompt that an activate script has put aside; not if something else was put in its place since.
    function __stepin_restore_scripts_prompt
        if builtin functions -q _old_fish_prompt
            and builtin functions fish_prompt | string match -q '*_old_fish_prompt*'
            builtin functions -e fish_prompt
            builtin functions -c _old_fish_prompt fish_prompt
            builtin functions -e _old_fish_prompt
        end
    end
end
