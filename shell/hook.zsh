# stepin's hook for zsh 5.3 and later: at a prompt and at a `cd`, switches the environment of the project one stands in on
# and off.
#
# The contract is in README.md beside this file. In the steady state it uses nothing but builtins and starts no process.
# `stepin init zsh` puts lines before it that set:
#   __stepin_state    the state folder
#   __stepin_config   the user's configuration
#   __stepin_helpers  pairs of an absolute interpreter and the folder that holds the package stepin
#
# activation.zsh, which comes before it, switches on and off.
#
# All code stands in quotes, behind `emulate zsh -c` (zshbuiltins(1), emulate): it is read without aliases, also inside
# of `eval "$(stepin init zsh)"`, which zsh reads as a whole before it runs the first line; and the functions bear zsh's
# own options with them ("sticky emulation"), whatever the user has set, and so does what they source and eval. Hence no
# single quote between the two. Words that a user may have made a function are called through `builtin`; `local` and
# `export` are reserved words. No word depends on IFS.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # __stepin_look: notices what is new and acts on it. Idle, it is these tests and nothing else.
    __stepin_look() {
        if [[ $PWD == "$__stepin_pwd" ]] && __stepin_untouched && __stepin_same && ! "$__stepin_near" && __stepin_holds; then
            [[ ${#__stepin_tried[@]} -eq 0 ]] || __stepin_settled "$__stepin_at"
            return 0
        fi
        __stepin_same || __stepin_renew
        __stepin_user
        __stepin_walk
        __stepin_apply
        __stepin_venv=${VIRTUAL_ENV-} __stepin_tools=${DIRENV_DIFF-}${__MISE_DIFF-} __stepin_first=
    }

    # Nobody has switched anything on or off since we looked.
    __stepin_untouched() {
        [[ ${VIRTUAL_ENV-} == "$__stepin_venv" && ( -z $__stepin_on || -z ${_OLD_VIRTUAL_PATH+x} ) ]]
    }

    # Nothing that the decision was made from is other or newer than it was; nor is it when nothing was decided.
    __stepin_holds() {
        [[ -n $__stepin_at ]] || return 0
        case $__stepin_verdict in
            allowed)
                [[ -x $__stepin_python && ( $__stepin_flags == *l* || ! -L $__stepin_env ) && ( $__stepin_flags == *o* || -O $__stepin_env && -O $__stepin_env/pyvenv.cfg ) ]] || return 1
                ;;
            broken) [[ ! -x $__stepin_python ]] || return 1 ;;
            "") return 1 ;;
        esac
        [[ $__stepin_flags != *k* || ${__stepin_file%/*}/cfg -ef $__stepin_env/pyvenv.cfg ]] || return 1
        local __path
        for __path in "${__stepin_paths[@]}"; do
            [[ -e $__path && $__stepin_file -nt $__path ]] || return 1
        done
    }

    # The generation is the one this shell knows, and the settings are those it was made from.
    __stepin_same() {
        [[ -e $__stepin_id && ( -z $__stepin_seen && ! -e $__stepin_config || -n $__stepin_seen && -e $__stepin_config && ! $__stepin_config -nt $__stepin_id ) ]]
    }

    # They are not: learn the generation that is there; if it is older than the settings, have a new one made, once.
    __stepin_renew() {
        local __was=$__stepin_id
        __stepin_settings
        if [[ -n $__stepin_id && -z $__stepin_later && $__stepin_renewed != "$__stepin_id" ]] && ! __stepin_same; then
            __stepin_renewed=$__stepin_id
            __stepin_ask renew / && __stepin_settings
        fi
        [[ $__was == "$__stepin_id" ]] || __stepin_tried=() __stepin_pwd=
    }

    __stepin_settings() {
        local __file=$__stepin_state/current/settings.zsh
        local -a __stepin_settings __stepin_end
        __stepin_names=(.venv venv env .env) __stepin_above=() __stepin_homes=()
        __stepin_id= __stepin_seen= __stepin_learn=
        [[ -e $__stepin_config ]] && __stepin_seen=1
        __stepin_read "$__file"
        if [[ -n $__stepin_end && ${__stepin_settings[1]} == 1 ]]; then
            __stepin_id=$__stepin_state/current/id-${__stepin_settings[2]}
            __stepin_learn=${__stepin_settings[3]} __stepin_seen=${__stepin_settings[4]}
            [[ -z ${__stepin_settings[5]} ]] || __stepin_once settings "${__stepin_settings[5]}"
        fi
        __stepin_home=${HOME-} __stepin_real=${HOME-}
        [[ ${__stepin_homes[1]} == "$__stepin_home" ]] && __stepin_real=${__stepin_homes[2]}
        __stepin_nears= # the names may be others now
    }

    # Sources a file that the helper wrote. What is wrong in it ends it, and nothing else.
    __stepin_read() {
        {
            [[ -f $1 && -O $1 ]] && builtin . "$1" 2>/dev/null
        } always {
            TRY_BLOCK_ERROR=0
        }
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

    # __stepin_walk: finds the nearest folder that decides and its decision.
    __stepin_walk() {
        local __i __folder __name __found= __was=$__stepin_at
        if [[ $PWD != "$__stepin_pwd" ]]; then
            __stepin_levels_of "$PWD"
            __stepin_settled ""
            __stepin_pwd=$PWD
        fi
        for (( __i = 1; __i <= ${#__stepin_levels[@]}; __i++ )); do
            __folder=${__stepin_levels[__i]}
            for __name in "${__stepin_names[@]}"; do
                [[ -e $__folder/$__name ]] || continue
                if [[ -e $__folder/$__name/pyvenv.cfg || $__name == .venv && -f $__folder/.venv || -e $__folder/$__name/bin/activate_this.py ]]; then
                    __stepin_judge "${__folder:-/}" "$__name"
                    case $__stepin_verdict in
                        none | unfinished) ;;
                        *) __found=1 ;;
                    esac
                    break
                fi
            done
            [[ -z $__found ]] || break
        done
        if [[ -n $__found ]]; then
            __stepin_nearer "$__i" "$__name"
        else
            __stepin_at= __stepin_verdict= __stepin_env=
            __stepin_nearer "$__i" ""
        fi
        [[ $__was == "$__stepin_at" ]] || __stepin_held=
    }

    # The folders that the walk looks at, the nearest first. It ends at HOME; of the folders above HOME only those whose
    # environment was allowed are looked at, for the others may be automounters.
    __stepin_levels_of() {
        local __path=$1 __home=$__stepin_home __above
        [[ -n $__stepin_real && "$__path/" == "$__stepin_real"/* ]] && __home=$__stepin_real
        __home=${__home%/}
        __stepin_levels=()
        [[ $__path == /* ]] || return 0
        while [[ -n $__path && $__path != / ]]; do
            [[ $__home != "$__path"/* ]] || break
            __stepin_levels+=("$__path")
            [[ $__path != "$__home" ]] || break
            __path=${__path%/*}
        done
        [[ -n $__home ]] || __stepin_levels+=("")
        for __above in "${__stepin_above[@]}"; do
            [[ "$1/" != "${__above%/}"/* ]] || __stepin_levels+=("${__above%/}")
        done
    }

    # Sets __stepin_near: one expression for all that could decide in place of what does, nearer than level $1 or, in the
    # folder itself, under a name before $2. It is made once for each depth: its text holds no names of folders.
    __stepin_nearer() {
        local __i __j=1 __text= __name
        [[ -z $2 ]] || __j=${__stepin_names[(ie)$2]}
        __stepin_near=__stepin_near_$1_$__j
        [[ $__stepin_nears == *" $__stepin_near "* ]] && return 0
        __stepin_nears+=" $__stepin_near "
        for (( __i = 1; __i <= $1; __i++ )); do
            [[ $__i -le ${#__stepin_levels[@]} ]] || break
            for __name in "${__stepin_names[@]}"; do
                [[ $__i != "$1" ]] || (( --__j > 0 )) || break
                # A file .env is a dotenv file and most projects have one; a file .venv is a redirect.
                if [[ $__name == .venv ]]; then __text+=" || -e"; else __text+=" || -d"; fi
                __text+=" \${__stepin_levels[$__i]}/$__name"
            done
        done
        __text=${__text# || }
        builtin eval "$__stepin_near() { [[ ${__text:-x == y} ]]; }"
    }

    # Sets the decision about folder $1, where the walk stopped at the name $2: the one that this shell has, the one on
    # disk, or what the helper says. Without any, the verdict is empty and nothing is on.
    __stepin_judge() {
        local __place __known=
        local -a __stepin_decision __stepin_end
        [[ $__stepin_at != "$1" || $__stepin_stop != "$2" ]] || __known=$__stepin_verdict
        if [[ -n $__known ]] && __stepin_holds; then
            __stepin_settled "$1"
            return 0
        fi
        # It was asked before and the doubt has stayed: what it said then counts while the interpreter is there.
        if [[ -n $__known && ${__stepin_tried[(Ie)$1]} -gt 0 ]]; then
            [[ $__known != allowed || -x $__stepin_python && -f $__stepin_env/pyvenv.cfg ]] && return 0
        fi
        __stepin_place "$1"
        __place=$__stepin_reply
        __stepin_read "$__place/zsh"
        if [[ -n $__stepin_end ]] && __stepin_take "$1" "$2" "$__place/zsh" && __stepin_holds; then
            __stepin_settled "$1"
            return 0
        fi
        if [[ -n $__stepin_later ]]; then
            # The helper waits for the prompt; what is on here stays on until then.
            __stepin_pwd=
            [[ $__known == allowed && $__stepin_verdict == allowed && $__stepin_env == "$__stepin_on" ]] && return 0
        elif [[ ${__stepin_tried[(Ie)$1]} -eq 0 ]] && __stepin_question decide "$1" "$2"; then
            return 0
        fi
        __stepin_at=$1 __stepin_stop=$2 __stepin_verdict= __stepin_env=
    }

    # Sets __stepin_reply to where the decisions about a folder lie: its path, with a folder `d` between the levels.
    __stepin_place() {
        __stepin_reply=$__stepin_state/current/d
        [[ $1 == / ]] || __stepin_reply=$__stepin_state/current${1//\///d/}
    }

    # Puts a question about folder $2 to the helper and takes its answer.
    __stepin_question() {
        local -a __stepin_decision __stepin_end
        __stepin_place "$2"
        __stepin_ask "$1" "$2" && __stepin_take "$2" "$3" "$__stepin_reply/zsh" || return 1
        [[ -e $__stepin_id ]] || __stepin_settings # the answer may have made a generation
        return 0
    }

    # Takes a decision, in __stepin_decision, if it is one about this folder and this name.
    __stepin_take() {
        [[ ${__stepin_decision[1]} == 1 && ${__stepin_decision[3]} == "$1" && ${__stepin_decision[4]} == "$2" && ${#__stepin_decision[@]} -gt 11 ]] || return 1
        __stepin_at=$1 __stepin_stop=$2 __stepin_file=$3
        __stepin_verdict=${__stepin_decision[2]} __stepin_env=${__stepin_decision[5]} __stepin_bin=${__stepin_decision[6]}
        __stepin_python=${__stepin_decision[7]} __stepin_name=${__stepin_decision[8]} __stepin_prefix=${__stepin_decision[9]}
        __stepin_flags=${__stepin_decision[10]} __stepin_message=${__stepin_decision[11]}
        __stepin_shown=${__stepin_decision[12]}
        __stepin_paths=("${__stepin_decision[@]:12}")
    }

    # Starts the helper; true if it answered. That it was asked is written down first: Ctrl-C ends this function too.
    __stepin_ask() {
        local __i __python= __library= __answer
        [[ $1 == renew ]] || __stepin_tried+=("$2")
        for (( __i = 1; __i < ${#__stepin_helpers[@]}; __i += 2 )); do
            __python=${__stepin_helpers[__i]} __library=${__stepin_helpers[__i + 1]}
            [[ ! -x $__python || ! -r $__library/stepin/hook.py ]] || break
            __python=
        done
        if [[ -z $__python ]]; then
            __stepin_once helper "stepin: the helper is gone: install stepin again, then run stepin setup"
            return 1
        fi
        __answer=$("$__python" -I -S -X utf8 -c "$__stepin_boot" "$__library" zsh 1 "$1" "$__stepin_state" "$__stepin_config" "$2" "${HOME-}" 2>/dev/null </dev/null)
        if [[ $__answer != *"# stepin: end" ]]; then
            __stepin_once helper "stepin: the helper did not answer: stepin doctor tells why"
            return 1
        fi
        builtin eval "$__answer"
    }

    # What was asked is asked again once the doubt is settled (about folder $1), or the folder was left.
    __stepin_settled() {
        [[ ${#__stepin_tried[@]} -gt 0 ]] || return 0
        local __path
        local -a __kept
        for __path in "${__stepin_tried[@]}"; do
            [[ $__path == "$1" || "$PWD/" != "${__path%/}"/* ]] || __kept+=("$__path")
        done
        __stepin_tried=("${__kept[@]}")
    }

    # Makes the shell what the decision wants it to be.
    __stepin_apply() {
        local __want= __hand=$__stepin_hand
        __stepin_hand=
        if [[ -n $__hand && -n $__stepin_env && $__hand -ef $__stepin_env ]]; then
            __stepin_held=
            # Consent by doing: the environment of the project was activated by hand, here.
            [[ -z $__stepin_learns || $__stepin_verdict != untrusted ]] || __stepin_question learn "$__stepin_at" "$__stepin_stop"
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
            __stepin_pwd=
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
        [[ $ZSH_SUBSHELL == 0 && -z $__stepin_first && ${(t)PATH}${(t)path}${(t)VIRTUAL_ENV} != *local* ]] || return 0
        builtin trap - DEBUG ZERR
        local __stepin_later=1
        ! __stepin_untouched || __stepin_look
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
        __stepin_said= __stepin_tried=() __stepin_levels=() __stepin_paths=() __stepin_nears= __stepin_later=
        __stepin_pwd= __stepin_at= __stepin_stop= __stepin_verdict= __stepin_env= __stepin_file= __stepin_message=
        __stepin_on= __stepin_entry= __stepin_put= __stepin_held= __stepin_hand= __stepin_learns= __stepin_adopted= __stepin_unset=
        __stepin_id= __stepin_seen= __stepin_renewed= __stepin_learn= __stepin_venv=${VIRTUAL_ENV-} __stepin_tools=
        __stepin_near= __stepin_theirs_deactivate= __stepin_old_path= __stepin_new_path= __stepin_old_prompt= __stepin_first=1
        __stepin_call=__stepin_prompt
    fi
    __stepin_attach
fi
'
