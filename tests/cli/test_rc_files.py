"""The startup files that a shell reads, the line that setup adds, and how files are written."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import pytest

from cli.conftest import User
from cli.shells import needed
from stepin.install import user_files
from stepin.shells.bash import startup as bash
from stepin.shells.fish import startup as fish
from stepin.shells.zsh import startup as zsh

ALIASES = "alias builtin='echo A' test='echo B' .='echo C' :='echo D' -r='echo E' if='echo F'\n"


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ({}, ".profile"),
        ({".profile": ". ~/.bashrc"}, ""),
        ({".profile": '  . "$HOME/.bashrc"'}, ""),
        ({".profile": "# . ~/.bashrc"}, ".profile"),
        ({".bash_profile": "PATH=x"}, ".bash_profile"),
        ({".bash_profile": "PATH=x", ".profile": ". ~/.bashrc"}, ".bash_profile"),
        ({".bash_profile": ". ~/.profile", ".profile": ". ~/.bashrc"}, ""),
        ({".bash_login": "x", ".profile": ". ~/.bashrc"}, ".bash_login"),
        ({".bash_profile": "[ -f ~/.bashrc ] && . ~/.bashrc"}, ""),
    ],
)
def test_a_login_bash_reads_the_hook_too(tmp_path: Path, present: dict[str, str], expected: str) -> None:
    for name, text in present.items():
        (tmp_path / name).write_text(text + "\n")
    assert bash.login_file(str(tmp_path)) == (str(tmp_path / expected) if expected else "")


def test_zsh_is_asked_for_a_zdotdir_that_zshenv_sets(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    needed("zsh")
    assert zsh.zdotdir(str(user.home)) == str(user.home)
    (user.home / ".zshenv").write_text('print noise\nZDOTDIR="$HOME/z dot"\n')
    assert zsh.zdotdir(str(user.home)) == str(user.home / "z dot")
    monkeypatch.setenv("ZDOTDIR", "/exported")
    assert zsh.zdotdir(str(user.home)) == "/exported"


def line_of(hook: Path, shared: bool) -> str:
    """Return the line for ~/.bashrc and ~/.zshrc, or the one for a file that other shells read, too."""
    plain, login = bash.of("/nobody", str(hook))
    return (login if shared else plain).line.decode()


@pytest.mark.parametrize("options", ["", "-e", "-u", "-eu"])
@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("shared", [False, True])
def test_no_alias_changes_the_line(tmp_path: Path, shell: str, options: str, shared: bool) -> None:
    """Also under `set -e` and `-u`, with a name that has to be quoted, and with a carriage return at its end."""
    needed(shell)
    hook = tmp_path / "a b'$(touch PWNED)\"`x`"
    hook.write_text("echo read\n")
    line = line_of(hook, shared) + " # stepin\r\n"
    start = "shopt -s expand_aliases\n" if shell == "bash" else "BASH_VERSION=\n"
    if shell == "zsh":
        start += "alias -g -- -r='X' .='Y' test='Z'\n"
    rc = tmp_path / "rc"
    rc.write_text(f"{start}{ALIASES}set {options} --\n{line}echo end\n", newline="")
    program = [shell, "-f"] if shell == "zsh" else [shell, "--norc", "--noprofile"]
    found = subprocess.run([*program, rc], capture_output=True, text=True, cwd=tmp_path)
    read = "read\n" if shell == "bash" or not shared else ""
    assert (found.stdout, found.stderr, found.returncode) == (read + "end\n", "", 0)
    hook.unlink()
    found = subprocess.run([*program, rc], capture_output=True, text=True, cwd=tmp_path)
    assert (found.stdout, found.stderr, found.returncode) == ("end\n", "", 0)
    assert not (tmp_path / "PWNED").exists()


def test_sh_ignores_the_line_in_a_shared_file(tmp_path: Path) -> None:
    hook = tmp_path / "hook"
    hook.write_text("echo read\n")
    code = line_of(hook, shared=True) + "\necho end\n"
    found = subprocess.run(["sh", "-euc", code], capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    expected = "read\nend\n" if os.path.realpath("/bin/sh").endswith("bash") else "end\n"
    assert (found.stdout, found.stderr) == (expected, "")


def test_the_line_of_fish_reads_the_file_in_an_interactive_shell(tmp_path: Path) -> None:
    needed("fish")
    hook = tmp_path / "a b'$(touch PWNED)\\"
    hook.write_text("echo read\n")
    code = "function source; echo theirs; end\n" + fish.line(str(hook)).decode() + " # stepin\r\necho end"
    for interactive, expected in ((["-i"], "read\nend\n"), ([], "end\n")):
        found = subprocess.run(["fish", "--no-config", *interactive, "-c", code], capture_output=True, text=True)
        assert (found.stdout, found.stderr) == (expected, "")
    assert not (tmp_path / "PWNED").exists()


def test_a_link_stays_a_link_and_mode_and_owner_stay(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles/zshrc"
    real.parent.mkdir()
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / ".zshrc"
    link.symlink_to("dotfiles/zshrc")
    if os.geteuid() == 0:
        os.chown(real, 0, 12345)
    before = real.stat()
    user_files.replace(str(link), b"old", b"new content")
    after = real.stat()
    assert link.is_symlink()
    assert real.read_bytes() == b"new content"
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert os.listdir(real.parent) == ["zshrc"]


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="a Linux system call")
def test_an_access_list_stays(tmp_path: Path) -> None:
    """Also an extended attribute, such as SELinux's label."""
    rc = tmp_path / "rc"
    rc.write_bytes(b"old")
    # acl(5) as the kernel stores it: version 2, then (tag, permissions, id) of owner, user 12345, group, mask, others.
    entries = ((1, 6, -1), (2, 6, 12345), (4, 4, -1), (16, 6, -1), (32, 4, -1))
    acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    try:
        os.setxattr(rc, "system.posix_acl_access", acl)
        os.setxattr(rc, "user.mine", b"kept")
    except OSError as error:
        pytest.skip(f"this file system has no access lists ({error.strerror})")
    user_files.replace(str(rc), b"old", b"new")
    assert rc.read_bytes() == b"new"
    assert os.getxattr(rc, "system.posix_acl_access") == acl
    assert os.getxattr(rc, "user.mine") == b"kept"


