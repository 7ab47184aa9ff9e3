# shellcheck shell=bash disable=SC2154
# stepin's hook for bash 3.2 and later: at a prompt, switches the environment of the project one stands in on and off.
#
# The contract is in README.md beside this file. In the steady state it uses nothing but builtins and starts no process.
# `stepin init bash` puts lines before it that set:
#   __stepin_state    the state folder
#   __stepin_config   the user's configuration
#   __stepin_helpers  pairs of an absolute interpreter and the folder that holds the package stepin
#   __stepin_boot     what such an interpreter is started with
#
# decision.bash and activation.bash, which come before it, tell what is to be on, and switch on and off.
#
# Words that a user may have made a function are called through `builtin`; POSIX's special builtins and keywords need
# none. Aliases are expanded when a function is read, so they are off while these are. No word depends on IFS.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # __stepin_look: notices what is new and acts on it. Idle, it is these tests and nothing else.
    __stepin_look() {
        if ! __stepin_same; then
            __stepin_renew
        elif [[ $PWD == "$__stepin_pwd" && ${VIRTUAL_ENV-} == "$__stepin_venv" && (-z $__stepin_on || -z ${_OLD_VIRTUAL_PATH+x}) ]] && ! "$__stepin_near" && __stepin_holds; then
            [[ -z $__stepin_tried ]] || __stepin_settled "$__stepin_at"
            __stepin_notice
            return 0
        fi
        [[ -z $__stepin_begun ]] || __stepin_give_up
        [[ ${VIRTUAL_ENV-} == "$__stepin_venv" && -z ${_OLD_VIRTUAL_PATH+x}$__stepin_fresh ]] || __stepin_user
        __stepin_walk
        __stepin_apply
        __stepin_venv=${VIRTUAL_ENV-} __stepin_tools=${DIRENV_DIFF-}${__MISE_DIFF-} __stepin_fresh=
        __stepin_notice
    }

    # The generation is the one this shell knows, and the settings are those it was made from.
    __stepin_same() {
        [[ -e $__stepin_id && (-z $__stepin_seen && ! -e $__stepin_config || -n $__stepin_seen && -e $__stepin_config && ! $__stepin_config -nt $__stepin_id) ]]
    }

    # They are not: learn the generation that is there; if it is older than the settings, have a new one made, once.
    __stepin_renew() {
        builtin local "__was=$__stepin_id"
        __stepin_settings
        if [[ -n $__stepin_id && $__stepin_renewed != "$__stepin_id" ]] && ! __stepin_same; then
            __stepin_renewed=$__stepin_id
            __stepin_ask renew / && __stepin_settings
        fi
        [[ $__was == "$__stepin_id" ]] || __stepin_tried=() __stepin_pwd='' __stepin_verdict='' # all that was decided is past
    }

    __stepin_settings() {
        builtin local "__file=$__stepin_state/current/settings.bash" __stepin_settings __stepin_end
        __stepin_names=(.venv venv env .env) __stepin_above=() __stepin_homes=() __stepin_settings=() __stepin_end=
        __stepin_id='' __stepin_seen='' __stepin_learn='' __stepin_turn=$((__stepin_turn + 1))
        [[ -e $__stepin_config ]] && __stepin_seen=1
        # shellcheck disable=SC1090  # our own file, written by the helper
        [[ -f $__file && -O $__file ]] && . "$__file" 2>/dev/null
        if [[ -n $__stepin_end && ${__stepin_settings[0]-} == 1 ]]; then
            __stepin_id=$__stepin_state/current/id-${__stepin_settings[1]}
            __stepin_learn=${__stepin_settings[2]} __stepin_seen=${__stepin_settings[3]}
            [[ -z ${__stepin_settings[4]} ]] || __stepin_once settings "${__stepin_settings[4]}"
        fi
        __stepin_home=${HOME-}
        __stepin_home=${__stepin_home%/} __stepin_real=${__stepin_home%/}
        [[ ${__stepin_homes[0]-} != "${HOME-}" || ${__stepin_homes[1]-} == / ]] || __stepin_real=${__stepin_homes[1]-}
    }

    # What the user, or a tool of theirs, did with VIRTUAL_ENV since the last prompt.
    __stepin_user() {
        builtin local "__now=${VIRTUAL_ENV-}"
        if [[ -n $__stepin_fresh ]]; then # a new shell: is what it inherited ours?
            [[ -n ${STEPIN_ENV-} ]] || return 0
            if [[ -z $__now || $__now == "$STEPIN_ENV" ]]; then
                __stepin_on=$STEPIN_ENV __stepin_entry=$STEPIN_ENV/bin __stepin_adopted=1
                [[ -d $__stepin_entry || ! -d $STEPIN_ENV/Scripts ]] || __stepin_entry=$STEPIN_ENV/Scripts
            else
                unset STEPIN_ENV
            fi
            return 0
        fi
        if [[ -n $__stepin_on && -n $__now && -n ${_OLD_VIRTUAL_PATH+x} ]]; then
            __stepin_yield
            __stepin_hand=$__now
        elif [[ -n $__stepin_on && $__now != "$__stepin_on" ]]; then
            # Switched off without `deactivate`, or something else was put in its place: what is left of ours goes.
            [[ -n $__now ]] || __stepin_held=$__stepin_at
            __stepin_off
        fi
        [[ $__now != "$__stepin_venv" ]] || return 0
        __stepin_hand=$__now __stepin_learns=
        if [[ -n $__now && -n $__stepin_learn && $__stepin_tools == "${DIRENV_DIFF-}${__MISE_DIFF-}" ]] && ! __stepin_theirs && __stepin_function deactivate; then
            __stepin_learns=1
        fi
    }

    # Is the active environment another tool's?
    __stepin_theirs() {
        [[ ${CONDA_PREFIX-} == "$VIRTUAL_ENV" || ${PYENV_VIRTUAL_ENV-} == "$VIRTUAL_ENV" ]] && return 0
        [[ -n ${DIRENV_DIR-}${MISE_SHELL-} ]] && ! __stepin_function deactivate
    }

    __stepin_function() {
        builtin declare -F "$1" >/dev/null
    }

    # Makes the shell what the decision wants it to be.
    __stepin_apply() {
        [[ -z $__stepin_hand ]] || __stepin_by_hand
        __stepin_want=
        [[ $__stepin_verdict != trusted || $__stepin_held == "$__stepin_at" ]] || __stepin_want=$__stepin_env
        if [[ -n $__stepin_on && ($__stepin_want != "$__stepin_on" || -n $__stepin_adopted) ]]; then
            if [[ $__stepin_want == "$__stepin_on" ]]; then __stepin_adopt; else __stepin_off; fi
        fi
        __stepin_adopted=
        if [[ -n $__stepin_want && -z $__stepin_on ]]; then
            if [[ -z ${VIRTUAL_ENV-} && (-z ${CONDA_PREFIX-} || ${CONDA_DEFAULT_ENV-} == base) ]]; then
                __stepin_switch_on
            else
                __stepin_beside
            fi
        fi
        [[ -z $__stepin_at || -z $__stepin_message ]] || __stepin_once "$__stepin_at@$__stepin_message" "$__stepin_message"
    }

    # VIRTUAL_ENV was set since the last prompt. Consent by doing: it is the project's own, and it was activated here.
    __stepin_by_hand() {
        if [[ -n $__stepin_env && $__stepin_hand -ef $__stepin_env ]]; then
            __stepin_held=
            __stepin_place=${__stepin_file%/*}
            [[ -z $__stepin_learns || $__stepin_verdict != untrusted ]] || __stepin_question learn "$__stepin_at" "$__stepin_stop"
        fi
        __stepin_hand=
    }

    # Another environment is active: the project's own, which is then ours, or one that stays.
    __stepin_beside() {
        if [[ -z ${VIRTUAL_ENV-} ]]; then
            __stepin_once "conda@$__stepin_at" "stepin: $__stepin_shown is not on, a conda environment is active: conda deactivate"
        elif __stepin_theirs || [[ ! $VIRTUAL_ENV -ef $__stepin_want ]]; then
            __stepin_once "$VIRTUAL_ENV@$__stepin_at" "stepin: $__stepin_shown is not on, another environment is active: deactivate"
        else
            __stepin_adopt
        fi
    }

    # Says a line once in this shell.
    __stepin_once() {
        [[ $__stepin_said != *"<$1>"* ]] || return 0
        __stepin_said="$__stepin_said<$1>"
        builtin printf '%s\n' "$2" >&2
    }

    # Runs a function of ours with the options that would change what it means put aside. Ctrl-C may end it; then the
    # next prompt, which bash comes to right away, still knows them.
    __stepin_guard() {
        {
            [[ -n $__stepin_options ]] || __stepin_options=$-
            set +aefkuvxET
        } 2>/dev/null
        # shellcheck disable=SC2050  # constant, but under nocasematch
        if [[ a == A ]]; then
            __stepin_options=${__stepin_options}:
            builtin shopt -u nocasematch
        fi
        "$@"
        {
            set -- "$__stepin_options"
            __stepin_options=
            [[ $1 != *:* ]] || builtin shopt -s nocasematch
            [[ $1 != *a* ]] || set -a
            [[ $1 != *f* ]] || set -f
            [[ $1 != *k* ]] || set -k
            [[ $1 != *v* ]] || set -v
            [[ $1 != *E* ]] || set -E
            [[ $1 != *T* ]] || set -T
            [[ $1 != *e* ]] || set -e
            [[ $1 != *u* ]] || set -u
            [[ $1 != *x* ]] || set -x
        } 2>/dev/null
        return 0
    }

    # bash itself keeps $?, $_ and PIPESTATUS for what the user types next; what else stands in PROMPT_COMMAND gets $?
    # from here. What is so at most prompts is one expression and the call of __stepin_near: ordinary options, the same
    # generation, settings, folder and VIRTUAL_ENV, a decision that holds (as in __stepin_holds) or none, nothing to tell
    # (as in __stepin_notice), and nothing nearer.
    __stepin_prompt() {
        __stepin_status=$?
        # shellcheck disable=SC2050,SC2128  # constant, but under nocasematch; the first element tells whether there is one
        if [[ $- == *[aefkuvxET]* || -n $__stepin_options || a == A ]]; then
            __stepin_prompt_oddly
        elif [[ $PWD != "$__stepin_pwd" || ${VIRTUAL_ENV-} != "$__stepin_venv" || -n $__stepin_tried || ! -e $__stepin_id || -n $__stepin_seen || -e $__stepin_config || -n $__stepin_on && -n ${_OLD_VIRTUAL_PATH+x} || -n $__stepin_at && ($__stepin_verdict != trusted || -n $__stepin_paths || ! -x $__stepin_python || ! $__stepin_file -nt $__stepin_cfg || ! $__stepin_file -nt $__stepin_env || ! $__stepin_file -nt $__stepin_bin || ! -O $__stepin_env || ! -O $__stepin_cfg || -L $__stepin_env || ! $__stepin_link -ef $__stepin_cfg || $__stepin_at != "$__stepin_in" || -n $__stepin_mark$__stepin_entered${STEPIN_DRIFT+x} || -e $__stepin_notice) || -z $__stepin_at && -n $__stepin_in ]] || "$__stepin_near"; then
            __stepin_look
        fi
        return "$__stepin_status"
    }

    # Not under `set -e`: there a status that is not 0 would end the shell.
    __stepin_prompt_oddly() {
        __stepin_guard __stepin_look
        [[ $- != *e* ]] || __stepin_status=0
    }

    # In front of what is there where PROMPT_COMMAND may be an array (5.1), so that what follows still sees the user's
    # PIPESTATUS; behind it in a string. `printf -v` tells whether it is read-only without ending the rc file.
    __stepin_attach() {
        builtin local "__was=${PROMPT_COMMAND+x}"
        if ! builtin printf -v PROMPT_COMMAND %s "${PROMPT_COMMAND-}" 2>/dev/null; then
            builtin printf '%s\n' "stepin: PROMPT_COMMAND is read-only: load stepin before the line that makes it so" >&2
        elif ((BASH_VERSINFO[0] > 5 || BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] >= 1)); then
            [[ -n $__was ]] || PROMPT_COMMAND=()
            PROMPT_COMMAND=(__stepin_prompt ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"})
        else
            # Two newlines: the string may end in a comment or a backslash. A shell that inherits the string, not the
            # hook, finds nothing in the variable.
            # shellcheck disable=SC2016  # bash expands it at each prompt
            builtin printf -v PROMPT_COMMAND '%s\n\n%s' "${PROMPT_COMMAND-}" '${__stepin_call-}'
        fi
    }

    if [[ -z ${__stepin_call-} ]]; then
        __stepin_options='' __stepin_said='' __stepin_tried=() __stepin_paths=()
        __stepin_pwd='' __stepin_at='' __stepin_stop='' __stepin_verdict='' __stepin_env='' __stepin_file='' __stepin_message=''
        __stepin_on='' __stepin_entry='' __stepin_put='' __stepin_held='' __stepin_hand='' __stepin_learns='' __stepin_adopted='' __stepin_odd='' __stepin_want='' __stepin_begun='' __stepin_turn=0 __stepin_place='' __stepin_protocol='' __stepin_folder='' __stepin_first='' __stepin_flags=''
        __stepin_id='' __stepin_seen='' __stepin_renewed='' __stepin_learn='' __stepin_venv=${VIRTUAL_ENV-} __stepin_tools=''
        __stepin_near='' __stepin_theirs_deactivate='' __stepin_old_path='' __stepin_old_prompt='' __stepin_fresh=1
        __stepin_call=__stepin_prompt
        __stepin_guard __stepin_attach
    fi
fi

# Read as one: the words after `shopt` are to be no aliases either.
{
    [[ -z $__stepin_aliases ]] || builtin shopt -s expand_aliases
    unset __stepin_aliases
}
