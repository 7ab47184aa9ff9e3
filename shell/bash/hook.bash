# shellcheck shell=bash disable=SC2034,SC2154
# Run stepin's hook for bash 3.2 and later: at each prompt, and when the folder changes.
#
# README.md has the contract. In the steady state the hook uses builtins only and starts no process.
# `stepin init bash` puts lines in front that set:
#   __stepin_state    the state folder
#   __stepin_config   the user's configuration
#   __stepin_helpers  pairs of an absolute interpreter and the folder that holds the package stepin
#   __stepin_boot     what the helper's interpreter runs
#   __stepin_speaks   the protocol of the hook and its helper
#   __stepin_defaults the names of environments, until the settings are known
#
# The files before this one have the functions that it calls. How all of them are written: every builtin is called through
# `builtin`, since a user may have a function of that name, and outside posix mode functions come before special builtins.
# Aliases are expanded when a function is read, and `set -a` exports what is defined, so both are off while the files are
# read. No word depends on IFS. Options that change the meaning of what is here are put aside by __stepin_guard.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases
[[ $- != *a* ]] || __stepin_aliases=${__stepin_aliases}a
\builtin set +a

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # bash itself keeps $?, $_ and PIPESTATUS for what the user types next; what else is in PROMPT_COMMAND gets $? from
    # here. At most prompts nothing has changed, which is one expression and the call of __stepin_calm: ordinary options,
    # the same folder, VIRTUAL_ENV and PATH, nothing to print, and what __stepin_calm tests. After a `cd` it is __stepin_step.
    __stepin_prompt() {
        __stepin_status=$?
        # shellcheck disable=SC2050  # constant, but under nocasematch
        if [[ $- == *[aefkuvxET]* || -n $__stepin_options || a == A ]]; then
            __stepin_prompt_oddly __stepin_at_prompt
        elif [[ ${VIRTUAL_ENV-}:${VIRTUAL_ENV_PROMPT-}:${PATH-} == "$__stepin_left" &&
            -z $__stepin_later$__stepin_begun$__stepin_doubts && (-z $__stepin_put || -z ${VIRTUAL_ENV_DISABLE_PROMPT-}) ]] &&
            if [[ $PWD == "$__stepin_pwd" ]]; then "$__stepin_calm"; else __stepin_step; fi; then
            __stepin_prompt_pwd=$PWD
            [[ ! -e $__stepin_quiet ]] || __stepin_notice
        else
            __stepin_at_prompt
        fi
        builtin return "$__stepin_status"
    }

    __stepin_at_prompt() {
        __stepin_asked='' __stepin_waits=
        __stepin_look
        __stepin_prompt_pwd=$PWD
        if [[ -n $__stepin_later ]]; then
            builtin printf %s "$__stepin_later" >&2
            __stepin_later=
        fi
        [[ $__stepin_verdict != trusted && -z $__stepin_in ]] || __stepin_notice
    }

    # Not under `set -e`: there a status other than 0 would end the shell.
    __stepin_prompt_oddly() {
        builtin export -n __stepin_status
        __stepin_guard "$1"
        [[ $- != *e* ]] || __stepin_status=0
    }

    # After everything else in PROMPT_COMMAND: what another tool restored there has to agree with what is active, too.
    __stepin_last() {
        __stepin_status=$?
        if [[ $- == *[aefkuvxET]* || -n $__stepin_options ]]; then
            __stepin_prompt_oddly __stepin_at_last
        else
            [[ ${VIRTUAL_ENV-}:${VIRTUAL_ENV_PROMPT-}:${PATH-} == "$__stepin_left" ]] || __stepin_look
            __stepin_tools=${DIRENV_DIFF-}${__MISE_DIFF-}
        fi
        builtin return "$__stepin_status"
    }

    __stepin_at_last() {
        [[ ${VIRTUAL_ENV-}:${VIRTUAL_ENV_PROMPT-}:${PATH-} == "$__stepin_left" ]] || __stepin_look
        __stepin_remember
    }

    # What tells next time whether another tool acted.
    __stepin_remember() {
        __stepin_tools=${DIRENV_DIFF-}${__MISE_DIFF-} __stepin_conda=${CONDA_PREFIX-}
    }

    # Where PROMPT_COMMAND is a string, the hook stands behind what was there, so that the user's PIPESTATUS is left to it.
    __stepin_only() {
        __stepin_prompt
        __stepin_last
    }

    # The folder has changed. Acts only if the user did it, at the top level: in a function PATH may be local.
    __stepin_cd() {
        if [[ $PWD != "$__stepin_pwd" && $BASH_SUBSHELL -eq 0 && -n $__stepin_at_cd &&
            (${#FUNCNAME[@]} -eq 2 || -n ${READLINE_LINE+x}) ]]; then
            __stepin_arrive
        fi
    }

    # The same among rvm's chpwd_functions, which mise brings along: called by __zsh_like_cd, called by cd.
    __stepin_chpwd() {
        if [[ $PWD != "$__stepin_pwd" && $BASH_SUBSHELL -eq 0 && -n $__stepin_at_cd && ${#FUNCNAME[@]} -eq 3 ]]; then
            __stepin_arrive
        fi
    }

    __stepin_arrive() {
        # shellcheck disable=SC2050  # constant, but under nocasematch
        if [[ $- == *[aefkuvxET]* || -n $__stepin_options || a == A ]]; then
            __stepin_guard __stepin_at_arrival
        else
            __stepin_at_arrival
        fi
    }

    __stepin_at_arrival() {
        __stepin_asked='' __stepin_waits=1
        if [[ ${VIRTUAL_ENV-}:${VIRTUAL_ENV_PROMPT-}:${PATH-} != "$__stepin_left" || -n $__stepin_begun$__stepin_doubts ]] ||
            ! __stepin_step; then
            __stepin_look
        fi
        __stepin_waits='' __stepin_quiet=/ # a notice waits for the prompt
    }

    # At the first prompt, when the startup files have been read: whether the user has functions or aliases of these names
    # is known only now.
    __stepin_attach_late() {
        builtin local __word
        __stepin_attach_preexec
        if builtin declare -f +i __zsh_like_cd; then
            [[ ${chpwd_functions[*]-} == *__stepin_chpwd* ]] || chpwd_functions[${#chpwd_functions[@]}]=__stepin_chpwd
        fi
        for __word in cd pushd popd; do
            if [[ -n $__stepin_at_cd ]] && ! builtin declare -f +i "$__word" && ! builtin alias "$__word" >/dev/null 2>&1; then
                __stepin_define "$__word() { \\builtin $__word \"\$@\" && __stepin_cd; }"
            fi
        done
    }

    # bash-preexec calls its functions before what else is in PROMPT_COMMAND. First among them, or those that build the
    # prompt would show the environment of the prompt before.
    __stepin_attach_preexec() {
        if builtin declare -f +i __bp_precmd_invoke_cmd && [[ ${precmd_functions[*]-} != *__stepin_prompt* ]]; then
            precmd_functions=(__stepin_prompt ${precmd_functions[@]+"${precmd_functions[@]}"})
        fi
    }

    # First and last where PROMPT_COMMAND may be an array (5.1). `printf -v` tells whether it is read-only without ending
    # the startup file.
    __stepin_attach() {
        builtin local "__was=${PROMPT_COMMAND+x}"
        if [[ -n ${BLE_VERSION-} ]] && builtin declare -f +i blehook; then
            blehook PRECMD-=__stepin_only PRECMD+=__stepin_only
        fi
        __stepin_attach_preexec
        if ! builtin printf -v PROMPT_COMMAND %s "${PROMPT_COMMAND-}" 2>/dev/null; then
            builtin printf '%s\n' "stepin: PROMPT_COMMAND is read-only; load stepin before the line that makes it so" >&2
        elif ((BASH_VERSINFO[0] > 5 || BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] >= 1)); then
            [[ -n $__was ]] || PROMPT_COMMAND=()
            PROMPT_COMMAND=(__stepin_prompt ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"} __stepin_last)
        else
            # Two newlines: the string may end in a comment or a backslash. A shell that inherits the string, but not the
            # hook, finds nothing in the variable.
            # shellcheck disable=SC2016  # bash expands it at each prompt
            builtin printf -v PROMPT_COMMAND '%s\n\n%s' "${PROMPT_COMMAND-}" '"${__stepin_call-:}"'
        fi
    }

    # The lines in front make arrays, whose elements cost more.
    __stepin_scalars() {
        builtin local "__state=$__stepin_state" "__config=$__stepin_config" "__boot=$__stepin_boot"
        builtin unset __stepin_state __stepin_config __stepin_boot
        __stepin_state=$__state __stepin_config=$__config __stepin_boot=$__boot
    }

    __stepin_start() {
        __stepin_call=__stepin_only __stepin_calm=__stepin_busy __stepin_fresh=1 __stepin_seconds='' __stepin_turn=0
        ((BASH_VERSINFO[0] >= 5)) || __stepin_seconds=1
        # What was decided, and where the shell is.
        __stepin_pwd='' __stepin_prompt_pwd='' __stepin_at='' __stepin_stop='' __stepin_verdict='' __stepin_env=''
        __stepin_message='' __stepin_number='' __stepin_of='' __stepin_count=0 __stepin_deepest=0 __stepin_outside=(__stepin_none)
        __stepin_doubts='' __stepin_tried=() __stepin_times=() __stepin_answers=() __stepin_pauses=() __stepin_asked=''
        __stepin_facts=() __stepin_id='' __stepin_seen='' __stepin_renewed='' __stepin_learn='' __stepin_at_cd=''
        # What is active, and what was there when the hook last looked.
        __stepin_on='' __stepin_entry='' __stepin_ours=: __stepin_put='' __stepin_shows='' __stepin_held='' __stepin_begun=''
        __stepin_odd='' __stepin_old_path='' __stepin_old_prompt='' __stepin_users_deactivate='' __stepin_adopted=''
        __stepin_venv=${VIRTUAL_ENV-} __stepin_path=${PATH-} __stepin_left='' __stepin_tools='' __stepin_conda='' __stepin_inherited=''
        __stepin_hand='' __stepin_learns='' __stepin_changed='' __stepin_tooled='' __stepin_requested='' __stepin_pending=''
        __stepin_said='' __stepin_later='' __stepin_waits='' __stepin_options=''
        __stepin_same() { builtin return 1; }
        __stepin_places=0 __stepin_fast='' __stepin_place_of=() __stepin_levels_of='' __stepin_was='' __stepin_rank=0
        if ((BASH_VERSINFO[0] > 4 || BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 2)); then
            builtin declare -gA __stepin_where
            __stepin_where=() __stepin_fast=1
        fi
        __stepin_guard __stepin_attach
    }

    __stepin_scalars
    if [[ -z ${__stepin_call-} ]]; then
        __stepin_start
    elif [[ ${PROMPT_COMMAND[*]-} != *__stepin_* ]]; then
        # A startup file that was read again has set PROMPT_COMMAND.
        __stepin_guard __stepin_attach
    fi
fi

# Read as one command: the words after `shopt` must not be aliases either.
{
    [[ $__stepin_aliases != 1* ]] || builtin shopt -s expand_aliases
    [[ $__stepin_aliases != *a ]] || builtin set -a
    builtin unset __stepin_aliases
}
