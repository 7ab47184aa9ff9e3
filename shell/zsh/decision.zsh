# stepin's decisions in zsh 5.3 and later: where one stands, what was decided there, and what the helper says. hook.zsh,
# which comes after it and says why all of it stands in quotes, acts on it. Builtins alone, until there is something new
# to ask.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # The generation is another: learn the one that is there; if it is older than the settings, have a new one made, once.
    __stepin_renew() {
        local __was=$__stepin_id __answer=
        __stepin_settings
        if [[ -n $__stepin_id && -z $__stepin_later && $__stepin_renewed != "$__stepin_id" ]] &&
            [[ -z $__stepin_seen && -e $__stepin_config ||
                -n $__stepin_seen && ( ! -e $__stepin_config || $__stepin_config -nt $__stepin_id ) ]]; then
            __stepin_renewed=$__stepin_id
            __stepin_ask renew /
            __stepin_settings
        fi
        [[ $__was == "$__stepin_id" ]] || __stepin_tried=() __stepin_verdict= # all that was decided is past
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
        __stepin_home=${__stepin_home%/} __stepin_real=${__stepin_real%/} __stepin_simple= __stepin_pwd=
        [[ $__stepin_real != "$__stepin_home" || -n $__stepin_above ]] || __stepin_simple=$__stepin_home
        # What the test of a folder asks for in one expression: .venv, which may be a file, and three names that may not (a
        # file .env is a dotenv file, and most projects have one). Whoever has more names has more tests.
        local -a __names
        __names=(${__stepin_names:#.venv} $__stepin_names $__stepin_names $__stepin_names)
        __stepin_name1=${__stepin_names[(re).venv]:-${__stepin_names[1]}} __stepin_more=
        __stepin_name2=${__names[1]} __stepin_name3=${__names[2]} __stepin_name4=${__names[3]}
        [[ ${#__stepin_names:#.venv} -lt 4 ]] || __stepin_more=1
    }

    # The walk ends at HOME; of the folders above HOME only those whose environment was allowed are looked at, for the others
    # may be automounters. Sets __last, the last folder on the way up from $PWD that is looked at (empty: not even $PWD),
    # and __further, the number of those in __stepin_further, which come after it.
    __stepin_elsewhere() {
        local __path=${PWD%/} __home=$__stepin_home __above
        if [[ $PWD != "$__stepin_pwd" ]]; then
            __stepin_pwd=$PWD __stepin_last= __stepin_further=()
            [[ -z $__stepin_real || "$__path/" != "$__stepin_real"/* ]] || __home=$__stepin_real
            if [[ -n $__home && "$__path/" == "$__home"/* ]]; then
                __stepin_last=$__home
            elif [[ $__path == /* && "$__home/" != "$__path"/* ]]; then
                while [[ $__path == /*/* && "$__home/" != "${__path%/*}"/* ]]; do __path=${__path%/*}; done
                __stepin_last=$__path
            fi
            [[ -n $__home || $PWD != /* ]] || __stepin_further+=("")
            for __above in "${__stepin_above[@]}"; do
                [[ "$PWD/" != "${__above%/}"/* ]] || __stepin_further+=("${__above%/}")
            done
        fi
        __last=$__stepin_last __further=${#__stepin_further[@]}
    }

    # Sets the decision about folder $1, where the walk stopped at the name $2, from the next source; __source tells which:
    # "disk", then "decide" or, when the user has activated it by hand, "learn", which is to ask the helper. True if what
    # was found has to be tested. Decisions about a folder lie at its path, with a folder `d` between the levels.
    __stepin_judge() {
        local __place=$__stepin_state/current${1//\///d/} __from=$__source __answer=
        __source=
        if [[ $__from == disk ]]; then
            # Asked before, and the doubt has stayed: what the helper said counts as long as the interpreter is there.
            [[ -n $__stepin_tried && ${__stepin_tried[(Ie)$1]} -gt 0 && $__stepin_at == "$1" && $__stepin_stop == "$2" &&
                ( $__stepin_verdict == trusted && -x $__stepin_python && -f $__stepin_cfg ||
                $__stepin_verdict != (trusted|) ) ]] && return 1
            __source=decide
            if [[ -O $__place/zsh && -r $__place/zsh ]]; then
                __answer=$(<$__place/zsh) # without a process (zshexpn(1), Command Substitution)
            fi
        elif [[ -n $__stepin_later ]]; then
            # The helper waits for the prompt; what is on here stays on until then.
            [[ $__was == "$1" && $__stepin_verdict == trusted && $__stepin_env == "$__stepin_on" ]] && return 1
        elif [[ $__from == learn || ${__stepin_tried[(Ie)$1]} -eq 0 ]]; then
            __stepin_verdict= # Ctrl-C ends this function, too: what does not hold must not stay
            __stepin_ask $__from "$1"
        fi
        __stepin_protocol=
        if [[ $__answer == *"# stepin: end" ]]; then
            {
                builtin eval "$__answer" 2>/dev/null
            } always {
                TRY_BLOCK_ERROR=0 # what is wrong in it ends it, and nothing else
            }
        fi
        if [[ $__stepin_protocol == 1 && $__stepin_folder == "$1" && $__stepin_first == "$2" ]]; then
            __stepin_at=$1 __stepin_stop=$2 __stepin_file=$__place/zsh __stepin_link=$__place/cfg __stepin_cfg=$__stepin_env/pyvenv.cfg
        else # nobody knows: nothing is on
            __stepin_at=$1 __stepin_stop=$2 __stepin_verdict= __stepin_env= __stepin_message=
        fi
        [[ $__from != disk ]] || return 0
        [[ -e $__stepin_id ]] || __stepin_settings # the answer may have made a generation
        return 1
    }

    # None of the other paths that the decision was made from is newer than it. In zsh -nt is false where a file is missing.
    __stepin_paths_hold() {
        local __path
        for __path in "${__stepin_paths[@]}"; do
            [[ $__stepin_file -nt $__path ]] || return 1
        done
    }

    # Starts the helper; sets __answer to what it said. That it was asked is written down first: Ctrl-C ends this function.
    __stepin_ask() {
        local __i __python= __library=
        [[ $1 == renew ]] || __stepin_tried+=("$2")
        for (( __i = 1; __i < ${#__stepin_helpers[@]}; __i += 2 )); do
            __python=${__stepin_helpers[__i]} __library=${__stepin_helpers[__i + 1]}
            [[ ! -x $__python || ! -r $__library/stepin/hook/entry.py ]] || break
            __python=
        done
        if [[ -z $__python ]]; then
            __stepin_once helper "stepin: the helper is gone: install stepin again, then run stepin setup"
            return 0
        fi
        __answer=$("$__python" -I -S -X utf8 -c "$__stepin_boot" "$__library" \
            zsh 1 "$1" "$__stepin_state" "$__stepin_config" "$2" "${HOME-}" 2>/dev/null </dev/null)
        [[ $__answer == *"# stepin: end" ]] || __stepin_once helper "stepin: the helper did not answer: stepin doctor tells why"
    }

    # What was asked is asked again once the doubt is settled, or the folder was left. $1 and $2 as in __stepin_prompt.
    __stepin_settled() {
        local __path __sure=
        local -a __kept
        [[ -z $2 ]] || __sure=$__stepin_at
        for __path in "${__stepin_tried[@]}"; do
            [[ -z $1 || $__path == "$__sure" || "$PWD/" != "${__path%/}"/* ]] || __kept+=("$__path")
        done
        __stepin_tried=("${__kept[@]}")
    }
fi
'
