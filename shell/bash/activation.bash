# shellcheck shell=bash disable=SC2034,SC2154
# stepin's activation for bash 3.2 and later: what it is to be on, and how it is undone. hook.bash, which comes after it,
# decides when. The same rules hold: builtins alone, nothing called by a name that a user may have redefined.

__stepin_aliases=
\builtin shopt -q expand_aliases && __stepin_aliases=1
\builtin shopt -u expand_aliases

if [[ $- == *i* && ${__stepin_state-} == /* ]]; then
    # Our own assignments, never the project's script. One to a read-only variable would end all that the prompt still has
    # to do; that it was begun is noted, and the next prompt gives up.
    __stepin_switch_on() {
        if [[ -n ${PATH+x} && -n ${PS1+x} && -z ${VIRTUAL_ENV+x}${VIRTUAL_ENV_PROMPT+x}${PYTHONHOME+x} ]]; then __stepin_odd=; else __stepin_note_odd; fi
        # The one fork, for the few who have a function of that name: bash tells a function's text in no other way.
        builtin declare -F deactivate >/dev/null && __stepin_theirs_deactivate=$(builtin declare -f deactivate)
        __stepin_begun=1 __stepin_old_path=${PATH-} __stepin_entry=$__stepin_bin __stepin_put=$__stepin_prefix
        [[ -z ${VIRTUAL_ENV_DISABLE_PROMPT-} ]] || __stepin_put=
        PATH=$__stepin_bin${PATH:+:$PATH}
        [[ ${PS1-} == "$__stepin_put"* ]] || PS1=$__stepin_put${PS1-}
        __stepin_own
    }

    # What an assignment would not put back. P, 1: was unset. V, N: was set. H: PYTHONHOME is put aside.
    __stepin_note_odd() {
        __stepin_odd=' '
        [[ -n ${PATH+x} ]] || __stepin_odd=P
        [[ -n ${PATH+x} ]] || export PATH
        [[ -n ${PS1+x} ]] || __stepin_odd=${__stepin_odd}1
        [[ -z ${VIRTUAL_ENV+x} ]] || __stepin_odd=${__stepin_odd}V
        [[ -z ${VIRTUAL_ENV_PROMPT+x} ]] || __stepin_odd=${__stepin_odd}N
        __stepin_old_prompt=${VIRTUAL_ENV_PROMPT-}
        if [[ -n ${PYTHONHOME+x} ]]; then
            export "STEPIN_PYTHONHOME=$PYTHONHOME"
            unset PYTHONHOME
        fi
    }

    # An environment that is on already, and whose verdict here is `trusted`, becomes ours whoever switched it on.
    __stepin_adopt() {
        __stepin_theirs_deactivate='' __stepin_odd='' __stepin_old_prompt=''
        if [[ ":${PATH-}:" == *":$__stepin_bin:"* ]]; then
            __stepin_entry=$__stepin_bin __stepin_old_path=
            [[ $PATH == "$__stepin_bin":* ]] || __stepin_drop_entry
        fi
        # A login shell may have built PATH anew.
        [[ ":${PATH-}:" == *":$__stepin_bin:"* ]] || builtin printf -v PATH %s "$__stepin_bin${PATH:+:$PATH}"
        __stepin_old_path=${PATH#"$__stepin_bin:"}
        if [[ -n ${_OLD_VIRTUAL_PYTHONHOME+x} ]]; then export "STEPIN_PYTHONHOME=$_OLD_VIRTUAL_PYTHONHOME"; fi
        if [[ -n ${_OLD_VIRTUAL_PS1+x} && ${PS1-} == *"$_OLD_VIRTUAL_PS1" ]]; then
            __stepin_put=${PS1%"$_OLD_VIRTUAL_PS1"}
        else
            __stepin_put_prefix
        fi
        unset _OLD_VIRTUAL_PATH _OLD_VIRTUAL_PS1 _OLD_VIRTUAL_PYTHONHOME
        __stepin_own
    }

    __stepin_put_prefix() {
        __stepin_put=$__stepin_prefix
        [[ -z ${VIRTUAL_ENV_DISABLE_PROMPT-} ]] || __stepin_put=
        [[ ${PS1-} == "$__stepin_put"* ]] || builtin printf -v PS1 %s "$__stepin_put${PS1-}"
    }

    # What switching on and adopting have in common: from here on it is ours to undo.
    __stepin_own() {
        __stepin_on=$__stepin_env __stepin_entry=$__stepin_bin
        export "VIRTUAL_ENV=$__stepin_env" "VIRTUAL_ENV_PROMPT=$__stepin_name" "STEPIN_ENV=$__stepin_env"
        # shellcheck disable=SC2317,SC2329  # the user calls it
        deactivate() {
            __stepin_guard __stepin_deactivate "${1-}"
        }
        __stepin_begun=
        [[ ${VIRTUAL_ENV-} == "$__stepin_env" && ":${PATH-}:" == *":$__stepin_bin:"* ]] || __stepin_give_up
    }

    # The shell is put back as far as it lets us, and the project is left alone until its user returns.
    __stepin_give_up() {
        __stepin_begun='' __stepin_held=$__stepin_at
        __stepin_off_carefully
        __stepin_once refused "stepin: this shell lets nobody set VIRTUAL_ENV or PATH (read-only?): environments stay off"
    }

    # Undoes what was done and nothing else: what the user put on PATH or into PS1 meanwhile stays.
    __stepin_off() {
        if [[ -z $__stepin_odd$__stepin_theirs_deactivate${STEPIN_PYTHONHOME+x} && $VIRTUAL_ENV == "$__stepin_on" && $PATH == "$__stepin_entry:$__stepin_old_path" && $PS1 == "$__stepin_put"* ]]; then
            # As it was left, which is the ordinary case.
            PATH=$__stepin_old_path
            PS1=${PS1:${#__stepin_put}}
            unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT STEPIN_ENV
            unset -f deactivate
            __stepin_on='' __stepin_put=''
        else
            __stepin_off_carefully
        fi
    }

    __stepin_off_carefully() {
        __stepin_drop_entry
        if [[ -n $__stepin_put && ${PS1-} == *"$__stepin_put"* ]]; then
            builtin printf -v PS1 %s "${PS1%%"$__stepin_put"*}${PS1#*"$__stepin_put"}"
            [[ $__stepin_odd != *1* || -n $PS1 ]] || unset PS1
        fi
        if [[ ${VIRTUAL_ENV-} == "$__stepin_on" || -z ${VIRTUAL_ENV-} ]]; then
            unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
            [[ $__stepin_odd != *V* ]] || export VIRTUAL_ENV=
            [[ $__stepin_odd != *N* ]] || export "VIRTUAL_ENV_PROMPT=$__stepin_old_prompt"
        fi
        unset STEPIN_ENV
        if [[ -n ${STEPIN_PYTHONHOME+x} ]]; then
            [[ -n ${PYTHONHOME+x} ]] || export "PYTHONHOME=$STEPIN_PYTHONHOME"
            unset STEPIN_PYTHONHOME
        fi
        unset -f deactivate
        [[ -z $__stepin_theirs_deactivate ]] || builtin eval "$__stepin_theirs_deactivate"
        __stepin_on='' __stepin_put='' __stepin_theirs_deactivate='' __stepin_odd=''
    }

    # An `activate` script was sourced over ours. It has set its own on top of what it found, and will put that back: take
    # ours out of both, and leave its `deactivate`, as if it had come into a shell without us.
    __stepin_yield() {
        __stepin_drop_entry
        __stepin_without_entry "$_OLD_VIRTUAL_PATH"
        _OLD_VIRTUAL_PATH=$__stepin_reply
        if [[ -n $__stepin_put ]]; then
            [[ -z ${PS1-} || -z ${_OLD_VIRTUAL_PS1+x} ]] || PS1=${PS1%"$_OLD_VIRTUAL_PS1"}${_OLD_VIRTUAL_PS1#"$__stepin_put"}
            [[ -z ${_OLD_VIRTUAL_PS1+x} ]] || _OLD_VIRTUAL_PS1=${_OLD_VIRTUAL_PS1#"$__stepin_put"}
        fi
        if [[ -n ${STEPIN_PYTHONHOME+x} ]]; then
            _OLD_VIRTUAL_PYTHONHOME=$STEPIN_PYTHONHOME
            unset STEPIN_PYTHONHOME
        fi
        unset STEPIN_ENV
        __stepin_on='' __stepin_put='' __stepin_theirs_deactivate='' __stepin_odd=''
    }

    # Takes our entry out of PATH. Mostly PATH is as we left it, and pattern matching in a long one takes its time.
    __stepin_drop_entry() {
        [[ ":${PATH-}:" == *":$__stepin_entry:"* ]] || return 0
        __stepin_reply=$__stepin_old_path
        [[ $PATH == "$__stepin_entry${__stepin_old_path:+:}$__stepin_old_path" ]] || __stepin_without_entry "$PATH"
        builtin printf -v PATH %s "$__stepin_reply"
        [[ -n $PATH || $__stepin_odd != *P* ]] || unset PATH
    }

    # Sets __stepin_reply to $1, a PATH, without our entry: the one behind which lies what lay there then, else the first.
    __stepin_without_entry() {
        builtin local __path=":$1:" __ours=":$__stepin_entry:"
        __stepin_reply=$1
        [[ $__path == *"$__ours"* ]] || return 0
        [[ -z $__stepin_old_path || $__path != *"$__ours$__stepin_old_path:"* ]] || __ours=$__ours$__stepin_old_path:
        __path=${__path%%"$__ours"*}:${__ours#":$__stepin_entry:"}${__path#*"$__ours"}
        __path=${__path#:}
        __stepin_reply=${__path%:}
    }

    # The user's `deactivate`. It holds until they leave the project and return; an activate script's
    # `deactivate nondestructive` is no such wish.
    __stepin_deactivate() {
        [[ -n $__stepin_on ]] || return 0
        __stepin_off
        [[ $1 == nondestructive ]] || __stepin_held=$__stepin_at
        __stepin_venv=${VIRTUAL_ENV-} __stepin_pwd=
    }
fi

# Read as one: the words after `shopt` are to be no aliases either.
{
    [[ -z $__stepin_aliases ]] || builtin shopt -s expand_aliases
    unset __stepin_aliases
}
