# stepin's hook for fish 3.6 and later: switches the environment of the project one stands in on and off.
#
# The contract is in README.md beside this file. In the steady state it uses nothing but builtins and starts no process.
# `stepin init fish` puts lines before it that set:
#   __stepin_state    the state folder
#   __stepin_config   the user's configuration
#   __stepin_helpers  pairs of an absolute interpreter and the folder that holds the package stepin
#   __stepin_boot     what such an interpreter is started with
#   __stepin_speaks   the protocol of the hook and its helper
#   __stepin_defaults the names of environments, until the settings are known
#
# decision.fish and activation.fish, which come before it, tell what is to be on, and switch on and off.
#
# Words that a user may have made a function are called through `builtin`; `set`, `test`, `string`, `status`, `eval` and
# the keywords are reserved (fish: function). A command substitution costs ten times a builtin and splits at newlines,
# so what can is done without: `string match` with named groups sets variables, `test` takes a whole list of tests at
# once.
#
# What fish itself keeps: $status and $pipestatus over an event handler, and no handler is traced.

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # At a prompt. Idle, it is these tests and nothing else.
    function __stepin_prompt --on-event fish_prompt
        set -l seen "x$VIRTUAL_ENV" = "x$__stepin_venv" -a "x$_OLD_VIRTUAL_PATH" = "x$__stepin_theirs_path"
        if not test "x$PWD" = "x$__stepin_pwd" -a $seen $__stepin_current $$__stepin_facts
            __stepin_look
        else if set -q __stepin_near[1]; and builtin path is -q -- $__stepin_near; and __stepin_near
            __stepin_look
        else if set -q __stepin_tried[1]
            __stepin_settled "$__stepin_at"
        end
        test "x$__stepin_at" = "x$__stepin_in" -a "x$__stepin_mark$STEPIN_DRIFT" = x -a ! -e "$__stepin_notice"; or __stepin_notice
    end

    # At `cd` itself known decisions are applied. What needs the helper, or is to be said, waits for the prompt; so does
    # all if more than the folder has changed since the last one. `(cd x)` moves the whole shell: the prompt sees to it.
    function __stepin_cd --on-variable PWD
        set -l seen "x$VIRTUAL_ENV" = "x$__stepin_venv" -a "x$_OLD_VIRTUAL_PATH" = "x$__stepin_theirs_path"
        test -z "$__stepin_first" -a $seen $__stepin_current
        and not status is-command-substitution
        or return 0
        set -g __stepin_waits 1
        __stepin_walk
        __stepin_apply
        set -g __stepin_waits ''
        set -g __stepin_venv "$VIRTUAL_ENV"
    end

    # Something is other than it was: acts on it.
    function __stepin_look
        set -g __stepin_waits ''
        test -n x $__stepin_current; or __stepin_renew
        __stepin_user
        __stepin_walk
        __stepin_apply
        set -g __stepin_venv "$VIRTUAL_ENV"
        set -g __stepin_theirs_path "$_OLD_VIRTUAL_PATH"
        set -g __stepin_tools "$DIRENV_DIFF$__MISE_DIFF"
        set -g __stepin_first ''
    end

    # The generation is not the one that this shell knows, or the settings are not those it was made from: learn the one
    # that is there; if it is older than the settings, have a new one made, once.
    function __stepin_renew
        set -l was $__stepin_id
        __stepin_settings
        if test -n "$__stepin_id" -a "x$__stepin_renewed" != "x$__stepin_id"; and not test -n x $__stepin_current
            set -g __stepin_renewed $__stepin_id
            __stepin_ask renew /; and __stepin_settings
        end
        if test "x$was" != "x$__stepin_id" # all that was decided before is past
            set -g __stepin_tried
            set -g __stepin_nothings
            set -g __stepin_pwd ''
            set -g __stepin_tests -a -z x
            set -g __stepin_base -a -z x
        end
    end

    function __stepin_settings
        set -l file $__stepin_state/current/settings.fish
        set -g __stepin_names $__stepin_defaults
        for name in above homes settings end
            set -g __stepin_$name
        end
        set -g __stepin_id ''
        set -g __stepin_learn ''
        set -l seen
        test -e "$__stepin_config"; and set seen 1
        test -f $file -a -O $file; and builtin source $file 2>/dev/null
        if test "$__stepin_end" = 1 -a "x$__stepin_settings[1]" = "x$__stepin_speaks"
            set -g __stepin_id $__stepin_state/current/id-$__stepin_settings[2]
            set -g __stepin_learn $__stepin_settings[3]
            set seen $__stepin_settings[4]
            test -z "$__stepin_settings[5]"; or __stepin_once settings $__stepin_settings[5]
        end
        if test -z "$__stepin_id"
            set -g __stepin_current -a -z x
        else if test -z "$seen"
            set -g __stepin_current -a -e $__stepin_id -a ! -e "$__stepin_config"
        else
            set -g __stepin_current -a -e $__stepin_id -a -e $__stepin_config -a ! $__stepin_config -nt $__stepin_id
        end
        set -g __stepin_levels # of other folders, maybe, from now on
        # HOME by both its names, where it comes in a way to a folder below it, and what lies above it.
        set -g __stepin_real / # which is in no way: there the root is empty
        if test -n "$HOME" -a "x$__stepin_homes[1]" = "x$HOME"
            __stepin_way_to $__stepin_homes[2]
            set -g __stepin_real $__stepin_reply[-1]
            set -g __stepin_real_at (builtin count $__stepin_reply)
        end
        __stepin_way_to $HOME
        set -g __stepin_home $__stepin_reply[-1]
        set -g __stepin_home_at (builtin count $__stepin_reply)
        set -g __stepin_above_home $__stepin_reply
        set -e __stepin_above_home[-1]
        set -l place (builtin contains -i / $__stepin_above); and set __stepin_above[$place] ''
        # What there may be by these names: a file .env is a dotenv file and most projects have one, so that it has to
        # be a folder; a file .venv is a redirect.
        set -g __stepin_marks
        for name in $__stepin_names
            test $name = .venv; and set -ga __stepin_marks $name; or set -ga __stepin_marks $name/
        end
    end

    # What the user, or a tool of theirs, did with VIRTUAL_ENV since the last prompt.
    function __stepin_user
        set -l now "$VIRTUAL_ENV"
        if test -n "$__stepin_first" # a new shell: is what it inherited ours?
            test -n "$STEPIN_ENV"; or return 0
            if test "x$now" = x -o "x$now" = "x$STEPIN_ENV"
                set -g __stepin_on $STEPIN_ENV
                set -g __stepin_entry $STEPIN_ENV/bin
                set -g __stepin_adopted 1
                set -g __stepin_unset S
                set -q STEPIN_PYTHONHOME; and set -ga __stepin_unset H
                test ! -d $__stepin_entry -a -d $STEPIN_ENV/Scripts; and set -g __stepin_entry $STEPIN_ENV/Scripts
            else
                set -eg STEPIN_ENV
            end
            return 0
        end
        if test -n "$__stepin_on" -a "x$now" != x -a "x$_OLD_VIRTUAL_PATH" != x -a "x$_OLD_VIRTUAL_PATH" != "x$__stepin_theirs_path"
            __stepin_yield
            set -g __stepin_hand $now
        else if test -n "$__stepin_on" -a "x$now" != "x$__stepin_on"
            # Switched off without `deactivate`, or something else was put in its place: what is left of ours goes.
            test "x$now" != x; or set -g __stepin_held $__stepin_at
            __stepin_off
        end
        test "x$now" != "x$__stepin_venv"; or return 0
        set -g __stepin_hand $now
        set -g __stepin_learns ''
        if test "x$now" != x -a -n "$__stepin_learn" -a "x$__stepin_tools" = "x$DIRENV_DIFF$__MISE_DIFF"
            and not __stepin_theirs
            and builtin functions -q deactivate
            set -g __stepin_learns 1
        end
    end

    # Is the active environment another tool's?
    function __stepin_theirs
        test "x$CONDA_PREFIX" = "x$VIRTUAL_ENV" -o "x$PYENV_VIRTUAL_ENV" = "x$VIRTUAL_ENV"; and return 0
        test "x$DIRENV_DIR$MISE_SHELL" != x; and not builtin functions -q deactivate
    end

    # Makes the shell what the decision wants it to be.
    function __stepin_apply
        # By far the most: nothing here and nothing on, out of a project, into one.
        if test -z "$__stepin_at$__stepin_hand$__stepin_adopted"
            test -z "$__stepin_on"; or __stepin_off
            return 0
        else if test "$__stepin_verdict" = trusted
            and test "x$__stepin_held$__stepin_on$__stepin_hand$__stepin_message$VIRTUAL_ENV$CONDA_PREFIX" = x
            __stepin_switch_on
            return 0
        end
        set -l want ''
        set -l hand "$__stepin_hand"
        set -g __stepin_hand ''
        if test -n "$hand" -a -n "$__stepin_at" -a -n "$__stepin_env"; and test -e "$hand" -a "$hand" -ef "$__stepin_env"
            set -g __stepin_held ''
            # Consent by doing: the project's own environment was activated by hand, here.
            test -n "$__stepin_learns" -a "$__stepin_verdict" = untrusted
            and __stepin_question learn $__stepin_at $__stepin_stop
            and set -g __stepin_verdict $__stepin_judged
        end
        test "$__stepin_verdict" = trusted -a "x$__stepin_held" != "x$__stepin_at"; and set want $__stepin_env
        if test -n "$__stepin_on"; and test "x$want" != "x$__stepin_on" -o -n "$__stepin_adopted"
            if test "x$want" = "x$__stepin_on"
                __stepin_adopt
            else
                __stepin_off
            end
        end
        if test -n "$want" -a -z "$__stepin_on"
            if test "x$VIRTUAL_ENV" != x
                if __stepin_theirs; or not test -e "$VIRTUAL_ENV" -a "$VIRTUAL_ENV" -ef $want
                    __stepin_once $VIRTUAL_ENV@$__stepin_at "stepin: $__stepin_shown is not on, another environment is active: deactivate"
                else
                    __stepin_adopt
                end
            else if test "x$CONDA_PREFIX" != x -a "x$CONDA_DEFAULT_ENV" != xbase
                __stepin_once conda@$__stepin_at "stepin: $__stepin_shown is not on, a conda environment is active: conda deactivate"
            else
                __stepin_switch_on
            end
        end
        test -n "$__stepin_at" -a "x$__stepin_message" != x
        and __stepin_once $__stepin_at@$__stepin_message $__stepin_message
    end

    # Says a line once in this shell.
    function __stepin_once --argument-names key line
        builtin contains -- $key $__stepin_said; and return 0
        if test -n "$__stepin_waits"
            set -g __stepin_pwd '' # the prompt is to look again
            return 0
        end
        set -ga __stepin_said $key
        builtin printf '%s\n' $line >&2
    end

    if not set -q __stepin_said
        for name in said tried nothings way levels names marks above homes layer unset near tests base no_tests
            set -g __stepin_$name
        end
        for name in pwd at project place mirror stop judged verdict env message \
            on entry held hand learns adopted id renewed tools waits
            set -g __stepin_$name ''
        end
        set -g __stepin_facts __stepin_no_tests
        set -g __stepin_draw __stepin_prefixed
        set -g __stepin_current -a -z x
        set -g __stepin_venv "$VIRTUAL_ENV"
        set -g __stepin_theirs_path "$_OLD_VIRTUAL_PATH"
        set -g __stepin_first 1
    end
end
