# shellcheck shell=bash disable=SC2034,SC2154
# Find the folder that decides, and keep the decisions about it in this shell, for bash 3.2 and later.
#
# Part of the hook: hook.bash says how it is written and acts on what is found here. bash copies a function's body at
# each call, including what is not run: what every step needs stands in small functions.
#
# A decision N that this shell knows is kept in functions: __stepin_d<N> sets its fields, __stepin_h<N> tells whether it
# holds. __stepin_c<N>_<LEVELS> is for a shell that stands LEVELS below the project: it tells that the decision holds and
# that nothing nearer could decide. __stepin_o<LEVELS> tells that nothing on the way could.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases
[[ $- != *a* ]] || __stepin_aliases=${__stepin_aliases}a
\builtin set +a

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # The folder that decides for $PWD, and its decision. __stepin_calm is then the function that tells at the next
    # prompt that nothing has changed.
    __stepin_walk() {
        __stepin_pwd=$PWD
        [[ $PWD == "$__stepin_levels_of" ]] || __stepin_moved
        if [[ -n $__stepin_number && $PWD/ == "$__stepin_at"/* && -z $__stepin_doubts ]]; then
            __stepin_watch_project
            if "$__stepin_calm"; then
                [[ -z $__stepin_fast ]] || __stepin_remember_place
                builtin return 0
            fi
        fi
        __stepin_calm=__stepin_o$__stepin_depth$__stepin_how
        builtin declare -f +i "$__stepin_calm" || __stepin_define_outside
        if "$__stepin_calm" || ! __stepin_search; then
            [[ -z $__stepin_at ]] || __stepin_held=
            __stepin_at='' __stepin_verdict='' __stepin_env='' __stepin_message='' __stepin_number=''
        fi
        [[ -z $__stepin_fast || $__stepin_calm == __stepin_busy ]] || __stepin_remember_place
    }

    # Makes the function that __stepin_step calls when the shell is in this folder again: no level has become a link, and
    # what __stepin_calm tests.
    __stepin_remember_place() {
        builtin local "__test=__stepin_test$__stepin_number" "__set=__stepin_fields$__stepin_number" __text=''
        [[ $__stepin_how == r && $__stepin_depth -le 12 ]] || builtin return 0
        __stepin_reply=${__stepin_where[$PWD]-}
        if [[ -z $__stepin_reply ]]; then
            __stepin_places=$((__stepin_places + 1))
            __stepin_reply=__stepin_p$__stepin_places
            # shellcheck disable=SC2004  # an associative array
            __stepin_where[$PWD]=$__stepin_reply
        elif [[ ${__stepin_place_of[${__stepin_reply#__stepin_p}]-} == "$__stepin_calm" ]]; then
            builtin return 0
        fi
        __stepin_place_of[${__stepin_reply#__stepin_p}]=$__stepin_calm
        __text=$__stepin_reply
        __stepin_place_text
    }

    __stepin_place_text() {
        builtin local __i __level __links='' __settings
        for ((__i = 0; __i < __stepin_depth - 1; __i++)); do
            __level=__stepin_level$__i
            __stepin_quote "${!__level}"
            __links="$__links && ! -L $__stepin_quoted"
        done
        __stepin_quote "$PWD"
        if [[ -n $__stepin_number ]]; then
            __stepin_nothing "$__stepin_below" "$__stepin_rank"
            __settings="${!__set} __stepin_number=$__stepin_number __stepin_rank=$__stepin_rank"
            __stepin_reply="$__stepin_reply && ${!__test}"
        else
            __stepin_nothing "$__stepin_depth" 0
            __settings="__stepin_at='' __stepin_verdict='' __stepin_env='' __stepin_message='' __stepin_number=''"
        fi
        __stepin_define "$__text() {
            [[ $__stepin_sure$__links$__stepin_reply ]] &&
                __stepin_pwd=$__stepin_quoted __stepin_calm=$__stepin_calm $__settings
        }"
    }

    # Sets __stepin_quoted to $1 in single quotes.
    __stepin_quote() {
        builtin local "__rest=$1"
        __stepin_quoted=
        while [[ $__rest == *\'* ]]; do
            __stepin_quoted="$__stepin_quoted${__rest%%\'*}'\\''"
            __rest=${__rest#*\'}
        done
        __stepin_quoted="'$__stepin_quoted$__rest'"
    }

    # Chooses, or makes, the function for a shell below the project that was decided about.
    __stepin_watch_project() {
        __stepin_below=${PWD:${#__stepin_at}} __stepin_reply=${PWD:${#__stepin_at}}
        __stepin_reply=${__stepin_reply//\//}
        __stepin_below=$((${#__stepin_below} - ${#__stepin_reply}))
        __stepin_calm=__stepin_c${__stepin_number}_$__stepin_below$__stepin_how
        builtin declare -f +i "$__stepin_calm" || __stepin_define_inside
    }

    # Looks closer at what is on the way, and takes the decision of the nearest folder that has one; false if none has.
    __stepin_search() {
        builtin local __i=0 __j __folder __name "__was=$__stepin_at"
        while [[ $__i -lt $__stepin_depth ]]; do
            __folder=__stepin_level$__i __j=0
            __folder=${!__folder}
            for __name in "${__stepin_names[@]}"; do
                # A file .venv is a redirect (PEP 832); a file .env is a dotenv file.
                if [[ -e $__folder/$__name && (-e $__folder/$__name/pyvenv.cfg || $__name == .venv && -f $__folder/.venv ||
                    -e $__folder/$__name/bin/activate_this.py) ]]; then
                    __stepin_judge "${__folder:-/}" "$__name"
                    [[ $__stepin_verdict != none && $__stepin_verdict != incomplete ]] || builtin break
                    [[ $__was == "$__stepin_at" ]] || __stepin_held=
                    __stepin_rank=$__j __stepin_calm=__stepin_busy
                    [[ -z $__stepin_number || -n $__stepin_doubts || $__stepin_at == / ]] || __stepin_watch_project
                    builtin return 0
                fi
                __j=$((__j + 1))
            done
            __i=$((__i + 1))
        done
        __stepin_at=$__was __stepin_calm=__stepin_busy
        builtin return 1
    }

    # The shell is in another folder. Sets __stepin_level0, __stepin_level1, ... to the folders that the walk looks at, the
    # nearest first, and __stepin_depth to their number. Ten at a time, since the number of commands is what costs.
    # __stepin_how is `r` if the tests can be relative, which are cheaper, and `a` if a level is a link.
    __stepin_moved() {
        __stepin_levels_of=$PWD __stepin_base=$__stepin_home __stepin_how=r
        [[ $PWD/ != "$__stepin_real"/* ]] || __stepin_base=$__stepin_real
        if [[ -n $__stepin_base && $PWD/ == "$__stepin_base"/* && -z $__stepin_above ]]; then
            __stepin_reply=${PWD:${#__stepin_base}}
            __stepin_depth=${__stepin_reply//\//}
            __stepin_depth=$((${#__stepin_reply} - ${#__stepin_depth} + 1))
            __stepin_level0=$PWD __stepin_level1=${PWD%/*} __stepin_level2=${__stepin_level1%/*}
            [[ $__stepin_depth -le 3 ]] || __stepin_moved_far
        else
            __stepin_moved_outside
        fi
        if [[ $__stepin_depth -gt 3 || -L $__stepin_level0 || $__stepin_depth -gt 2 && -L $__stepin_level1 ]]; then
            __stepin_reply=__stepin_l$__stepin_depth
            builtin declare -f +i "$__stepin_reply" || __stepin_define_links
            "$__stepin_reply" || __stepin_how=a
        fi
        [[ -z $__stepin_doubts ]] || __stepin_leave_doubts
    }

    # Deeper than three levels below HOME.
    __stepin_moved_far() {
        __stepin_level3=${__stepin_level2%/*} __stepin_level4=${__stepin_level3%/*} __stepin_level5=${__stepin_level4%/*}
        __stepin_level6=${__stepin_level5%/*} __stepin_level7=${__stepin_level6%/*} __stepin_level8=${__stepin_level7%/*}
        __stepin_level9=${__stepin_level8%/*}
        [[ $__stepin_depth -le 10 ]] || __stepin_moved_farther
    }

    __stepin_moved_farther() {
        builtin local __n "__path=$__stepin_level9"
        for ((__n = 10; __n < __stepin_depth; __n++)); do
            __path=${__path%/*}
            builtin printf -v "__stepin_level$__n" %s "$__path"
        done
    }

    # Not below HOME, or consent covers folders above it. The walk ends where the folders above HOME begin: of these it
    # looks only at those whose environment was allowed, for the others may be automounters.
    __stepin_moved_outside() {
        builtin local "__path=$PWD" __above
        __stepin_depth=0
        [[ $PWD == /* ]] || __path=
        while [[ -n $__path && $__path != / && ($__stepin_base/ != "$__path"/* || $__path == "$__stepin_base") ]]; do
            builtin printf -v "__stepin_level$__stepin_depth" %s "$__path"
            __path=${__path%/*} __stepin_depth=$((__stepin_depth + 1))
        done
        if [[ -z $__stepin_base && $PWD == /* ]]; then
            builtin printf -v "__stepin_level$__stepin_depth" %s ''
            __stepin_depth=$((__stepin_depth + 1))
        fi
        for __above in ${__stepin_above[@]+"${__stepin_above[@]}"}; do
            if [[ $PWD/ == "${__above%/}"/* ]]; then
                builtin printf -v "__stepin_level$__stepin_depth" %s "${__above%/}"
                __stepin_depth=$((__stepin_depth + 1)) __stepin_how=a
            fi
        done
    }

    # The functions that test many paths in one expression. Their texts hold no names of folders, so that one serves
    # every folder of the same depth.
    __stepin_define_links() {
        builtin local __i __text=
        for ((__i = 0; __i < __stepin_depth - 1; __i++)); do
            __text="$__text && ! -L \$__stepin_level$__i"
        done
        __stepin_define "__stepin_l$__stepin_depth() { [[ x == x$__text ]]; }"
    }

    __stepin_define_outside() {
        __stepin_nothing "$__stepin_depth" 0
        __stepin_define "$__stepin_calm() { [[ $__stepin_sure$__stepin_reply ]]; }"
        __stepin_outside[${#__stepin_outside[@]}]=$__stepin_calm
    }

    __stepin_define_inside() {
        builtin local "__test=__stepin_test$__stepin_number"
        __stepin_nothing "$__stepin_below" "$__stepin_rank"
        __stepin_define "$__stepin_calm() { [[ $__stepin_sure$__stepin_reply && ${!__test} ]]; }"
        [[ $__stepin_below -le $__stepin_deepest ]] || __stepin_deepest=$__stepin_below
    }

    # Sets __stepin_reply to the tests that nothing is there which could decide: in $1 levels, and in the next one under
    # the first $2 names. A file .env is a dotenv file, and most projects have one.
    __stepin_nothing() {
        builtin local __i __j=$2 __name __up=./ __test
        __stepin_reply=
        for ((__i = 0; __i <= $1; __i++)); do
            for __name in "${__stepin_names[@]}"; do
                [[ $__i -ne $1 || $((__j--)) -gt 0 ]] || builtin break
                __test=-d
                [[ $__name != .venv ]] || __test=-e
                [[ $__stepin_how == r ]] || __up="\$__stepin_level$__i/"
                __stepin_reply="$__stepin_reply && ! $__test $__up$__name"
            done
            __up=../${__up#./}
        done
    }

    # Reads function definitions. Aliases are off meanwhile, as they are while this file is read. In posix mode reserved
    # words are no aliases, and `shopt` would bring BASHOPTS up to date, which is left as it was found.
    __stepin_define() {
        builtin local __aliases=
        if [[ :$SHELLOPTS: != *:posix:* ]] && builtin shopt -q expand_aliases; then
            __aliases=1
            builtin shopt -u expand_aliases
        fi
        builtin eval "$1"
        [[ -z $__aliases ]] || builtin shopt -s expand_aliases
    }

    # Never calm: look closer at the next prompt.
    __stepin_busy() {
        builtin return 1
    }

    # Sets the decision about folder $1, where the walk stopped at the name $2: the one that this shell knows, the one on
    # disk, or the helper's. Without any, the verdict is empty and nothing is active.
    __stepin_judge() {
        # Not a range: what [a-z] covers depends on the locale.
        __stepin_key=__stepin_n${1//[!0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]/_}
        __stepin_number=${!__stepin_key-}
        if [[ -n $__stepin_number ]]; then
            "__stepin_d$__stepin_number"
            if [[ $__stepin_at == "$1" && $__stepin_stop == "$2" && $__stepin_of == "$__stepin_turn" ]] &&
                "__stepin_h$__stepin_number"; then
                [[ -z $__stepin_doubts ]] || __stepin_settled "$1"
                builtin return 0
            fi
        fi
        __stepin_learn_decision "$1" "$2"
    }

    # The decision is not known, or does not hold: another shell may have had it made already.
    __stepin_learn_decision() {
        __stepin_file=$__stepin_state/current${1//\///d/}/bash __stepin_end='' __stepin_protocol=''
        [[ $1 != / ]] || __stepin_file=$__stepin_state/current/d/bash
        if [[ -f $__stepin_file && -O $__stepin_file ]]; then
            # shellcheck disable=SC1090  # our own file, written by the helper
            builtin . "$__stepin_file" 2>/dev/null
        fi
        if [[ -n $__stepin_end ]] && __stepin_take "$1" "$2" && "__stepin_h$__stepin_number"; then
            [[ -z $__stepin_doubts ]] || __stepin_settled "$1"
        else
            __stepin_doubt "$1" "$2"
        fi
    }

    # Takes the decision that was just read, if it is one about this folder and this name. A number is used once, so
    # what was made for another decision never answers for this one.
    __stepin_take() {
        [[ $__stepin_protocol == "$__stepin_speaks" && $__stepin_folder == "$1" && $__stepin_first == "$2" ]] || builtin return 1
        builtin local "__old=${!__stepin_key-}" __text
        # bash 3.2 to 4.4 compare whole seconds: a younger fact proves nothing yet.
        [[ -z $__stepin_seconds || -z $__stepin_recent ]] || __stepin_test="x == y"
        __text="$__stepin_turn $__stepin_fields $__stepin_test"
        __stepin_number=$__old
        if [[ -n $__old ]]; then
            __old=__stepin_text$__old
            [[ ${!__old} == "$__text" ]] || __stepin_forget "$__stepin_number"
        fi
        [[ -n $__stepin_number ]] || __stepin_keep "$__text"
        "__stepin_d$__stepin_number"
    }

    __stepin_keep() {
        __stepin_count=$((__stepin_count + 1))
        __stepin_number=$__stepin_count
        __stepin_define "__stepin_d$__stepin_number() { $__stepin_fields __stepin_of=$__stepin_turn; }
            __stepin_h$__stepin_number() { [[ $__stepin_test ]]; }
            __stepin_b$__stepin_number() { [[ $__stepin_base ]]; }"
        builtin printf -v "__stepin_test$__stepin_number" %s "$__stepin_test"
        builtin printf -v "__stepin_fields$__stepin_number" %s "$__stepin_fields"
        builtin printf -v "__stepin_text$__stepin_number" %s "$1"
        builtin printf -v "$__stepin_key" %s "$__stepin_number"
    }

    __stepin_forget() {
        builtin local __i
        for ((__i = 0; __i <= __stepin_deepest; __i++)); do
            builtin unset -f "__stepin_c${1}_${__i}r" "__stepin_c${1}_${__i}a"
        done
        builtin unset -f "__stepin_d$1" "__stepin_h$1" "__stepin_b$1"
        builtin unset "__stepin_test$1" "__stepin_text$1" "__stepin_fields$1"
        __stepin_number=
    }
fi

# Read as one command: the words after `shopt` must not be aliases either.
{
    [[ $__stepin_aliases != 1* ]] || builtin shopt -s expand_aliases
    [[ $__stepin_aliases != *a ]] || builtin set -a
    builtin unset __stepin_aliases
}
