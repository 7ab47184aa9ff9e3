# stepin's activation for zsh 5.3 and later: what it is to be on, and how it is undone. hook.zsh, which comes after it and
# says why all of it stands in quotes, decides when. The same rules hold: builtins alone, nothing called by a name that a
# user may have redefined.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # Our own assignments, never a script of the project. The hash of commands is forgotten with them: zsh empties it
    # when PATH is set (zshparam(1), path).
    __stepin_switch_on() {
        __stepin_settable || return 0
        __stepin_theirs_deactivate= __stepin_unset=
        if builtin functions -c deactivate __stepin_kept_deactivate 2>/dev/null; then
            __stepin_theirs_deactivate=copy
        elif [[ $ZSH_VERSION != (5.<8->|<6->.)* ]] && __stepin_function deactivate; then
            # Before zsh 5.8, which has no `functions -c`, a subshell tells the text of a function: the one fork.
            __stepin_theirs_deactivate=$(builtin typeset -f deactivate)
        fi
        [[ -n ${PATH+x} ]] || __stepin_unset+=P
        [[ -n ${PS1+x} ]] || __stepin_unset+=1
        [[ -z ${VIRTUAL_ENV+x} ]] || __stepin_unset+=V
        [[ -z ${VIRTUAL_ENV_PROMPT+x} ]] || __stepin_unset+=N
        __stepin_old_prompt=${VIRTUAL_ENV_PROMPT-}
        if [[ -n ${PYTHONHOME+x} ]]; then
            export STEPIN_PYTHONHOME=$PYTHONHOME
            builtin unset PYTHONHOME
        fi
        __stepin_old_path=${PATH-}
        PATH=$__stepin_bin${PATH:+:$PATH}
        [[ $__stepin_unset != *P* ]] || export PATH
        __stepin_own
    }

    # An environment that is on already, and whose verdict here is `allowed`, becomes ours whoever switched it on.
    __stepin_adopt() {
        __stepin_settable || return 0
        __stepin_theirs_deactivate= __stepin_unset= __stepin_old_prompt= __stepin_new_path=
        if [[ ":${PATH-}:" == *":$__stepin_bin:"* ]]; then
            __stepin_entry=$__stepin_bin __stepin_old_path=
            [[ $PATH == "$__stepin_bin":* ]] || __stepin_drop_entry
        fi
        # A login shell may have built PATH anew.
        [[ ":${PATH-}:" == *":$__stepin_bin:"* ]] || PATH=$__stepin_bin${PATH:+:$PATH}
        __stepin_old_path=${PATH#"$__stepin_bin:"}
        [[ -z ${_OLD_VIRTUAL_PYTHONHOME+x} ]] || export STEPIN_PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME
        # Ours in place of the prefix that an `activate` script put there, virtualenv by way of psvar.
        [[ -z ${_OLD_VIRTUAL_PS1+x} || ${PS1-} != *"$_OLD_VIRTUAL_PS1" || ${(t)PS1} == *readonly* ]] || PS1=$_OLD_VIRTUAL_PS1
        [[ -z ${_OLD_VIRTUAL_PSVAR+x} ]] || psvar[9]=$_OLD_VIRTUAL_PSVAR
        builtin unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PSVAR _OLD_VIRTUAL_PYTHONHOME
        __stepin_own
    }

    # What switching on and adopting have in common: from here on it is ours to undo.
    __stepin_own() {
        __stepin_on=$__stepin_env __stepin_entry=$__stepin_bin __stepin_new_path=$PATH
        export VIRTUAL_ENV=$__stepin_env VIRTUAL_ENV_PROMPT=$__stepin_name STEPIN_ENV=$__stepin_env
        __stepin_put=$__stepin_prefix
        [[ -z ${VIRTUAL_ENV_DISABLE_PROMPT-} && ${(t)PS1} != *readonly* ]] || __stepin_put=
        [[ ${PS1-} == "$__stepin_put"* ]] || PS1=$__stepin_put${PS1-}
        deactivate() {
            __stepin_deactivate "${1-}"
        }
    }

    # Setting a read-only variable is an error, which ends the function and all hooks after it: ask first.
    __stepin_settable() {
        [[ ${(t)PATH}${(t)path}${(t)VIRTUAL_ENV}${(t)VIRTUAL_ENV_PROMPT} == *readonly* ||
            ${(t)PYTHONHOME}${(t)STEPIN_ENV}${(t)STEPIN_PYTHONHOME} == *readonly* ]] || return 0
        __stepin_held=$__stepin_at
        __stepin_once refused "stepin: this shell lets nobody set VIRTUAL_ENV or PATH (read-only?): environments stay off"
        return 1
    }

    # Undoes what was done and nothing else: what the user put on PATH or into PS1 meanwhile stays.
    __stepin_off() {
        if __stepin_settable; then
            __stepin_drop_entry
            if [[ -n $__stepin_put && ${PS1-} == *"$__stepin_put"* && ${(t)PS1} != *readonly* ]]; then
                PS1=${PS1%%"$__stepin_put"*}${PS1#*"$__stepin_put"}
                [[ $__stepin_unset != *1* || -n $PS1 ]] || builtin unset PS1
            fi
            if [[ ${VIRTUAL_ENV-} == "$__stepin_on" || -z ${VIRTUAL_ENV-} ]]; then
                builtin unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
                [[ $__stepin_unset != *V* ]] || export VIRTUAL_ENV=
                [[ $__stepin_unset != *N* ]] || export VIRTUAL_ENV_PROMPT=$__stepin_old_prompt
            fi
            builtin unset STEPIN_ENV
            if [[ -n ${STEPIN_PYTHONHOME+x} ]]; then
                [[ -n ${PYTHONHOME+x} ]] || export PYTHONHOME=$STEPIN_PYTHONHOME
                builtin unset STEPIN_PYTHONHOME
            fi
        fi
        builtin unset -f deactivate 2>/dev/null
        if [[ $__stepin_theirs_deactivate == copy ]]; then
            builtin functions -c __stepin_kept_deactivate deactivate
            builtin unset -f __stepin_kept_deactivate
        elif [[ -n $__stepin_theirs_deactivate ]]; then
            builtin eval "$__stepin_theirs_deactivate"
        fi
        __stepin_on= __stepin_put= __stepin_theirs_deactivate= __stepin_unset=
    }

    # An `activate` script was sourced over ours. It has set its own on top of what it found, and will put that back:
    # take ours out of both, and leave its `deactivate`, as if it had come into a shell without us.
    __stepin_yield() {
        if __stepin_settable; then
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
        fi
        [[ $__stepin_theirs_deactivate != copy ]] || builtin unset -f __stepin_kept_deactivate
        __stepin_on= __stepin_put= __stepin_theirs_deactivate= __stepin_unset=
    }

    # Takes our entry out of PATH. Nothing else changed there: what was, to the byte, also where `typeset -U` had taken an
    # equal entry out of it. PATH is set, never path: the two are tied.
    __stepin_drop_entry() {
        if [[ -n $__stepin_new_path && $PATH == "$__stepin_new_path" ]]; then
            PATH=$__stepin_old_path
        elif [[ ":${PATH-}:" == *":$__stepin_entry:"* ]]; then
            __stepin_without_entry "$PATH"
            PATH=$__stepin_reply
        else
            return 0
        fi
        [[ -n $PATH || $__stepin_unset != *P* ]] || builtin unset PATH
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
        __stepin_off
        [[ $1 == nondestructive ]] || __stepin_held=$__stepin_at
        __stepin_venv=${VIRTUAL_ENV-} __stepin_again=1
    }
fi
'
