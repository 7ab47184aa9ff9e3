"""How commands fail: one line on stderr, a documented exit code, never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from cli.conftest import User
from stepin.cli import app

CODE = "import sys; from stepin.cli import main; sys.exit(main())"
FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a Linux device")
# Command lines that print, for each command that does so without being set up first, and the exit code if they cannot.
PRINTING: list[tuple[list[str], int]] = [
    (["trust", "--json"], 1),
    (["status", "--json", "project"], 1),
    (["status", "project"], 1),
    (["why", "project"], 1),
    (["check", "project", "--json"], 3),
    (["check", "project"], 3),
    (["allow", "project"], 1),
    (["deny", "project"], 1),
    (["setup", "--print"], 1),
    (["setup", "--yes"], 1),
    (["uninstall"], 1),
    (["doctor"], 1),
    (["service", "status"], 1),
    (["ignore", "black"], 1),
    (["snooze", "--for", "2h", "project"], 1),
    (["init", "bash"], 1),
    (["version"], 1),
    (["--version"], 1),
    (["--help"], 1),
    (["check", "--help"], 1),
    ([], 1),
]


def words(value: object) -> str:
    """Return a test's name for a command line or an exit code."""
    return " ".join(value) if isinstance(value, list) else str(value)


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
        ["service", "nonsense"],
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(user: User, arguments: list[str]) -> None:
    result = user.run(*arguments)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert result.err.startswith("stepin: ")
    assert "--help" in result.err
    assert "\x1b" not in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["statsu"], 'there is no command "statsu"; did you mean "status"?'),
        (["servce", "start"], 'there is no command "servce"; did you mean "service"?'),
        (["service", "strat"], 'there is no command "strat"; did you mean "start"?'),
        (["xyzzy"], 'there is no command "xyzzy"; run "stepin --help" for a list'),
        (["check", "--jsn"], 'there is no option "--jsn"; did you mean "--json"?'),
        (["allow", "--xyzzy"], 'there is no option "--xyzzy"; run "stepin allow --help" for a list'),
        (["forget"], "missing argument 'DIR'; run \"stepin forget --help\""),
    ],
)
def test_a_mistyped_name_gets_the_nearest_right_one(user: User, arguments: list[str], message: str) -> None:
    assert user.run(*arguments) == (2, "", f"stepin: {message}\n")


@pytest.mark.parametrize(
    "arguments",
    [["allow"], ["allow", "--tree"], ["deny"], ["forget"], ["status"], ["why"], ["check"], ["check", "--venv"],
     ["check", "-r"], ["watch"], ["snooze", "--for", "1h"]],
)  # fmt: skip
def test_an_empty_argument_does_not_mean_the_current_folder(user: User, arguments: list[str]) -> None:
    """A script passes one if its variable is not set."""
    project = user.env()
    result = user.run(*arguments, "", cwd=project)
    assert (result.code, result.out) == (2, "")
    assert "is empty; name a f" in result.err
    assert not (user.store / "trust").exists()


def test_without_arguments_it_prints_help(user: User) -> None:
    result = user.run()
    assert (result.code, result.err) == (2, "")
    assert "Commands:" in result.out


def test_version(user: User) -> None:
    assert user.run("version") == user.run("--version") == (0, "stepin 0.1.0\n", "")


def test_a_reader_that_leaves_is_no_error(user: User) -> None:
    for number in range(40):
        user.env(f"project{number}")
    user.run("allow", "--tree", ".")
    for arguments in (["trust"], ["why"], ["--help"]):
        assert user.script(*arguments, after="| true").err == ""


@pytest.mark.parametrize(("arguments", "code"), PRINTING, ids=words)
def test_a_closed_stdout_is_one_line(user: User, arguments: list[str], code: int) -> None:
    (user.env() / "requirements.txt").touch()
    result = user.script(*arguments, after=">&-")
    assert (result.code, result.err) == (code, "stepin: stdout is closed; run the command again with stdout open\n")


@FULL
@pytest.mark.parametrize(("arguments", "code"), PRINTING, ids=words)
def test_a_full_disk_is_one_line(user: User, arguments: list[str], code: int) -> None:
    (user.env() / "requirements.txt").touch()
    result = user.script(*arguments, after=">/dev/full")
    message = "cannot write to stdout (No space left on device); run the command again when that is fixed"
    assert (result.code, result.err) == (code, f"stepin: {message}\n")


@FULL
def test_work_goes_on_without_stdout(user: User) -> None:
    """A setup that stops in the middle would be worse than one that cannot say what it did."""
    assert user.script("setup", "--yes", "--shell", "bash", after=">/dev/full").code == 1
    assert "stepin" in (user.home / ".bashrc").read_text()
    assert "stepin" in (user.home / ".profile").read_text()


@FULL
def test_a_full_stderr_is_silent(user: User) -> None:
    result = user.script("status", after="2>/dev/full")
    assert (result.code, result.out, result.err) == (1, "", "")
    assert user.script("status", after="2>&-").code == 1


