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
        if [[ $__stepin_verdict == trusted ]]; then
            [[ -x $__stepin_python && $__stepin_file -nt $__stepin_cfg && $__stepin_file -nt $__stepin_env && $__stepin_file -nt $__stepin_bin && (-O $__stepin_env && -O $__stepin_cfg || -n $__stepin_others && -e $__stepin_cfg) && (-n $__stepin_linked || ! -L $__stepin_env) && (-z $__stepin_link || $__stepin_link -ef $__stepin_cfg) && -z $__stepin_paths ]] || __stepin_holds_otherwise
        elif [[ -n $__stepin_at ]]; then
            __stepin_holds_otherwise
        fi
    }

    # The same of what is off, or depends on more than the three paths that have tests of their own.
    __stepin_holds_otherwise() {
        builtin local __path
        [[ -n $__stepin_verdict && ($__stepin_verdict != broken || ! -x $__stepin_python) && (-z $__stepin_link || $__stepin_link -ef $__stepin_cfg) ]] || return 1
        if [[ $__stepin_verdict == trusted ]]; then
            [[ -x $__stepin_python && $__stepin_file -nt $__stepin_cfg && $__stepin_file -nt $__stepin_env && $__stepin_file -nt $__stepin_bin && (-O $__stepin_env && -O $__stepin_cfg || -n $__stepin_others && -e $__stepin_cfg) && (-n $__stepin_linked || ! -L $__stepin_env) ]] || return 1
        fi
        for __path in ${__stepin_paths[@]+"${__stepin_paths[@]}"}; do
            [[ -e $__path && $__stepin_file -nt $__path ]] || return 1
        done
    }

    # bash copies a function's body each time it is called, also those parts that are not run: what a step needs every
    # time stands in small functions, what it needs now and then in others.

    # Finds the nearest folder that decides, and its decision.
    __stepin_walk() {
        if [[ $PWD != "$__stepin_pwd" ]]; then
            __stepin_moved
            # Still below the folder that decided: as long as there is nothing nearer and the decision holds, it does.
            if [[ -n $__stepin_at && -n $__stepin_verdict && $PWD == "$__stepin_at"/* && -z $__stepin_tried ]] && __stepin_below; then return 0; fi
        fi
        __stepin_near=__stepin_near_${__stepin_depth}_0
        [[ ${!__stepin_near-} == "$__stepin_turn" ]] || __stepin_nearer "$__stepin_depth" 0
        if ! "$__stepin_near" || ! __stepin_search; then
            [[ -z $__stepin_at ]] || __stepin_held=
            __stepin_at='' __stepin_verdict='' __stepin_env=''
        fi
    }

    __stepin_below() {
        __stepin_reply=${PWD:${#__stepin_at}}
        __stepin_near=${__stepin_reply//\//}
        __stepin_reply=$((${#__stepin_reply} - ${#__stepin_near}))
        __stepin_near=__stepin_near_${__stepin_reply}_$__stepin_rank
        [[ ${!__stepin_near-} == "$__stepin_turn" ]] || __stepin_nearer "$__stepin_reply" "$__stepin_rank"
        ! "$__stepin_near" && __stepin_holds
    }

    # Looks closer at what could decide; true if something does.
    __stepin_search() {
        builtin local __i=0 __j __folder __name "__was=$__stepin_at"
        while [[ $__i -lt $__stepin_depth ]]; do
            __folder=__stepin_level$__i __j=0
            __folder=${!__folder}
            for __name in "${__stepin_names[@]}"; do
                if [[ -e $__folder/$__name && (-e $__folder/$__name/pyvenv.cfg || $__name == .venv && -f $__folder/.venv || -e $__folder/$__name/bin/activate_this.py) ]]; then
                    __stepin_judge "${__folder:-/}" "$__name"
                    [[ $__stepin_verdict != none && $__stepin_verdict != incomplete ]] || break
                    __stepin_near=__stepin_near_${__i}_$__j __stepin_rank=$__j
                    [[ ${!__stepin_near-} == "$__stepin_turn" ]] || __stepin_nearer "$__i" "$__j"
                    [[ $__was == "$__stepin_at" ]] || __stepin_held=
                    return 0
                fi
                ((__j += 1))
            done
            ((__i += 1))
        done
        __stepin_at=$__was
        return 1
    }

    # The shell is in another folder: which are those that the walk looks at, the nearest first? Sets __stepin_level0 and so
    # on, and __stepin_depth to their number. Ten at a time: what costs is the number of commands. (And variables of their
    # own: an array's element costs a test expression a third more.)
    __stepin_moved() {
        __stepin_pwd=$PWD __stepin_base=$__stepin_home
        [[ $PWD/ != "$__stepin_real"/* ]] || __stepin_base=$__stepin_real
        if [[ -n $__stepin_base && $PWD/ == "$__stepin_base"/* ]]; then
            __stepin_reply=${PWD:${#__stepin_base}}
            __stepin_depth=${__stepin_reply//\//}
            __stepin_level0=$PWD __stepin_level1=${__stepin_level0%/*} __stepin_level2=${__stepin_level1%/*} __stepin_level3=${__stepin_level2%/*} __stepin_depth=$((${#__stepin_reply} - ${#__stepin_depth} + 1))
            [[ $__stepin_depth -le 4 && -z $__stepin_above$__stepin_tried ]] || __stepin_moved_far
        else
            __stepin_moved_outside
        fi
    }

    # Deeper than four levels below HOME.
    __stepin_moved_far() {
        __stepin_level4=${__stepin_level3%/*} __stepin_level5=${__stepin_level4%/*} __stepin_level6=${__stepin_level5%/*} __stepin_level7=${__stepin_level6%/*} __stepin_level8=${__stepin_level7%/*} __stepin_level9=${__stepin_level8%/*}
        [[ $__stepin_depth -le 10 ]] || __stepin_moved_farther
        [[ -z $__stepin_above$__stepin_tried ]] || __stepin_moved_last
    }

    __stepin_moved_farther() {
        builtin local __n "__path=$__stepin_level9"
        for ((__n = 10; __n < __stepin_depth; __n++)); do
            __path=${__path%/*}
            builtin printf -v "__stepin_level$__n" %s "$__path"
        done
    }

    # Not below HOME: the walk ends where the folders above HOME begin.
    __stepin_moved_outside() {
        builtin local "__path=$PWD"
        __stepin_depth=0
        [[ $PWD == /* ]] || __path=
        while [[ -n $__path && $__path != / && $__stepin_base/ != "$__path"/* ]]; do
            builtin printf -v "__stepin_level$__stepin_depth" %s "$__path"
            __path=${__path%/*} __stepin_depth=$((__stepin_depth + 1))
        done
        if [[ -z $__stepin_base && $PWD == /* ]]; then
            builtin printf -v "__stepin_level$__stepin_depth" %s ''
            __stepin_depth=$((__stepin_depth + 1))
        fi
        __stepin_moved_last
    }

    # Of the folders above HOME only those whose environment was allowed are looked at, for the others may be
    # automounters. And what does not lie on the way any more was left.
    __stepin_moved_last() {
        builtin local __above
        for __above in ${__stepin_above[@]+"${__stepin_above[@]}"}; do
            [[ $PWD/ == "${__above%/}"/* ]] || continue
            builtin printf -v "__stepin_level$__stepin_depth" %s "${__above%/}"
            __stepin_depth=$((__stepin_depth + 1))
        done
        [[ -z $__stepin_tried ]] || __stepin_settled ''
    }

    # Makes the function $__stepin_near, which tests in one expression for all that could decide in place of what does:
    # nearer by $1 levels or, in the folder itself, under one of the $2 names that come first. It is made once for each
    # pair of numbers (its text holds no names of folders) and reading of the settings, which a variable of the same name counts.
    __stepin_nearer() {
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
        builtin printf -v "$__stepin_near" %s "$__stepin_turn"
    }

    # Sets the decision about folder $1, where the walk stopped at the name $2: the one that this shell has, the one on
    # disk, or the helper's. Without any, the verdict is empty and nothing is on.
    __stepin_judge() {
        if [[ $__stepin_at != "$1" || $__stepin_stop != "$2" ]] || ! __stepin_holds; then
            builtin local __path __tried=
            for __path in ${__stepin_tried[@]+"${__stepin_tried[@]}"}; do
                [[ ${__path#+} != "$1//$2" ]] || __tried=$__path
            done
            # Where the decisions about a folder lie: its path, with a folder `d` between the levels.
            __stepin_end='' __stepin_protocol='' __stepin_place=$__stepin_state/current${1//\///d/}
            [[ $1 != / ]] || __stepin_place=$__stepin_state/current/d
            # shellcheck disable=SC1090,SC1091  # our own file, written by the helper
            [[ -z $__tried && -O $__stepin_place/bash ]] && . "$__stepin_place/bash" 2>/dev/null
            if [[ -z $__stepin_end ]] || ! __stepin_take "$1" "$2" || ! __stepin_holds; then
                __stepin_doubt "$1" "$2" "$__tried"
                return 0
            fi
        fi
        [[ -z $__stepin_tried ]] || __stepin_settled "$1"
    }

    # There is no decision, or it does not hold: ask, if that was not done yet ($3 is then what __stepin_tried has of it).
    # What the helper did not confirm is no answer, though it lies on the disk; nor may it stay if Ctrl-C ends this.
    __stepin_doubt() {
        if [[ -z $3 ]]; then
            __stepin_verdict=
            if __stepin_question decide "$1" "$2"; then
                if __stepin_holds; then
                    __stepin_settled "$1"
                elif [[ $__stepin_verdict == none || $__stepin_verdict == incomplete ]]; then
                    # Remembered: the decision about an outer folder takes its place.
                    __stepin_tried[${#__stepin_tried[@]} - 1]=+$1//$2
                fi
                return 0
            fi
        elif [[ $__stepin_at == "$1" && $__stepin_stop == "$2" && -n $__stepin_verdict ]]; then
            # It was asked before and the doubt has stayed: what it said then counts while the interpreter is there.
            [[ $__stepin_verdict != trusted || -x $__stepin_python && -f $__stepin_env/pyvenv.cfg ]] && return 0
        elif [[ $3 == +* ]]; then
            __stepin_at=$1 __stepin_stop=$2 __stepin_verdict=none
            return 0
        fi
        __stepin_at=$1 __stepin_stop=$2 __stepin_verdict='' __stepin_env=''
    }

    # Puts a question about folder $2, whose decisions lie in __stepin_place, to the helper and takes its answer.
    __stepin_question() {
        __stepin_end='' __stepin_protocol=''
        __stepin_ask "$1" "$2" "$3" && __stepin_take "$2" "$3" || return 1
        [[ -e $__stepin_id ]] || __stepin_settings # the answer may have made a generation
        return 0
    }

    # Takes the decision that was just read, if it is one about this folder and this name.
    __stepin_take() {
        [[ $__stepin_protocol == 1 && $__stepin_folder == "$1" && $__stepin_first == "$2" ]] || return 1
        __stepin_at=$1 __stepin_stop=$2 __stepin_file=$__stepin_place/bash __stepin_cfg=$__stepin_env/pyvenv.cfg __stepin_link=$__stepin_place/cfg __stepin_others='' __stepin_linked=''
        [[ $__stepin_flags == k ]] || __stepin_take_flags
    }

    # No hard link was possible; the environment is a link; it is somebody else's (the last two with consent).
    __stepin_take_flags() {
        [[ $__stepin_flags == *k* ]] || __stepin_link=
        [[ $__stepin_flags != *l* ]] || __stepin_linked=1
        [[ $__stepin_flags != *o* ]] || __stepin_others=1
    }

    # Starts the helper; true if it answered. That it was asked is written down first: Ctrl-C ends this function too.
    __stepin_ask() {
        builtin local __i __python='' __library='' __answer
        [[ $1 == renew ]] || __stepin_tried[${#__stepin_tried[@]}]=$2//$3
        for ((__i = 0; __i + 1 < ${#__stepin_helpers[@]}; __i += 2)); do
            __python=${__stepin_helpers[__i]} __library=${__stepin_helpers[__i + 1]}
            [[ ! -x $__python || ! -r $__library/stepin/hook/entry.py ]] || break
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
        builtin local __path __folder
        builtin local -a __kept
        __kept=()
        for __path in "${__stepin_tried[@]}"; do
            __folder=${__path#+} __folder=${__folder%//*}
            [[ $__folder == "$1" || $__folder != / && $PWD/ != "$__folder"/* ]] || __kept[${#__kept[@]}]=$__path
        done
        __stepin_tried=(${__kept[@]+"${__kept[@]}"})
    }
fi

# Read as one: the words after `shopt` are to be no aliases either.
{
    [[ -z $__stepin_aliases ]] || builtin shopt -s expand_aliases
    unset __stepin_aliases
}
