# shellcheck shell=bash disable=SC2154
# Show a project's notice once, and leave the trace by which the watcher knows where shells are, for bash 3.2 and later.
#
# Part of the hook: hook.bash says how it is written. stepin.watch.notices.notice_file has the format of a notice.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases
[[ $- != *a* ]] || __stepin_aliases=${__stepin_aliases}a
\builtin set +a

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # At a prompt that was not calm, or if the file exists that __stepin_quiet names: what the prompt tests in order to call
    # this function. As long as the mark of the notice that was read is there, that notice is in force, and what is tested
    # is whether it still holds: a watcher that is gone must not leave a warning that is no longer true.
    __stepin_notice() {
        if [[ $__stepin_verdict != trusted ]]; then
            __stepin_quiet=
            [[ -z $__stepin_in ]] || __stepin_trace ''
            builtin return 0
        fi
        [[ $__stepin_at == "$__stepin_in" && -n $__stepin_watched ]] || __stepin_trace "$__stepin_at"
        [[ -e $__stepin_mark || -z $__stepin_mark && ! -e $__stepin_notice ]] || __stepin_learn_notice
        __stepin_entered=
        if [[ -n $__stepin_mark ]] && __stepin_timely; then
            [[ $__stepin_ident == "$__stepin_told" && ${STEPIN_DRIFT-0} == "$__stepin_count_shown" &&
                $__stepin_news == "$__stepin_heard" ]] || __stepin_show_notice
        else
            [[ -z ${STEPIN_DRIFT+x} ]] || builtin unset STEPIN_DRIFT
        fi
        __stepin_quiet=$__stepin_notice
        if [[ -n $__stepin_mark ]]; then
            __stepin_quiet=/ # a notice is in force: look at each prompt whether it still holds
        elif [[ -z $__stepin_watched ]]; then
            __stepin_quiet=$__stepin_state/shells # no watcher was ever set up: look again as soon as there is one
        fi
    }

    # Nothing that the notice is about is gone, or newer.
    __stepin_timely() {
        builtin local __path
        for __path in "${__stepin_about[@]}"; do
            [[ -e $__path && ! $__path -nt $__stepin_notice ]] || builtin return 1
        done
    }

    # Reads the notice, if there is one.
    __stepin_learn_notice() {
        builtin local __line __number=0
        __stepin_mark='' __stepin_about=() __stepin_ident=0 __stepin_count_shown=0 __stepin_text='' __stepin_news=''
        if [[ -f $__stepin_notice && -O $__stepin_notice ]]; then
            {
                while IFS='' builtin read -r __line; do
                    case $__number in
                        0)
                            __stepin_ident=${__line%% *} __stepin_mark=${__stepin_notice%/*}/${__line##* }
                            __stepin_count_shown=${__line#* }
                            __stepin_count_shown=${__stepin_count_shown%% *}
                            ;;
                        1) __stepin_text=$__line ;;
                        2) __stepin_news=$__line ;;
                        *) __stepin_about[${#__stepin_about[@]}]=$__line ;;
                    esac
                    __number=$((__number + 1))
                done <"$__stepin_notice"
            } 2>/dev/null
        fi
        # News is for the shells that were here when it arrived.
        [[ -z $__stepin_entered ]] || __stepin_heard=$__stepin_news
    }

    # Shows what this shell has not shown yet; that drift is fixed only if it showed the drift.
    __stepin_show_notice() {
        if [[ $__stepin_ident == 0 ]]; then
            [[ $__stepin_told == 0 ]] || builtin printf '%s\n' "$__stepin_text" >&2
            [[ -z ${STEPIN_DRIFT+x} ]] || builtin unset STEPIN_DRIFT
        else
            [[ $__stepin_ident == "$__stepin_told" ]] || builtin printf '%s\n' "$__stepin_text" >&2
            builtin export "STEPIN_DRIFT=$__stepin_count_shown"
        fi
        __stepin_told=$__stepin_ident
        if [[ $__stepin_news != "$__stepin_heard" ]]; then
            __stepin_heard=$__stepin_news
            [[ -z $__stepin_news ]] || builtin printf '%s\n' "${__stepin_news#* }" >&2
        fi
    }

    # This shell is in project $1 now, or in none. The watcher learns it from a small file, if it made the folder for it.
    __stepin_trace() {
        [[ $__stepin_told$__stepin_shown_before == 0 ]] || __stepin_recall "$1"
        if [[ $1 != "$__stepin_in" ]]; then
            __stepin_in=$1 __stepin_mark='' __stepin_news='' __stepin_heard='' __stepin_entered=1
            [[ -n $1 || -z ${STEPIN_DRIFT+x} ]] || builtin unset STEPIN_DRIFT
        fi
        __stepin_notice=${1:+$__stepin_state/notices${1//\///d/}/notice} __stepin_watched=
        [[ $1 != / ]] || __stepin_notice=$__stepin_state/notices/d/notice
        [[ -O $__stepin_state/shells ]] || builtin return 0
        __stepin_watched=1
        # Up to NUL, without truncating the file first: ext4 writes a truncated file to the disk when it is closed, which
        # takes twenty times as long (the mount option auto_da_alloc).
        builtin printf '%s\0' "$1" 2>/dev/null 1<>"$__stepin_state/shells/$$"
    }

    # Of each project, what was shown of it last: ID/PATH. Sets that of project $1, and keeps that of the one that is left.
    __stepin_recall() {
        builtin local __i __told=0
        for ((__i = 0; __i < ${#__stepin_shown_before[@]}; __i++)); do
            [[ ${__stepin_shown_before[__i]#*/} != "$__stepin_in" ]] || builtin break
        done
        [[ -z $__stepin_in ]] || __stepin_shown_before[__i]=$__stepin_told/$__stepin_in
        for ((__i = 0; __i < ${#__stepin_shown_before[@]}; __i++)); do
            [[ ${__stepin_shown_before[__i]#*/} != "$1" ]] || __told=${__stepin_shown_before[__i]%%/*}
        done
        __stepin_told=$__told
    }

    if [[ -z ${__stepin_call-} ]]; then
        __stepin_in='' __stepin_told=0 __stepin_mark='' __stepin_about=() __stepin_text='' __stepin_news='' __stepin_heard=''
        __stepin_entered='' __stepin_ident=0 __stepin_count_shown=0 __stepin_notice='' __stepin_quiet='' __stepin_watched=''
        __stepin_shown_before=()
    fi
fi

# Read as one command: the words after `shopt` must not be aliases either.
{
    [[ $__stepin_aliases != 1* ]] || builtin shopt -s expand_aliases
    [[ $__stepin_aliases != *a ]] || builtin set -a
    builtin unset __stepin_aliases
}
