# Activate and deactivate an environment in zsh 5.3 and later, and keep PATH and PS1 in line with it.
#
# Part of the hook: hook.zsh says why all of it stands in quotes, and decides when these functions run.

# Defined outside, since a function that is read by one of ours would keep our options, and copies of functions (`functions
# -c`, zsh 5.8) make zsh 5.9 crash if they have such options themselves.
'builtin' 'eval' '__stepin_give_back() { \builtin \setopt local_options no_aliases; \builtin \eval "$__stepin_returned"; __stepin_gave_back; }'

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'no_auto_name_dirs' '-o' 'no_multibyte' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # Activates the environment of the decision in force ($1 is its prefix), or deactivates ours ($1 is empty).
    __stepin_apply() {
        # Setting a read-only variable is an error, which ends the function and all hooks after it: ask first.
        if [[ ${(t)PATH}${(t)path}${(t)PS1}${(t)PYTHONHOME} == *readonly* ||
            ${(t)VIRTUAL_ENV}${(t)VIRTUAL_ENV_PROMPT}${(t)STEPIN_ENV}${(t)STEPIN_PYTHONHOME} == *readonly* ]]; then
            __stepin_held=$__stepin_at __stepin_on=
            __stepin_once refused "stepin: VIRTUAL_ENV, PATH or PS1 is read-only in this shell; environments stay off"
            return 0
        fi
        if [[ -n $__stepin_on && $1 != "$__stepin_on" ]]; then
            __stepin_off
            __stepin_adopted=
        fi
        if [[ -z $1 ]]; then
            __stepin_adopted=
            return 0
        fi
        # Our own assignments, never a script of the project. zsh forgets where it found commands when PATH is set
        # (zshparam(1), path).
        __stepin_odd=
        if [[ -n $__stepin_adopted$__stepin_on${VIRTUAL_ENV-} ]]; then
            __stepin_meet || return 0
        else
            [[ -n ${PATH+x} && -n ${PS1+x} && -z ${VIRTUAL_ENV+x}${VIRTUAL_ENV_PROMPT+x}${PYTHONHOME+x} &&
                ${+functions[deactivate]} == 0 && ${+functions[__stepin_apply]} == 1 ]] || __stepin_note_odd
            if [[ ":$PATH:" == *":$__stepin_bin:"* ]]; then
                __stepin_found_entry
            else
                __stepin_ours[$__stepin_bin]=0
            fi
            __stepin_old_path=${PATH-} PATH=$__stepin_bin${PATH:+:$PATH}
        fi
        __stepin_on=$__stepin_env __stepin_entry=$__stepin_bin __stepin_new_path=$PATH __stepin_put=$__stepin_prefix
        __stepin_on_name=$__stepin_name __stepin_on_prefix=$__stepin_prefix
        export VIRTUAL_ENV=$__stepin_env VIRTUAL_ENV_PROMPT=$__stepin_name STEPIN_ENV=$__stepin_env
        __stepin_put_prefix
        deactivate() {
            __stepin_deactivate "${1-}"
        }
    }

    # An environment is active that this shell did not activate. True if it becomes ours.
    __stepin_meet() {
        local __command=
        if [[ -n $__stepin_on || $VIRTUAL_ENV -ef $__stepin_env ]]; then
            # It is the one, whoever activated it; those of conda and pyenv are better left to these.
            [[ -n $__stepin_on || $VIRTUAL_ENV != (${CONDA_PREFIX:--}|${PYENV_VIRTUAL_ENV:--}) ]] || return 1
            __stepin_adopt
            return 0
        fi
        ! __stepin_function deactivate || __command="; run \"deactivate\""
        __stepin_once "$VIRTUAL_ENV@$__stepin_at" "stepin: $__stepin_display is not on: another environment is active$__command"
        __stepin_adopted=
        return 1
    }

    # A conda environment is active (other than base, which many have active always): it stays, and ours is off.
    __stepin_conda() {
        local __command=
        __want=
        ! builtin whence conda >/dev/null 2>&1 || __command="; run \"conda deactivate\""
        __stepin_once "conda@$__stepin_at" "stepin: $__stepin_display is not on: a conda environment is active$__command"
    }

    # Notes what assignments would not restore. P, 1: was unset. V, N: was set. H: PYTHONHOME is put aside. D: a function
    # `deactivate` of the user. (If `functions` does not know a function of ours, zsh/parameter could not be loaded.)
    __stepin_note_odd() {
        [[ -n ${PATH+x} ]] || __stepin_odd+=P
        [[ -n ${PATH+x} ]] || export PATH=
        [[ -n ${PS1+x} ]] || __stepin_odd+=1
        [[ -z ${VIRTUAL_ENV+x} ]] || __stepin_odd+=V
        [[ -z ${VIRTUAL_ENV_PROMPT+x} ]] || __stepin_odd+=N
        __stepin_old_prompt=${VIRTUAL_ENV_PROMPT-}
        if [[ -n ${PYTHONHOME+x} ]]; then
            __stepin_odd+=H
            export STEPIN_PYTHONHOME=$PYTHONHOME
            builtin unset PYTHONHOME
        fi
        if __stepin_function deactivate; then
            __stepin_odd+=D
            __stepin_read_function
            __stepin_kept=$__stepin_reply
            # zsh itself calls the function that gives it back, behind ours at a prompt.
            [[ ${(t)precmd_functions} == *readonly* ]] || precmd_functions+=(__stepin_give_back)
        fi
    }

    # Makes what an `activate` script did, or the shell that this one was started from, as if this shell had done it.
    __stepin_adopt() {
        __stepin_adopted=
        if [[ -n $__stepin_fresh || ":${PATH-}:" != *":$__stepin_bin:"* ]]; then
            # A login shell may have built PATH again, or the entry may be there twice.
            __stepin_remove "$__stepin_bin" 0
            PATH=$__stepin_bin${PATH:+:$PATH}
        fi
        __stepin_entry=$__stepin_bin __stepin_old_path=
        __stepin_count_entry "$__stepin_bin"
        __stepin_ours[$__stepin_bin]=$(( __stepin_reply - 1 ))
        __stepin_without_entry "$PATH"
        __stepin_old_path=$__stepin_reply
        [[ -z ${_OLD_VIRTUAL_PYTHONHOME+x} ]] || export STEPIN_PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME
        [[ -z ${STEPIN_PYTHONHOME+x} ]] || __stepin_odd=H
        # Our prefix in the place of theirs, which virtualenv puts there by way of psvar.
        [[ -z ${_OLD_VIRTUAL_PS1+x} || ${PS1-} != *"$_OLD_VIRTUAL_PS1" ]] || PS1=$_OLD_VIRTUAL_PS1
        [[ -z ${_OLD_VIRTUAL_PSVAR+x} ]] || psvar[9]=$_OLD_VIRTUAL_PSVAR
        builtin unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PSVAR _OLD_VIRTUAL_PYTHONHOME
    }

    # Undoes what was done and nothing else: what the user put on PATH or into PS1 meanwhile stays. If PATH is as it was
    # left, it comes back to the byte, also if `typeset -U` had taken an equal entry out of it.
    __stepin_off() {
        if [[ -n ${PATH-} && $PATH == "$__stepin_new_path" ]]; then
            PATH=$__stepin_old_path
            [[ $__stepin_odd != *P* ]] || builtin unset PATH
        else
            __stepin_drop_entry
        fi
        __stepin_take_prefix "$__stepin_put"
        [[ $__stepin_odd != *1* || -n $PS1 ]] || builtin unset PS1
        if [[ ${VIRTUAL_ENV-} == "$__stepin_on" || -z ${VIRTUAL_ENV-} ]]; then
            builtin unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
            [[ $__stepin_odd != *V* ]] || export VIRTUAL_ENV=
            [[ $__stepin_odd != *N* ]] || export VIRTUAL_ENV_PROMPT=$__stepin_old_prompt
        elif [[ ${VIRTUAL_ENV_PROMPT-} == "$__stepin_on_name" ]]; then # a tool that does not know of it set the other
            builtin unset VIRTUAL_ENV_PROMPT
        fi
        if [[ -n ${STEPIN_PYTHONHOME+x} ]]; then
            [[ -n ${PYTHONHOME+x} ]] || export PYTHONHOME=$STEPIN_PYTHONHOME
        fi
        builtin unset STEPIN_ENV STEPIN_PYTHONHOME
        __stepin_drop_deactivate
        __stepin_on= __stepin_put= __stepin_odd= __stepin_new_path=
    }

    # Removes our `deactivate`, and gives the user theirs back. One that was defined over ours stays.
    __stepin_drop_deactivate() {
        __stepin_read_function
        if [[ -z $__stepin_reply || $__stepin_reply == *__stepin_deactivate* ]]; then
            builtin unset -f deactivate 2>/dev/null
            [[ $__stepin_odd != *D* ]] || __stepin_returned=$__stepin_kept
        fi
        [[ -n $__stepin_returned || $__stepin_odd != *D* ]] || __stepin_returned=" "
    }

    # Sets __stepin_reply to the text of the function `deactivate`. Without zsh/parameter a subshell prints it.
    __stepin_read_function() {
        __stepin_reply=${functions[deactivate]-}
        if [[ ${+functions[__stepin_apply]} == 0 ]]; then
            __stepin_reply=$(builtin typeset -f deactivate)
        elif [[ -n $__stepin_reply ]]; then
            __stepin_reply="deactivate() {
$__stepin_reply
}"
        fi
    }

    __stepin_gave_back() {
        [[ -n $__stepin_returned ]] || return 0
        __stepin_returned=
        [[ ${(t)precmd_functions} == *readonly* ]] || precmd_functions=("${(@)precmd_functions:#__stepin_give_back}")
    }

    # An `activate` script was sourced over ours. It has set its own on top of what it found, and will put that back: take
    # ours out of both, and leave its `deactivate`, as if it had come into a shell without us.
    __stepin_yield() {
        __stepin_drop_entry
        __stepin_without_entry "$_OLD_VIRTUAL_PATH"
        _OLD_VIRTUAL_PATH=$__stepin_reply
        if [[ -n $__stepin_put && -n ${_OLD_VIRTUAL_PS1+x} ]]; then
            local __old=$_OLD_VIRTUAL_PS1 __new=${_OLD_VIRTUAL_PS1/"$__stepin_put"/}
            [[ -z ${PS1-} ]] || PS1=${PS1%"$__old"}$__new
            _OLD_VIRTUAL_PS1=$__new
        fi
        if [[ -n ${STEPIN_PYTHONHOME+x} ]]; then
            _OLD_VIRTUAL_PYTHONHOME=$STEPIN_PYTHONHOME
            builtin unset STEPIN_PYTHONHOME
        fi
        builtin unset STEPIN_ENV
        [[ $__stepin_odd != *D* ]] || __stepin_returned=" "
        __stepin_on= __stepin_put= __stepin_odd= __stepin_new_path=
    }

    # What the user calls as `deactivate`. It holds until they leave the project and return, or run `stepin on`.
    # `deactivate nondestructive`, which activate scripts run, is no such wish.
    __stepin_deactivate() {
        [[ -n $__stepin_on ]] || return 0
        __stepin_apply ""
        [[ $1 == nondestructive ]] || __stepin_held=$__stepin_at
        __stepin_venv=${VIRTUAL_ENV-} __stepin_path=${PATH-} __stepin_plain=
    }

    # PATH is not the one that this shell last saw. Somebody who puts back a PATH of the past brings entries of ours with it:
    # they are removed; and the entry of what is on is there, or comes back. One more that the user put on PATH stays.
    # __stepin_ours has all entries that this shell put on PATH, or inherited, with how many equal ones are not ours.
    __stepin_truth() {
        local __entry __theirs __users=
        # At the prompt, in the same folder, no tool having done anything, and the rest of PATH is as it was.
        [[ ${__stepin_now-} == prompt && -z $__stepin_moves && -z $__stepin_fresh && -n $__stepin_path &&
            $__stepin_tools == "${DIRENV_DIFF-}${__MISE_DIFF-}" && ":${PATH-}:" == *":$__stepin_path:"* ]] && __users=1
        for __entry in "${(@k)__stepin_ours}"; do
            [[ ":${PATH-}:" == *":$__entry:"* ]] || continue
            # The environment that the user activated.
            [[ $__entry == "$__stepin_entry" || -z ${VIRTUAL_ENV-} || $__entry != "$VIRTUAL_ENV"/* ]] || continue
            __theirs=${__stepin_ours[$__entry]}
            [[ -z $__stepin_on || $__entry != "$__stepin_entry" ]] || __theirs=$(( __theirs + 1 ))
            __stepin_count_entry "$__entry"
            [[ $__stepin_reply -gt $__theirs ]] || continue
            if [[ -n $__users && -n $__stepin_on && $__entry == "$__stepin_entry" ]]; then
                __stepin_ours[$__entry]=$(( ${__stepin_ours[$__entry]} + __stepin_reply - __theirs ))
            else
                __stepin_remove "$__entry" "$__theirs"
            fi
        done
        if [[ -z $__stepin_on ]]; then
            [[ -n ${VIRTUAL_ENV-} || -z ${VIRTUAL_ENV_PROMPT-} || -z ${__stepin_shown[(re)$VIRTUAL_ENV_PROMPT]-} ]] ||
                builtin unset VIRTUAL_ENV_PROMPT
            return 0
        fi
        [[ ${VIRTUAL_ENV_PROMPT-} == "$__stepin_on_name" ]] || export VIRTUAL_ENV_PROMPT=$__stepin_on_name
        __stepin_count_entry "$__stepin_entry"
        # (`typeset -U` keeps one of ours and an equal one.)
        [[ $__stepin_env == "$__stepin_on" && ( $__stepin_reply -eq 0 ||
            $__stepin_reply -le ${__stepin_ours[$__stepin_entry]:-0} && ${(t)PATH} != *unique* ) ]] || return 0
        __stepin_old_path=${PATH-} PATH=$__stepin_entry${PATH:+:$PATH}
        __stepin_new_path=$PATH
    }

    # An entry that is ours now was on PATH before. A new shell inherited it as ours; otherwise it is not, and stays.
    __stepin_found_entry() {
        __stepin_ours[$__stepin_bin]=0
        if [[ -n $__stepin_inherited ]]; then
            __stepin_remove "$__stepin_bin" 0
        else
            __stepin_count_entry "$__stepin_bin"
            __stepin_ours[$__stepin_bin]=$__stepin_reply
        fi
    }

    # Sets __stepin_reply to how many times $1 is on PATH.
    __stepin_count_entry() {
        local __part
        __stepin_reply=0
        for __part in "${(@s.:.)PATH}"; do
            [[ $__part != "$1" ]] || __stepin_reply=$(( __stepin_reply + 1 ))
        done
    }

    # Leaves the entry $1 on PATH $2 times: the one in front, if it is what is on, and the last ones.
    __stepin_remove() {
        local __part __spare
        local -a __left
        __stepin_count_entry "$1"
        __spare=$(( __stepin_reply - $2 ))
        [[ $__spare -gt 0 ]] || return 0
        for __part in "${(@s.:.)PATH}"; do
            if [[ $__part == "$1" && $__spare -gt 0 &&
                ( -z $__stepin_on || $1 != "$__stepin_entry" || $2 -eq 0 || ${__left[(Ie)$1]} -gt 0 ) ]]; then
                __spare=$(( __spare - 1 ))
            else
                __left+=("$__part")
            fi
        done
        PATH="${(j.:.)__left}"
    }

    # Takes our entry out of PATH. (PATH is set, never path: the two are tied.)
    __stepin_drop_entry() {
        [[ ":${PATH-}:" == *":$__stepin_entry:"* ]] || return 0
        __stepin_without_entry "$PATH"
        PATH=$__stepin_reply
        [[ -n $PATH || $__stepin_odd != *P* ]] || builtin unset PATH
    }

    # Sets __stepin_reply to $1, a PATH, without our entry: the one behind which lies what lay there then, else the first.
    __stepin_without_entry() {
        local __path=":$1:" __ours=":$__stepin_entry:"
        __stepin_reply=$1
        [[ $__path == *"$__ours"* ]] || return 0
        [[ -z $__stepin_old_path || $__path != *"$__ours$__stepin_old_path:"* ]] || __ours+=$__stepin_old_path:
        __path=${__path%%"$__ours"*}:${__ours#":$__stepin_entry:"}${__path#*"$__ours"}
        __path=${__path#:}
        __stepin_reply=${__path%:}
    }

    # Puts the prefix in front of the prompt, or behind the newlines that it begins with, unless it is there or unwanted:
    # pure shows VIRTUAL_ENV itself.
    __stepin_put_prefix() {
        __stepin_quiet=${VIRTUAL_ENV_DISABLE_PROMPT:+1} __stepin_put=$__stepin_on_prefix
        if [[ -n $__stepin_quiet || -z $__stepin_put || ${+functions[prompt_pure_precmd]} == 1 ]]; then
            __stepin_take_prefix "$__stepin_put"
            __stepin_put=
            return 0
        fi
        # A terminal may have wrapped it since ($1 is not empty); a new shell may have inherited it.
        [[ -z ${1-} || ${PS1-} != *"$__stepin_put"* ]] || return 0
        local __head=${PS1%%[^"$__stepin_newline"]*}
        [[ ${PS1-} != "$__head$__stepin_put"* ]] || return 0
        PS1=$__head$__stepin_put${PS1#"$__head"}
    }

    # Takes the first prefix $1 out of PS1.
    __stepin_take_prefix() {
        [[ -z $1 || ${PS1-} != *"$1"* ]] || PS1=${PS1%%"$1"*}${PS1#*"$1"}
    }

    # PS1 is not what this shell left: a function that builds it again, or a tool that put back what it had seen.
    __stepin_prompt_changed() {
        local __old __head
        if [[ ${VIRTUAL_ENV-} == "$__stepin_on" ]]; then
            __head=${PS1%%[^"$__stepin_newline"]*}
            for __old in "${__stepin_prefixes[@]}"; do
                [[ -n $__stepin_on && $__old == "$__stepin_put" || ${PS1-} != "$__head$__old"* ]] || __stepin_take_prefix "$__old"
            done
        fi
        [[ -z $__stepin_on ]] || __stepin_put_prefix again
    }
fi
'
