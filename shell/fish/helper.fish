# Read the settings, and ask the helper, when there is something new to ask, for fish 3.6 and later.
#
# Part of the hook: hook.fish says how it is written. The helper is stepin.hook.entry, the only process that is started.

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # There is another generation, or the settings have changed: learn what is there. If it was made from other settings,
    # have a new one made, once.
    function __stepin_renew
        set -l was "$__stepin_id"
        __stepin_settings
        if test -n "$__stepin_id" -a "x$__stepin_renewed" != "x$__stepin_id"; and not test -n x $__stepin_current
            set -g __stepin_renewed $__stepin_id
            __stepin_ask renew /; and __stepin_settings
        end
        test "x$was" = "x$__stepin_id"; or __stepin_forget
        __stepin_request
    end

    function __stepin_settings
        set -l file $__stepin_state/current/settings.fish
        set -g __stepin_names $__stepin_defaults
        for name in above homes settings end
            set -g __stepin_$name
        end
        set -g __stepin_id ''
        set -g __stepin_learn ''
        set -g __stepin_at_cd 1
        set -l seen
        test -e "$__stepin_config"; and set seen 1
        test -f $file -a -O $file; and builtin source $file 2>/dev/null
        if test "$__stepin_end" = 1 -a "x$__stepin_settings[1]" = "x$__stepin_speaks"
            set -g __stepin_id $__stepin_state/current/id-$__stepin_settings[2]
            set -g __stepin_learn $__stepin_settings[3]
            set seen $__stepin_settings[4]
            test -z "$__stepin_settings[5]"; or __stepin_once settings $__stepin_settings[5]
            set -q __stepin_settings[6]; and set -g __stepin_at_cd $__stepin_settings[6]
        end
        # True while the generation is the one that this shell knows, and the settings are those it was made from.
        set -l same -a ! "$__stepin_config" -nt "$__stepin_id" -a ! "$__stepin_config" -ot "$__stepin_id"
        if test -z "$__stepin_id"
            set -g __stepin_current -a ! -e $__stepin_state/current
        else if test -z "$seen"
            set -g __stepin_current -a -e $__stepin_id -a ! -e "$__stepin_config"
        else
            set -g __stepin_current -a -e $__stepin_id -a -e "$__stepin_config" $same
        end
        __stepin_set_home
        # What there may be by these names: a file .env is a dotenv file and most projects have one, so it has to be a
        # folder; a file .venv is a redirect.
        set -g __stepin_marks
        for name in $__stepin_names
            test $name = .venv; and set -ga __stepin_marks $name; or set -ga __stepin_marks $name/
        end
        __stepin_forget_places
    end

    # HOME by both its names, its place in the way to a folder below it, and what lies above it.
    function __stepin_set_home
        set -g __stepin_levels
        set -g __stepin_real / # which is in no way: there the root is empty
        set -g __stepin_real_at 1
        if test -n "$HOME" -a "x$__stepin_homes[1]" = "x$HOME"
            __stepin_way_to $__stepin_homes[2]
            set -g __stepin_real $__stepin_reply[-1]
            set -g __stepin_real_at (builtin count $__stepin_reply)
        end
        __stepin_way_to $HOME
        set -g __stepin_home $__stepin_reply[-1]
        set -g __stepin_home_at (builtin count $__stepin_reply)
        set -g __stepin_above_home $__stepin_reply
        set -eg __stepin_above_home[-1]
        set -l place (builtin contains -i / $__stepin_above); and set __stepin_above[$place] ''
    end

    # `stepin on`, `stepin off` and `stepin allow` leave one line for the shell that they were typed in.
    function __stepin_request
        set -l line ''
        set -l file $__stepin_state/requests/$fish_pid
        test -f $file -a -O $file; and builtin read line <$file 2>/dev/null
        test "x$line" = "x$__stepin_requested"; and return
        set -g __stepin_requested $line
        # What is there when a shell starts was meant for an earlier process of the same number.
        test -z "$__stepin_fresh"; or return
        if string match -q 'on *' -- $line
            set -g __stepin_held ''
        else if string match -q 'off *' -- $line; and test -n "$__stepin_on"
            __stepin_off
            set -g __stepin_held $__stepin_at
        end
    end

    # No decision about folder $argv[1], where the walk stopped at $argv[2], holds. Ask: at most once a prompt. If three
    # answers in a row do not hold, something changes all the time: the last one counts, as far as it can be tested
    # without times, and the pauses between two questions double until the shell leaves.
    function __stepin_doubt --argument-names folder name
        set -g __stepin_doubtful 1
        set -l place (builtin contains -i -- $folder//$name $__stepin_tried)
        if test -z "$place"
            set -ga __stepin_tried $folder//$name
            set -ga __stepin_failures 0
            set -ga __stepin_answers never
            set -ga __stepin_pauses 4
            set place (builtin count $__stepin_tried)
        end
        if test -z "$__stepin_asked" -a -n "$__stepin_answers[$place]"; and __stepin_may_ask $place
            __stepin_ask_about $folder $name $place; and return
        else if test -n "$__stepin_number" -a "x$__stepin_answers[$place]" = "x$__stepin_number"
            set -l base __stepin_base_$__stepin_number
            if test -n x $$base
                __stepin_fields_$__stepin_number
                return
            end
        end
        set -g __stepin_number ''
        __stepin_fields_0
        set -g __stepin_at $folder
    end

    function __stepin_may_ask --argument-names place
        test $__stepin_failures[$place] -ge 3; or return 0
        set __stepin_failures[$place] (builtin math $__stepin_failures[$place] + 1)
        test $__stepin_failures[$place] -ge $__stepin_pauses[$place]; or return 1
        set __stepin_failures[$place] 3
        set __stepin_pauses[$place] (builtin math 2 x $__stepin_pauses[$place])
    end

    # True if there is an answer. That it was asked is recorded first: Ctrl-C ends this function, too. What the helper did
    # not confirm is no answer, and the question is not repeated before the shell leaves.
    function __stepin_ask_about --argument-names folder name place
        set -l failures $__stepin_failures[$place]
        set __stepin_answers[$place] ''
        set -g __stepin_number ''
        set -g __stepin_verdict ''
        set -g __stepin_asked 1
        __stepin_question decide $folder $name; or return 1
        if test -n x $__stepin_tests
            set -g __stepin_doubtful ''
            __stepin_settled $folder//$name
        else
            set __stepin_answers[$place] $__stepin_number
            test $failures -ge 3; or set __stepin_failures[$place] (builtin math $failures + 1)
        end
    end

    # Puts a question to the helper and keeps its answer, which may have made a generation.
    function __stepin_question --argument-names event folder name
        set -g __stepin_end
        __stepin_ask $event $folder; and __stepin_about $folder $name; or return 1
        test -n "$__stepin_id" -a -e "$__stepin_id"; or __stepin_settings
        __stepin_keep $folder//$name
    end

    # Starts the helper; true if it answered.
    function __stepin_ask --argument-names event folder
        set -l pairs $__stepin_helpers
        while set -q pairs[2]; and not test -x $pairs[1] -a -r $pairs[2]/stepin/hook/entry.py
            set -e pairs[1..2]
        end
        if not set -q pairs[2]
            __stepin_once helper 'stepin: the helper is missing; reinstall stepin, then run "stepin setup"'
            return 1
        end
        set -l words -I -S -X utf8 -c $__stepin_boot $pairs[2] fish $__stepin_speaks
        set -a words $event $__stepin_state "$__stepin_config" $folder "$HOME"
        set -l answer (command $pairs[1] $words 2>/dev/null </dev/null | string collect)
        if not string match -q -- '*# stepin: end' "$answer"
            __stepin_once helper 'stepin: the helper did not answer; run "stepin doctor"'
            return 1
        end
        eval $answer 2>/dev/null
    end

    # The doubt about $argv[1] is settled.
    function __stepin_settled --argument-names key
        set -l place (builtin contains -i -- $key $__stepin_tried); or return
        set -eg __stepin_tried[$place]
        set -eg __stepin_failures[$place]
        set -eg __stepin_answers[$place]
        set -eg __stepin_pauses[$place]
    end

    # The shell has left folders that it had doubts about.
    function __stepin_left
        test "x$PWD" = "x$__stepin_pwd"; and return
        __stepin_way_to $PWD
        for key in $__stepin_tried
            set -g __stepin_parts
            string match -rq -- '(?s)^(?<__stepin_parts>.*)//' $key
            builtin contains -- "$__stepin_parts" $__stepin_reply /; or __stepin_settled $key
        end
    end
end
