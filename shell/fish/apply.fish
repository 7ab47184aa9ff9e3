# Compare what the shell is with what the decision wants, and act on the difference, for fish 3.6 and later.
#
# Part of the hook: hook.fish says how it is written and decides when __stepin_look runs.

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # Notices what is new, and acts on it.
    function __stepin_look
        test -n x $__stepin_current; or __stepin_renew
        if test "x$__stepin_fresh" = x -a "x$PATH" = "x$__stepin_path" -a "x$VIRTUAL_ENV" = "x$__stepin_venv"
            and test "x$_OLD_VIRTUAL_PATH" = "x$__stepin_theirs_path"
            __stepin_locate
            __stepin_apply
        else
            __stepin_find_changes
            __stepin_locate
            __stepin_apply
            __stepin_settle_changes
        end
        __stepin_remember
    end

    # What the hook left: if it is different at the next prompt, someone else changed it.
    function __stepin_remember
        set -g __stepin_path $PATH
        set -g __stepin_venv "$VIRTUAL_ENV"
        set -g __stepin_theirs_path $_OLD_VIRTUAL_PATH
    end

    # What the user, or a tool of theirs, did with VIRTUAL_ENV or PATH since the hook last looked.
    function __stepin_find_changes
        set -l now "$VIRTUAL_ENV"
        set -g __stepin_tooled ''
        test "x$__stepin_tools" = "x$DIRENV_DIFF$__MISE_DIFF"; or set -g __stepin_tooled 1
        if test -n "$__stepin_fresh"
            __stepin_begin
            return
        end
        if test -n "$__stepin_on"
            if test "x$now" != x -a "x$_OLD_VIRTUAL_PATH" != x -a "x$_OLD_VIRTUAL_PATH" != "x$__stepin_theirs_path"
                __stepin_yield
                set -g __stepin_hand $now
            else if test "x$now" != "x$__stepin_on"
                # Deactivated without `deactivate`, or replaced: what is left of ours goes. If no tool did it, the user did.
                test "x$now$__stepin_tooled" = x -a "x$PWD" = "x$__stepin_prompt_pwd"; and set -g __stepin_held $__stepin_at
                __stepin_off
            else if test "x$CONDA_PREFIX" != "x$__stepin_conda" -a "x$CONDA_PREFIX" != x -a "x$CONDA_DEFAULT_ENV" != xbase
                __stepin_off
                set now ''
            end
        end
        if test "x$__stepin_on" = x -a "x$now" != x -a "x$now" != "x$__stepin_venv" -a "x$_OLD_VIRTUAL_PATH" = x
            and builtin contains -- $now/bin $__stepin_ours
            and not builtin functions -q deactivate
            # A tool put back what it had saved while ours was active.
            set -eg VIRTUAL_ENV VIRTUAL_ENV_PROMPT
            set now ''
        end
        test "x$now" = "x$__stepin_venv"; or __stepin_found_by_hand
    end

    # Consent by doing needs a command that was typed at this prompt, in this folder: not what a plugin does at a `cd` or a
    # prompt, nor a startup file.
    function __stepin_found_by_hand
        set -g __stepin_hand "$VIRTUAL_ENV"
        set -g __stepin_learns ''
        test -n "$VIRTUAL_ENV" -a -n "$__stepin_learn" -a -n "$__stepin_typed" -a -z "$__stepin_tooled"
        and test "x$PWD" = "x$__stepin_prompt_pwd"
        and not __stepin_theirs
        and builtin functions -q deactivate
        and set -g __stepin_learns 1
    end

    # A new shell: is what it inherited ours?
    function __stepin_begin
        test -n "$STEPIN_ENV"; or return
        set -g __stepin_inherited 1
        set -g __stepin_entry $STEPIN_ENV/bin
        test ! -d $__stepin_entry -a -d $STEPIN_ENV/Scripts; and set -g __stepin_entry $STEPIN_ENV/Scripts
        set -ga __stepin_ours $__stepin_entry
        if test "x$VIRTUAL_ENV" = x -o "x$VIRTUAL_ENV" = "x$STEPIN_ENV"
            set -g __stepin_on $STEPIN_ENV
            set -g __stepin_adopted 1
            set -g __stepin_shows "$VIRTUAL_ENV_PROMPT"
            set -g __stepin_odd S
            set -q STEPIN_PYTHONHOME; and set -ga __stepin_odd H
        else
            set -eg STEPIN_ENV
        end
    end

    # Afterwards PATH and VIRTUAL_ENV_PROMPT agree with what is active.
    function __stepin_settle_changes
        __stepin_settle_path
        if test -n "$__stepin_on"
            test "x$VIRTUAL_ENV_PROMPT" = "x$__stepin_name"; or set -gx VIRTUAL_ENV_PROMPT $__stepin_name
        else if set -qg VIRTUAL_ENV_PROMPT; and test -z "$VIRTUAL_ENV"
            builtin contains -- "$VIRTUAL_ENV_PROMPT" $__stepin_shown_names; and set -eg VIRTUAL_ENV_PROMPT
        end
        set -g __stepin_conda "$CONDA_PREFIX"
        set -g __stepin_fresh ''
        set -g __stepin_inherited ''
    end

    # Is the active environment another tool's?
    function __stepin_theirs
        test "x$CONDA_PREFIX" = "x$VIRTUAL_ENV" -o "x$PYENV_VIRTUAL_ENV" = "x$VIRTUAL_ENV"; and return
        test "x$DIRENV_DIR$MISE_SHELL" != x; and not builtin functions -q deactivate
    end

    # Makes the shell what the decision wants it to be.
    function __stepin_apply
        test -z "$__stepin_hand"; or __stepin_by_hand
        if test "$__stepin_verdict" = trusted -a "x$__stepin_held" != "x$__stepin_at"
            test "x$__stepin_env" = "x$__stepin_on" -a -z "$__stepin_adopted"; or __stepin_switch
        else if test -n "$__stepin_on"
            __stepin_off
            set -g __stepin_adopted ''
        end
        test -n "$__stepin_message" -a -n "$__stepin_at"; and __stepin_hint
    end

    # Activates the environment of the decision, in the place of what is active.
    function __stepin_switch
        if test -n "$__stepin_on"
            if test "x$__stepin_env" = "x$__stepin_on"
                __stepin_adopt
                set -g __stepin_adopted ''
                return
            end
            test -z "$__stepin_adopted"; and __stepin_replace; and return
            __stepin_off
        end
        set -g __stepin_adopted ''
        if test "x$VIRTUAL_ENV" = x; and test "x$CONDA_PREFIX" = x -o "x$CONDA_DEFAULT_ENV" = xbase
            __stepin_activate
        else
            __stepin_beside
        end
    end

    # VIRTUAL_ENV was set since the last prompt. If it is the project's own environment, `deactivate` no longer holds.
    function __stepin_by_hand
        if test -n "$__stepin_env" -a -e "$__stepin_hand" -a "$__stepin_hand" -ef "$__stepin_env"
            set -g __stepin_held ''
            if test -n "$__stepin_learns" -a "$__stepin_verdict" = untrusted -a -z "$__stepin_asked"
                set -g __stepin_asked 1
                __stepin_question learn $__stepin_at $__stepin_stop
            end
        end
        set -g __stepin_hand ''
        set -g __stepin_learns ''
    end

    # Another environment is active: the project's own, which is then ours, or one that stays. A hint names only commands
    # that this shell has.
    function __stepin_beside
        set -l how ''
        if test -z "$VIRTUAL_ENV"
            builtin functions -q conda; and set how '; run "conda deactivate"'
            __stepin_once conda@$__stepin_at "stepin: $__stepin_shown is not on: a conda environment is active$how"
        else if test -e "$VIRTUAL_ENV" -a "$VIRTUAL_ENV" -ef $__stepin_env
            __stepin_theirs; or __stepin_adopt
        else
            builtin functions -q deactivate; and set how '; run "deactivate"'
            __stepin_once $VIRTUAL_ENV@$__stepin_at "stepin: $__stepin_shown is not on: another environment is active$how"
        end
    end

    # What the helper says about an environment that is off; nothing if somebody has activated it all the same.
    function __stepin_hint
        test "$__stepin_verdict" != trusted -a -e "$VIRTUAL_ENV" -a "$VIRTUAL_ENV" -ef "$__stepin_env"; and return
        __stepin_once $__stepin_at@$__stepin_message $__stepin_message
    end

    # Prints a line, once in this shell. What is found at a `cd` waits for the prompt.
    function __stepin_once --argument-names key line
        builtin contains -- $key $__stepin_said; and return
        set -ga __stepin_said $key
        if test -n "$__stepin_waits"
            set -ga __stepin_later $line
            set -g __stepin_pending 1
        else
            builtin printf '%s\n' $line >&2
        end
    end
end