def test_interrupted_is_130(user: User) -> None:
    fifo = user.home / "fifo"
    os.mkfifo(fifo)
    hang = f"import stepin.cli.project as p, time; p.place = lambda: (open({str(fifo)!r}, 'w').close(), time.sleep(60))"
    child = subprocess.Popen([sys.executable, "-c", f"{hang}; {CODE}", "trust"], stderr=subprocess.PIPE)
    fifo.read_bytes()  # the command is running now
    child.send_signal(signal.SIGINT)
    assert child.communicate(timeout=20)[1] == b""
    assert child.returncode == 130


def test_a_bug_is_one_line_with_its_place(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise KeyError("of ours")

    monkeypatch.setattr("stepin.cli.project.place", fail)
    result = user.run("trust")
    assert (result.code, result.out) == (70, "")
    assert result.err.startswith("stepin: internal error: KeyError: 'of ours' at test_errors.py:")
    assert result.err.endswith("; please report this\n")


def test_saying_no_changes_nothing(user: User) -> None:
    child = pexpect.spawn(sys.executable, ["-c", CODE, "setup", "--shell", "zsh"], cwd=str(user.home), timeout=20)
    child.expect_exact("[Y/n]")
    child.sendline("n")
    child.expect_exact("nothing was changed")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    assert not (user.home / ".zshrc").exists()


@pytest.mark.parametrize("command", ["status", "check"])
@pytest.mark.parametrize(
    ("variable", "colored"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)],
)
def test_colors_are_for_terminals(user: User, command: str, variable: dict[str, str], colored: bool) -> None:
    """Also with NO_COLOR empty, as no-color.org defines it."""
    project = user.env()
    (project / "requirements.txt").write_text("nosuch\n")
    environ = {**os.environ, "TERM": "xterm", **variable}
    if not variable.get("NO_COLOR"):
        environ = {k: v for k, v in environ.items() if k != "NO_COLOR" or k in variable}
    output: bytes = pexpect.run(  # type: ignore[assignment]  # bytes unless an encoding is given
        f"{sys.executable} -c '{CODE}' {command} {project}",
        env=environ,
        cwd=str(user.home),
        timeout=20,
    )
    assert (b"\x1b[" in output) is colored
    assert "\x1b" not in user.run(command, str(project)).out


@pytest.mark.parametrize("home", ["", None, "relative"])
def test_without_a_home_it_is_one_line_at_most(user: User, monkeypatch: pytest.MonkeyPatch, home: str | None) -> None:
    """If HOME is unset or useless, the account's home stands in; asking writes nothing."""
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


def test_a_state_folder_that_cannot_be_created_is_one_line(user: User) -> None:
    (user.home / ".local").write_text("a file")
    for arguments in (["allow"], ["deny"], ["trust"], ["setup", "--yes"]):
        result = user.run(*arguments, cwd=user.home / "p" if (user.home / "p").exists() else user.env("p"))
        assert (result.code, result.err.count("\n")) == (1, 1)
        assert result.err.startswith("stepin: ")


def test_what_the_system_refuses_is_one_line(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not a bug of stepin's: check exits with 3, so that CI does not mistake it for drift."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(user.home / "x"))

    monkeypatch.setattr("stepin.drift.engine.run", refuse)
    monkeypatch.setattr("stepin.store.records.everything", refuse)
    message = 'stepin: ~/x: Permission denied; fix that, or run "stepin doctor"\n'
    assert user.run("check", cwd=user.env()) == (3, "", message)
    assert user.run("trust") == (1, "", message)


class TestModule:
    """`python -m stepin` does what `stepin` does."""

    def run(self, user: User, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "stepin", *arguments]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True)

    def test_it_runs_commands(self, user: User) -> None:
        done = self.run(user, "version", cwd=user.home)
        assert (done.returncode, done.stdout, done.stderr) == (0, "stepin 0.1.0\n", "")
        done = self.run(user, "statsu", cwd=user.home)
        assert (done.returncode, done.stderr) == (2, 'stepin: there is no command "statsu"; did you mean "status"?\n')

    def test_it_runs_nothing_of_the_current_folder(self, user: User) -> None:
        for name in ("click.py", "json.py", "tomllib.py"):
            (user.home / name).write_text("import sys; sys.stderr.write('PWNED'); sys.exit(9)")
        done = self.run(user, "trust", "--json", cwd=user.home)
        assert (done.returncode, done.stderr) == (0, "")
        assert [line for line in done.stdout.splitlines() if "stepin.trust/1" in line]


def commands() -> list[str]:
    """Return every command line that has a --help."""
    from stepin.cli import service

    return ["", *app.COMMANDS, *(f"service {name}" for name in service.command.commands)]


@pytest.mark.parametrize("name", commands())
def test_help_is_short_and_has_an_example(user: User, name: str) -> None:
    words = name.split()
    long, short = user.run(*words, "--help"), user.run(*words, "-h")
    assert (long.code, long.err) == (0, "")
    assert long.out == short.out
    assert len(long.out.splitlines()) <= 24, long.out
    assert all(len(line) <= 80 for line in long.out.splitlines()), long.out
    examples = long.out.partition("xample")[2] if name else long.out.partition("Start with")[2]
    assert f"stepin {name}".rstrip() in examples


def test_help_lists_every_command(user: User) -> None:
    out = user.run("--help").out
    listed = [line.split()[0] for line in out.partition("Commands:\n")[2].splitlines() if line[:2] == "  "]
    assert listed[: len(app.COMMANDS)] == list(app.COMMANDS)
