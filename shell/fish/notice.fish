# Show a project's notice once, and leave the trace by which the watcher knows where shells are, for fish 3.6 and later.
#
# Part of the hook: hook.fish says how it is written. stepin.watch.notices.notice_file has the format of a notice.

if status is-interactive; and string match -q '/*' -- "$__stepin_state"
    # At a prompt, once a watcher was set up. As long as the mark of the notice that was read is there, that notice is in
    # force, and what is tested is whether it still holds: a watcher that is gone must not leave a warning that is no
    # longer true.
    function __stepin_notice
        if test "$__stepin_verdict" = trusted
            test "x$__stepin_at" = "x$__stepin_in"; or __stepin_trace $__stepin_at
        else if test -n "$__stepin_in"
            __stepin_trace ''
        end
        test -z "$__stepin_in" -o -z "$__stepin_mark$STEPIN_DRIFT" -a ! -e "$__stepin_notice"; and return
        test -n "$__stepin_mark" -a -e "$__stepin_mark"; or __stepin_learn_notice
        if test -n "$__stepin_mark" $__stepin_timely
            set -l now 0
            set -q STEPIN_DRIFT; and set now "$STEPIN_DRIFT"
            test "x$__stepin_ident" = "x$__stepin_told" -a "x$now" = "x$__stepin_count" -a "x$__stepin_news" = "x$__stepin_heard"
            or __stepin_show_notice
        else if set -q STEPIN_DRIFT
            set -eg STEPIN_DRIFT
        end
    end

    # Reads the notice, if there is one. Sets __stepin_timely: nothing that it is about is gone, or newer.
    function __stepin_learn_notice
        __stepin_no_notice
        if test -f "$__stepin_notice" -a -O "$__stepin_notice"
            set -l whole
            begin
                builtin read -lz whole <$__stepin_notice
                set -l lines (string split \n -- $whole)
                if set -q lines[4]
                    set -l first (string split ' ' -- $lines[1])
                    set -g __stepin_ident $first[1]
                    set -g __stepin_count $first[2]
                    set -g __stepin_mark (string replace -r '[^/]*$' '' -- $__stepin_notice)$first[3]
                    set -g __stepin_text $lines[2]
                    set -g __stepin_news "$lines[3]"
                    for path in $lines[4..-2]
                        set -ga __stepin_timely -a -e $path -a ! $path -nt $__stepin_notice
                    end
                end
            end 2>/dev/null
        end
        # News is for the shells that were here when it arrived.
        test -z "$__stepin_entered"; or set -g __stepin_heard "$__stepin_news"
        set -g __stepin_entered ''
    end

    function __stepin_no_notice
        for name in mark text news
            set -g __stepin_$name ''
        end
        set -g __stepin_ident 0
        set -g __stepin_count 0
        set -g __stepin_timely
    end

    # Shows what this shell has not shown yet; that drift is fixed only if it showed the drift.
    function __stepin_show_notice
        if test "$__stepin_ident" = 0
            test "$__stepin_told" = 0; or builtin printf '%s\n' $__stepin_text >&2
            set -q STEPIN_DRIFT; and set -eg STEPIN_DRIFT
        else
            test "x$__stepin_ident" = "x$__stepin_told"; or builtin printf '%s\n' $__stepin_text >&2
            set -gx STEPIN_DRIFT $__stepin_count
        end
        set -g __stepin_told $__stepin_ident
        if test "x$__stepin_news" != "x$__stepin_heard"
            set -g __stepin_heard $__stepin_news
            test -z "$__stepin_news"; or builtin printf '%s\n' (string replace -r '^[^ ]* ' '' -- $__stepin_news) >&2
        end
    end

    # This shell is in project $argv[1] now, or in none. The watcher learns it from a small file, if it made the folder for
    # it.
    function __stepin_trace --argument-names project
        test "x$__stepin_told$__stepin_ident$__stepin_count$__stepin_mark$__stepin_news$__stepin_heard$__stepin_tolds_in" = x000
        or __stepin_recall $project
        set -g __stepin_in $project
        if test -n "$project"
            __stepin_mirror_of $project
            set -g __stepin_notice $__stepin_state/notices$__stepin_reply/notice
            test -e $__stepin_notice; and set -g __stepin_entered 1; or set -g __stepin_entered ''
        else
            set -g __stepin_notice ''
            set -eg STEPIN_DRIFT
        end
        test -d $__stepin_state/shells -a -O $__stepin_state/shells; or return 0
        # Appended, and emptied now and then: to empty a file can take a busy file system milliseconds.
        if set -q __stepin_traces[1]; and not set -q __stepin_traces[50]
            builtin printf '+\0%s\0' "$project" 2>/dev/null >>$__stepin_state/shells/$fish_pid
            set -ga __stepin_traces x
        else
            builtin printf '+\0%s\0' "$project" 2>/dev/null >$__stepin_state/shells/$fish_pid
            set -g __stepin_traces x
        end
    end

    # Another project's notice, or none. Keeps what was shown last of the project that is left, in two parallel lists, and
    # finds what was shown of the other.
    function __stepin_recall --argument-names project
        if set -l place (builtin contains -i -- $__stepin_in $__stepin_tolds_in)
            set -g __stepin_tolds[$place] $__stepin_told
        else
            set -ga __stepin_tolds_in $__stepin_in
            set -ga __stepin_tolds $__stepin_told
        end
        set -g __stepin_told 0
        set -l place (builtin contains -i -- "$project" $__stepin_tolds_in)
        and set -g __stepin_told $__stepin_tolds[$place]
        __stepin_no_notice
        set -g __stepin_heard ''
    end

    if not set -q __stepin_told
        __stepin_no_notice
        for name in in heard notice
            set -g __stepin_$name ''
        end
        for name in tolds tolds_in traces
            set -g __stepin_$name
        end
        set -g __stepin_told 0
        set -g __stepin_entered 1
    end
end