def test_a_file_is_written_in_place_if_copying_its_access_list_is_not_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On macOS the inode stays, and the copy for the case of a crash is removed."""
    monkeypatch.delattr(os, "listxattr", raising=False)
    rc = tmp_path / "rc"
    rc.write_bytes(b"long old content")
    before = rc.stat()
    user_files.replace(str(rc), b"long old content", b"new")
    assert (rc.read_bytes(), rc.stat().st_ino) == (b"new", before.st_ino)
    assert os.listdir(tmp_path) == ["rc"]


def test_a_file_that_is_swapped_for_a_pipe_does_not_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rc = tmp_path / "rc"
    os.mkfifo(rc)
    regular = tmp_path / "regular"
    regular.touch()
    status = regular.stat()
    monkeypatch.setattr(os, "stat", lambda *_, **__: status)
    with pytest.raises(user_files.UnwritableError, match="not a regular file"):
        user_files.read(str(rc))


def test_a_hard_link_keeps_the_same_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"long old content")
    os.link(tmp_path / "a", tmp_path / "b")
    user_files.replace(str(tmp_path / "a"), b"long old content", b"new")
    assert (tmp_path / "b").read_bytes() == b"new"


def test_a_change_by_another_program_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "rc").write_bytes(b"theirs")
    with pytest.raises(user_files.UnwritableError, match="changed by another program"):
        user_files.replace(str(tmp_path / "rc"), b"seen before", b"ours")
    assert (tmp_path / "rc").read_bytes() == b"theirs"


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.mkdir(), "not a regular file"),
        (os.mkfifo, "not a regular file"),
        (lambda path: path.symlink_to("nowhere"), "a link to a file that does not exist"),
        (lambda path: path.symlink_to(path.name), "cannot be read"),
    ],
)
def test_what_is_not_a_regular_file_is_not_read(tmp_path: Path, make: object, why: str) -> None:
    path = tmp_path / "rc"
    make(path)  # type: ignore[operator]
    with pytest.raises(user_files.UnwritableError, match=why):
        user_files.read(str(path))
