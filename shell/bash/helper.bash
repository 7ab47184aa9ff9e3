# shellcheck shell=bash disable=SC2034,SC2154
# Read the settings, and ask the helper, when there is something new to ask, for bash 3.2 and later.
#
# Part of the hook: hook.bash says how it is written. The helper is stepin.hook.entry, the only process that is started.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases
[[ $- != *a* ]] || __stepin_aliases=${__stepin_aliases}a
\builtin set +a

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # There is another generation, or the settings have changed: learn what is there. If it was made from older settings,
    # have a new one made, once.
    __stepin_renew() {
        builtin local "__was=$__stepin_id"
        __stepin_settings
        if [[ -n $__stepin_id && $__stepin_renewed != "$__stepin_id" ]] && ! __stepin_same; then
            __stepin_renewed=$__stepin_id
            __stepin_ask renew / && __stepin_settings
        fi
        [[ $__was == "$__stepin_id" ]] || __stepin_tried=() __stepin_doubts='' __stepin_levels_of='' __stepin_number=''
    }

    __stepin_settings() {
        builtin local "__file=$__stepin_state/current/settings.bash" __stepin_settings __stepin_end
        __stepin_names=("${__stepin_defaults[@]}") __stepin_above=() __stepin_homes=() __stepin_settings=() __stepin_end=
        __stepin_id='' __stepin_seen='' __stepin_learn='' __stepin_at_cd=1 __stepin_turn=$((__stepin_turn + 1))
        __stepin_pending=1
        [[ ! -e $__stepin_config ]] || __stepin_seen=1
        # shellcheck disable=SC1090  # our own file, written by the helper
        [[ -f $__file && -O $__file ]] && builtin . "$__file" 2>/dev/null
        if [[ -n $__stepin_end && ${__stepin_settings[0]-} == "$__stepin_speaks" ]]; then
            __stepin_id=$__stepin_state/current/id-${__stepin_settings[1]}
            __stepin_learn=${__stepin_settings[2]} __stepin_seen=${__stepin_settings[3]}
            [[ -z ${__stepin_settings[4]} ]] || __stepin_once settings "${__stepin_settings[4]}"
            __stepin_at_cd=${__stepin_settings[5]-1}
        fi
        __stepin_home=${HOME-}
        __stepin_home=${__stepin_home%/} __stepin_real=${__stepin_home%/}
        [[ ${__stepin_homes[0]-} != "${HOME-}" || ${__stepin_homes[1]-} == / ]] || __stepin_real=${__stepin_homes[1]-}
        __stepin_settings_tests
    }

    # What is true while the generation is the one that this shell knows, and the settings those it was made from.
    __stepin_settings_tests() {
        __stepin_sure="-e \$__stepin_id && ! -e \$__stepin_config"
        if [[ -z $__stepin_id ]]; then
            __stepin_sure="! -e \$__stepin_state/current"
        elif [[ -n $__stepin_seen ]]; then
            __stepin_sure="-e \$__stepin_id && -e \$__stepin_config"
            __stepin_sure="$__stepin_sure && ! \$__stepin_config -nt \$__stepin_id && ! \$__stepin_config -ot \$__stepin_id"
        fi
        __stepin_define "__stepin_same() { [[ $__stepin_sure ]]; }"
        builtin unset -f "${__stepin_outside[@]}"
        __stepin_outside=(__stepin_none)
        # What is known of folders was true of the generation before.
        for (( ; __stepin_places > 0; __stepin_places--)); do
            builtin unset -f "__stepin_p$__stepin_places"
        done
        [[ -z $__stepin_fast ]] || __stepin_where=() __stepin_place_of=()
    }

    # `stepin on`, `stepin off` and `stepin allow` leave one line for the shell that they were typed in.
    __stepin_request() {
        builtin local __line='' "__file=$__stepin_state/requests/$$"
        __stepin_pending=
        [[ -f $__file && -O $__file ]] && { IFS='' builtin read -r __line <"$__file"; } 2>/dev/null
        [[ $__line != "$__stepin_requested" ]] || builtin return 0
        __stepin_requested=$__line
        # What is there when a shell starts was meant for an earlier process of the same number.
        if [[ -n $__stepin_fresh ]]; then
            builtin return 0
        elif [[ $__line == 'on '* ]]; then
            __stepin_held=
        elif [[ $__line == 'off '* && -n $__stepin_on ]]; then
            __stepin_off
            __stepin_held=$__stepin_at
        fi
    }

    # No decision about folder $1, where the walk stopped at $2, holds. Ask: at most once a prompt, and no more than three
    # times in a row without an answer that holds. After that the last answer counts, as far as it can be tested without
    # times, until the shell leaves, or something changes again; then the pauses between two questions double.
    __stepin_doubt() {
        builtin local __i "__known=$__stepin_number"
        for ((__i = 0; __i < ${#__stepin_tried[@]}; __i++)); do
            [[ ${__stepin_tried[__i]} != "$1//$2" ]] || builtin break
        done
        [[ $__i -lt ${#__stepin_tried[@]} ]] ||
            __stepin_tried[__i]=$1//$2 __stepin_times[__i]=0 __stepin_answers[__i]='' __stepin_pauses[__i]=4
        __stepin_doubts=1
        if [[ -z $__stepin_asked && (${__stepin_times[__i]} -lt 3 || -n ${__stepin_answers[__i]}) ]] && __stepin_may_ask "$__i"; then
            __stepin_ask_about "$1" "$2" "$__i" && builtin return 0
        elif [[ -n $__known && $__known == "${__stepin_answers[__i]}" && $__stepin_at == "$1" && $__stepin_stop == "$2" ]] &&
            "__stepin_b$__known"; then
            builtin return 0
        fi
        __stepin_at=$1 __stepin_stop=$2 __stepin_verdict='' __stepin_env='' __stepin_message='' __stepin_number=''
    }

    # After three answers that did not hold: is anything newer than the last of them, and has the pause passed?
    __stepin_may_ask() {
        builtin local __path __newer=
        [[ ${__stepin_times[$1]} -ge 3 ]] || builtin return 0
        for __path in ${__stepin_facts[@]+"${__stepin_facts[@]}"}; do
            [[ ! -e $__stepin_file || ! $__path -nt $__stepin_file ]] || __newer=1
        done
        [[ -n $__newer ]] || builtin return 1
        __stepin_times[$1]=$((__stepin_times[$1] + 1))
        [[ ${__stepin_times[$1]} -ge ${__stepin_pauses[$1]} ]] || builtin return 1
        __stepin_times[$1]=3 __stepin_pauses[$1]=$((__stepin_pauses[$1] * 2))
    }

    # True if there is an answer. That it was asked is recorded first: Ctrl-C ends this function, too. What the helper did
    # not confirm is no answer.
    __stepin_ask_about() {
        builtin local "__times=${__stepin_times[$3]}"
        __stepin_times[$3]=3 __stepin_answers[$3]='' __stepin_verdict='' __stepin_asked=1
        __stepin_question decide "$1" "$2" || builtin return 1
        __stepin_answers[$3]=$__stepin_number
        if "__stepin_h$__stepin_number"; then
            __stepin_settled "$1"
        elif [[ -z $__stepin_seconds || -z $__stepin_recent ]] && ((__times < 3)); then
            __stepin_times[$3]=$((__times + 1))
        else
            __stepin_times[$3]=$__times
        fi
    }

    # Puts a question about folder $2 to the helper and takes its answer. The answer may have made a generation.
    __stepin_question() {
        __stepin_end='' __stepin_protocol=''
        __stepin_ask "$1" "$2" || builtin return 1
        [[ -n $__stepin_id && -e $__stepin_id ]] || __stepin_settings
        __stepin_take "$2" "$3"
    }

    # Starts the helper; true if it answered.
    __stepin_ask() {
        builtin local __i __python='' __library='' __answer
        for ((__i = 0; __i + 1 < ${#__stepin_helpers[@]}; __i += 2)); do
            __python=${__stepin_helpers[__i]} __library=${__stepin_helpers[__i + 1]}
            [[ ! -x $__python || ! -r $__library/stepin/hook/entry.py ]] || builtin break
            __python=
        done
        if [[ -z $__python ]]; then
            __stepin_once helper "stepin: the helper is gone; install stepin again and run \"stepin setup\""
            builtin return 1
        fi
        __answer=$("$__python" -I -S -X utf8 -c "$__stepin_boot" "$__library" bash "$__stepin_speaks" "$1" \
            "$__stepin_state" "$__stepin_config" "$2" "${HOME-}" 2>/dev/null </dev/null)
        if [[ $__answer != *'# stepin: end' ]]; then
            __stepin_once helper "stepin: the helper did not answer; run \"stepin doctor\""
            builtin return 1
        fi
        builtin eval "$__answer"
    }

    # The doubts about folder $1 are settled.
    __stepin_settled() {
        builtin local __i
        for ((__i = ${#__stepin_tried[@]} - 1; __i >= 0; __i--)); do
            [[ ${__stepin_tried[__i]%//*} != "$1" ]] || __stepin_drop_doubt "$__i"
        done
    }

    # The shell has left folders that it had doubts about.
    __stepin_leave_doubts() {
        builtin local __i __folder
        for ((__i = ${#__stepin_tried[@]} - 1; __i >= 0; __i--)); do
            __folder=${__stepin_tried[__i]%//*}
            [[ $__folder == / || $PWD/ == "$__folder"/* ]] || __stepin_drop_doubt "$__i"
        done
    }

    __stepin_drop_doubt() {
        builtin local "__last=$((${#__stepin_tried[@]} - 1))"
        __stepin_tried[$1]=${__stepin_tried[__last]} __stepin_times[$1]=${__stepin_times[__last]}
        __stepin_answers[$1]=${__stepin_answers[__last]} __stepin_pauses[$1]=${__stepin_pauses[__last]}
        builtin unset "__stepin_tried[__last]" "__stepin_times[__last]" "__stepin_answers[__last]" "__stepin_pauses[__last]"
        [[ $__last -gt 0 ]] || __stepin_doubts=
    }
fi

# Read as one command: the words after `shopt` must not be aliases either.
{
    [[ $__stepin_aliases != 1* ]] || builtin shopt -s expand_aliases
    [[ $__stepin_aliases != *a ]] || builtin set -a
    builtin unset __stepin_aliases
}
