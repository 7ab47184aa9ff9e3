# shellcheck shell=bash disable=SC2034,SC2154
# Activate and deactivate an environment in bash 3.2 and later, and keep PATH in line with it.
#
# Part of the hook: hook.bash says how it is written and decides when these functions run.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases
[[ $- != *a* ]] || __stepin_aliases=${__stepin_aliases}a
\builtin set +a

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # Makes the assignments itself and never runs the project's script. An assignment to a read-only variable ends the
    # whole hook: __stepin_begun records that it started, and the next prompt gives up.
    __stepin_activate() {
        __stepin_begun=1
        if [[ -n ${PATH:+x} && -n ${PS1+x} && -n $__stepin_prefix && $PS1 != '\n'* && $PS1 != $'\n'* && $PS1 != '('* &&
            :$PATH: != *":$__stepin_bin:"* &&
            -z ${VIRTUAL_ENV+x}${VIRTUAL_ENV_PROMPT+x}${PYTHONHOME+x}${_OLD_VIRTUAL_PATH+x} &&
            -z ${VIRTUAL_ENV_DISABLE_PROMPT-}${__vsc_custom_PS1-} ]] && ! builtin declare -f +i deactivate; then
            # The ordinary case.
            [[ $__stepin_ours == *":$__stepin_bin:"* ]] || __stepin_ours=$__stepin_ours$__stepin_bin:
            __stepin_old_path=$PATH __stepin_put=$__stepin_prefix
            PATH=$__stepin_bin:$PATH
            PS1=$__stepin_prefix$PS1
        else
            __stepin_activate_carefully
        fi
        __stepin_on=$__stepin_env __stepin_entry=$__stepin_bin __stepin_shows=$__stepin_name
        builtin export "VIRTUAL_ENV=$__stepin_env" "VIRTUAL_ENV_PROMPT=$__stepin_name" "STEPIN_ENV=$__stepin_env"
        # shellcheck disable=SC2317,SC2329  # the user calls it
        deactivate() {
            __stepin_guard __stepin_deactivate "${1-}"
        }
        __stepin_begun=
        [[ $VIRTUAL_ENV == "$__stepin_env" ]] || __stepin_give_up
    }

    __stepin_activate_carefully() {
        [[ -n ${PATH+x} && -n ${PS1+x} && -z ${VIRTUAL_ENV+x}${VIRTUAL_ENV_PROMPT+x}${PYTHONHOME+x}${_OLD_VIRTUAL_PATH+x} ]] ||
            __stepin_note_odd
        ! builtin declare -f +i deactivate || __stepin_keep_deactivate
        if [[ :$PATH: == *":$__stepin_bin:"* ]]; then
            __stepin_found_entry
        elif [[ $__stepin_ours != *":$__stepin_bin:"* ]]; then
            __stepin_ours=$__stepin_ours$__stepin_bin:
        fi
        __stepin_old_path=$PATH
        PATH=$__stepin_bin${PATH:+:$PATH}
        __stepin_put_prefix
    }

    # Notes what an assignment would not restore. P, 1: was unset. V, N: was set. PYTHONHOME is kept aside.
    __stepin_note_odd() {
        __stepin_odd=' '
        [[ -n ${PATH+x} ]] || __stepin_odd=P
        [[ -n ${PATH+x} ]] || builtin export PATH=
        [[ -n ${PS1+x} ]] || __stepin_odd=${__stepin_odd}1
        [[ -z ${VIRTUAL_ENV+x} ]] || __stepin_odd=${__stepin_odd}V
        [[ -z ${VIRTUAL_ENV_PROMPT+x} ]] || __stepin_odd=${__stepin_odd}N
        __stepin_old_prompt=${VIRTUAL_ENV_PROMPT-}
        builtin unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 # left behind by something: fish exports them
        if [[ -n ${PYTHONHOME+x} ]]; then
            builtin export "STEPIN_PYTHONHOME=$PYTHONHOME"
            builtin unset PYTHONHOME
        fi
    }

    # The user has a function of that name. This is the one fork: bash prints a function's text and nothing else.
    __stepin_keep_deactivate() {
        __stepin_users_deactivate=$(builtin declare -f deactivate)
        [[ $__stepin_users_deactivate != *__stepin_deactivate* ]] || __stepin_users_deactivate=
    }

    # An equal entry is on PATH already. A new shell inherited it as ours; otherwise it is the user's, and stays.
    __stepin_found_entry() {
        if [[ -n $__stepin_inherited ]]; then
            __stepin_remove_all "$__stepin_bin"
            __stepin_ours=$__stepin_ours$__stepin_bin:
        else
            __stepin_ours=${__stepin_ours//":$__stepin_bin:"/:}
        fi
    }

    # Puts the prefix in front of the prompt, or behind the newline that the prompt begins with.
    __stepin_put_prefix() {
        __stepin_put=$__stepin_prefix
        if [[ -n ${VIRTUAL_ENV_DISABLE_PROMPT-} || -z $__stepin_prefix ]]; then
            __stepin_put=
        elif [[ -z ${__vsc_custom_PS1-} && ${PS1-} != '\n'* && ${PS1-} != $'\n'* ]]; then
            [[ ${PS1-} == "$__stepin_put"* ]] || PS1=$__stepin_put${PS1-}
        else
            __stepin_put_prefix_within
        fi
    }

    __stepin_put_prefix_within() {
        builtin local __front='' "__rest"
        __stepin_unwrap_prompt
        __rest=${PS1-}
        while [[ $__rest == '\n'* || $__rest == $'\n'* ]]; do
            if [[ $__rest == '\n'* ]]; then __front="$__front\\n" __rest=${__rest#??}; else __front=$__front$'\n' __rest=${__rest#?}; fi
        done
        [[ $__rest == "$__stepin_put"* ]] || PS1=$__front$__stepin_put$__rest
    }

    # VS Code wraps PS1 again whenever it differs from what it set, and each time adds its marks to what it finds.
    __stepin_unwrap_prompt() {
        [[ -z ${__vsc_custom_PS1-} || ${PS1-} != "$__vsc_custom_PS1" ]] || PS1=${__vsc_original_PS1-}
    }

    # An environment that is active already, and trusted here, becomes ours, whoever activated it.
    __stepin_adopt() {
        __stepin_users_deactivate='' __stepin_odd='' __stepin_old_prompt='' __stepin_entry=$__stepin_bin
        [[ $__stepin_ours == *":$__stepin_bin:"* ]] || __stepin_ours=$__stepin_ours$__stepin_bin:
        # A login shell may have rebuilt PATH; what a new shell inherited goes to the front again.
        if [[ :${PATH-}: != *":$__stepin_bin:"* || -n $__stepin_fresh && $PATH != "$__stepin_bin":* ]]; then
            __stepin_remove_all "$__stepin_bin"
            builtin printf -v PATH %s "$__stepin_bin${PATH:+:$PATH}"
        fi
        __stepin_keep_first
        if [[ -n ${_OLD_VIRTUAL_PYTHONHOME+x} ]]; then builtin export "STEPIN_PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME"; fi
        if [[ -n ${_OLD_VIRTUAL_PS1+x} && ${PS1-} == *"$_OLD_VIRTUAL_PS1" ]]; then
            __stepin_put=${PS1%"$_OLD_VIRTUAL_PS1"}
        else
            __stepin_put_prefix
        fi
        builtin unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PYTHONHOME
        __stepin_own
    }

    # From here on an adopted environment is ours to deactivate.
    __stepin_own() {
        __stepin_on=$__stepin_env __stepin_entry=$__stepin_bin __stepin_shows=$__stepin_name
        builtin export "VIRTUAL_ENV=$__stepin_env" "VIRTUAL_ENV_PROMPT=$__stepin_name" "STEPIN_ENV=$__stepin_env"
        # shellcheck disable=SC2317,SC2329  # the user calls it
        deactivate() {
            __stepin_guard __stepin_deactivate "${1-}"
        }
    }

    # From one project to another: replaces the entry and the prefix in place. False if anything is not as it was left.
    __stepin_replace() {
        [[ -z $__stepin_odd$__stepin_users_deactivate${STEPIN_PYTHONHOME+x}${VIRTUAL_ENV_DISABLE_PROMPT-}${__vsc_custom_PS1-} &&
            $VIRTUAL_ENV == "$__stepin_on" && $PATH == "$__stepin_entry:$__stepin_old_path" && $PS1 == "$__stepin_put"* &&
            -n $__stepin_put && -n $__stepin_prefix && :$__stepin_old_path: != *":$__stepin_bin:"* ]] || builtin return 1
        __stepin_begun=1
        [[ $__stepin_ours == *":$__stepin_bin:"* ]] || __stepin_ours=$__stepin_ours$__stepin_bin:
        PATH=$__stepin_bin:$__stepin_old_path
        PS1=$__stepin_prefix${PS1:${#__stepin_put}}
        __stepin_put=$__stepin_prefix __stepin_on=$__stepin_env __stepin_entry=$__stepin_bin __stepin_shows=$__stepin_name
        builtin export "VIRTUAL_ENV=$__stepin_env" "VIRTUAL_ENV_PROMPT=$__stepin_name" "STEPIN_ENV=$__stepin_env"
        __stepin_begun=
    }

    # The shell is restored as far as it allows, and the project is left alone until the user comes back to it.
    __stepin_give_up() {
        __stepin_begun='' __stepin_held=$__stepin_at
        __stepin_off_carefully
        __stepin_once refused "stepin: VIRTUAL_ENV or PATH is read-only in this shell; environments stay off"
    }

    # Undoes what was done and nothing else: what the user put on PATH or into PS1 meanwhile stays.
    __stepin_off() {
        if [[ -z $__stepin_odd$__stepin_users_deactivate${STEPIN_PYTHONHOME+x}${__vsc_custom_PS1-} && ${VIRTUAL_ENV-} == "$__stepin_on" &&
            $PATH == "$__stepin_entry:$__stepin_old_path" && ${PS1-} == "$__stepin_put"* ]]; then
            # As it was left, which is the ordinary case.
            PATH=$__stepin_old_path
            PS1=${PS1:${#__stepin_put}}
            builtin unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT STEPIN_ENV
            ! builtin declare -f +i deactivate || __stepin_drop_deactivate
            __stepin_on='' __stepin_put=''
        else
            __stepin_off_carefully
        fi
    }

    __stepin_off_carefully() {
        __stepin_drop_entry
        __stepin_drop_prefix
        if [[ ${VIRTUAL_ENV-} == "$__stepin_on" || -z ${VIRTUAL_ENV-} ]]; then
            builtin unset VIRTUAL_ENV
            [[ $__stepin_odd != *V* ]] || builtin export VIRTUAL_ENV=
        fi
        if [[ -z ${VIRTUAL_ENV-} || ${VIRTUAL_ENV_PROMPT-} == "$__stepin_shows" ]]; then
            builtin unset VIRTUAL_ENV_PROMPT
            [[ $__stepin_odd != *N* ]] || builtin export "VIRTUAL_ENV_PROMPT=$__stepin_old_prompt"
        fi
        builtin unset STEPIN_ENV
        if [[ -n ${STEPIN_PYTHONHOME+x} ]]; then
            [[ -n ${PYTHONHOME+x} ]] || builtin export "PYTHONHOME=$STEPIN_PYTHONHOME"
            builtin unset STEPIN_PYTHONHOME
        fi
        ! builtin declare -f +i deactivate || __stepin_drop_deactivate
        __stepin_on='' __stepin_put='' __stepin_users_deactivate='' __stepin_odd=''
    }

    # Takes the prefix out of the prompt, wherever a terminal's marks have moved it.
    __stepin_drop_prefix() {
        [[ -n $__stepin_put ]] || builtin return 0
        __stepin_unwrap_prompt
        [[ ${PS1-} == *"$__stepin_put"* ]] || builtin return 0
        builtin printf -v PS1 %s "${PS1%%"$__stepin_put"*}${PS1#*"$__stepin_put"}"
        [[ $__stepin_odd != *1* || -n $PS1 ]] || builtin unset PS1
        __stepin_put=
    }

    # Removes our function `deactivate`, and puts back the user's. One that the user, or a tool, defined meanwhile stays:
    # bash reports no function's text but on an output, hence a file. `<>` does not truncate it; a NUL ends the text.
    __stepin_drop_deactivate() {
        __stepin_reply=
        if [[ -w $__stepin_state ]]; then
            # shellcheck disable=SC2094  # it reads what it has just written
            {
                builtin declare -f deactivate
                builtin printf '\0'
                IFS='' builtin read -r -d '' __stepin_reply
            } 1<>"$__stepin_state/function" <"$__stepin_state/function"
        else
            __stepin_reply=$(builtin declare -f deactivate)
        fi
        [[ $__stepin_reply == *__stepin_deactivate* ]] || builtin return 0
        builtin unset -f deactivate
        [[ -z $__stepin_users_deactivate ]] || builtin eval "$__stepin_users_deactivate"
    }

    # An `activate` script was sourced over ours. It put its own entry and prefix on top of what it found, and will
    # restore that: take ours out of both, and leave its `deactivate`, as if it had come into a shell without us.
    __stepin_yield() {
        __stepin_drop_entry
        __stepin_without_entry "$_OLD_VIRTUAL_PATH"
        _OLD_VIRTUAL_PATH=$__stepin_reply
        if [[ -n $__stepin_put && -n ${_OLD_VIRTUAL_PS1+x} ]]; then
            [[ -z ${PS1-} ]] || PS1=${PS1%"$_OLD_VIRTUAL_PS1"}${_OLD_VIRTUAL_PS1#"$__stepin_put"}
            _OLD_VIRTUAL_PS1=${_OLD_VIRTUAL_PS1#"$__stepin_put"}
        fi
        if [[ -n ${STEPIN_PYTHONHOME+x} ]]; then
            _OLD_VIRTUAL_PYTHONHOME=$STEPIN_PYTHONHOME
            builtin unset STEPIN_PYTHONHOME
        fi
        builtin unset STEPIN_ENV
        __stepin_on='' __stepin_put='' __stepin_users_deactivate='' __stepin_odd=''
    }

    # Takes our entry out of PATH. An equal one that is left is the user's.
    __stepin_drop_entry() {
        [[ :${PATH-}: == *":$__stepin_entry:"* ]] || builtin return 0
        __stepin_without_entry "$PATH"
        builtin printf -v PATH %s "$__stepin_reply"
        [[ :$PATH: != *":$__stepin_entry:"* ]] || __stepin_ours=${__stepin_ours//":$__stepin_entry:"/:}
        [[ -n $PATH || $__stepin_odd != *P* ]] || builtin unset PATH
    }

    # Sets __stepin_reply to $1, a PATH, without our entry: the one before what followed it at first, or else the first.
    __stepin_without_entry() {
        builtin local "__path=:$1:" "__ours=:$__stepin_entry:"
        __stepin_reply=$1
        [[ $__path == *"$__ours"* ]] || builtin return 0
        [[ -z $__stepin_old_path || $__path != *"$__ours$__stepin_old_path:"* ]] || __ours=$__ours$__stepin_old_path:
        __path=${__path%%"$__ours"*}:${__ours#":$__stepin_entry:"}${__path#*"$__ours"}
        __path=${__path#:}
        __stepin_reply=${__path%:}
    }

    # Removes every entry $1 from PATH.
    __stepin_remove_all() {
        builtin local "__path=:${PATH-}:"
        while [[ $__path == *":$1:"* ]]; do
            __path=${__path%%":$1:"*}:${__path#*":$1:"}
        done
        __path=${__path#:}
        builtin printf -v PATH %s "${__path%:}"
    }

    # Of several entries equal to ours the first remains.
    __stepin_keep_first() {
        builtin local "__path=:$PATH:" __front
        __front=${__path%%":$__stepin_entry:"*}:$__stepin_entry: __path=:${__path#*":$__stepin_entry:"}
        while [[ $__path == *":$__stepin_entry:"* ]]; do
            __path=${__path%%":$__stepin_entry:"*}:${__path#*":$__stepin_entry:"}
        done
        __stepin_old_path=${__path#:} __stepin_old_path=${__stepin_old_path%:}
        __path=$__front${__path#:} __path=${__path#:} __path=${__path%:}
        [[ $PATH == "$__path" ]] || builtin printf -v PATH %s "$__path"
    }

    # Something else changed PATH: what is on it has to agree with what is active.
    __stepin_settle_path() {
        builtin local "__left=$__stepin_ours" __entry
        if [[ -n $__stepin_on ]]; then
            if [[ :${PATH-}: != *":$__stepin_entry:"* ]]; then
                builtin printf -v PATH %s "$__stepin_entry${PATH:+:$PATH}"
            elif [[ -n $__stepin_tooled$__stepin_fresh ]]; then
                __stepin_keep_first
            fi
            [[ $PATH != "$__stepin_entry":* ]] || __stepin_old_path=${PATH#"$__stepin_entry:"}
        fi
        while [[ $__left == :?* ]]; do
            __left=${__left#:} __entry=${__left%%:*} __left=${__left#"$__entry"}
            if [[ :${PATH-}: == *":$__entry:"* && (-z $__stepin_on || $__entry != "$__stepin_entry") &&
                (-z ${VIRTUAL_ENV-} || $__entry != "$VIRTUAL_ENV"/*) ]]; then
                __stepin_remove_all "$__entry"
            fi
        done
    }

    # The user's `deactivate`. It lasts until they leave the project and return, or type `stepin on`; the
    # `deactivate nondestructive` of an activate script is no such wish.
    __stepin_deactivate() {
        [[ -n $__stepin_on ]] || builtin return 0
        __stepin_off
        [[ $1 == nondestructive ]] || __stepin_held=$__stepin_at
        __stepin_venv=${VIRTUAL_ENV-} __stepin_path=${PATH-} __stepin_left=${VIRTUAL_ENV-}:${VIRTUAL_ENV_PROMPT-}:${PATH-}
        __stepin_calm=__stepin_busy
    }
fi

# Read as one command: the words after `shopt` must not be aliases either.
{
    [[ $__stepin_aliases != 1* ]] || builtin shopt -s expand_aliases
    [[ $__stepin_aliases != *a ]] || builtin set -a
    builtin unset __stepin_aliases
}
