# shellcheck shell=bash disable=SC2154
# Compare what the shell is with what the decision wants, and act on the difference, for bash 3.2 and later.
#
# Part of the hook: hook.bash says how it is written and decides when __stepin_look runs.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases
[[ $- != *a* ]] || __stepin_aliases=${__stepin_aliases}a
\builtin set +a

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # Notices what is new, and acts on it.
    __stepin_look() {
        [[ -z $__stepin_begun ]] || __stepin_give_up
        __stepin_same || __stepin_renew
        __stepin_changed=
        [[ ${VIRTUAL_ENV-}:${VIRTUAL_ENV_PROMPT-}:${PATH-} == "$__stepin_left" && -z $__stepin_fresh ]] || __stepin_find_changes
        __stepin_walk
        [[ -z $__stepin_pending ]] || __stepin_request
        __stepin_apply
        [[ -z $__stepin_changed ]] || __stepin_settle_changes
        __stepin_venv=${VIRTUAL_ENV-} __stepin_path=${PATH-} __stepin_left=${VIRTUAL_ENV-}:${VIRTUAL_ENV_PROMPT-}:${PATH-}
    }

    # The shell is in another folder, and nothing else has changed. If it was there before, one function knows what was
    # found there, and whether all of it still holds; false if not.
    __stepin_step() {
        __stepin_reply=__stepin_busy __stepin_was=$__stepin_at __stepin_want=
        [[ -z $__stepin_fast ]] || __stepin_reply=${__stepin_where[$PWD]-__stepin_busy}
        "$__stepin_reply" || builtin return 1
        if [[ $__stepin_at != "$__stepin_was" ]]; then
            __stepin_held='' __stepin_quiet=/
            [[ -e $__stepin_state/shells || $__stepin_told$__stepin_shown_before$__stepin_mark != 0 ]] || __stepin_unwatched
        fi
        [[ $__stepin_verdict != trusted || -n $__stepin_held ]] || __stepin_want=$__stepin_env
        if [[ $__stepin_want != "$__stepin_on" ]]; then
            if [[ -z $__stepin_want ]]; then
                __stepin_off
            elif [[ -z $__stepin_on${VIRTUAL_ENV-}${CONDA_PREFIX-} ]]; then
                __stepin_activate
            else
                __stepin_switch
            fi
            __stepin_left=${VIRTUAL_ENV-}:${VIRTUAL_ENV_PROMPT-}:${PATH-} __stepin_venv=${VIRTUAL_ENV-} __stepin_path=${PATH-}
        fi
        [[ -z $__stepin_message ]] || __stepin_hint
    }

    # No watcher was ever set up: there is no trace to leave, and no notice.
    __stepin_unwatched() {
        __stepin_in='' __stepin_quiet=
        [[ $__stepin_verdict != trusted ]] || __stepin_in=$__stepin_at __stepin_quiet=$__stepin_state/shells
    }

    # What the user, or a tool of theirs, did with VIRTUAL_ENV or PATH since the hook last looked.
    __stepin_find_changes() {
        builtin local "__now=${VIRTUAL_ENV-}"
        __stepin_changed=1 __stepin_tooled=
        [[ $__stepin_tools == "${DIRENV_DIFF-}${__MISE_DIFF-}" ]] || __stepin_tooled=1
        if [[ -n $__stepin_fresh ]]; then
            __stepin_begin
        elif [[ -n $__stepin_on ]]; then
            __stepin_find_changes_while_on
        fi
        if [[ -z $__stepin_on && -n $__now && $__now != "$__stepin_venv" && -z ${_OLD_VIRTUAL_PATH+x} &&
            $__stepin_ours == *":$__now/"* ]]; then
            # A tool put back what it had saved while ours was active.
            builtin unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
            __now=
        fi
        [[ $__now == "$__stepin_venv" || -n $__stepin_fresh ]] || __stepin_found_by_hand "$__now"
    }

    __stepin_find_changes_while_on() {
        if [[ -n $__now && -n ${_OLD_VIRTUAL_PATH+x} ]]; then
            __stepin_yield
            __stepin_hand=$__now
        elif [[ $__now != "$__stepin_on" ]]; then
            # Deactivated without `deactivate`, or replaced: what is left of ours goes. If no tool did it, the user did.
            [[ -n $__now$__stepin_tooled || $PWD != "$__stepin_prompt_pwd" ]] || __stepin_held=$__stepin_at
            __stepin_off
        elif [[ -n ${CONDA_PREFIX-} && $CONDA_PREFIX != "$__stepin_conda" && ${CONDA_DEFAULT_ENV-} != base ]]; then
            __stepin_off
            __now=
        fi
    }

    # Consent by doing needs a command that was typed at this prompt, in this folder: not what a plugin does at a `cd`.
    __stepin_found_by_hand() {
        __stepin_hand=$1 __stepin_learns=
        if [[ -n $1 && -n $__stepin_learn && -z $__stepin_tooled && $PWD == "$__stepin_prompt_pwd" ]] &&
            ! __stepin_theirs && builtin declare -f +i deactivate; then
            __stepin_learns=1
        fi
    }

    # A new shell: is what it inherited ours?
    __stepin_begin() {
        [[ -n ${STEPIN_ENV-} ]] || builtin return 0
        __stepin_entry=$STEPIN_ENV/bin __stepin_inherited=1
        [[ -d $__stepin_entry || ! -d $STEPIN_ENV/Scripts ]] || __stepin_entry=$STEPIN_ENV/Scripts
        __stepin_ours=$__stepin_ours$__stepin_entry:
        if [[ -z ${VIRTUAL_ENV-} || $VIRTUAL_ENV == "$STEPIN_ENV" ]]; then
            __stepin_on=$STEPIN_ENV __stepin_adopted=1 __stepin_shows=${VIRTUAL_ENV_PROMPT-}
            __stepin_keep_inherited
        else
            builtin unset STEPIN_ENV
        fi
    }

    __stepin_keep_inherited() {
        [[ :${PATH-}: != *":$__stepin_entry:"* ]] || __stepin_keep_first
    }

    # Afterwards PATH agrees with what is active, and what is there now is what is compared with next time.
    __stepin_settle_changes() {
        if [[ -n $__stepin_on ]]; then
            [[ ${VIRTUAL_ENV_PROMPT-} == "$__stepin_shows" ]] || builtin export "VIRTUAL_ENV_PROMPT=$__stepin_shows"
        elif [[ -z ${VIRTUAL_ENV-} && -n ${VIRTUAL_ENV_PROMPT-} ]]; then
            [[ -z $__stepin_tooled && $VIRTUAL_ENV_PROMPT != "$__stepin_shows" ]] || builtin unset VIRTUAL_ENV_PROMPT
        fi
        [[ ${PATH-} == "$__stepin_path" && -z $__stepin_fresh ]] || __stepin_settle_path
        if [[ -n $__stepin_fresh ]]; then
            __stepin_fresh='' __stepin_inherited=
            __stepin_attach_late
        fi
        __stepin_remember
    }

    # Is the active environment another tool's?
    __stepin_theirs() {
        [[ ${CONDA_PREFIX-} != "$VIRTUAL_ENV" && ${PYENV_VIRTUAL_ENV-} != "$VIRTUAL_ENV" ]] || builtin return 0
        [[ -n ${DIRENV_DIR-}${MISE_SHELL-} ]] && ! builtin declare -f +i deactivate
    }

    # Makes the shell what the decision wants it to be.
    __stepin_apply() {
        [[ -z $__stepin_hand ]] || __stepin_by_hand
        __stepin_want=
        [[ $__stepin_verdict != trusted || $__stepin_held == "$__stepin_at" ]] || __stepin_want=$__stepin_env
        [[ $__stepin_want == "$__stepin_on" && -z $__stepin_adopted ]] || __stepin_switch
        [[ -z $__stepin_at || -z $__stepin_message ]] || __stepin_hint
        [[ -z $__stepin_put || -z ${VIRTUAL_ENV_DISABLE_PROMPT-} ]] || __stepin_drop_prefix
    }

    __stepin_switch() {
        if [[ -n $__stepin_on && -z $__stepin_adopted && -n $__stepin_want ]] && __stepin_replace; then
            builtin return 0
        elif [[ -n $__stepin_on && $__stepin_want == "$__stepin_on" ]]; then
            __stepin_adopt
        else
            [[ -z $__stepin_on ]] || __stepin_off
            if [[ -z $__stepin_want ]]; then
                :
            elif [[ -z ${VIRTUAL_ENV-} && (-z ${CONDA_PREFIX-} || ${CONDA_DEFAULT_ENV-} == base) ]]; then
                __stepin_activate
            else
                __stepin_beside
            fi
        fi
        __stepin_adopted=
    }

    # VIRTUAL_ENV was set since the last prompt. It is the project's own environment, and it was activated here.
    __stepin_by_hand() {
        if [[ -n $__stepin_env && $__stepin_hand -ef $__stepin_env ]]; then
            __stepin_held=
            if [[ -n $__stepin_learns && $__stepin_verdict == untrusted ]]; then
                if [[ -n $__stepin_asked && -z $__stepin_seconds ]]; then
                    __stepin_calm=__stepin_busy # one question a prompt: this one at the next
                    builtin return 0
                fi
                __stepin_asked=1
                __stepin_question learn "$__stepin_at" "$__stepin_stop"
            fi
        fi
        __stepin_hand=
    }

    # Another environment is active: the project's own, which is then ours, or one that stays. A hint names only commands
    # that this shell has.
    __stepin_beside() {
        builtin local __how=
        if [[ -z ${VIRTUAL_ENV-} ]]; then
            ! builtin declare -f +i conda || __how='; run "conda deactivate"'
            __stepin_once "conda@$__stepin_at" "stepin: $__stepin_shown is not on: a conda environment is active$__how"
        elif __stepin_theirs || [[ ! $VIRTUAL_ENV -ef $__stepin_want ]]; then
            ! builtin declare -f +i deactivate || __how='; run "deactivate"'
            __stepin_once "$VIRTUAL_ENV@$__stepin_at" "stepin: $__stepin_shown is not on: another environment is active$__how"
        else
            __stepin_adopt
        fi
    }

    # What the helper says about an environment that is off; nothing if somebody has activated it all the same.
    __stepin_hint() {
        [[ $__stepin_verdict != trusted && -n ${VIRTUAL_ENV-} && $VIRTUAL_ENV -ef $__stepin_env ]] ||
            __stepin_once "$__stepin_at@$__stepin_message" "$__stepin_message"
    }

    # Prints a line, once in this shell. What is found at a `cd` waits for the prompt.
    __stepin_once() {
        [[ $__stepin_said != *"<$1>"* ]] || builtin return 0
        __stepin_said="$__stepin_said<$1>"
        if [[ -n $__stepin_waits ]]; then
            __stepin_later=$__stepin_later$2$'\n'
        else
            builtin printf '%s\n' "$2" >&2
        fi
    }

    # Runs a function of ours with the options put aside that would change what it means. Ctrl-C may end it; then the next
    # prompt, which bash comes to right away, still knows them.
    __stepin_guard() {
        {
            [[ -n $__stepin_options ]] || __stepin_options=$-
            builtin set +aefkuvxET
        } 2>/dev/null
        # shellcheck disable=SC2050  # constant, but under nocasematch
        if [[ a == A ]]; then
            __stepin_options=${__stepin_options}:
            builtin shopt -u nocasematch
        fi
        "$@"
        {
            builtin set -- "$__stepin_options"
            __stepin_options=
            [[ $1 != *a* ]] || builtin export -n __stepin_options
            [[ $1 != *:* ]] || builtin shopt -s nocasematch
            [[ $1 != *a* ]] || builtin set -a
            [[ $1 != *f* ]] || builtin set -f
            [[ $1 != *k* ]] || builtin set -k
            [[ $1 != *v* ]] || builtin set -v
            [[ $1 != *E* ]] || builtin set -E
            [[ $1 != *T* ]] || builtin set -T
            [[ $1 != *e* ]] || builtin set -e
            [[ $1 != *u* ]] || builtin set -u
            [[ $1 != *x* ]] || builtin set -x
        } 2>/dev/null
        builtin return 0
    }
fi

# Read as one command: the words after `shopt` must not be aliases either.
{
    [[ $__stepin_aliases != 1* ]] || builtin shopt -s expand_aliases
    [[ $__stepin_aliases != *a ]] || builtin set -a
    builtin unset __stepin_aliases
}
