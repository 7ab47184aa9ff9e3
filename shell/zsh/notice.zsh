# Show a project's notice from the watcher once, and leave a trace of the project that this shell is in.
#
# Part of the hook (hook.zsh says how it is written). stepin.watch.notices.notice_file has the format of the file.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'no_auto_name_dirs' '-o' 'no_multibyte' '-o' 'local_traps' '-c' '
if [[ -o interactive && ${__stepin_state-} == /* ]]; then
    # At a prompt, unless there is neither a notice nor anything to report. As long as the mark of the notice that was read
    # is there, it is the one in force, and what is looked at is whether it still holds: a watcher that is gone must not
    # leave a warning that is no longer true.
    __stepin_noticed() {
        local __in=
        [[ $__stepin_verdict != trusted ]] || __in=$__stepin_at
        if [[ $__in != "$__stepin_in" ]]; then
            __stepin_notice=${__in:+$__stepin_notice_file}
            # Nothing was reported, nor is there anything to report, nor does a watcher want to know.
            if [[ $__stepin_told == 0 && -z $__stepin_tolds && -z $__stepin_mark${STEPIN_DRIFT+x} && ! -e $__stepin_notice &&
                ! -e $__stepin_state/shells ]]; then
                __stepin_in=$__in __stepin_entered=
                return 0
            fi
        fi
        if [[ -z ${__stepin_now-} || -n ${__p9k_instant_prompt_active+x} ]]; then
            __stepin_busy=1
            return 0
        fi
        # In one expression what is so at most prompts: it was shown, and of the two things that it is about none is newer.
        [[ -n $__stepin_two && $__in == "$__stepin_in" && -n $__in && -e $__stepin_mark &&
            -e $__stepin_one && ! $__stepin_one -nt $__stepin_notice &&
            -e $__stepin_two && ! $__stepin_two -nt $__stepin_notice && $__stepin_ident == "$__stepin_told" &&
            ${STEPIN_DRIFT-0} == "$__stepin_count_found" && $__stepin_news == "$__stepin_heard" ]] && return 0
        if [[ $__in != "$__stepin_in" ]]; then
            # In another project, or none. A small file tells the watcher, if it has made the folder for it: up to NUL,
            # without emptying the file first, for ext4 puts a file that was emptied to disk when it is closed, which costs
            # twenty times as much (its mount option auto_da_alloc).
            [[ ! -O $__stepin_state/shells ]] || builtin print -r -N -- "$__in" 2>/dev/null 1<>"$__stepin_state/shells/$$"
            [[ $__stepin_told == 0 && -z $__stepin_tolds ]] || __stepin_remember "$__in"
            __stepin_in=$__in __stepin_mark= __stepin_two= __stepin_news= __stepin_heard= __stepin_entered=1
        fi
        if [[ -z $__stepin_mark && ! -e $__stepin_notice ]]; then
            __stepin_entered=
        elif [[ -n $__stepin_in ]]; then
            [[ -e $__stepin_mark ]] || __stepin_read_notice
        fi
        if [[ -n $__stepin_in && -n $__stepin_mark ]]; then
            for __stepin_path_about in "${__stepin_about[@]}"; do
                [[ -e $__stepin_path_about && ! $__stepin_path_about -nt $__stepin_notice ]] || break
                __stepin_path_about=
            done
            if [[ -z $__stepin_path_about ]]; then
                [[ $__stepin_ident == "$__stepin_told" && ${STEPIN_DRIFT-0} == "$__stepin_count_found" &&
                    $__stepin_news == "$__stepin_heard" ]] || __stepin_show
                return 0
            fi
        fi
        [[ -z ${STEPIN_DRIFT+x} ]] || builtin unset STEPIN_DRIFT
    }

    # Reads the notice, if there is one.
    __stepin_read_notice() {
        local __line __number=0
        __stepin_mark= __stepin_about=() __stepin_ident=0 __stepin_count_found=0 __stepin_text= __stepin_news=
        if [[ -f $__stepin_notice && -O $__stepin_notice ]]; then
            {
                while IFS= builtin read -r __line; do
                    case $((__number++)) in
                        0)
                            __stepin_ident=${__line%% *} __stepin_mark=${__stepin_notice%/*}/${__line##* }
                            __stepin_count_found=${__line#* }
                            __stepin_count_found=${__stepin_count_found%% *}
                            ;;
                        1) __stepin_text=$__line ;;
                        2) __stepin_news=$__line ;;
                        *) __stepin_about+=("$__line") ;;
                    esac
                done <"$__stepin_notice"
            } 2>/dev/null
        fi
        __stepin_one= __stepin_two=
        [[ ${#__stepin_about} -ne 2 ]] || __stepin_one=${__stepin_about[1]} __stepin_two=${__stepin_about[2]}
        # News is for the shells that were here when it was made.
        [[ -z $__stepin_entered ]] || __stepin_heard=$__stepin_news
        __stepin_entered=
    }

    # Prints what this shell has not shown yet; that all agrees again only if it has shown that it did not.
    __stepin_show() {
        if [[ $__stepin_ident == 0 ]]; then
            [[ $__stepin_told == 0 ]] || builtin print -r -u 2 -- "$__stepin_text"
            [[ -z ${STEPIN_DRIFT+x} ]] || builtin unset STEPIN_DRIFT
        else
            [[ $__stepin_ident == "$__stepin_told" ]] || builtin print -r -u 2 -- "$__stepin_text"
            builtin typeset -gx STEPIN_DRIFT=$__stepin_count_found
        fi
        __stepin_told=$__stepin_ident
        if [[ $__stepin_news != "$__stepin_heard" ]]; then
            __stepin_heard=$__stepin_news
            [[ -z $__stepin_news ]] || builtin print -r -u 2 -- "${__stepin_news#* }"
        fi
    }

    # __stepin_tolds has the last notice of each project that was shown, as ID/PATH: notes that of the project which is left,
    # and recalls that of $1.
    __stepin_remember() {
        local __i __told=0
        for (( __i = 1; __i <= ${#__stepin_tolds}; __i++ )); do
            [[ ${__stepin_tolds[__i]#*/} != "$__stepin_in" ]] || break
        done
        [[ -z $__stepin_in ]] || __stepin_tolds[__i]=$__stepin_told/$__stepin_in
        for (( __i = 1; __i <= ${#__stepin_tolds}; __i++ )); do
            [[ ${__stepin_tolds[__i]#*/} != "$1" ]] || __told=${__stepin_tolds[__i]%%/*}
        done
        __stepin_told=$__told
    }

    if [[ -z ${__stepin_call-} ]]; then
        __stepin_in= __stepin_told=0 __stepin_tolds=() __stepin_mark= __stepin_about=() __stepin_text= __stepin_news=
        __stepin_heard= __stepin_entered=1 __stepin_ident=0 __stepin_count_found=0 __stepin_notice= __stepin_path_about=
        __stepin_one= __stepin_two=
    fi
fi
'
