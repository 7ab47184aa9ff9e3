# stepin's decisions in fish 3.6 and later: where one stands, which folder decides, what was decided, and whether that
# still holds. hook.fish, which comes after it, acts on it. Builtins alone, until there is something new to ask.

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # Finds the nearest folder that decides, and its decision.
    function __stepin_walk
        set -l was "$__stepin_at"
        set -l found
        if test "x$PWD" != "x$__stepin_pwd"; or not set -q __stepin_levels[1]
            __stepin_levels_of $PWD
            set -q __stepin_tried[1]; and __stepin_settled ''
        end
        set -l passed $__stepin_levels
        if test "x$PWD" = "x$__stepin_project" -a "x$__stepin_judged$__stepin_stop" = "xtrusted$__stepin_names[1]"
            and test -n x $__stepin_tests
            # Back in the last one, whose environment has the name that comes first.
            set found $PWD $__stepin_stop
            set passed
        else if set -q passed[1]; and builtin path is -q -- $passed/$__stepin_names
            set passed
            for folder in $__stepin_levels[-1..1]
                builtin path is -q -- $folder/$__stepin_names
                and for name in $__stepin_names
                    if test -e $folder/$name/pyvenv.cfg -o -e $folder/$name/bin/activate_this.py -o $name = .venv -a -f $folder/.venv
                        __stepin_judge "$folder" $name
                        builtin contains -- "$__stepin_judged" none incomplete; or set found $folder $name
                        break
                    end
                end
                set -q found[1]; and break
                set -a passed $folder
            end
        end
        # All that could decide in place of what does: in the folders passed on the way, and under the names that come
        # first in its own.
        set -g __stepin_near $passed/$__stepin_marks
        if set -q found[1]
            set -g __stepin_at $__stepin_project
            set -g __stepin_verdict "$__stepin_judged"
            set -g __stepin_facts __stepin_tests
            for mark in $__stepin_marks
                test $mark = $found[2] -o $mark = $found[2]/; and break
                set -ga __stepin_near $found[1]/$mark
            end
        else
            set -g __stepin_at ''
            set -g __stepin_verdict ''
            set -g __stepin_facts __stepin_no_tests
        end
        # Only now: after Ctrl-C the next prompt is to look again.
        set -g __stepin_pwd $PWD
        test "x$was" = "x$__stepin_at"; or set -g __stepin_held ''
    end

    # Sets __stepin_reply to a path and the folders above it, beginning with the root, which is the empty string.
    function __stepin_way_to
        set -l parts
        string match -arq -- '/(?<parts>[^/]+)' "$argv"
        set -g __stepin_reply ''
        for part in $parts
            set -a __stepin_reply $__stepin_reply[-1]/$part
        end
    end

    # The folders that the walk looks at, the nearest last. They begin at HOME; of the folders above HOME only those
    # whose environment was allowed are looked at, for the others may be automounters.
    function __stepin_levels_of --argument-names path
        # Most are the last one's neighbour, child or parent.
        string match -rq -- '(?s)^(?<up>.*)/' $path
        if test "x$path" = "x$__stepin_levels[-2]"
            set -e __stepin_levels[-1]
            set -e __stepin_way[-1]
            return 0
        else if set -q __stepin_levels[2]; and test "x$up" = "x$__stepin_levels[-2]"
            set __stepin_levels[-1] $path
            set __stepin_way[-1] $path
            return 0
        end
        __stepin_way_to $path
        set -g __stepin_way $__stepin_reply
        if builtin contains -- $__stepin_real $__stepin_way
            set -g __stepin_levels $__stepin_way[$__stepin_real_at..]
        else if builtin contains -- $__stepin_home $__stepin_way
            set -g __stepin_levels $__stepin_way[$__stepin_home_at..]
        else
            set -g __stepin_levels $__stepin_way
            while builtin contains -- $__stepin_levels[1] $__stepin_above_home
                set -e __stepin_levels[1]
            end
        end
        for above in $__stepin_above
            builtin contains -- $above $__stepin_way; and set -gp __stepin_levels $above
        end
    end

    # Something by such a name is there: is it an environment, or a redirect?
    function __stepin_near
        builtin path is -q -- $__stepin_near/pyvenv.cfg $__stepin_near/bin/activate_this.py; and return 0
        builtin path is -qf -- $__stepin_near
    end

    # Sets the decision about folder $argv[1], where the walk stopped at the name $argv[2]: the one that this shell has,
    # also if it has been elsewhere since, the one on disk, or the helper's. Without any, nothing is on.
    function __stepin_judge --argument-names folder name
        test -n "$folder"; or set folder /
        if test "x$__stepin_project/$__stepin_stop" = "x$folder/$name" $__stepin_tests
            set -q __stepin_tried[1]; and __stepin_settled $folder
            return 0
        end
        if not builtin contains -- $folder//$name $__stepin_tried
            __stepin_mirror_of $folder
            set -g __stepin_mirror $__stepin_reply
            set -g __stepin_place $__stepin_state/current$__stepin_reply
            set -g __stepin_end
            test -f $__stepin_place/fish -a -O $__stepin_place/fish; and builtin source $__stepin_place/fish 2>/dev/null
            if __stepin_about $folder $name; and test -n x $__stepin_tests
                return 0
            else if test -z "$__stepin_waits"
                set -g __stepin_judged '' # Ctrl-C ends this function, too: what does not hold must not stay
                __stepin_question decide $folder $name; and return 0
            else if test "x$__stepin_at" = "x$folder" -a "x$__stepin_judged" = xtrusted -a "x$__stepin_env" = "x$__stepin_on"
                return 0 # at `cd` the helper waits for the prompt; what is on here stays on until then
            end
        else if test "x$__stepin_project/$__stepin_stop" = "x$folder/$name" -a -n "$__stepin_judged"
            # It was asked before and the doubt has stayed: what it said then counts as long as the rest of it holds.
            test -n x $__stepin_base; and return 0
        else if builtin contains -- $folder//$name $__stepin_nothings
            set -g __stepin_judged none
            return 0
        end
        set -g __stepin_project $folder
        set -g __stepin_stop $name
        set -g __stepin_judged ''
        set -g __stepin_env ''
        set -g __stepin_message ''
        set -g __stepin_tests -a -z x
    end

    # A whole decision was read, and it is about this folder and this name.
    function __stepin_about --argument-names folder name
        test -n "$__stepin_end" -a "x$__stepin_protocol" = "x$__stepin_speaks" -a "x$__stepin_project/$__stepin_stop" = "x$folder/$name"
    end

    # Sets __stepin_reply to where a folder lies in the trees that mirror paths: with a folder `d` between the levels.
    function __stepin_mirror_of --argument-names folder
        set -l parts
        string match -arq -- '/(?<parts>[^/]+)' $folder
        set -q parts[1]; or set parts ''
        set -g __stepin_reply ''
        for part in $parts
            set __stepin_reply $__stepin_reply/d/$part
        end
    end

    # Puts a question about folder $argv[2], whose decisions lie in __stepin_place, to the helper and takes its answer.
    function __stepin_question --argument-names event folder name
        set -g __stepin_end
        __stepin_ask $event $folder $name; and __stepin_about $folder $name; or return 1
        test -e "$__stepin_id"; or __stepin_settings # the answer may have made a generation
        if test -n x $__stepin_tests
            __stepin_settled $folder
        else if builtin contains -- $__stepin_judged none incomplete
            set -ga __stepin_nothings $folder//$name # for the decision about an outer folder takes its place
        end
        return 0
    end

    # Starts the helper; true if it answered. That it was asked is written down first: Ctrl-C ends this function too.
    function __stepin_ask --argument-names event folder name
        test $event = renew; or set -ga __stepin_tried $folder//$name
        set -l pairs $__stepin_helpers
        while set -q pairs[2]; and not test -x $pairs[1] -a -r $pairs[2]/stepin/hook/entry.py
            set -e pairs[1..2]
        end
        if not set -q pairs[2]
            __stepin_once helper "stepin: the helper is gone: install stepin again, then run stepin setup"
            return 1
        end
        set -l words $event $__stepin_state "$__stepin_config" $folder "$HOME"
        set -l answer (command $pairs[1] -I -S -X utf8 -c $__stepin_boot $pairs[2] fish $__stepin_speaks $words 2>/dev/null </dev/null | string collect)
        if not string match -q -- '*# stepin: end' "$answer"
            __stepin_once helper "stepin: the helper did not answer: stepin doctor tells why"
            return 1
        end
        eval $answer 2>/dev/null
    end

    # What was asked is asked again once the doubt is settled (about folder $argv[1]), or the folder was left.
    function __stepin_settled --argument-names folder
        for list in __stepin_tried __stepin_nothings
            set -l kept
            for asked in $$list
                string match -rq -- '(?s)^(?<path>.*)//' $asked
                test $path != "$folder"; and builtin contains -- $path / $__stepin_way; and set -a kept $asked
            end
            set -g $list $kept
        end
    end
end
