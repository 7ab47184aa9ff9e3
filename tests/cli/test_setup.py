"""`setup` installs the hook, and `uninstall` restores everything."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

import stepin
from cli.conftest import User
from stepin import shells
from stepin.install import blocks, hook_files, render
from stepin.shells import discovery

ALL = ("bash", "zsh", "fish")


@pytest.fixture(autouse=True)
def _all_shells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every shell is installed, whatever this machine has."""
    monkeypatch.setattr(discovery, "installed", lambda: list(ALL))


def snapshot(home: Path) -> dict[str, tuple[int, bytes]]:
    found = {}
    for folder, _, names in os.walk(home):
        for name in names:
            path = Path(folder, name)
            found[str(path.relative_to(home))] = (path.lstat().st_mode, path.read_bytes())
    return found


def test_each_shell_reads_a_hook_file(user: User) -> None:
    result = user.run("setup", "--yes")
    assert (result.code, result.err) == (0, "")
    for shell, name in (("bash", ".bashrc"), ("zsh", ".zshrc"), ("fish", ".config/fish/conf.d/stepin.fish")):
        assert f"{shell}: ~/{name} reads the hook\n" in result.out
        (held,) = blocks.held((user.home / name).read_bytes())
        assert str(user.hooks / f"hook.{shell}").encode() in held
        hook = (user.hooks / f"hook.{shell}").read_bytes()
        assert hook.startswith(f"# stepin {stepin.__version__}\n".encode())
        assert hook.endswith(Path(render.shell_folder(), shell, f"hook.{shell}").read_bytes())
    assert (user.store / "current" / "settings.bash").exists()
    assert oct((user.hooks / "hook.bash").stat().st_mode & 0o777) == "0o600"


def test_running_it_again_changes_nothing(user: User) -> None:
    (user.home / ".bashrc").write_text("mine")
    user.run("setup", "--yes")
    before = snapshot(user.home)
    result = user.run("setup", "--yes")
    assert result.code == 0
    assert result.out.count("already reads the hook") == 4
    assert snapshot(user.home) == before


@pytest.mark.parametrize("content", ["", "mine", "mine\n", "a\r\nb\r\n", "\udcff\n\n\n"])
def test_uninstall_restores_every_file_to_the_byte(user: User, content: str) -> None:
    for name in (".bashrc", ".bash_profile", ".zshrc"):
        (user.home / name).write_bytes(os.fsencode(content))
        (user.home / name).chmod(0o640)
    before = snapshot(user.home)
    user.run("setup", "--yes")
    assert snapshot(user.home) != before
    result = user.run("uninstall", "--purge")
    assert (result.code, result.err) == (0, "")
    assert snapshot(user.home) == before


def test_uninstall_keeps_what_was_written_around_the_block(user: User) -> None:
    rc = user.home / ".zshrc"
    rc.write_text("first\n")
    user.run("setup", "--yes")
    rc.write_text("zeroth\n" + rc.read_text() + "last\n")
    user.run("uninstall")
    assert rc.read_text() == "zeroth\nfirst\nlast\n"


def test_uninstall_keeps_trust_unless_it_purges(user: User) -> None:
    user.run("setup", "--yes")
    user.run("allow", cwd=user.env())
    user.config.parent.mkdir(parents=True, exist_ok=True)
    user.config.write_text("hints = false\n")
    user.run("uninstall")
    assert not list(user.hooks.glob("hook.*"))
    assert len(user.run("trust", "--json").json["records"]) == 1
    result = user.run("uninstall", "--purge")
    assert "removed: ~/.local/state/stepin" in result.out
    assert not user.store.exists()
    assert user.config.exists()


def test_uninstall_without_an_installation_is_quiet(user: User) -> None:
    result = user.run("uninstall", "--purge")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("to remove the program, run: ")
    assert snapshot(user.home) == {}


