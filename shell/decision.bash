# shellcheck shell=bash disable=SC2034,SC2154
# stepin's decisions in bash 3.2 and later: where one stands, which folder decides, what was decided, and whether that
# still holds. hook.bash, which comes after it, acts on it. Builtins alone, until there is something new to ask.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # Nothing that the decision was made from is other or newer than it was. Each test that a missing file would pass
    # stands beside one that it would not: -O and -x tell that what -L and -nt are asked about is there.
    __stepin_holds() {
        [[ -n $__stepin_at ]] || return 0
        if [[ $__stepin_verdict == allowed ]]; then
            [[ -x $__stepin_python && $__stepin_file -nt $__stepin_cfg && $__stepin_file -nt $__stepin_env && $__stepin_file -nt $__stepin_bin && (-O $__stepin_env && -O $__stepin_cfg || -n $__stepin_others && -e $__stepin_cfg) && (-n $__stepin_linked || ! -L $__stepin_env) && (-z $__stepin_link || $__stepin_link -ef $__stepin_cfg) ]] || return 1
        else
            [[ -n $__stepin_verdict && ($__stepin_verdict != broken || ! -x $__stepin_python) && (-z $__stepin_link || $__stepin_link -ef $__stepin_cfg) ]] || return 1
        fi
        [[ -n $__stepin_paths ]] || return 0
        builtin local __path
        for __path in "${__stepin_paths[@]}"; do
            [[ -e $__path && $__stepin_file -nt $__path ]] || return 1
        done
    }

    # Finds the nearest folder that decides, and its decision.
    __stepin_walk() {
        builtin local __i __j __v __folder __name "__was=$__stepin_at" __found=
        if [[ $PWD != "$__stepin_pwd" ]]; then
            __stepin_levels_of "$PWD"
            [[ -z $__stepin_tried ]] || __stepin_settled ''
            __stepin_pwd=$PWD
        fi
        __stepin_near=__stepin_near_${__stepin_depth}_0
        [[ $__stepin_nears == *" $__stepin_near "* ]] || __stepin_nearer "$__stepin_depth" 0
        if "$__stepin_near"; then
            for ((__i = 0; __i < __stepin_depth; __i++)); do
                __v=__stepin_level$__i __j=0
                __folder=${!__v}
                for __name in "${__stepin_names[@]}"; do
                    if [[ -e $__folder/$__name && (-e $__folder/$__name/pyvenv.cfg || $__name == .venv && -f $__folder/.venv || -e $__folder/$__name/bin/activate_this.py) ]]; then
                        __stepin_judge "${__folder:-/}" "$__name"
                        [[ $__stepin_verdict == none || $__stepin_verdict == unfinished ]] || __found=1
                        break
                    fi
                    ((__j += 1))
                done
                [[ -z $__found ]] || break
            done
        fi
        if [[ -n $__found ]]; then
            __stepin_near=__stepin_near_${__i}_$__j
            [[ $__stepin_nears == *" $__stepin_near "* ]] || __stepin_nearer "$__i" "$__j"
        else
            __stepin_at='' __stepin_verdict='' __stepin_env=''
        fi
        [[ $__was == "$__stepin_at" ]] || __stepin_held=
    }

    # Sets __stepin_level0 and so on to the folders that the walk looks at, the nearest first, and __stepin_depth to their
    # number. It ends at HOME; of the folders above HOME only those whose environment was allowed are looked at, for the
    # others may be automounters. Ten at a time: what costs is the number of commands. (And variables of their own: an
    # array's element costs a test expression a third more.)
    __stepin_levels_of() {
        builtin local "__path=$1" "__home=$__stepin_home" __above __n=0
        [[ $1/ != "$__stepin_real"/* ]] || __home=$__stepin_real
        [[ $1 == /* ]] || __path=
        if [[ -n $__home && $1/ == "$__home"/* ]]; then
            __above=${1:${#__home}}
            __path=${__above//\//}
            __stepin_depth=$((${#__above} - ${#__path} + 1))
            __stepin_level0=$1 __stepin_level1=${__stepin_level0%/*} __stepin_level2=${__stepin_level1%/*} __stepin_level3=${__stepin_level2%/*} __stepin_level4=${__stepin_level3%/*} __stepin_level5=${__stepin_level4%/*} __stepin_level6=${__stepin_level5%/*} __stepin_level7=${__stepin_level6%/*} __stepin_level8=${__stepin_level7%/*} __stepin_level9=${__stepin_level8%/*}
            __path=$__stepin_level9
            for ((__n = 10; __n < __stepin_depth; __n++)); do
                __path=${__path%/*}
                builtin printf -v "__stepin_level$__n" %s "$__path"
            done
        else
            __stepin_depth=0
            while [[ -n $__path && $__path != / && $__home/ != "$__path"/* ]]; do
                builtin printf -v "__stepin_level$__stepin_depth" %s "$__path"
                __path=${__path%/*} __stepin_depth=$((__stepin_depth + 1))
            done
            if [[ -z $__home && $1 == /* ]]; then
                builtin printf -v "__stepin_level$__stepin_depth" %s ''
                __stepin_depth=$((__stepin_depth + 1))
            fi
        fi
        [[ -n $__stepin_above ]] || return 0
        for __above in "${__stepin_above[@]}"; do
            [[ $1/ == "${__above%/}"/* ]] || continue
            builtin printf -v "__stepin_level$__stepin_depth" %s "${__above%/}"
            __stepin_depth=$((__stepin_depth + 1))
        done
    }

    # Makes the function $__stepin_near, which tests in one expression for all that could decide in place of what does:
    # nearer by $1 levels or, in the folder itself, under one of the $2 names that come first. It is made once for each
    # pair of numbers: its text holds no names of folders.
    __stepin_nearer() {
        __stepin_nears="$__stepin_nears $__stepin_near "
        builtin local __i __j=$2 __text='' __name
        for ((__i = 0; __i <= $1; __i++)); do
            for __name in "${__stepin_names[@]}"; do
                [[ $__i != "$1" ]] || ((__j-- > 0)) || break
                # A file .env is a dotenv file and most projects have one; a file .venv is a redirect.
                if [[ $__name == .venv ]]; then __text="$__text || -e"; else __text="$__text || -d"; fi
                __text="$__text \$__stepin_level$__i/$__name"
            done
        done
        __text=${__text# || }
        builtin eval "$__stepin_near() { [[ ${__text:-x == y} ]]; }"
    }

    # Sets the decision about folder $1, where the walk stopped at the name $2: the one that this shell has, the one on
    # disk, or the helper's. Without any, the verdict is empty and nothing is on.
    __stepin_judge() {
        builtin local __stepin_decision __stepin_end __path __tried=
        if [[ $__stepin_at == "$1" && $__stepin_stop == "$2" ]] && __stepin_holds; then
            [[ -z $__stepin_tried ]] || __stepin_settled "$1"
            return 0
        fi
        # Where the decisions about a folder lie: its path, with a folder `d` between the levels.
        __stepin_decision=() __stepin_end='' __path=$__stepin_state/current${1//\///d/}
        [[ $1 != / ]] || __path=$__stepin_state/current/d
        # shellcheck disable=SC1090,SC1091  # our own file, written by the helper
        [[ -O $__path/bash ]] && . "$__path/bash" 2>/dev/null
        if [[ -n $__stepin_end ]] && __stepin_take "$1" "$2" "$__path" && __stepin_holds; then
            [[ -z $__stepin_tried ]] || __stepin_settled "$1"
            return 0
        fi
        for __path in ${__stepin_tried[@]+"${__stepin_tried[@]}"}; do
            [[ $__path != "$1" ]] || __tried=1
        done
        if [[ -n $__tried ]]; then
            # It was asked before and the doubt has stayed: what it said then counts while the interpreter is there.
            [[ $__stepin_at == "$1" && -n $__stepin_verdict ]] &&
                [[ $__stepin_verdict != allowed || -x $__stepin_python && -f $__stepin_env/pyvenv.cfg ]] && return 0
        elif __stepin_question decide "$1" "$2" "$__path"; then
            return 0
        fi
        __stepin_at=$1 __stepin_stop=$2 __stepin_verdict='' __stepin_env=''
    }

    # Puts a question about folder $2, whose decisions lie in $4, to the helper and takes its answer.
    __stepin_question() {
        builtin local __stepin_decision __stepin_end
        __stepin_decision=() __stepin_end=
        __stepin_ask "$1" "$2" && __stepin_take "$2" "$3" "$4" || return 1
        [[ -e $__stepin_id ]] || __stepin_settings # the answer may have made a generation
        return 0
    }

    # Takes a decision, in __stepin_decision, if it is one about this folder and this name.
    __stepin_take() {
        [[ ${__stepin_decision[0]-} == 1 && ${__stepin_decision[2]-} == "$1" && ${__stepin_decision[3]-} == "$2" && ${#__stepin_decision[@]} -gt 11 ]] || return 1
        __stepin_at=$1 __stepin_stop=$2 __stepin_file=$3/bash __stepin_link=
        __stepin_verdict=${__stepin_decision[1]} __stepin_env=${__stepin_decision[4]} __stepin_bin=${__stepin_decision[5]}
        __stepin_python=${__stepin_decision[6]} __stepin_name=${__stepin_decision[7]} __stepin_prefix=${__stepin_decision[8]}
        __stepin_message=${__stepin_decision[10]} __stepin_shown=${__stepin_decision[11]}
        __stepin_cfg=$__stepin_env/pyvenv.cfg __stepin_paths=() __stepin_others='' __stepin_linked=''
        case ${__stepin_decision[9]} in *k*) __stepin_link=$3/cfg ;; esac
        case ${__stepin_decision[9]} in *[lo]*)
            [[ ${__stepin_decision[9]} != *l* ]] || __stepin_linked=1
            [[ ${__stepin_decision[9]} != *o* ]] || __stepin_others=1
            ;;
        esac
        # The first three of an allowed one are pyvenv.cfg, the environment and its bin, which have tests of their own.
        if [[ $__stepin_verdict != allowed ]]; then
            __stepin_paths=("${__stepin_decision[@]:12}")
        elif [[ ${#__stepin_decision[@]} -gt 15 ]]; then
            __stepin_paths=("${__stepin_decision[@]:15}")
        fi
    }

    # Starts the helper; true if it answered. That it was asked is written down first: Ctrl-C ends this function too.
    __stepin_ask() {
        builtin local __i __python='' __library='' __answer
        [[ $1 == renew ]] || __stepin_tried[${#__stepin_tried[@]}]=$2
        for ((__i = 0; __i + 1 < ${#__stepin_helpers[@]}; __i += 2)); do
            __python=${__stepin_helpers[__i]} __library=${__stepin_helpers[__i + 1]}
            [[ ! -x $__python || ! -r $__library/stepin/hook.py ]] || break
            __python=
        done
        if [[ -z $__python ]]; then
            __stepin_once helper "stepin: the helper is gone: install stepin again, then run stepin setup"
            return 1
        fi
        __answer=$("$__python" -I -S -X utf8 -c "$__stepin_boot" "$__library" bash 1 "$1" "$__stepin_state" "$__stepin_config" "$2" "${HOME-}" 2>/dev/null </dev/null)
        if [[ $__answer != *'# stepin: end' ]]; then
            __stepin_once helper "stepin: the helper did not answer: stepin doctor tells why"
            return 1
        fi
        builtin eval "$__answer"
    }

    # What was asked is asked again once the doubt is settled (about folder $1), or the folder was left.
    __stepin_settled() {
        builtin local __path
        builtin local -a __kept
        __kept=()
        for __path in "${__stepin_tried[@]}"; do
            [[ $__path == "$1" || "$PWD/" != "${__path%/}"/* ]] || __kept[${#__kept[@]}]=$__path
        done
        __stepin_tried=(${__kept[@]+"${__kept[@]}"})
    }
fi

# Read as one: the words after `shopt` are to be no aliases either.
{
    [[ -z $__stepin_aliases ]] || builtin shopt -s expand_aliases
    unset __stepin_aliases
}
