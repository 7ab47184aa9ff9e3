# stepin's activation for zsh 5.3 and later: what it is to be on, and how it is undone. hook.zsh, which comes after it and
# says why all of it stands in quotes, decides when. The same rules hold: builtins alone, nothing called by a name that a
# user may have redefined.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # Makes the shell what it is to be: with the environment of the decision in force on, or, if $1 is empty, nothing of
    # ours. What is ordinary stands here; the function that it would be else costs as much as all it does.
    __stepin_apply() {
        # Setting a read-only variable is an error, which ends the function and all hooks after it: ask first.
        if [[ ${(t)PATH}${(t)path}${(t)PS1}${(t)PYTHONHOME} == *readonly* ||
            ${(t)VIRTUAL_ENV}${(t)VIRTUAL_ENV_PROMPT}${(t)STEPIN_ENV}${(t)STEPIN_PYTHONHOME} == *readonly* ]]; then
            [[ -z $__stepin_later ]] || return 0
            __stepin_held=$__stepin_at __stepin_on=
            __stepin_once refused "stepin: this shell lets nobody set VIRTUAL_ENV, PATH or PS1 (read-only?): environments stay off"
            return 0
        fi
        if [[ -n $__stepin_on && $1 != "$__stepin_on" ]]; then
            # Everything is as it was left: plain assignments undo it.
            if [[ -z $__stepin_odd && $VIRTUAL_ENV == "$__stepin_on" && $PATH == "$__stepin_new_path" &&
                $PS1 == "$__stepin_put"* ]]; then
                PATH=$__stepin_old_path PS1=${PS1#"$__stepin_put"} __stepin_on= __stepin_put=
                builtin unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT STEPIN_ENV
                [[ ${+functions[deactivate]} == 0 ]] || builtin unset -f deactivate
            else
                __stepin_off
            fi
        fi
        if [[ -z $1 ]]; then
            __stepin_adopted=
            return 0
        fi
        # Our own assignments, never a script of the project. zsh forgets where it found commands when PATH is set
        # (zshparam(1), path).
        __stepin_odd=
        if [[ -n $__stepin_adopted$__stepin_on || -n ${VIRTUAL_ENV-} || -n ${CONDA_PREFIX-} && ${CONDA_DEFAULT_ENV-} != base ]]; then
            __stepin_meet || return 0
        else
            [[ -n ${PATH+x} && -n ${PS1+x} && -z ${VIRTUAL_ENV+x}${VIRTUAL_ENV_PROMPT+x}${PYTHONHOME+x} &&
                ${+functions[deactivate]} == 0 && ${+functions[__stepin_apply]} == 1 ]] || __stepin_note_odd
            __stepin_old_path=${PATH-} PATH=$__stepin_bin${PATH:+:$PATH}
        fi
        __stepin_on=$__stepin_env __stepin_entry=$__stepin_bin __stepin_new_path=$PATH __stepin_put=$__stepin_prefix
        export VIRTUAL_ENV=$__stepin_env VIRTUAL_ENV_PROMPT=$__stepin_name STEPIN_ENV=$__stepin_env
        if [[ -n ${VIRTUAL_ENV_DISABLE_PROMPT-} ]]; then
            __stepin_put=
        elif [[ ${PS1-} != "$__stepin_put"* ]]; then
            PS1=$__stepin_put${PS1-}
        fi
        deactivate() {
            __stepin_deactivate "${1-}"
        }
    }

    # An environment is active, and we have not switched it on. True if it becomes ours.
    __stepin_meet() {
        if [[ -n $__stepin_on || -n ${VIRTUAL_ENV-} ]]; then
            if [[ -n $__stepin_on ]] || ! __stepin_theirs && [[ $VIRTUAL_ENV -ef $__stepin_env ]]; then
                __stepin_adopt
                return 0
            fi
            __stepin_once "$VIRTUAL_ENV@$__stepin_at" "stepin: $__stepin_shown is not on, another environment is active: deactivate"
        else
            __stepin_once "conda@$__stepin_at" "stepin: $__stepin_shown is not on, a conda environment is active: conda deactivate"
        fi
        __stepin_adopted=
        return 1
    }

    # What assignments would not put back. P, 1: was unset. V, N: was set. H: PYTHONHOME is put aside. D: a function
    # `deactivate` of the user. (Where `functions` does not know a function of ours there is no zsh/parameter.)
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
            __stepin_odd+=D __stepin_theirs_deactivate=
            # Before zsh 5.8, which has no -c, a subshell tells the text of a function: the one fork.
            builtin functions -c deactivate __stepin_kept_deactivate 2>/dev/null ||
                __stepin_theirs_deactivate=$(builtin typeset -f deactivate)
        fi
    }

    # What an `activate` script, or the shell that this one was started from, has done is made as if we had done it.
    __stepin_adopt() {
        __stepin_adopted= __stepin_old_path=
        if [[ ":${PATH-}:" == *":$__stepin_bin:"* ]]; then
            __stepin_entry=$__stepin_bin
            [[ $PATH == "$__stepin_bin":* ]] || __stepin_drop_entry
        fi
        # A login shell may have built PATH anew.
        [[ ":${PATH-}:" == *":$__stepin_bin:"* ]] || PATH=$__stepin_bin${PATH:+:$PATH}
        __stepin_old_path=${PATH#"$__stepin_bin:"}
        [[ -z ${_OLD_VIRTUAL_PYTHONHOME+x} ]] || export STEPIN_PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME
        [[ -z ${STEPIN_PYTHONHOME+x} ]] || __stepin_odd=H
        # Our prefix in the place of theirs, which virtualenv puts there by way of psvar.
        [[ -z ${_OLD_VIRTUAL_PS1+x} || ${PS1-} != *"$_OLD_VIRTUAL_PS1" ]] || PS1=$_OLD_VIRTUAL_PS1
        [[ -z ${_OLD_VIRTUAL_PSVAR+x} ]] || psvar[9]=$_OLD_VIRTUAL_PSVAR
        builtin unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PSVAR _OLD_VIRTUAL_PYTHONHOME
    }

    # Undoes what was done and nothing else: what the user put on PATH or into PS1 meanwhile stays. Where PATH is as it was
    # left, it comes back to the byte, also if `typeset -U` had taken an equal entry out of it.
    __stepin_off() {
        if [[ -n ${PATH-} && $PATH == "$__stepin_new_path" ]]; then
            PATH=$__stepin_old_path
            [[ $__stepin_odd != *P* ]] || builtin unset PATH
        else
            __stepin_drop_entry
        fi
        if [[ -n $__stepin_put && ${PS1-} == *"$__stepin_put"* ]]; then
            PS1=${PS1%%"$__stepin_put"*}${PS1#*"$__stepin_put"}
            [[ $__stepin_odd != *1* || -n $PS1 ]] || builtin unset PS1
        fi
        if [[ ${VIRTUAL_ENV-} == "$__stepin_on" || -z ${VIRTUAL_ENV-} ]]; then
            builtin unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
            [[ $__stepin_odd != *V* ]] || export VIRTUAL_ENV=
            [[ $__stepin_odd != *N* ]] || export VIRTUAL_ENV_PROMPT=$__stepin_old_prompt
        fi
        if [[ -n ${STEPIN_PYTHONHOME+x} ]]; then
            [[ -n ${PYTHONHOME+x} ]] || export PYTHONHOME=$STEPIN_PYTHONHOME
        fi
        builtin unset STEPIN_ENV STEPIN_PYTHONHOME
        builtin unset -f deactivate 2>/dev/null
        [[ $__stepin_odd != *D* ]] || __stepin_theirs_again
        __stepin_on= __stepin_put= __stepin_odd= __stepin_new_path=
    }

    __stepin_theirs_again() {
        if [[ -n $__stepin_theirs_deactivate ]]; then
            builtin eval "$__stepin_theirs_deactivate"
        else
            builtin functions -c __stepin_kept_deactivate deactivate
            builtin unset -f __stepin_kept_deactivate
        fi
    }

    # An `activate` script was sourced over ours. It has set its own on top of what it found, and will put that back:
    # take ours out of both, and leave its `deactivate`, as if it had come into a shell without us.
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
        builtin unset -f __stepin_kept_deactivate 2>/dev/null
        __stepin_on= __stepin_put= __stepin_odd= __stepin_new_path=
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

    # What the user calls as `deactivate`. It holds until they leave the project and return; `deactivate nondestructive`,
    # which activate scripts say, is no such wish.
    __stepin_deactivate() {
        [[ -n $__stepin_on ]] || return 0
        __stepin_apply ""
        [[ $1 == nondestructive ]] || __stepin_held=$__stepin_at
        __stepin_venv=${VIRTUAL_ENV-}
    }
fi
'