def test_print_and_no_answer_change_nothing(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    result = user.run("setup", "--print", "--shell", "zsh")
    assert result.code == 0
    assert result.out.splitlines()[:2] == ["# ~/.zshrc", "# >>> stepin >>>"]
    monkeypatch.setattr("sys.stdin", io.StringIO())
    result = user.run("setup")
    assert result.code == 1
    assert "~/.bashrc will get this line" in result.out
    assert result.err == 'stepin: there is no terminal to ask on; run "stepin setup --yes"\n'
    assert snapshot(user.home) == {}


def test_one_shell_alone(user: User) -> None:
    user.run("setup", "--yes", "--shell", "zsh")
    assert sorted(path.name for path in user.hooks.glob("hook.*")) == ["hook.zsh"]
    assert not (user.home / ".bashrc").exists()


def test_a_read_only_file_is_one_line_and_the_others_go_on(user: User) -> None:
    (user.home / ".bashrc").write_text("# . ~/.bashrc\n")
    (user.home / ".bashrc").chmod(0o444)
    result = user.run("setup", "--yes")
    assert result.code == 1
    assert result.err.count("\n") == 1
    assert result.err.startswith("stepin: ~/.bashrc is read-only; add this line yourself: \\builtin")
    assert (user.home / ".bashrc").read_text() == "# . ~/.bashrc\n"
    assert (user.home / ".zshrc").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_changes_no_file_of_another_user(user: User) -> None:
    (user.home / ".zshrc").write_text("theirs\n")
    os.chown(user.home / ".zshrc", 12345, 12345)
    result = user.run("setup", "--yes", "--shell", "zsh")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "belongs to another user" in result.err
    assert (user.home / ".zshrc").read_text() == "theirs\n"


def test_a_home_with_any_name(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The paths in the startup file and in the hook are quoted for the shell."""
    home = user.home / "a b'\"$(touch x)`y`\\"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    assert user.run("setup", "--yes").code == 0
    for shell, name in (("bash", ".bashrc"), ("fish", ".config/fish/conf.d/stepin.fish")):
        quoted = shells.load(shell).quote(str(home / f".local/share/stepin/hook.{shell}"))
        assert quoted in (home / name).read_text()
    head = hook_files.read_head("bash")
    assert head is not None
    assert head.version == stepin.__version__


def test_a_home_with_a_line_break_is_refused(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    home = user.home / "a\nb"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    result = user.run("setup", "--yes")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert os.listdir(home) == []


def test_the_command_gets_onto_path_without_the_environments_python(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the command is in an environment, a folder that contains only a link to it is appended."""
    venv = user.env("tool", "venv") / "venv"
    script = venv / "bin/stepin"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    from stepin.cli import setup

    monkeypatch.setattr("sys.argv", [str(script)])
    assert setup.command_folder() == str(user.hooks / "bin")
    assert os.readlink(user.hooks / "bin/stepin") == str(script)
    assert os.listdir(user.hooks / "bin") == ["stepin"]
    (user.home / ".local/bin").mkdir()
    (user.home / ".local/bin/stepin").symlink_to(script)
    assert setup.command_folder() == str(user.home / ".local/bin")


class TestRefresh:
    """After an upgrade the next command updates the hooks."""

    def older(self, user: User, shell: str = "zsh") -> Path:
        user.run("setup", "--yes")
        path = user.hooks / f"hook.{shell}"
        path.write_bytes(path.read_bytes().replace(stepin.__version__.encode(), b"0.0.1", 1) + b"# old\n")
        return path

    def test_hooks_of_another_version_are_rendered_again(self, user: User) -> None:
        path = self.older(user)
        kept = (user.hooks / "hook.bash").stat().st_mtime_ns
        before = user.generation()
        assert user.run("trust").code == 0
        assert user.generation() != before
        assert b"# old" not in path.read_bytes()
        assert (user.hooks / "hook.bash").stat().st_mtime_ns == kept

    def test_hooks_of_another_installation_that_works_stay(self, user: User) -> None:
        """A stepin in a project's environment must not take over."""
        path = self.older(user)
        library = user.home / "other lib"
        (library / "stepin/hook").mkdir(parents=True)
        (library / "stepin/hook/entry.py").touch()
        python, ours = render.helpers()[:2]
        theirs = path.read_bytes().replace(
            f"# helper {python} {ours}".encode(), f"# helper {python} {library}".replace("r l", "r%20l").encode()
        )
        path.write_bytes(theirs)
        user.run("trust")
        assert path.read_bytes() == theirs
        (library / "stepin/hook/entry.py").unlink()
        user.run("trust")
        assert path.read_bytes() != theirs

    def test_a_failure_is_ignored(self, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
        self.older(user)

        def fail(*_: object) -> bool:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(hook_files, "write", fail)
        assert user.run("trust").code == 0

    @pytest.mark.parametrize("content", [b"", b"\0", b"# stepin\n# helper\n# command\n", b"\xff" * 99999])
    def test_a_file_that_stepin_did_not_write_stays(self, user: User, content: bytes) -> None:
        user.run("setup", "--yes")
        (user.hooks / "hook.zsh").write_bytes(content)
        assert user.run("trust").code == 0
        assert (user.hooks / "hook.zsh").read_bytes() == content
