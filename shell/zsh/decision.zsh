# Find out in zsh 5.3 and later which folder decides, what was decided there, and whether that still holds.
#
# Part of the hook: hook.zsh says why all of it stands in quotes, and acts on what is found here. Builtins alone, until
# there is something new to ask.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'no_auto_name_dirs' '-o' 'no_multibyte' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # The generation has changed. Learn the current one; if it is older than the settings, have it replaced, once.
    __stepin_renew() {
        local __was=$__stepin_id __answer=
        __stepin_settings
        if [[ -n $__stepin_id && $__stepin_renewed != "$__stepin_id" ]] && __stepin_outdated; then
            __stepin_renewed=$__stepin_id
            __stepin_ask renew /
            __stepin_settings
            # A state folder that cannot hold the time of the settings would be outdated at each prompt.
            ! __stepin_outdated || __stepin_renewed=$__stepin_id
        fi
        [[ $__was != "$__stepin_id" ]] || return 0
        __stepin_known=() __stepin_here=() __stepin_verdict= __stepin_doubt= __stepin_look=1
    }

    # The settings are not those that the generation was made from: its id file bears their time.
    __stepin_outdated() {
        [[ -z $__stepin_seen && -e $__stepin_config || -n $__stepin_seen &&
            ( ! -e $__stepin_config || $__stepin_config -nt $__stepin_id || $__stepin_config -ot $__stepin_id ) ]]
    }

    __stepin_settings() {
        local __file=$__stepin_state/current/settings.zsh
        local -a __stepin_settings __stepin_end
        __stepin_names=("${__stepin_defaults[@]}") __stepin_above=() __stepin_homes=()
        __stepin_id= __stepin_seen= __stepin_learn=
        [[ -e $__stepin_config ]] && __stepin_seen=1
        [[ -f $__file && -O $__file ]] && builtin . "$__file" 2>/dev/null
        if [[ -n $__stepin_end && ${__stepin_settings[1]} == ${__stepin_speaks[1]} ]]; then
            __stepin_id=$__stepin_state/current/id-${__stepin_settings[2]}
            __stepin_learn=${__stepin_settings[3]} __stepin_seen=${__stepin_settings[4]} __stepin_at_cd=${__stepin_settings[6]-1}
            [[ -z ${__stepin_settings[5]} ]] || __stepin_once settings "${__stepin_settings[5]}"
        fi
        __stepin_home=${HOME-} __stepin_real=${HOME-}
        [[ ${__stepin_homes[1]} == "$__stepin_home" ]] && __stepin_real=${__stepin_homes[2]}
        __stepin_home=${__stepin_home%/} __stepin_real=${__stepin_real%/} __stepin_simple= __stepin_walked=
        [[ $__stepin_real != "$__stepin_home" || -n $__stepin_above ]] || __stepin_simple=$__stepin_home
        # A folder is tested for all names in one expression: .venv, which may be a file, and three that may not (a file
        # .env is a dotenv file, and most projects have one). More names take more tests.
        local -a __names
        __names=(${__stepin_names:#.venv} $__stepin_names $__stepin_names $__stepin_names)
        __stepin_name1=${__stepin_names[(re).venv]:-${__stepin_names[1]}} __stepin_more=
        __stepin_name2=${__names[1]} __stepin_name3=${__names[2]} __stepin_name4=${__names[3]}
        [[ ${#__stepin_names:#.venv} -lt 4 ]] || __stepin_more=1
        __stepin_define
    }

    # The walk ends at HOME; of the folders above HOME only those whose environment was allowed are looked at, for the others
    # may be automounters. Sets __last, the last folder on the way up from $PWD that is looked at (empty: not even $PWD),
    # and __further, the number of those in __stepin_further, which come after it.
    __stepin_elsewhere() {
        local __path=${PWD%/} __home=$__stepin_home __above
        if [[ $PWD != "$__stepin_walked" ]]; then
            __stepin_walked=$PWD __stepin_last= __stepin_further=()
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

    # What this shell knows about folder $1, where the walk stopped at the name $2, does not hold. Sets the decision from
    # the file, which another shell may have had renewed, or else from the helper. Decisions about a folder lie at its
    # path, with a folder `d` between the levels.
    #
    # An answer that does not hold either is about something that is still changing. It is in force, and the next prompt
    # asks again. After three in a row nothing more is asked until one of the conditions changes, or the user leaves. A
    # helper that failed counts as three, and leaves nothing in force.
    __stepin_judge() {
        local __place=$__stepin_state/current${1//\///d/} __answer= __key=$1/$2 __doubts=0
        __stepin_at=$1 __stepin_stop=$2
        if [[ -O $__place/zsh && -r $__place/zsh ]]; then
            __answer=$(<$__place/zsh) # without a process (zshexpn(1), Command Substitution)
            ! __stepin_take "$1" "$2" || return 0
        fi
        if [[ $__key == "$__stepin_doubt" ]]; then
            __doubts=$__stepin_doubts
            if [[ $__doubts -ge 3 ]]; then
                __stepin_sign
                if [[ $__stepin_signature == "$__stepin_reply" ]]; then
                    [[ -z $__stepin_failed ]] || __stepin_verdict= __stepin_env= __stepin_message=
                    return 0
                fi
                __doubts=0
            fi
        fi
        if [[ -n $__asked ]]; then # once a prompt
            __stepin_verdict= __stepin_env= __stepin_message= __stepin_busy=1
            return 0
        fi
        # Written down first: Ctrl-C ends this function.
        [[ $__stepin_known_by != "$__key" ]] && __stepin_tests=("1 == 1")
        __stepin_doubt=$__key __stepin_doubts=3 __stepin_failed=1 __stepin_doubtful=("${__stepin_tests[@]}") __stepin_verdict=
        __stepin_sign
        __stepin_signature=$__stepin_reply __asked=1
        __stepin_ask decide "$1"
        __stepin_answered "$1" "$2" "$__doubts"
    }

    # Takes the answer of the helper about folder $1, the walk having stopped at $2 and $3 answers in a row not having held.
    __stepin_answered() {
        if __stepin_take "$1" "$2"; then
            __stepin_doubt= __stepin_failed=
        elif [[ -n $__stepin_verdict ]]; then
            __stepin_failed= __stepin_doubts=$(( $3 + 1 )) __stepin_doubtful=("${__stepin_tests[@]}") __stepin_busy=1
            __stepin_sign
            __stepin_signature=$__stepin_reply
        else # nobody knows: nothing is on
            __stepin_at=$1 __stepin_stop=$2 __stepin_env= __stepin_message=
        fi
        [[ -e $__stepin_id ]] || __stepin_settings # the answer may have made a generation
    }

    # Makes a function of __answer, a decision about folder $1 and the name $2, and calls it. True if the decision holds.
    # __stepin_verdict is empty if it is none.
    __stepin_take() {
        local __stepin_fields= __number=${__stepin_known[$1/$2]-} __holds=1
        local __stepin_protocol=
        __stepin_folder= __stepin_first=
        __stepin_tests=() __stepin_verdict= __stepin_known_by=$1/$2
        if [[ $__answer == *"# stepin: end" ]]; then
            [[ -n $__number ]] || __number=$(( ++__stepin_count ))
            {
                builtin eval "$__answer" 2>/dev/null
                builtin eval "function __stepin_decision_$__number {
                    [[ -n \${1-} ]] || {
                        $__stepin_fields __stepin_notice_file=${(qq):-$__stepin_state/notices${1//\///d/}/notice}
                    }
                    [[ ${(j: && :)__stepin_tests} ]]
                }" 2>/dev/null
                __stepin_decision_$__number 2>/dev/null && __holds=0
            } always {
                TRY_BLOCK_ERROR=0 # what is wrong in it ends it, and nothing else
            }
        fi
        if [[ $__stepin_protocol == ${__stepin_speaks[1]} && $__stepin_folder == "$1" && $__stepin_first == "$2" && -n $__stepin_verdict ]]; then
            __stepin_known[$1/$2]=$__number __stepin_at=$1 __stepin_stop=$2
            # If there is no environment after all, the folders above decide.
            [[ $__stepin_verdict == (none|incomplete) ]] || __stepin_here[$1]=$__number
            [[ -z $__stepin_name || -n ${__stepin_shown[(re)$__stepin_name]-} ]] || __stepin_shown+=("$__stepin_name")
            [[ -z $__stepin_prefix || -n ${__stepin_prefixes[(re)$__stepin_prefix]-} ]] || __stepin_prefixes+=("$__stepin_prefix")
            return $__holds
        fi
        __stepin_verdict=
        return 1
    }

    # Sets __stepin_reply to a digit for each condition that is doubtful: 1 if it is true.
    __stepin_sign() {
        local __test
        __stepin_reply=s
        for __test in "${__stepin_doubtful[@]}"; do
            if builtin eval "[[ $__test ]]" 2>/dev/null; then
                __stepin_reply+=1
            else
                __stepin_reply+=0
            fi
        done
    }

    # Starts the helper; sets __answer to what it prints.
    __stepin_ask() {
        local __i __python= __library=
        for (( __i = 1; __i < ${#__stepin_helpers[@]}; __i += 2 )); do
            __python=${__stepin_helpers[__i]} __library=${__stepin_helpers[__i + 1]}
            [[ ! -x $__python || ! -r $__library/stepin/hook/entry.py ]] || break
            __python=
        done
        __answer=
        if [[ -z $__python ]]; then
            __stepin_once helper "stepin: the helper is gone; install stepin again and run \"stepin setup\""
            return 0
        fi
        __answer=$("$__python" -I -S -X utf8 -c "${__stepin_boot[1]}" "$__library" \
            zsh "${__stepin_speaks[1]}" "$1" "$__stepin_state" "$__stepin_config" "$2" "${HOME-}" 2>/dev/null </dev/null)
        [[ $__answer == *"# stepin: end" ]] || __stepin_once helper "stepin: the helper did not answer; run \"stepin doctor\""
    }

    # Does what `stepin on`, `stepin off` or `stepin allow` asked this shell for.
    __stepin_requested() {
        local __before=$__stepin_request
        if [[ -z ${__stepin_now-} ]]; then
            __stepin_busy=1
            return 0
        fi
        __stepin_look=
        __stepin_read_request
        [[ $__stepin_request != "$__before" ]] || return 0
        case $__stepin_request in
            "on "*) __stepin_held= ;;
            "off "*) __stepin_held=$__stepin_at ;;
        esac
    }

    __stepin_read_request() {
        local __file=$__stepin_state/requests/$$
        __stepin_request=
        [[ -f $__file && -O $__file ]] && IFS= builtin read -r __stepin_request <"$__file" 2>/dev/null
    }
fi
'
