#!/bin/sh
# Install stepin from this checkout for the current user, and set up their shells.
#
#   sh shell/install.sh                      install or update; running it again is harmless
#   PYTHON=python3.13 sh shell/install.sh    use this Python (3.11 or later)
#
# It creates the environment ~/.local/share/stepin/venv and links ~/.local/bin/stepin to the command in it. It installs
# nothing else on the machine: if something is missing, it prints the command that installs it.
# `stepin uninstall --purge` undoes the rest, and prints the command that removes these two.
# STEPIN_PACKAGE names what to install instead of the checkout, as pip accepts it.
set -eu

say() { printf 'stepin: %s\n' "$*" >&2; }
fail() {
    say "$@"
    exit 1
}

# The command that installs a package, named as each system names it. stepin never runs it.
system_install() { # DEBIAN FEDORA ALPINE ARCH SUSE HOMEBREW
    if command -v apt-get >/dev/null; then
        echo "sudo apt install $1"
    elif command -v dnf >/dev/null; then
        echo "sudo dnf install $2"
    elif command -v apk >/dev/null; then
        echo "sudo apk add $3"
    elif command -v pacman >/dev/null; then
        echo "sudo pacman -S $4"
    elif command -v zypper >/dev/null; then
        echo "sudo zypper install $5"
    elif command -v brew >/dev/null; then
        echo "brew install $6"
    fi
}

case ${HOME-} in
    /*) ;;
    *) fail 'HOME is not set; set it to your home folder' ;;
esac
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) ||
    fail "$0 is not in a checkout of stepin; run it as: sh shell/install.sh"
package=${STEPIN_PACKAGE:-$checkout}
[ -e "$package" ] || fail "STEPIN_PACKAGE names $package, which does not exist; unset it"
if [ "$package" = "$checkout" ] && [ ! -f "$checkout/pyproject.toml" ]; then
    fail "$checkout is not a checkout of stepin; clone it, and run sh shell/install.sh there"
fi

# Print the path of a Python, links resolved: a pyenv shim, or a link that is about to change, must not end up in the
# environment. Print nothing for a Python that is too old or belongs to a virtual environment.
look='
import os, sys
if sys.version_info >= (3, 11) and sys.prefix == sys.base_prefix:
    print(sys.executable)
'
python=
# Run from / so that nothing in the current folder is imported. -I would not help if `python` is Python 2.
for name in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python /usr/bin/python3 /usr/local/bin/python3; do
    python=$(cd / && "$name" -c "$look" 2>/dev/null) || python=
    [ -z "$python" ] || break
    [ "$name" != "${PYTHON-}" ] ||
        fail "PYTHON names $PYTHON, which is not a Python 3.11 or later outside a virtual environment; name another one"
done
if [ -z "$python" ]; then
    command=$(system_install 'python3 python3-venv' python3 python3 python python3 python)
    fail "Python 3.11 or later is not installed; install it${command:+ ($command)}, or name one: PYTHON=/path/to/python3"
fi

# root must not create files in another user's home: that user could not change them.
"$python" -I -c 'import os, sys; sys.exit(os.stat(sys.argv[1]).st_uid != os.geteuid())' "$HOME" ||
    fail "$HOME belongs to another user; run this as the user of these shells, without sudo"

data=${XDG_DATA_HOME-}
case $data in
    /*) ;;
    *) data=$HOME/.local/share ;;
esac
venv=$data/stepin/venv
bin=$HOME/.local/bin

folder() { # FOLDER: create it, or show the real cause
    error=$(mkdir -p "$1" 2>&1) || fail "cannot create the folder $1 (${error##*: }); fix that and run this again"
    [ -w "$1" ] || fail "cannot write to the folder $1; make it writable and run this again"
}

runs() {
    "$venv/bin/python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

has_pip() {
    runs && "$venv/bin/python" -I -m pip --version >/dev/null 2>&1
}

# Create the environment with venv, or with virtualenv if that is installed, or without pip.
make_environment() {
    folder "$data/stepin"
    error=$(rm -rf "$venv" 2>&1) || fail "cannot remove $venv (${error##*: }); remove it yourself and run this again"
    error=$("$python" -I -m venv "$venv" 2>&1) && has_pip && return
    # Debian and Ubuntu move ensurepip to a package. venv then fails and leaves half an environment. If ensurepip is
    # there, the cause is another one: a full disk, a folder that is not writable.
    if "$python" -I -c 'import ensurepip' 2>/dev/null; then
        cause=$(printf '%s\n' "$error" | tail -n 1)
        fail "cannot create $venv ($cause); fix that and run this again"
    fi
    rm -rf "$venv"
    "$python" -I -m virtualenv --quiet "$venv" >/dev/null 2>&1 && has_pip && return
    rm -rf "$venv"
    error=$("$python" -I -m venv --without-pip "$venv" 2>&1) && runs && return
    cause=$(printf '%s\n' "$error" | tail -n 1)
    fail "cannot create $venv ($cause); fix that and run this again"
}

has_pip || make_environment

# An environment without pip can be filled by a pip or a uv outside.
if has_pip; then
    set -- "$venv/bin/python" -I -m pip install
elif "$python" -I -m pip --python "$venv/bin/python" --version >/dev/null 2>&1; then
    set -- "$python" -I -m pip --python "$venv/bin/python" install
elif command -v uv >/dev/null; then
    set -- uv pip install --python "$venv/bin/python"
else
    rm -rf "$venv"
    version=$("$python" -I -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    command=$(system_install "$version-venv" "$version-pip" py3-pip python-pip "${version%.*}-pip" python)
    fail "$python has neither ensurepip nor pip; install one of them${command:+ ($command)} and run this again"
fi
[ "$1" = uv ] || set -- "$@" --disable-pip-version-check --no-input
say "installing into $venv"
"$@" --quiet --upgrade "$package" || fail "cannot install stepin; fix what is reported above and run this again"

folder "$bin"
link=$bin/stepin
if [ -L "$link" ] || [ ! -e "$link" ]; then
    ln -sf "$venv/bin/stepin" "$link"
else
    say "$link is another program and stays; this stepin is $venv/bin/stepin"
    link=$venv/bin/stepin
fi
exec "$link" setup --yes
