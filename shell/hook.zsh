# stepin's hook for zsh 5.3 and later: at a prompt and at a `cd`, switches the environment of the project one stands in on
# and off.
#
# The contract is in README.md beside this file. In the steady state it uses nothing but builtins and starts no process.
# `stepin init zsh` puts lines before it that set:
#   __stepin_state    the state folder
#   __stepin_config   the user's configuration
#   __stepin_helpers  pairs of an absolute interpreter and the folder that holds the package stepin
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
    # Nobody has switched anything on or off since we looked, what is allowed is on, nothing has been created that would
    # decide in place of what does, and that still holds.
    __stepin_as_before() {
        [[ ${VIRTUAL_ENV-} == "$__stepin_venv" && ( -z $__stepin_on || -z ${_OLD_VIRTUAL_PATH+x} ) && ( $__stepin_verdict != allowed || -n $__stepin_on || $__stepin_held == "$__stepin_at" ) ]] &&
            __stepin_same && ! "$__stepin_near" && { [[ -z $__stepin_here ]] || __stepin_holds; }
    }

    # Notices what is new and acts on it.
    __stepin_look() {
        [[ $PWD == "$__stepin_pwd" ]] || __stepin_levels
        if [[ -z $__stepin_again ]] && __stepin_as_before; then
            [[ -z $__stepin_tried ]] || __stepin_settled "$__stepin_here"
            [[ $__stepin_here != "$__stepin_at" ]] || return 0
            __stepin_at= __stepin_verdict= __stepin_env= __stepin_held= # left, for where there is nothing
        else
            __stepin_again=
            __stepin_same || __stepin_renew
            [[ -n $__stepin_later ]] || __stepin_user
            __stepin_walk
        fi
        __stepin_apply
        __stepin_venv=${VIRTUAL_ENV-} __stepin_tools=${DIRENV_DIFF-}${__MISE_DIFF-} __stepin_first=
    }

    # The generation is another: learn the one that is there; if it is older than the settings, have a new one made, once.
    __stepin_renew() {
        local __was=$__stepin_id
        __stepin_settings
        if [[ -n $__stepin_id && -z $__stepin_later && $__stepin_renewed != "$__stepin_id" ]] && ! __stepin_same; then
            __stepin_renewed=$__stepin_id
            __stepin_ask renew / && __stepin_settings
        fi
        [[ $__was == "$__stepin_id" ]] || __stepin_tried=()
        __stepin_levels
    }

    __stepin_settings() {
        local __file=$__stepin_state/current/settings.zsh
        local -a __stepin_settings __stepin_end
        __stepin_names=(.venv venv env .env) __stepin_above=() __stepin_homes=()
        __stepin_id= __stepin_seen= __stepin_learn=
        [[ -e $__stepin_config ]] && __stepin_seen=1
        [[ -f $__file && -O $__file ]] && builtin . "$__file" 2>/dev/null
        if [[ -n $__stepin_end && ${__stepin_settings[1]} == 1 ]]; then
            __stepin_id=$__stepin_state/current/id-${__stepin_settings[2]}
            __stepin_learn=${__stepin_settings[3]} __stepin_seen=${__stepin_settings[4]}
            [[ -z ${__stepin_settings[5]} ]] || __stepin_once settings "${__stepin_settings[5]}"
        fi
        __stepin_home=${HOME-} __stepin_real=${HOME-}
        [[ ${__stepin_homes[1]} == "$__stepin_home" ]] && __stepin_real=${__stepin_homes[2]}
        __stepin_nears= # the names may be others now
    }

    # What the user, or a tool of theirs, did with VIRTUAL_ENV since the last prompt.
    __stepin_user() {
        local __now=${VIRTUAL_ENV-}
        if [[ -n $__stepin_first ]]; then # a new shell: is what it inherited ours?
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
            __stepin_off
        fi
        [[ $__now != "$__stepin_venv" ]] || return 0
        __stepin_hand=$__now __stepin_learns=
        if [[ -n $__now && -n $__stepin_learn && $__stepin_tools == "${DIRENV_DIFF-}${__MISE_DIFF-}" ]] && ! __stepin_theirs && __stepin_function deactivate; then
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

    # Makes the shell what the decision wants it to be.
    __stepin_apply() {
        local __want= __hand=$__stepin_hand
        __stepin_hand=
        if [[ -n $__hand && -n $__stepin_env && $__hand -ef $__stepin_env ]]; then
            __stepin_held=
            # Consent by doing: the environment of the project was activated by hand, here.
            [[ -z $__stepin_learns || $__stepin_verdict != untrusted ]] || __stepin_question learn "$__stepin_at" "$__stepin_stop" "$__stepin_place"
        fi
        [[ $__stepin_verdict != allowed || $__stepin_held == "$__stepin_at" ]] || __want=$__stepin_env
        if [[ -n $__stepin_on && ( $__want != "$__stepin_on" || -n $__stepin_adopted ) ]]; then
            if [[ $__want == "$__stepin_on" ]]; then __stepin_adopt; else __stepin_off; fi
        fi
        __stepin_adopted=
        if [[ -n $__want && -z $__stepin_on ]]; then
            if [[ -n ${VIRTUAL_ENV-} ]]; then
                if __stepin_theirs || [[ ! $VIRTUAL_ENV -ef $__want ]]; then
                    __stepin_once "$VIRTUAL_ENV@$__stepin_at" "stepin: $__stepin_shown is not on, another environment is active: deactivate"
                else
                    __stepin_adopt
                fi
            elif [[ -n ${CONDA_PREFIX-} && ${CONDA_DEFAULT_ENV-} != base ]]; then
                __stepin_once "conda@$__stepin_at" "stepin: $__stepin_shown is not on, a conda environment is active: conda deactivate"
            else
                __stepin_switch_on
            fi
        fi
        [[ -z $__stepin_at || -z $__stepin_message ]] || __stepin_once "$__stepin_at@$__stepin_message" "$__stepin_message"
    }

    # Says a line once in this shell, at a prompt: at a `cd` it leaves that to the prompt that follows.
    __stepin_once() {
        [[ $__stepin_said != *"<$1>"* ]] || return 0
        if [[ -n $__stepin_later ]]; then
            __stepin_again=1
        else
            __stepin_said+="<$1>"
            builtin print -r -u 2 -- "$2"
        fi
    }

    # zsh itself keeps $?, $_ and pipestatus for the hooks that follow and for what the user types next. A trap on DEBUG
    # or ZERR is put aside until this function ends (LOCAL_TRAPS): it is about the commands of the user.
    __stepin_prompt() {
        builtin trap - DEBUG ZERR
        __stepin_look
        return 0
    }

    # At a `cd`: what is known is done at once. Not in a subshell, nor while the rc file runs; and where the user has
    # switched something in the same line, or `cd` is called by a function that has a PATH of its own, the prompt that
    # follows sees to it.
    __stepin_moved() {
        [[ $ZSH_SUBSHELL == 0 && -z $__stepin_first && ${(t)PATH}${(t)path}${(t)VIRTUAL_ENV} != *local* && ${VIRTUAL_ENV-} == "$__stepin_venv" && ( -z $__stepin_on || -z ${_OLD_VIRTUAL_PATH+x} ) ]] || return 0
        builtin trap - DEBUG ZERR
        local __stepin_later=1
        __stepin_look
        return 0
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

    if [[ -z ${__stepin_call-} ]]; then
        __stepin_boot="import sys;sys.path[:0]=[sys.argv.pop(1)];from stepin.hook import main;sys.exit(main())"
        __stepin_said= __stepin_tried=() __stepin_paths=() __stepin_nears= __stepin_later= __stepin_again=1
        __stepin_pwd= __stepin_at= __stepin_here= __stepin_stop= __stepin_verdict= __stepin_env= __stepin_place= __stepin_message=
        __stepin_on= __stepin_entry= __stepin_put= __stepin_held= __stepin_hand= __stepin_learns= __stepin_adopted= __stepin_unset=
        __stepin_id= __stepin_seen= __stepin_renewed= __stepin_learn= __stepin_venv=${VIRTUAL_ENV-} __stepin_tools=
        __stepin_theirs_deactivate= __stepin_old_path= __stepin_new_path= __stepin_old_prompt= __stepin_first=1
        __stepin_call=__stepin_prompt
    fi
    __stepin_attach
fi
'
