"""How commands fail: one line, a documented exit code, never a traceback; and what they look like where it matters."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pexpect
import pytest

from cli.conftest import User
from stepin.cli import app

CODE = "import sys; from stepin.cli import main; sys.exit(main())"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["status", "--nonsense"],
        ["forget"],
        ["status", "a", "b"],
        ["\x1b[31m"],
        ["setup", "--shell", "x"],
    ],
)
def test_usage_is_one_line_and_2(user: User, arguments: list[str]) -> None:
    result = user.run(*arguments)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert result.err.startswith("stepin: ")
    assert "--help" in result.err
    assert "\x1b" not in result.err


def test_without_words_it_helps(user: User) -> None:
    result = user.run()
    assert (result.code, result.err) == (2, "")
    assert "Commands:" in result.out


@pytest.mark.parametrize("name", list(app.VERBS))
def test_every_command_helps_briefly_and_with_an_example(user: User, name: str) -> None:
    long, short = user.run(name, "--help"), user.run(name, "-h")
    assert (long.code, long.err) == (0, "")
    assert long.out == short.out
    assert f"stepin {name}" in long.out.partition("xample")[2]
    assert long.out.count("\n") <= 40


def test_every_command_has_its_line_in_the_list(user: User) -> None:
    out = user.run("--help").out
    assert [line.split()[0] for line in out.partition("Commands:\n")[2].splitlines() if line[:2] == "  "][:-1] == list(
        app.VERBS
    )


def test_a_command_that_is_missing_takes_no_other_with_it(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.VERBS, "later", ("stepin.cli.not_there", "To come."))
    assert user.run("version").code == 0
    assert "later" not in user.run("--help").out
    assert user.run("later").code == 2


def test_version(user: User) -> None:
    assert user.run("version") == user.run("--version") == (0, "stepin 0.1.0\n", "")


def test_a_reader_that_goes_away_is_no_error(user: User) -> None:
    for number in range(40):
        user.env(f"project{number}")
    user.run("allow", "--tree", ".")
    for arguments in (["trust"], ["why"], ["--help"]):
        assert user.script(*arguments, after="| true").err == ""
    assert user.script("trust", after=">&-").code == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a Linux device")
def test_a_full_disk_is_one_line(user: User) -> None:
    user.run("allow", cwd=user.env())
    result = user.script("trust", after=">/dev/full")
    assert (result.code, result.err.count("\n")) == (1, 1)


def test_interrupted_is_130(user: User) -> None:
    fifo = user.home / "fifo"
    os.mkfifo(fifo)
    hang = f"import stepin.cli.project as p, time; p.place = lambda: (open({str(fifo)!r}, 'w').close(), time.sleep(60))"
    child = subprocess.Popen([sys.executable, "-c", f"{hang}; {CODE}", "trust"], stderr=subprocess.PIPE)
    fifo.read_bytes()  # it is in the middle of its work
    child.send_signal(signal.SIGINT)
    assert child.communicate(timeout=20)[1] == b""
    assert child.returncode == 130


def test_saying_no_changes_nothing(user: User) -> None:
    child = pexpect.spawn(sys.executable, ["-c", CODE, "setup", "--shell", "zsh"], cwd=str(user.home), timeout=20)
    child.expect_exact("[Y/n]")
    child.sendline("n")
    child.expect_exact("nothing was changed")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    assert not (user.home / ".zshrc").exists()


@pytest.mark.parametrize(
    ("variable", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)],
)
def test_colours_are_for_terminals(user: User, variable: dict[str, str], coloured: bool) -> None:
    project = user.env()
    environ = {**os.environ, "TERM": "xterm", **variable}
    if not variable.get("NO_COLOR"):
        environ = {k: v for k, v in environ.items() if k != "NO_COLOR" or k in variable}
    output = pexpect.run(
        f"{sys.executable} -c '{CODE}' status {project}",
        env=environ,
        cwd=str(user.home),
        timeout=20,  # type: ignore[arg-type]
    )
    assert (b"\x1b[" in output) is coloured
    assert "\x1b" not in user.run("status", cwd=project).out


@pytest.mark.parametrize("home", ["", None, "relative"])
def test_without_a_home_it_is_one_line_at_most(user: User, monkeypatch: pytest.MonkeyPatch, home: str | None) -> None:
    """Of HOME that is unset or useless the account's own stands in; nothing is written by asking."""
    if home is None:
        monkeypatch.delenv("HOME")
    else:
        monkeypatch.setenv("HOME", home)
    for variable in ("STATE", "CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(user.home / variable))
    project = user.env()
    for arguments in (["status"], ["why"], ["trust"]):
        result = user.run(*arguments, cwd=project)
        assert result.err.count("\n") <= 1
    assert not Path("relative").exists()


def test_a_state_folder_that_cannot_be_made_is_one_line(user: User) -> None:
    (user.home / ".local").write_text("a file")
    for arguments in (["allow"], ["deny"], ["trust"], ["setup", "--yes"]):
        result = user.run(*arguments, cwd=user.home / "p" if (user.home / "p").exists() else user.env("p"))
        assert (result.code, result.err.count("\n")) == (1, 1)
        assert result.err.startswith("stepin: ")


def test_click_is_only_imported_by_commands() -> None:
    """Each is an object `command` of a module of its own."""
    for module, _ in app.VERBS.values():
        assert isinstance(importlib.import_module(module).command, click.Command)
