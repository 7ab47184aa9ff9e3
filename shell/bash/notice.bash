# shellcheck shell=bash disable=SC2154
# What the watcher has to tell: shows a project's notice once, and leaves the trace that a shell stands in it.
#
# Part of the hook (hook.bash says how it is written). stepin.watch.notices.notices has the format of the file.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # At each prompt, in one expression, what is so at most of them: no project; no notice of it; or it was told, and of
    # the two things that it is about none is newer.
    __stepin_notice() {
        [[ $__stepin_verdict != trusted && -z $__stepin_in || $__stepin_verdict == trusted && $__stepin_at == "$__stepin_in" && (-z $__stepin_mark$__stepin_entered${STEPIN_DRIFT+x} && ! -e $__stepin_notice || -n $__stepin_two && -e $__stepin_mark && -e $__stepin_one && ! $__stepin_one -nt $__stepin_notice && -e $__stepin_two && ! $__stepin_two -nt $__stepin_notice && $__stepin_ident == "$__stepin_told" && ${STEPIN_DRIFT-0} == "$__stepin_count" && $__stepin_news == "$__stepin_heard") ]] || __stepin_notice_anew
    }

    # As long as the mark of the notice that was read is there, it is the one that is in force, and what is looked at is
    # whether it still holds: a watcher that is gone must not leave a warning that is true no more.
    __stepin_notice_anew() {
        if [[ $__stepin_verdict != trusted ]]; then
            [[ -z $__stepin_in ]] || __stepin_trace ''
            return 0
        fi
        [[ $__stepin_at == "$__stepin_in" ]] || __stepin_trace "$__stepin_at"
        [[ -e $__stepin_mark || -z $__stepin_mark$__stepin_entered && ! -e $__stepin_notice ]] || __stepin_learn_notice
        if [[ -n $__stepin_mark ]] && __stepin_timely; then
            [[ $__stepin_ident == "$__stepin_told" && ${STEPIN_DRIFT-0} == "$__stepin_count" && $__stepin_news == "$__stepin_heard" ]] || __stepin_tell
        else
            [[ -z ${STEPIN_DRIFT+x} ]] || unset STEPIN_DRIFT
        fi
    }

    # Nothing that the notice is about is gone, or newer.
    __stepin_timely() {
        for __stepin_path in "${__stepin_about[@]}"; do
            [[ -e $__stepin_path && ! $__stepin_path -nt $__stepin_notice ]] || return 1
        done
    }

    # Reads the notice, if there is one.
    __stepin_learn_notice() {
        builtin local __line __count=0
        __stepin_mark='' __stepin_about=() __stepin_ident=0 __stepin_count=0 __stepin_text='' __stepin_news=''
        if [[ -f $__stepin_notice && -O $__stepin_notice ]]; then
            {
                while IFS= builtin read -r __line; do
                    case $((__count++)) in
                        0)
                            __stepin_ident=${__line%% *} __stepin_mark=${__stepin_notice%/*}/${__line##* }
                            __stepin_count=${__line#* }
                            __stepin_count=${__stepin_count%% *}
                            ;;
                        1) __stepin_text=$__line ;;
                        2) __stepin_news=$__line ;;
                        *) __stepin_about[${#__stepin_about[@]}]=$__line ;;
                    esac
                done <"$__stepin_notice"
            } 2>/dev/null
        fi
        __stepin_one='' __stepin_two=''
        [[ ${#__stepin_about[@]} -ne 2 ]] || __stepin_one=${__stepin_about[0]} __stepin_two=${__stepin_about[1]}
        # Of news those shells are told that were here when it was made.
        [[ -z $__stepin_entered ]] || __stepin_heard=$__stepin_news
        __stepin_entered=
    }

    # Says what this shell was not told yet; that it is mended only where it was told that it was not.
    __stepin_tell() {
        if [[ $__stepin_ident == 0 ]]; then
            [[ $__stepin_told == 0 ]] || builtin printf '%s\n' "$__stepin_text" >&2
            [[ -z ${STEPIN_DRIFT+x} ]] || unset STEPIN_DRIFT
        else
            [[ $__stepin_ident == "$__stepin_told" ]] || builtin printf '%s\n' "$__stepin_text" >&2
            export STEPIN_DRIFT="$__stepin_count"
        fi
        __stepin_told=$__stepin_ident
        if [[ $__stepin_news != "$__stepin_heard" ]]; then
            __stepin_heard=$__stepin_news
            [[ -z $__stepin_news ]] || builtin printf '%s\n' "${__stepin_news#* }" >&2
        fi
    }

    # This shell stands in project $1 now, or in none: a small file tells the watcher, if it has made the folder for it.
    __stepin_trace() {
        [[ $__stepin_told$__stepin_tolds == 0 ]] || __stepin_recall "$1"
        __stepin_in=$1 __stepin_mark='' __stepin_two='' __stepin_news='' __stepin_heard='' __stepin_entered=1 __stepin_notice=$__stepin_state/notices${1//\///d/}/notice
        [[ $1 != / ]] || __stepin_notice=$__stepin_state/notices/d/notice
        [[ -n $1 || -z ${STEPIN_DRIFT+x} ]] || unset STEPIN_DRIFT
        # Up to NUL, without emptying the file first: ext4 puts a file that was emptied to disk when it is closed, which
        # costs twenty times as much (its mount option auto_da_alloc).
        [[ ! -O $__stepin_state/shells ]] || builtin printf '%s\0' "$1" 2>/dev/null 1<>"$__stepin_state/shells/$$"
    }

    # Of each project, what was told of it last: ID/PATH. Sets that of project $1, and keeps that of the one that is left.
    __stepin_recall() {
        builtin local __i __told=0
        for ((__i = 0; __i < ${#__stepin_tolds[@]}; __i++)); do
            [[ ${__stepin_tolds[__i]#*/} != "$__stepin_in" ]] || break
        done
        [[ -z $__stepin_in ]] || __stepin_tolds[__i]=$__stepin_told/$__stepin_in
        for ((__i = 0; __i < ${#__stepin_tolds[@]}; __i++)); do
            [[ ${__stepin_tolds[__i]#*/} != "$1" ]] || __told=${__stepin_tolds[__i]%%/*}
        done
        __stepin_told=$__told
    }

    [[ -n ${__stepin_call-} ]] || __stepin_in='' __stepin_told=0 __stepin_mark='' __stepin_about=() __stepin_text='' __stepin_news='' __stepin_heard='' \
    __stepin_entered=1 __stepin_ident=0 __stepin_count=0 __stepin_notice='' __stepin_path='' __stepin_one='' __stepin_two='' __stepin_tolds=()
fi

# Read as one: the words after `shopt` are to be no aliases either.
{
    [[ -z $__stepin_aliases ]] || builtin shopt -s expand_aliases
    unset __stepin_aliases
}
