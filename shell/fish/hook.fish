# Run stepin's hook for fish 3.6 and later: at each prompt, and when the folder changes.
#
# README.md has the contract. In the steady state the hook uses builtins only and starts no process. `stepin init fish`
# puts lines in front that set:
#   __stepin_state    the state folder
#   __stepin_config   the user's configuration
#   __stepin_helpers  pairs of an absolute interpreter and the folder that holds the package stepin
#   __stepin_boot     what the helper's interpreter runs
#   __stepin_speaks   the protocol of the hook and its helper
#   __stepin_defaults the names of environments, until the settings are known
#
# The files before this one have the functions that it calls. How all of them are written: words that a user may have made
# a function are called through `builtin`; `set`, `test`, `string`, `status`, `eval` and the keywords are reserved (fish:
# function). Variables are named __stepin_ or local; `string match` with a named group sets a global one if there is one
# of that name. A command substitution costs ten times as much as a builtin and splits at newlines, so what every step
# needs does without: `test` takes a whole list of tests at once. Older versions of fish read these files, too, before they
# report that they are too old: to them `builtin path` would be a syntax error, so it is written as a variable.
#
# What fish itself keeps: $status and $pipestatus over an event handler, and no handler is traced.

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # At most prompts nothing has changed, which is two tests.
    function __stepin_prompt --on-event fish_prompt
        set -l same "x$PATH" = "x$__stepin_path" -a "x$VIRTUAL_ENV" = "x$__stepin_venv"
        if test "x$PWD" = "x$__stepin_pwd" -a $same -a "x$_OLD_VIRTUAL_PATH$__stepin_pending" = "x$__stepin_theirs_path" \
                $__stepin_current $$__stepin_place[2]
            builtin $__stepin_any $$__stepin_place[1]; and __stepin_nearer; and __stepin_at_prompt
        else
            __stepin_at_prompt
        end
        set -g __stepin_typed ''
        test -e $__stepin_state/shells -o -e $__stepin_state/notices -o -n "$__stepin_in"; and __stepin_notice
    end

    function __stepin_at_prompt
        set -g __stepin_asked ''
        set -g __stepin_waits ''
        if test -n "$__stepin_fresh"
            __stepin_attach_last
        end
        __stepin_look
        if test -n "$__stepin_pending"
            set -g __stepin_pending ''
            set -q __stepin_later[1]; and builtin printf '%s\n' $__stepin_later >&2
            set -g __stepin_later
            __stepin_make_find
        end
    end

    # At `cd` itself, also in a function, whose variables are not seen here unless they are exported. Where a PATH is local,
    # in a startup file, or in `(cd x)`, which moves the whole shell, it waits for the prompt; so does all output.
    function __stepin_cd --on-variable PWD
        test "x$PWD" != "x$__stepin_pwd" -a -z "$__stepin_fresh" -a -n "$__stepin_at_cd"
        and not set -ql PATH
        and not set -ql VIRTUAL_ENV
        and not status is-command-substitution
        or return 0
        set -g __stepin_asked ''
        set -g __stepin_waits 1
        __stepin_look
        set -g __stepin_waits ''
    end

    # Handlers run in the order in which they are defined. These are defined at the first prompt, when the startup files
    # have been read, to come after those of other tools: what a tool restored has to agree with what is active, too. The
    # second is for what a tool did at the first prompt, or does before a command.
    function __stepin_attach_last
        function __stepin_last --on-event fish_prompt
            test "x$PATH" = "x$__stepin_path" -a "x$VIRTUAL_ENV" = "x$__stepin_venv"; or __stepin_look
        end

        function __stepin_before_command --on-event fish_preexec
            if not test "x$PATH" = "x$__stepin_path" -a "x$VIRTUAL_ENV" = "x$__stepin_venv"
                set -g __stepin_waits 1
                __stepin_look
                set -g __stepin_waits ''
            end
            set -g __stepin_typed 1
            set -g __stepin_prompt_pwd $PWD
            set -g __stepin_tools "$DIRENV_DIFF$__MISE_DIFF"
        end
    end

    set -g __stepin_any path is -q -- # new in 3.5: do any of these exist?
    set -g __stepin_any_file path is -qf --
    if not set -q __stepin_said
        set -g --path __stepin_path $PATH
        set -g --path __stepin_theirs_path $_OLD_VIRTUAL_PATH
        for list in said later tried failures answers pauses keys places cases levels names marks above homes layer odd \
            ours shown_names old_path nothing tests_0 base_0
            set -g __stepin_$list
        end
        for name in pwd prompt_pwd at stop verdict env message number doubtful on entry held hand learns learn adopted \
            id renewed tools waits asked typed pending inherited tooled shows conda requested at_cd
            set -g __stepin_$name ''
        end
        set -g __stepin_draw __stepin_prefixed
        set -g __stepin_never -a -z x
        set -g __stepin_current $__stepin_never
        set -g __stepin_place __stepin_nothing __stepin_never __stepin_fields_0
        set -g __stepin_venv "$VIRTUAL_ENV"
        set -g __stepin_tools "$DIRENV_DIFF$__MISE_DIFF"
        set -g __stepin_fresh 1
        __stepin_forget_places
        __stepin_request # what is there now was meant for an earlier process of the same number
    end
end
