# Find the folder that decides, and keep the decisions about it in this shell, for fish 3.6 and later.
#
# Part of the hook: hook.fish says how it is written and acts on what is found here.
#
# A decision N that this shell knows is kept as __stepin_fields_N, a function that sets its fields, and the lists
# __stepin_tests_N and __stepin_base_N, which the decision file describes. __stepin_keys has what they are about. A place
# is a folder that the shell has been in: __stepin_place_N names the list of what could decide in place of what does, the
# list of tests, and the function that sets the fields. __stepin_find, which is generated, finds the place of $PWD.

if status is-interactive; and string match -q -- '/*' "$__stepin_state"
    # Sets the decision for where the shell is.
    function __stepin_locate
        set -l was "$__stepin_at"
        set -q __stepin_tried[1]; and __stepin_left
        __stepin_find
        if set -q __stepin_place[1]
            and test -n x $$__stepin_place[2]
            and not builtin $__stepin_any $$__stepin_place[1]
            $__stepin_place[3]
        else
            __stepin_walk
        end
        # Only now: after Ctrl-C the next prompt looks again.
        set -g __stepin_pwd $PWD
        test "x$was" = "x$__stepin_at"; or set -g __stepin_held ''
    end

    # Finds the nearest folder that decides, and its decision. An incomplete environment leaves it to the next folder.
    function __stepin_walk
        set -q __stepin_levels[1]; and test "x$PWD" = "x$__stepin_levels_of"; or __stepin_set_levels
        set -l passed $__stepin_levels
        set -l found
        set -l at ''
        if set -q passed[1]; and builtin $__stepin_any $passed/$__stepin_names
            set passed
            for folder in $__stepin_levels[-1..1]
                set found (__stepin_stop_in $folder)
                if set -q found[1]
                    set at $folder
                    __stepin_judge "$folder" $found
                    builtin contains -- "$__stepin_verdict" none incomplete; or break
                    set found
                end
                set -a passed $folder
            end
        end
        # All that could take precedence: any name in the folders passed on the way, and the names that come earlier in
        # the folder that decides.
        set -l near $passed/$__stepin_marks
        if set -q found[1]
            for mark in $__stepin_marks
                test $mark = $found -o $mark = $found/; and break
                set -a near $at/$mark
            end
            __stepin_keep_place $near
        else
            set -g __stepin_number 0
            __stepin_fields_0
            __stepin_keep_place $near
        end
    end

    # Prints the name at which a walk stops in a folder. A file .env is a dotenv file; a file .venv is a redirect (PEP 832).
    function __stepin_stop_in --argument-names folder
        builtin $__stepin_any $folder/$__stepin_names; or return
        for name in $__stepin_names
            if test -e $folder/$name/pyvenv.cfg -o -e $folder/$name/bin/activate_this.py -o $name = .venv -a -f $folder/.venv
                builtin printf '%s\n' $name
                return
            end
        end
    end

    # Something by such a name is there: is it an environment, or a redirect?
    function __stepin_nearer
        builtin $__stepin_any $$__stepin_place[1]/pyvenv.cfg $$__stepin_place[1]/bin/activate_this.py; and return 0
        builtin $__stepin_any_file $$__stepin_place[1]
    end

    # Outside of every project.
    function __stepin_fields_0
        set -g __stepin_at ''
        set -g __stepin_verdict ''
        set -g __stepin_env ''
        set -g __stepin_message ''
    end

    # $argv are the paths that could decide here in place of what does. A decision in doubt is looked at again at each
    # prompt.
    function __stepin_keep_place
        if test -z "$__stepin_number" -o -n "$__stepin_doubtful"
            set -g __stepin_place __stepin_nothing __stepin_never __stepin_fields_0
            return
        end
        set -l number (builtin contains -i -- $PWD $__stepin_places)
        if test -z "$number"
            set -q __stepin_places[50]; and __stepin_forget_places
            set -ga __stepin_places $PWD
            set number (builtin count $__stepin_places)
            # `case` reads wildcards and backslashes in quotes, too: such a folder is searched each time.
            if not string match -rq -- '[*?\\\\\n]' "$PWD"
                set -ga __stepin_cases "case "(string escape -- $PWD)"; set -g __stepin_place \$__stepin_place_$number;"
                set -g __stepin_pending 1
            end
        end
        set -g __stepin_near_$number $argv
        set -g __stepin_place_$number __stepin_near_$number __stepin_tests_$__stepin_number __stepin_fields_$__stepin_number
        set -g __stepin_place __stepin_near_$number __stepin_tests_$__stepin_number __stepin_fields_$__stepin_number
    end

    # Makes __stepin_find for the places that are known by now.
    function __stepin_make_find
        eval 'function __stepin_find; set -g __stepin_place; switch $PWD;' $__stepin_cases 'end; end'
    end

    function __stepin_forget_places
        set -g __stepin_places
        set -g __stepin_cases
        set -g __stepin_place
        function __stepin_find
            set -g __stepin_place
        end
    end

    # What was decided under another generation no longer counts.
    function __stepin_forget
        __stepin_forget_places
        set -g __stepin_keys
        set -g __stepin_levels
        for list in tried failures answers pauses
            set -g __stepin_$list
        end
    end

    # Sets __stepin_reply to a path and the folders above it, beginning with the root, which is the empty string.
    function __stepin_way_to --argument-names path
        set -g __stepin_parts
        string match -arq -- '/(?<__stepin_parts>[^/]+)' "$path"
        set -g __stepin_reply ''
        for part in $__stepin_parts
            set -a __stepin_reply $__stepin_reply[-1]/$part
        end
    end

    # The folders that the walk looks at, the nearest last. They begin at HOME; of the folders above HOME it looks only at
    # those whose environment was allowed, for the others may be automounters.
    function __stepin_set_levels
        set -g __stepin_levels_of $PWD
        __stepin_way_to $PWD
        set -l way $__stepin_reply
        if builtin contains -- $__stepin_real $way
            set -g __stepin_levels $way[$__stepin_real_at..]
        else if builtin contains -- $__stepin_home $way
            set -g __stepin_levels $way[$__stepin_home_at..]
        else
            set -g __stepin_levels $way
            while builtin contains -- $__stepin_levels[1] $__stepin_above_home
                set -eg __stepin_levels[1]
            end
        end
        for above in $__stepin_above
            builtin contains -- $above $way; and set -gp __stepin_levels $above
        end
    end

    # Sets the decision about folder $argv[1], where the walk stopped at the name $argv[2]: the one that this shell knows,
    # the one on disk, or the helper's. Without any, the verdict is empty and nothing is active.
    function __stepin_judge --argument-names folder name
        test -n "$folder"; or set folder /
        set -g __stepin_doubtful ''
        set -g __stepin_number (builtin contains -i -- $folder//$name $__stepin_keys)
        if test -n "$__stepin_number"
            set -l tests __stepin_tests_$__stepin_number
            if test -n x $$tests
                __stepin_fields_$__stepin_number
                set -q __stepin_tried[1]; and __stepin_settled $folder//$name
                return
            end
        end
        # Another shell may have had it made already.
        __stepin_mirror_of $folder
        set -l file $__stepin_state/current$__stepin_reply/fish
        set -g __stepin_end
        test -f $file -a -O $file; and builtin source $file 2>/dev/null
        if __stepin_about $folder $name; and test -n x $__stepin_tests
            __stepin_keep $folder//$name
            set -q __stepin_tried[1]; and __stepin_settled $folder//$name
        else
            __stepin_doubt $folder $name
        end
    end

    # A whole decision was read, and it is about this folder and this name.
    function __stepin_about --argument-names folder name
        test -n "$__stepin_end" -a "x$__stepin_protocol" = "x$__stepin_speaks"
        and test "x$__stepin_project/$__stepin_stop" = "x$folder/$name"
    end

    # Keeps the decision that was just read, and sets its fields.
    function __stepin_keep --argument-names key
        set -g __stepin_number (builtin contains -i -- $key $__stepin_keys)
        if test -z "$__stepin_number"
            set -ga __stepin_keys $key
            set -g __stepin_number (builtin count $__stepin_keys)
        end
        set -g __stepin_tests_$__stepin_number $__stepin_tests
        set -g __stepin_base_$__stepin_number $__stepin_base
        builtin functions -e __stepin_fields_$__stepin_number
        builtin functions -c __stepin_fields __stepin_fields_$__stepin_number
        __stepin_fields
    end

    # Sets __stepin_reply to the place of a folder in the trees that mirror paths: with a folder `d` between the levels.
    function __stepin_mirror_of --argument-names folder
        set -g __stepin_parts
        string match -arq -- '/(?<__stepin_parts>[^/]+)' $folder
        set -q __stepin_parts[1]; or set -g __stepin_parts ''
        set -g __stepin_reply ''
        for part in $__stepin_parts
            set -g __stepin_reply $__stepin_reply/d/$part
        end
    end
end
