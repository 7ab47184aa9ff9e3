# stepin's hook for zsh 5.3 and later: at a prompt and at a `cd`, switches the environment of the project one stands in on
# and off.
#
# The contract is in README.md beside this file. In the steady state it uses nothing but builtins and starts no process.
# `stepin init zsh` puts lines before it that set:
#   __stepin_state    the state folder
#   __stepin_config   the user's configuration
#   __stepin_helpers  pairs of an absolute interpreter and the folder that holds the package stepin
#   __stepin_boot     what such an interpreter is started with
#
# decision.zsh and activation.zsh, which come before it, tell what is to be on, and switch on and off.
#
# All code stands in quotes, behind `emulate zsh -c` (zshbuiltins(1), emulate): it is read without aliases, also inside
# of `eval "$(stepin init zsh)"`, which zsh reads as a whole before it runs the first line; and the functions bear zsh's
# own options with them ("sticky emulation"), whatever the user has set, and so does what they source and eval. Hence no
# single quote between the two. Words that a user may have made a function are called through `builtin`; `local` and
# `export` are reserved words. No word depends on IFS.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # At a prompt and, under its other name, at a `cd`: finds the nearest folder that decides, and its decision, and makes
    # the shell what it wants.
    #
    # A `cd` does at once what is known; the helper and messages wait for the prompt. It does nothing in a subshell, nor
    # while the rc file runs; and where the user has switched something in the same line, or `cd` is called by a function
    # that has a PATH of its own, the prompt that follows sees to it.
    #
    # zsh itself keeps $?, $_ and pipestatus for the hooks that follow and for what the user types next. A trap on DEBUG
    # or ZERR is put aside until this function ends (LOCAL_TRAPS): it is about the commands of the user.
    #
    # To zsh the call of a function costs as much as five to ten tests of a file (it maps memory for each); a builtin, an
    # array that is set, and a compound command with one of these in it, as much as one; conditions and assignments next to
    # nothing. So what a prompt needs where nothing has changed stands here, calls no function, and loops without `break`.
    function __stepin_prompt __stepin_moved {
        builtin trap - DEBUG ZERR
        local __folder __name __at __stop=- __passed= __source __want= __was=$__stepin_at __last __further=0 __n __stepin_later=
        if [[ $0 == __stepin_moved ]]; then
            [[ $ZSH_SUBSHELL == 0 && -z $__stepin_fresh && ${(t)PATH}${(t)path}${(t)VIRTUAL_ENV} != *local* &&
                ${VIRTUAL_ENV-} == "$__stepin_venv" && ( -z $__stepin_on || -z ${_OLD_VIRTUAL_PATH+x} ) ]] || return 0
            __stepin_later=1
        fi

        # The generation is the one this shell knows, and the settings are those it was made from.
        [[ -e $__stepin_id && ( -z $__stepin_seen && ! -e $__stepin_config ||
            -n $__stepin_seen && -e $__stepin_config && ! $__stepin_config -nt $__stepin_id ) ]] || __stepin_renew
        [[ ${VIRTUAL_ENV-} == "$__stepin_venv" && -z $__stepin_fresh && ( -z $__stepin_on || -z ${_OLD_VIRTUAL_PATH+x} ) ]] || __stepin_user
        __last=$__stepin_simple
        [[ -n $__last && "$PWD/" == "$__last"/* ]] || __stepin_elsewhere

        while [[ $__stop == - ]]; do
            # From the current folder up to the last, then what else there is.
            __stop= __n=0 __folder=${__last:+$PWD/.}
            while [[ -z $__stop && ( $__n -eq 0 && $__folder != "$__last" || $__n -lt $__further ) ]]; do
                if [[ $__n -eq 0 && $__folder != "$__last" ]]; then
                    __folder=${__folder:h}
                else
                    __n=$(( __n + 1 )) __folder=${__stepin_further[__n]}
                fi
                if [[ -e $__folder/$__stepin_name1 || -d $__folder/$__stepin_name2 || -d $__folder/$__stepin_name3 ||
                    -d $__folder/$__stepin_name4 || -n $__stepin_more ]]; then
                    for __name in "${__stepin_names[@]}"; do
                        if [[ -z $__stop && ( -e $__folder/$__name/pyvenv.cfg || $__name == .venv && -f $__folder/.venv ||
                            -e $__folder/$__name/bin/activate_this.py ) && $__passed != *"<$__folder/$__name>"* ]]; then
                            __at=${__folder:-/} __stop=$__name
                        fi
                    done
                fi
            done
            # Nothing that the decision was made from is other or newer than it was; else the next source is asked. (-nt is
            # false in zsh where a file is missing.)
            __source=disk
            until [[ -z $__stop || $__stepin_at == "$__at" && $__stepin_stop == "$__stop" && -n $__stepin_verdict &&
                ( $__stepin_verdict != trusted || -x $__stepin_python && $__stepin_file -nt $__stepin_cfg &&
                $__stepin_file -nt $__stepin_env && $__stepin_file -nt $__stepin_bin &&
                ( -O $__stepin_env && -O $__stepin_cfg || $__stepin_flags == *o* ) &&
                ( ! -L $__stepin_env || $__stepin_flags == *l* ) ) &&
                ( $__stepin_verdict != broken || ! -x $__stepin_python ) &&
                ( $__stepin_flags != *k* || $__stepin_link -ef $__stepin_cfg ) ]] &&
                { [[ -z $__stop || -z $__stepin_paths ]] || __stepin_paths_hold }; do
                __stepin_judge "$__at" "$__stop" || break
            done
            if [[ -n $__stop && $__stepin_verdict == (none|incomplete) ]]; then # what lies further up decides
                __passed+="<${__at%/}/$__stop>" __stop=-
            fi
        done
        if [[ -z $__stop ]]; then
            __stepin_at= __stepin_stop= __stepin_verdict= __stepin_env=
        fi

        [[ -z $__stepin_tried ]] || __stepin_settled "$__stop" "$__source"
        if [[ $__was != "$__stepin_at" ]]; then
            __stepin_held=
        fi
        [[ -z $__stepin_hand ]] || __stepin_consent
        if [[ $__stepin_verdict == trusted && $__stepin_held != "$__stepin_at" ]]; then
            __want=$__stepin_env
        fi
        [[ $__want == "$__stepin_on" && -z $__stepin_adopted ]] || __stepin_apply "$__want"
        [[ -z $__stepin_at || -z $__stepin_message || $__stepin_said == *"<$__stepin_at@$__stepin_message>"* ]] ||
            __stepin_once "$__stepin_at@$__stepin_message" "$__stepin_message"
        __stepin_venv=${VIRTUAL_ENV-} __stepin_tools=${DIRENV_DIFF-}${__MISE_DIFF-}
        # Nothing to tell the watcher, nor anything from it to show.
        [[ -n $__stepin_later || -z $__stepin_in && $__stepin_verdict != trusted ||
            -n $__stepin_in && $__stepin_in == "$__stepin_at" && $__stepin_verdict == trusted &&
            -z $__stepin_mark$__stepin_entered${STEPIN_DRIFT+x} && ! -e $__stepin_notice ]] || __stepin_notice
        __stepin_fresh=
    }

    # What the user, or a tool of theirs, did with VIRTUAL_ENV since the last prompt.
    __stepin_user() {
        local __now=${VIRTUAL_ENV-}
        if [[ -n $__stepin_fresh ]]; then # a new shell: is what it inherited ours?
            [[ -n ${STEPIN_ENV-} ]] || return 0
            if [[ -z $__now || $__now == "$STEPIN_ENV" ]]; then
                __stepin_on=$STEPIN_ENV __stepin_entry=$STEPIN_ENV/bin __stepin_adopted=1
                [[ -d $__stepin_entry || ! -d $STEPIN_ENV/Scripts ]] || __stepin_entry=$STEPIN_ENV/Scripts
            else
                builtin unset STEPIN_ENV
            fi
            return 0
        fi
        if [[ -n $__stepin_on && -n $__now && -n ${_OLD_VIRTUAL_PATH+x} ]]; then
            __stepin_yield
            __stepin_hand=$__now
        elif [[ -n $__stepin_on && $__now != "$__stepin_on" ]]; then
            # Switched off without `deactivate`, or something else was put in its place: what is left of ours goes.
            [[ -n $__now ]] || __stepin_held=$__stepin_at
            __stepin_apply ""
        fi
        [[ $__now != "$__stepin_venv" ]] || return 0
        __stepin_hand=$__now __stepin_learns=
        if [[ -n $__now && -n $__stepin_learn && $__stepin_tools == "${DIRENV_DIFF-}${__MISE_DIFF-}" ]] &&
            ! __stepin_theirs && __stepin_function deactivate; then
            __stepin_learns=1
        fi
    }

    # Does the active environment belong to another tool?
    __stepin_theirs() {
        [[ ${CONDA_PREFIX-} == "$VIRTUAL_ENV" || ${PYENV_VIRTUAL_ENV-} == "$VIRTUAL_ENV" ]] && return 0
        [[ -n ${DIRENV_DIR-}${MISE_SHELL-} ]] && ! __stepin_function deactivate
    }

    # Without zsh/parameter, which not every zsh can load.
    __stepin_function() {
        builtin typeset +f "$1" >/dev/null 2>&1
    }

    # Consent by doing: an environment was activated by hand here. If it is that of the project, it is ours again, and one
    # that nobody has said anything about is allowed.
    __stepin_consent() {
        if [[ -n $__stepin_env && $__stepin_hand -ef $__stepin_env ]]; then
            __stepin_held= __source=learn
            [[ -z $__stepin_learns || $__stepin_verdict != untrusted ]] || __stepin_judge "$__stepin_at" "$__stepin_stop"
        fi
        __stepin_hand=
    }

    # Says a line once in this shell, at a prompt.
    __stepin_once() {
        [[ $__stepin_said != *"<$1>"* ]] || return 0
        [[ -z $__stepin_later ]] || return 0
        __stepin_said+="<$1>"
        builtin print -r -u 2 -- "$2"
    }

    # In front of what is there, so that the hooks that follow, prompts among them, see the environment. Into the arrays
    # themselves, which zsh documents (zshmisc(1), Hook Functions): add-zsh-hook has to be found on the fpath, and loaded.
    __stepin_attach() {
        if [[ ${(t)precmd_functions}${(t)chpwd_functions} == *readonly* ]]; then
            builtin print -r -u 2 -- "stepin: precmd_functions is read-only: load stepin before the line that makes it so"
            return 0
        fi
        [[ ${precmd_functions[(Ie)__stepin_prompt]} -gt 0 ]] || precmd_functions=(__stepin_prompt "${precmd_functions[@]}")
        [[ ${chpwd_functions[(Ie)__stepin_moved]} -gt 0 ]] || chpwd_functions=(__stepin_moved "${chpwd_functions[@]}")
    }

    if [[ $ZSH_VERSION != (5.<3->|<6->.)* ]]; then
        __stepin_prompt() { __stepin_once old "stepin: zsh $ZSH_VERSION is too old, environments stay off: use zsh 5.3 or later" }
        __stepin_moved() { : }
    fi
    if [[ -z ${__stepin_call-} ]]; then
        __stepin_said= __stepin_tried=() __stepin_paths= __stepin_further=() __stepin_simple= __stepin_later= __stepin_fresh=1
        __stepin_pwd= __stepin_at= __stepin_stop= __stepin_verdict= __stepin_env= __stepin_message= __stepin_flags=
        __stepin_on= __stepin_entry= __stepin_put= __stepin_held= __stepin_hand= __stepin_learns= __stepin_adopted= __stepin_odd=
        __stepin_id= __stepin_seen= __stepin_renewed= __stepin_learn= __stepin_venv=${VIRTUAL_ENV-} __stepin_tools=
        __stepin_theirs_deactivate= __stepin_old_path= __stepin_new_path= __stepin_old_prompt=
        __stepin_call=__stepin_prompt
    fi
    __stepin_attach
fi
'
