# stepin's decisions in zsh 5.3 and later: where one stands, which folder decides, what was decided, and whether that still
# holds. hook.zsh, which comes after it and says why all of it stands in quotes, acts on it. Builtins alone, until there
# is something new to ask. A call of a function costs zsh as much as five to ten tests of a file: what every prompt and
# every `cd` needs has few.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # The generation is the one this shell knows, and the settings are those it was made from.
    __stepin_same() {
        [[ -e $__stepin_id && ( -z $__stepin_seen && ! -e $__stepin_config || -n $__stepin_seen && -e $__stepin_config && ! $__stepin_config -nt $__stepin_id ) ]]
    }

    # Nothing that the decision was made from is other or newer than it was. In zsh -nt is false where a file is missing.
    __stepin_holds() {
        if [[ $__stepin_verdict == allowed ]]; then
            [[ -x $__stepin_python && $__stepin_file -nt $__stepin_cfg && $__stepin_file -nt $__stepin_env && $__stepin_file -nt $__stepin_bin && ( -O $__stepin_env && -O $__stepin_cfg || $__stepin_flags == *o* ) && ( ! -L $__stepin_env || $__stepin_flags == *l* ) && ( $__stepin_link -ef $__stepin_cfg || $__stepin_flags != *k* ) ]] || return 1
        else
            [[ -n $__stepin_verdict && ( $__stepin_verdict != broken || ! -x $__stepin_python ) && ( $__stepin_flags != *k* || $__stepin_link -ef $__stepin_cfg ) ]] || return 1
        fi
        [[ -n $__stepin_paths ]] || return 0
        local __path
        for __path in "${__stepin_paths[@]}"; do
            [[ $__stepin_file -nt $__path ]] || return 1
        done
    }

    # Finds the nearest folder that decides, and its decision.
    __stepin_walk() {
        local __i __j __folder __name __found= __odd= __was=$__stepin_at
        for (( __i = 1; __i <= __stepin_depth; ++__i )); do
            __folder=__stepin_level$__i __j=0
            __folder=${(P)__folder}
            for __name in "${__stepin_names[@]}"; do
                (( ++__j ))
                [[ -e $__folder/$__name ]] || continue
                if [[ -e $__folder/$__name/pyvenv.cfg || $__name == .venv && -f $__folder/.venv || -e $__folder/$__name/bin/activate_this.py ]]; then
                    __stepin_judge "${__folder:-/}" "$__name"
                    [[ $__stepin_verdict == (none|unfinished) ]] || __found=1
                    break
                fi
                __odd+=_$__i:$__name
            done
            [[ -z $__found ]] || break
        done
        if [[ -n $__found ]]; then
            __stepin_nearer "$__i" "$__j" "$__odd"
        else
            __stepin_at= __stepin_verdict= __stepin_env=
            __stepin_nearer "$__stepin_depth" 0 "$__odd"
        fi
        __stepin_here=$__stepin_at
        [[ $__was == "$__stepin_at" ]] || __stepin_held=
    }

    # Sets __stepin_level1 and so on to the folders that the walk looks at from $PWD, the nearest first, and __stepin_depth
    # to their number. It ends at HOME; of the folders above HOME only those whose environment was allowed are looked at,
    # for the others may be automounters. Expects of them what there was: the decision that is in force if its folder is
    # among them, else nothing.
    __stepin_levels() {
        local __path=$PWD __home=$__stepin_home __above __n=0 __at=0
        __stepin_pwd=$PWD
        [[ -z $__stepin_real || "$__path/" != "$__stepin_real"/* ]] || __home=$__stepin_real
        __home=${__home%/}
        if [[ -n $__home && "$__path/" == "$__home"/* ]]; then
            while [[ $__path != "$__home" ]]; do
                builtin typeset -g "__stepin_level$(( ++__n ))=$__path"
                [[ $__path != "$__stepin_at" ]] || __at=$__n
                __path=${__path%/*}
            done
            builtin typeset -g "__stepin_level$(( ++__n ))=$__path"
            [[ $__path != "$__stepin_at" ]] || __at=$__n
        else
            while [[ $__path == /?* && $__home/ != "$__path"/* ]]; do
                builtin typeset -g "__stepin_level$(( ++__n ))=$__path"
                [[ $__path != "$__stepin_at" ]] || __at=$__n
                __path=${__path%/*}
            done
            [[ -n $__home || $__stepin_pwd != /* ]] || builtin typeset -g "__stepin_level$(( ++__n ))="
        fi
        for __above in "${__stepin_above[@]}"; do
            [[ "$__stepin_pwd/" != "${__above%/}"/* ]] || builtin typeset -g "__stepin_level$(( ++__n ))=${__above%/}"
        done
        __stepin_depth=$__n
        [[ -z $__stepin_tried ]] || __stepin_settled ""
        if [[ $__at -gt 0 ]]; then
            __stepin_here=$__stepin_at
            __stepin_nearer "$__at" "${__stepin_names[(ie)$__stepin_stop]}"
        else
            __stepin_here=
            __stepin_nearer "$__n" 0
        fi
    }

    # Sets __stepin_near to a function that tests, in one expression, for all that could decide in place of what does: on
    # the levels before $1 and on that level itself under the names before the $2th; all names if that is 0. $3 names what
    # is there and has been found to be no environment. It is made once for each of these: its text holds no folder.
    __stepin_nearer() {
        __stepin_near=__stepin_near_$1_$2$3
        [[ $__stepin_nears != *" $__stepin_near "* ]] || return 0
        __stepin_nears+=" $__stepin_near "
        local __i __j __text= __name __folder
        for (( __i = 1; __i <= $1; ++__i )); do
            __j=0
            for __name in "${__stepin_names[@]}"; do
                [[ $__i != "$1" || $(( ++__j )) != "$2" ]] || break
                __folder=\$__stepin_level$__i/$__name
                if [[ ${3-}_ == *_$__i:${__name}_* ]]; then
                    __text+=" || -e $__folder/pyvenv.cfg || -e $__folder/bin/activate_this.py"
                    [[ $__name != .venv ]] || __text+=" || -f $__folder"
                elif [[ $__name == .venv ]]; then # a file .venv is a redirect
                    __text+=" || -e $__folder"
                else # a file .env is a dotenv file and most projects have one
                    __text+=" || -d $__folder"
                fi
            done
        done
        __text=${__text# || }
        builtin eval "${__stepin_near}() { [[ ${__text:-x == y} ]]; }"
    }

    # Sets the decision about folder $1, where the walk stopped at the name $2: the one that this shell has, the one on
    # disk, or what the helper says. Without any, the verdict is empty and nothing is on.
    __stepin_judge() {
        local __place=$__stepin_state/current${1//\///d/} __known=
        local -a __stepin_decision __stepin_end
        if [[ $__stepin_at == "$1" && $__stepin_stop == "$2" ]]; then
            __known=$__stepin_verdict
            if __stepin_holds; then
                [[ -z $__stepin_tried ]] || __stepin_settled "$1"
                return 0
            fi
            # It was asked before and the doubt has stayed: what it said then counts while the interpreter is there.
            if [[ -n $__known && ${__stepin_tried[(Ie)$1]} -gt 0 ]]; then
                [[ $__known != allowed || -x $__stepin_python && -f $__stepin_cfg ]] && return 0
            fi
        fi
        [[ -f $__place/zsh && -O $__place/zsh ]] && builtin . "$__place/zsh" 2>/dev/null
        if [[ -n $__stepin_end ]] && __stepin_take "$1" "$2" "$__place" && __stepin_holds; then
            [[ -z $__stepin_tried ]] || __stepin_settled "$1"
            return 0
        fi
        if [[ -n $__stepin_later ]]; then
            # The helper waits for the prompt; what is on here stays on until then.
            __stepin_again=1
            [[ $__known == allowed && $__stepin_verdict == allowed && $__stepin_env == "$__stepin_on" ]] && return 0
        elif [[ ${__stepin_tried[(Ie)$1]} -eq 0 ]] && __stepin_question decide "$1" "$2" "$__place"; then
            return 0
        fi
        __stepin_at=$1 __stepin_stop=$2 __stepin_verdict= __stepin_env=
    }

    # Puts a question about folder $2 to the helper and takes its answer. $3 and $4 are as __stepin_take has them.
    __stepin_question() {
        local -a __stepin_decision __stepin_end
        __stepin_ask "$1" "$2" && __stepin_take "$2" "$3" "$4" || return 1
        [[ -e $__stepin_id ]] || __stepin_settings # the answer may have made a generation
        return 0
    }

    # Takes a decision, in __stepin_decision, if it is one about folder $1 and name $2. Decisions about $1 lie in $3: its
    # path below the state folder, with a folder `d` between the levels.
    __stepin_take() {
        [[ ${__stepin_decision[1]} == 1 && ${__stepin_decision[3]} == "$1" && ${__stepin_decision[4]} == "$2" && ${#__stepin_decision[@]} -gt 11 ]] || return 1
        __stepin_at=$1 __stepin_stop=$2 __stepin_place=$3 __stepin_file=$3/zsh __stepin_link=$3/cfg
        __stepin_verdict=${__stepin_decision[2]} __stepin_env=${__stepin_decision[5]} __stepin_bin=${__stepin_decision[6]}
        __stepin_python=${__stepin_decision[7]} __stepin_name=${__stepin_decision[8]} __stepin_prefix=${__stepin_decision[9]}
        __stepin_flags=${__stepin_decision[10]} __stepin_message=${__stepin_decision[11]}
        __stepin_shown=${__stepin_decision[12]}
        __stepin_cfg=$__stepin_env/pyvenv.cfg
        # The first three of an allowed one are pyvenv.cfg, the environment and its bin, which have tests of their own.
        if [[ $__stepin_verdict == allowed ]]; then
            __stepin_paths=("${__stepin_decision[@]:15}")
        else
            __stepin_paths=("${__stepin_decision[@]:12}")
        fi
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
        {
            builtin eval "$__answer"
        } always {
            TRY_BLOCK_ERROR=0 # what is wrong in it ends it, and nothing else
        }
    }

    # What was asked is asked again once the doubt is settled (about folder $1), or the folder was left.
    __stepin_settled() {
        local __path
        local -a __kept
        for __path in "${__stepin_tried[@]}"; do
            [[ $__path == "$1" || "$PWD/" != "${__path%/}"/* ]] || __kept+=("$__path")
        done
        __stepin_tried=("${__kept[@]}")
    }
fi
'
