#!/bin/sh
# Installs stepin from this checkout for the user who runs it, and sets up their shells.
#
#   sh shell/install.sh                  again is harmless: it brings everything up to date
#   PYTHON=python3.13 sh shell/install.sh    with this Python (3.11 or later)
#
# It makes an environment of its own in ~/.local/share/stepin/venv and links ~/.local/bin/stepin to the command in it.
# `stepin uninstall --purge` undoes the rest, and says how to remove these two.
# STEPIN_PACKAGE names what to install in place of the checkout, as pip takes it.
set -eu

say() { printf 'stepin: %s\n' "$*" >&2; }
fail() {
    say "$@"
    exit 1
}

case ${HOME-} in
    /*) ;;
    *) fail 'nobody says where your home is: set HOME' ;;
esac
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || fail "$0 is not in a checkout: run it as sh shell/install.sh"
package=${STEPIN_PACKAGE:-$checkout}
[ -e "$package" ] || fail "$package is not there: unset STEPIN_PACKAGE"
if [ "$package" = "$checkout" ] && [ ! -f "$checkout/pyproject.toml" ]; then
    fail "$checkout is no checkout of stepin: clone it, and run sh shell/install.sh in it"
fi

# Says where a Python is, links resolved, so that a pyenv shim or a link that is about to change is not what we build
# on; silent where it is too old, and where it is itself a virtual environment's.
# shellcheck disable=SC2016
look='
import os, sys
if sys.version_info >= (3, 11) and sys.prefix == sys.base_prefix:
    print(sys.executable)
'
python=
# From an absolute folder, so that nothing of the current one is imported; -I would not help a `python` that is Python 2.
for name in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python /usr/bin/python3 /usr/local/bin/python3; do
    python=$(cd / && "$name" -c "$look" 2>/dev/null) || python=
    [ -z "$python" ] || break
    [ "$name" != "${PYTHON-}" ] || fail "$PYTHON is no Python of 3.11 or later outside of an environment: name another in PYTHON"
done
[ -n "$python" ] || fail 'there is no Python of 3.11 or later: install one (python3), or name it: PYTHON=/path/to/python3'

# root in another user's home would leave them files that they cannot change.
"$python" -I -c 'import os, sys; sys.exit(os.stat(sys.argv[1]).st_uid != os.geteuid())' "$HOME" ||
    fail "$HOME belongs to somebody else: run this as the user whose shells they are, without sudo"

data=${XDG_DATA_HOME-}
case $data in
    /*) ;;
    *) data=$HOME/.local/share ;;
esac
venv=$data/stepin/venv
bin=$HOME/.local/bin

runs() {
    "$venv/bin/python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# pip for the environment, in whichever way this machine has one.
has_pip() {
    runs && "$venv/bin/python" -I -m pip --version >/dev/null 2>&1
}

make_environment() {
    rm -rf "$venv"
    mkdir -p "$data/stepin"
    # Debian and Ubuntu have taken ensurepip out of python3: the first then fails, and leaves half an environment.
    "$python" -I -m venv "$venv" >/dev/null 2>&1 && has_pip && return
    rm -rf "$venv"
    "$python" -I -m virtualenv --quiet "$venv" >/dev/null 2>&1 && has_pip && return
    rm -rf "$venv"
    return 1
}

# Debian's package with what is missing, where we may install it: as root, or with a sudo that asks nothing.
add_ensurepip() {
    command -v apt-get >/dev/null || return 1
    # shellcheck disable=SC2016
    wanted=$("$python" -I -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as_root='sudo -n'
    fi
    say "this Python cannot make environments: installing $wanted with apt-get"
    $as_root apt-get update -qq >/dev/null 2>&1 || :
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$wanted" >/dev/null
}

if ! has_pip && ! make_environment; then
    if ! add_ensurepip || ! make_environment; then
        # Without pip of its own, an environment can be filled by a pip or a uv from outside.
        "$python" -I -m venv --without-pip "$venv" >/dev/null 2>&1 || :
        runs || fail "$python cannot make environments: install python3-venv, then run this again"
    fi
fi

if has_pip; then
    set -- "$venv/bin/python" -I -m pip install
elif "$python" -I -m pip --python "$venv/bin/python" --version >/dev/null 2>&1; then
    set -- "$python" -I -m pip --python "$venv/bin/python" install
elif command -v uv >/dev/null; then
    set -- uv pip install --python "$venv/bin/python"
else
    fail "$python has no pip: install python3-venv, then run this again"
fi
[ "$1" = uv ] || set -- "$@" --disable-pip-version-check --no-input
say "installing into $venv"
"$@" --quiet --upgrade "$package" || fail "stepin could not be installed: see above; with the network back, run this again"

mkdir -p "$bin"
link=$bin/stepin
if [ -L "$link" ] || [ ! -e "$link" ]; then
    ln -sf "$venv/bin/stepin" "$link"
else
    say "$link is something else and stays: this stepin is $venv/bin/stepin"
    link=$venv/bin/stepin
fi
exec "$link" setup --yes
