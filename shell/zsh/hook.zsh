# stepin's hook for zsh 5.3 and later: activates the environment of the current project, at a `cd` and at a prompt.
#
# The contract is in README.md beside this file. In the steady state it uses nothing but builtins and starts no process.
# `stepin init zsh` puts lines before it that set:
#   __stepin_state    the state folder
#   __stepin_config   the user's configuration
#   __stepin_helpers  pairs of an absolute interpreter and the folder that holds the package stepin
#   __stepin_boot     what such an interpreter is started with
#   __stepin_speaks   the protocol of the hook and its helper
#   __stepin_defaults the names of environments, until the settings are known
#
# decision.zsh, activation.zsh and notice.zsh, which come before it, find out what is to be active, activate it, and show
# what the watcher found.
#
# All code stands in quotes, behind `emulate zsh -c` (zshbuiltins(1), emulate): it is read without aliases, also inside
# of `eval "$(stepin init zsh)"`, which zsh reads as a whole before it runs the first line; and the functions keep zsh's
# own options ("sticky emulation"), whatever the user has set, and so does what they source and eval. Hence no single
# quote between the two. Words that a user may have made a function are called through `builtin`; `local` and `export` are
# reserved words. No word depends on IFS. Bytes do, and cost zsh a fifth less than characters (MULTIBYTE).

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'no_auto_name_dirs' '-o' 'no_multibyte' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # Defines the function of the prompt for the names that are in force. It tests in one expression all that can change
    # while the user stays where they are, and goes on only if something did.
    #
    # zsh itself keeps $?, $_ and pipestatus for the hooks that follow and for what the user types next. A trap on DEBUG
    # or ZERR is put aside until the function ends (LOCAL_TRAPS): it is about the commands of the user.
    #
    # To zsh the call of a function costs as much as ten tests of a file (it maps memory for each); a builtin, `local`, or
    # an array that is set as much as several; a variable that is read as much as half a test of a file. A relative path
    # costs less than half of an absolute one, so the folders above are tested by such paths: __stepin_levels has a `../`
    # for each, behind a `-`. It is empty if one of them is a link, or has something of such a name already.
    __stepin_define() {
        local __level __up= __above= __end= __name __test
        for (( __level = 0; __level < 12; __level++ )); do
            __above+="( \$__stepin_levels == -$__up || "
            for __name in "${__stepin_names[@]}"; do
                __test=-d # a file .env is a dotenv file
                [[ $__name != .venv ]] || __test=-e
                __above+="! $__test ${(q-):-$__up$__name} && "
            done
            __up+=../ __end+=" )"
        done
        builtin eval "function __stepin_prompt {
            builtin trap - DEBUG ZERR
            [[ -z \$__stepin_busy\$__stepin_mark\${STEPIN_DRIFT+x} &&
                \"\$PWD|\${VIRTUAL_ENV-}|\${PATH-}|\${PS1-}|\${VIRTUAL_ENV_DISABLE_PROMPT:+q}\${_OLD_VIRTUAL_PATH+o}\" == \"\$__stepin_pwd|\$__stepin_left\" &&
                -n \$__stepin_levels && . -ef \$PWD && -e \$__stepin_id && ( -z \$__stepin_seen && ! -e \$__stepin_config ||
                -n \$__stepin_seen && -e \$__stepin_config && ! \$__stepin_config -nt \$__stepin_id && ! \$__stepin_config -ot \$__stepin_id ) &&
                ( -z \$__stepin_notice || ! -e \$__stepin_notice ) &&
                $__above \$__stepin_levels == -$__up $__end ]] && \$__stepin_holds 1 &&
                __stepin_moves= __stepin_tools=\${DIRENV_DIFF-}\${__MISE_DIFF-} && return 0
            local __stepin_now=prompt
            __stepin_step
        }"
    }

    # At a `cd`. What is ordinary is done here, with conditions and assignments alone: nothing is odd, and of all folders
    # only one that this shell knows holds an environment, whose decision holds. __stepin_step does the rest.
    function __stepin_moved {
        builtin trap - DEBUG ZERR
        [[ $ZSH_SUBSHELL == 0 ]] || return 0
        __stepin_moves=1 __stepin_n=odd
        [[ -n $__stepin_at_cd ]] || return 0
        if [[ -n $__stepin_plain &&
            "${VIRTUAL_ENV-}|${PATH-}|${PS1-}|${VIRTUAL_ENV_DISABLE_PROMPT:+q}${_OLD_VIRTUAL_PATH+o}" == "$__stepin_left" &&
            -e $__stepin_id && ( -z $__stepin_seen && ! -e $__stepin_config || -n $__stepin_seen && -e $__stepin_config &&
            ! $__stepin_config -nt $__stepin_id && ! $__stepin_config -ot $__stepin_id ) ]]; then
            __stepin_f=$PWD __stepin_up= __stepin_n=
            while [[ -z $__stepin_n ]]; do
                __stepin_n=${__stepin_here[$__stepin_f]-}
                if [[ -n $__stepin_n ]]; then
                    __stepin_levels=-$__stepin_up
                elif [[ -e $__stepin_up$__stepin_name1 || -d $__stepin_up$__stepin_name2 || -d $__stepin_up$__stepin_name3 ||
                    -d $__stepin_up$__stepin_name4 || -L $__stepin_f || $__stepin_f == / ]]; then
                    __stepin_n=odd
                elif [[ $__stepin_f == "$__stepin_simple" ]]; then
                    __stepin_n=none __stepin_levels=-$__stepin_up../
                else
                    __stepin_f=${__stepin_f:h} __stepin_up+=../
                fi
            done
        fi
        if [[ $__stepin_n == none ]]; then
            __stepin_env= __stepin_folder= __stepin_first= __stepin_verdict= __stepin_message= __stepin_notice_file=
            __stepin_holds=(builtin :)
        elif [[ $__stepin_n != odd ]] && __stepin_decision_$__stepin_n && [[ $__stepin_verdict == trusted && -z $__stepin_message ]]; then
            __stepin_holds=__stepin_decision_$__stepin_n
        else
            __stepin_step
            return 0
        fi
        if [[ $__stepin_env != "$__stepin_on" ]]; then
            # Another environment, or none. What is there now is what this shell left, or nothing. That a variable is
            # read-only is an error (for others than these three, whose being local matters, too).
            __stepin_old=$__stepin_path __stepin_base=$__stepin_ps1
            [[ -z $__stepin_on ]] || __stepin_old=$__stepin_old_path __stepin_base=${__stepin_ps1#"$__stepin_put"}
            if [[ -e $__stepin_state/shells || "${(t)PATH}${(t)path}${(t)VIRTUAL_ENV}" != $__stepin_types${__stepin_on:+scalar-export} ||
                -n $__stepin_on && ${functions[deactivate]-} != *__stepin_deactivate* || -n $__stepin_env && (
                -z $__stepin_on && -n "${VIRTUAL_ENV-}${VIRTUAL_ENV_PROMPT+x}${functions[deactivate]-}" ||
                -n "${PYTHONHOME+x}${CONDA_PREFIX-}${VIRTUAL_ENV_DISABLE_PROMPT-}${functions[prompt_pure_precmd]-}" ||
                -e $__stepin_notice_file ||
                "$__stepin_old|$__stepin_base" != "${__stepin_clear[$__stepin_n]-}" ) ]]; then
                __stepin_step
                return 0
            fi
            {
                if [[ -z $__stepin_env ]]; then
                    PATH=$__stepin_old PS1=$__stepin_base
                    builtin unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT STEPIN_ENV
                    builtin unset -f deactivate
                    __stepin_on= __stepin_put= __stepin_path=$__stepin_old __stepin_ps1=$__stepin_base __stepin_new_path=
                else
                    __stepin_path=$__stepin_bin:$__stepin_old __stepin_ps1=$__stepin_prefix$__stepin_base
                    PATH=$__stepin_path PS1=$__stepin_ps1
                    export VIRTUAL_ENV=$__stepin_env VIRTUAL_ENV_PROMPT=$__stepin_name STEPIN_ENV=$__stepin_env
                    deactivate() {
                        __stepin_deactivate "${1-}"
                    }
                    __stepin_on=$__stepin_env __stepin_entry=$__stepin_bin __stepin_put=$__stepin_prefix __stepin_on_name=$__stepin_name
                    __stepin_old_path=$__stepin_old __stepin_new_path=$__stepin_path __stepin_on_prefix=$__stepin_prefix
                fi
            } always {
                [[ $TRY_BLOCK_ERROR -le 0 ]] || {
                    TRY_BLOCK_ERROR=0 __stepin_busy=1 __stepin_plain=
                    return 0
                }
            }
            __stepin_venv=$__stepin_on __stepin_in=$__stepin_folder __stepin_notice=$__stepin_notice_file
            __stepin_left="$__stepin_on|$__stepin_path|$__stepin_ps1|"
        fi
        __stepin_at=$__stepin_folder __stepin_stop=$__stepin_first __stepin_pwd=$PWD __stepin_tools=${DIRENV_DIFF-}${__MISE_DIFF-}
    }

    # At a prompt (__stepin_now), and at a `cd` for all that is not ordinary: finds the nearest folder that decides, and its
    # decision, and makes the shell what it wants.
    #
    # At a `cd` nothing is printed. Nothing is done while the rc file runs, if `cd` is called by a function with a PATH of
    # its own, or if the user activated something in the same line: the next prompt sees to these.
    __stepin_step() {
        if [[ -z ${__stepin_now-} ]]; then
            [[ ( -z $__stepin_fresh || $ZSH_EVAL_CONTEXT == toplevel* && $ZSH_EVAL_CONTEXT != *file* ) &&
                ${(t)PATH}${(t)path}${(t)VIRTUAL_ENV} != *local* &&
                ( ${VIRTUAL_ENV-} == "$__stepin_venv" || -z $__stepin_on${VIRTUAL_ENV-} ) &&
                ( -z $__stepin_on || -z ${_OLD_VIRTUAL_PATH+x} ) ]] || {
                __stepin_busy=1
                return 0
            }
        fi
        local __folder __name __at __stop=- __passed= __want= __was=$__stepin_at __last __further=0 __n __levels __asked=
        __stepin_busy=

        [[ -e $__stepin_id && ( -z $__stepin_seen && ! -e $__stepin_config || -n $__stepin_seen && -e $__stepin_config &&
            ! $__stepin_config -nt $__stepin_id && ! $__stepin_config -ot $__stepin_id ) ]] || __stepin_renew
        [[ ${VIRTUAL_ENV-} == "$__stepin_venv" && -z $__stepin_fresh && ( -z $__stepin_on || -z ${_OLD_VIRTUAL_PATH+x} ) ]] ||
            __stepin_user
        __last=$__stepin_simple
        [[ -n $__last && "$PWD/" == "$__last"/* ]] || __stepin_elsewhere

        while [[ $__stop == - ]]; do
            # From the current folder up to the last, then what else there is.
            __stop= __n=0 __folder=${__last:+$PWD/.} __levels=-
            while [[ -z $__stop && ( $__n -eq 0 && $__folder != "$__last" || $__n -lt $__further ) ]]; do
                if [[ $__n -eq 0 && $__folder != "$__last" ]]; then
                    __folder=${__folder:h}
                else
                    __n=$(( __n + 1 )) __folder=${__stepin_further[__n]} __levels=x
                fi
                if [[ -e $__folder/$__stepin_name1 || -d $__folder/$__stepin_name2 || -d $__folder/$__stepin_name3 ||
                    -d $__folder/$__stepin_name4 || -n $__stepin_more ]]; then
                    for __name in "${__stepin_names[@]}"; do
                        if [[ -z $__stop && ( -e $__folder/$__name/pyvenv.cfg || $__name == .venv && -f $__folder/.venv ||
                            -e $__folder/$__name/bin/activate_this.py ) && $__passed != *"<$__folder/$__name>"* ]]; then
                            __at=${__folder:-/} __stop=$__name
                        fi
                    done
                    [[ -n $__stop ]] || __levels=x
                fi
                [[ $__levels == x || -n $__stop ]] || __levels+=../
                [[ -n $__stop || ! -L $__folder ]] || __levels=x
            done
            if [[ -z $__stop ]]; then
                __stepin_at= __stepin_stop= __stepin_verdict= __stepin_env= __stepin_message= __stepin_holds=(builtin :)
            else
                # What this shell knows; else what is found, and then it knows that.
                __n=${__stepin_known[$__at/$__stop]-}
                [[ -n $__n ]] && __stepin_decision_$__n && __stepin_at=$__at __stepin_stop=$__stop || __stepin_judge "$__at" "$__stop"
                __n=${__stepin_known[$__at/$__stop]-} __stepin_holds=(builtin false)
                [[ -z $__n ]] || __stepin_holds=__stepin_decision_$__n
                if [[ $__stepin_verdict == (none|incomplete) ]]; then # what lies further up decides
                    __passed+="<${__at%/}/$__stop>" __stop=- __levels=x
                fi
            fi
        done
        __stepin_levels=$__levels
        [[ -z $__passed && $__levels != x* ]] || __stepin_levels=

        if [[ $__was != "$__stepin_at" ]]; then
            __stepin_held=
            [[ -n $__stepin_at && $__stepin_doubt == "$__stepin_at/"* ]] || __stepin_doubt=
        fi
        [[ -z $__stepin_look ]] || __stepin_requested
        [[ -z $__stepin_hand ]] || __stepin_consent
        [[ ${PATH-} == "$__stepin_path" ]] || __stepin_truth
        [[ ${PS1-} == "$__stepin_ps1" && ${VIRTUAL_ENV_DISABLE_PROMPT:+1} == "$__stepin_quiet" ]] || __stepin_prompt_changed
        if [[ $__stepin_verdict == trusted && $__stepin_held != "$__stepin_at" ]]; then
            __want=$__stepin_env
            [[ -z ${CONDA_PREFIX-} || ${CONDA_DEFAULT_ENV-} == base ]] || __stepin_conda
        fi
        [[ $__want == "$__stepin_on" && -z $__stepin_adopted ]] || __stepin_apply "$__want"

        [[ -z $__stepin_message || $__stepin_said == *"<$__stepin_at@$__stepin_message>"* ]] ||
            __stepin_once "$__stepin_at@$__stepin_message" "$__stepin_message"
        __n=
        [[ $__stepin_verdict != trusted ]] || __n=$__stepin_at
        if [[ $__n != "$__stepin_in" || -n $__stepin_mark$__stepin_entered${STEPIN_DRIFT+x} || -n $__stepin_notice && -e $__stepin_notice ]]; then
            __stepin_noticed
        fi
        if [[ -n ${__stepin_now-} ]]; then
            __stepin_moves= __stepin_inherited=
            [[ -z $__stepin_late ]] || __stepin_say_late
            [[ "$precmd_functions" == "$__stepin_hooks" ]] || __stepin_order
        fi
        __stepin_fresh= __stepin_pwd=$PWD __stepin_path=${PATH-} __stepin_venv=${VIRTUAL_ENV-} __stepin_ps1=${PS1-}
        __stepin_tools=${DIRENV_DIFF-}${__MISE_DIFF-}
        __stepin_quiet=${VIRTUAL_ENV_DISABLE_PROMPT:+1} __stepin_plain=
        __stepin_left="$__stepin_venv|$__stepin_path|$__stepin_ps1|${VIRTUAL_ENV_DISABLE_PROMPT:+q}${_OLD_VIRTUAL_PATH+o}"
        # What a `cd` in ordinary circumstances relies upon, and to what an environment was added so.
        [[ -z $__stepin_busy$__stepin_held$__stepin_odd$__stepin_mark$__stepin_tolds$__stepin_more$__stepin_doubt && $__stepin_told == 0 &&
            ${+functions[__stepin_step]} == 1 && ${(t)PATH} != *(local|readonly)* && ${(t)path} != *(local|readonly)* ]] || return 0
        if [[ -z $__stepin_on ]]; then
            __stepin_plain=1
            [[ -n ${VIRTUAL_ENV+x} ]] || __stepin_types="${(t)PATH}${(t)path}"
        elif [[ $PATH == "$__stepin_entry:$__stepin_old_path" && -n $__stepin_put && $PS1 == "$__stepin_put"* ]]; then
            __stepin_plain=1 __stepin_new_path=$PATH __stepin_n=${__stepin_known[$__stepin_at/$__stepin_stop]-}
            [[ $__stepin_env != "$__stepin_on" || -z $__stepin_n || ":$__stepin_old_path:" == *":$__stepin_entry:"* ]] ||
                __stepin_clear[$__stepin_n]="$__stepin_old_path|${PS1#"$__stepin_put"}"
        fi
    }

    # Behind the other functions of a prompt: some of them put back a PATH that they had saved.
    function __stepin_after {
        builtin trap - DEBUG ZERR
        [[ ${PATH-} == "$__stepin_path" && ${VIRTUAL_ENV-} == "$__stepin_venv" ]] &&
            __stepin_tools=${DIRENV_DIFF-}${__MISE_DIFF-} && return 0
        local __stepin_now=after
        __stepin_step
    }

    # What the user, or a tool of theirs, did with VIRTUAL_ENV since this shell last looked.
    __stepin_user() {
        local __now=${VIRTUAL_ENV-}
        if [[ -n $__stepin_fresh ]]; then # a new shell: is what it inherited ours?
            [[ -n ${STEPIN_ENV-} ]] || return 0
            __stepin_inherited=1 __stepin_entry=$STEPIN_ENV/bin
            [[ -d $__stepin_entry || ! -d $STEPIN_ENV/Scripts ]] || __stepin_entry=$STEPIN_ENV/Scripts
            __stepin_ours[$__stepin_entry]=0
            if [[ -z $__now || $__now == "$STEPIN_ENV" ]]; then
                __stepin_on=$STEPIN_ENV __stepin_adopted=1 __stepin_on_name=${VIRTUAL_ENV_PROMPT-}
            else
                builtin unset STEPIN_ENV
            fi
            return 0
        fi
        if [[ -n $__stepin_on && -n $__now && -n ${_OLD_VIRTUAL_PATH+x} ]]; then
            __stepin_yield
            __stepin_hand=$__now
        elif [[ -n $__stepin_on && $__now != "$__stepin_on" ]]; then
            # Deactivated without `deactivate`, or something else was put in its place: what is left of ours goes.
            [[ -n $__now || $__stepin_tools != "${DIRENV_DIFF-}${__MISE_DIFF-}" ]] || __stepin_held=$__stepin_at
            __stepin_apply ""
            __now=${VIRTUAL_ENV-}
        fi
        [[ $__now != "$__stepin_venv" ]] || return 0
        __stepin_hand=$__now __stepin_learns=
        # Consent is what the user typed in this folder, not what a tool, a plugin or an rc file did.
        if [[ ${__stepin_now-} == prompt && -z $__stepin_moves && -n $__now && -n $__stepin_learn && $PWD == "$__stepin_pwd" &&
            $__stepin_tools == "${DIRENV_DIFF-}${__MISE_DIFF-}" ]] && ! __stepin_theirs && __stepin_function deactivate; then
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

    # VIRTUAL_ENV has changed. If it is the environment of the project, it is ours again; one that is neither trusted nor
    # denied is trusted if the user has activated it. One that this shell activated before was put back by a tool: away.
    __stepin_consent() {
        local __answer=
        if [[ -n $__stepin_env && $__stepin_hand -ef $__stepin_env ]]; then
            __stepin_held=
            if [[ -n $__stepin_learns && $__stepin_verdict == untrusted ]]; then
                __stepin_ask learn "$__stepin_at"
                __stepin_answered "$__stepin_at" "$__stepin_stop" 0
                __stepin_holds=(builtin false) # until the next prompt
                __stepin_busy=1
            fi
        elif [[ -z $__stepin_on && ${VIRTUAL_ENV-} == "$__stepin_hand" && -z ${_OLD_VIRTUAL_PATH+x} &&
            ( -n ${__stepin_ours[$__stepin_hand/bin]-} || -n ${__stepin_ours[$__stepin_hand/Scripts]-} ) ]]; then
            builtin unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
        fi
        __stepin_hand=
    }

    # Prints a line once in this shell, at a prompt. What comes up at a `cd`, or while powerlevel10k shows its instant
    # prompt, waits; a line about the place comes up again.
    __stepin_once() {
        [[ $__stepin_said != *"<$1>"* ]] || return 0
        if [[ -z ${__stepin_now-} || -n ${__p9k_instant_prompt_active+x} ]]; then
            __stepin_busy=1
            [[ $1 != (helper|settings|refused) ]] || __stepin_late=("$1" "$2")
            return 0
        fi
        __stepin_said+="<$1>"
        builtin print -r -u 2 -- "$2"
    }

    __stepin_say_late() {
        local __key=${__stepin_late[1]} __text=${__stepin_late[2]}
        [[ -z ${__p9k_instant_prompt_active+x} ]] || return 0
        __stepin_late=()
        __stepin_once "$__key" "$__text"
    }

    # First among the functions of a prompt, so that the others see the environment, and last if there are others. Into the
    # arrays themselves, which zsh documents (zshmisc(1), Hook Functions): add-zsh-hook has to be found on the fpath, and
    # loaded. A tool that wants to be last itself wins in the end.
    __stepin_order() {
        local -a __all
        if [[ ${(t)precmd_functions} != *readonly* && $__stepin_orders -lt 5 ]]; then
            __all=("${(@)precmd_functions:#(__stepin_prompt|__stepin_after)}")
            [[ ${#__all} -eq 0 ]] || __all+=(__stepin_after)
            __all=(__stepin_prompt "${__all[@]}")
            if [[ "$__all" != "$precmd_functions" ]]; then
                precmd_functions=("${__all[@]}")
                __stepin_orders=$(( __stepin_orders + 1 ))
            fi
        fi
        __stepin_hooks="$precmd_functions"
    }

    __stepin_attach() {
        if [[ ${(t)precmd_functions}${(t)chpwd_functions} == *readonly* ]]; then
            builtin print -r -u 2 -- "stepin: precmd_functions is read-only; load stepin before the line that makes it so"
            return 0
        fi
        [[ ${precmd_functions[(Ie)__stepin_prompt]} -gt 0 ]] ||
            precmd_functions=(__stepin_prompt "${(@)precmd_functions:#__stepin_after}" __stepin_after)
        [[ ${chpwd_functions[(Ie)__stepin_moved]} -gt 0 ]] || chpwd_functions=(__stepin_moved "${chpwd_functions[@]}")
    }

    if [[ -z ${__stepin_call-} ]]; then
        builtin typeset -gA __stepin_known __stepin_here __stepin_ours __stepin_clear
        __stepin_known=() __stepin_here=() __stepin_ours=() __stepin_clear=() __stepin_types= __stepin_count=0
        __stepin_prefixes=() __stepin_shown=() __stepin_holds=(builtin :)
        __stepin_said= __stepin_late=() __stepin_further=() __stepin_simple= __stepin_fresh=1 __stepin_busy= __stepin_moves=
        __stepin_walked= __stepin_at= __stepin_stop= __stepin_verdict= __stepin_env= __stepin_message= __stepin_prefix=
        __stepin_on= __stepin_on_name= __stepin_on_prefix= __stepin_entry= __stepin_put= __stepin_held= __stepin_hand=
        __stepin_learns= __stepin_adopted= __stepin_inherited= __stepin_odd= __stepin_kept= __stepin_returned=
        __stepin_id= __stepin_seen= __stepin_renewed= __stepin_learn= __stepin_tools= __stepin_doubt= __stepin_doubts=0
        __stepin_doubtful=() __stepin_tests=() __stepin_failed= __stepin_signature= __stepin_known_by= __stepin_look=
        __stepin_venv=${VIRTUAL_ENV-} __stepin_old_path= __stepin_new_path= __stepin_old_prompt= __stepin_path= __stepin_pwd=
        __stepin_ps1= __stepin_quiet= __stepin_plain= __stepin_left= __stepin_levels= __stepin_hooks= __stepin_orders=0
        __stepin_reply= __stepin_request= __stepin_at_cd=1
        __stepin_newline="
"
        __stepin_names=("${__stepin_defaults[@]}")
        __stepin_call=__stepin_prompt
        __stepin_define
        __stepin_read_request
    fi
    if [[ $ZSH_VERSION != (5.<3->|<6->.)* ]]; then
        __stepin_prompt() {
            local __stepin_now=prompt
            __stepin_once old "stepin: zsh $ZSH_VERSION is too old; environments stay off; use zsh 5.3 or later"
        }
        __stepin_moved() { : }
        __stepin_after() { : }
    fi
    __stepin_attach
fi
'
