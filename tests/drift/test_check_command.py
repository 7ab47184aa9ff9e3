"""`stepin check` as a user and as a CI job meet it: what it prints, where, and with what exit code."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drift.support import by_hand
from stepin.cli.check import command


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a home of its own, the current directory: flask 2.0 and click 8.1 are installed."""
    for name in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    project = tmp_path / "project"
    project.mkdir()
    by_hand.environment(project, flask="2.0", click="8.1")
    (project / "requirements.txt").write_text("# ours\nflask==2.0\nclick\n")
    monkeypatch.chdir(project)
    return project


def run(*arguments: str) -> Result:
    try:
        return CliRunner().invoke(command, arguments)
    finally:
        gc.enable()  # the command, which is to end soon, switches it off


def write(project: Path, text: str, name: str = "requirements.txt") -> None:
    (project / name).write_text(text)


def test_clean_is_zero(project: Path) -> None:
    """Nothing wrong: one line, exit 0, nothing on stderr."""
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "clean: .venv satisfies 2 requirements\n"


def test_a_finding_has_file_and_line(project: Path) -> None:
    """The line that the README promises, and one command at the end that fixes it; exit 1."""
    write(project, "click\n" * 11 + "flask==2.3\n")
    result = run()
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "requirements.txt:12: flask 2.0 is installed, ==2.3 is declared"
    assert lines[-1] == "  pip --python .venv install -r requirements.txt"


def test_findings_are_grouped_by_kind(project: Path) -> None:
    """With several kinds, each has a heading with its number."""
    write(project, "nosuch\nflask==2.3\nnosuch2>=1\n")
    lines = run().stdout.splitlines()
    assert lines[:5] == [
        "missing (2)",
        "requirements.txt:1: nosuch is not installed",
        "requirements.txt:3: nosuch2 is not installed, >=1 is declared",
        "version (1)",
        "requirements.txt:2: flask 2.0 is installed, ==2.3 is declared",
    ]


def test_no_color_where_nobody_looks(project: Path) -> None:
    """Colours belong on a terminal; this is none."""
    write(project, "nosuch\n")
    assert "\x1b" not in run().stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("-r", "nofile.txt"), 2),
        (("-c", "nofile.txt"), 2),
        (("--venv", "nowhere"), 2),
        (("--venv", "requirements.txt"), 2),
        (("nowhere",), 2),
        (("--ignore", "code:nonsense"), 2),
        (("--format", "nonsense"), 2),
        (("--nonsense",), 2),
        (("-r", "more.txt"), 1),
        (("-r", "requirements.txt", "-c", "more.txt"), 1),
        (("--venv", ".venv"), 0),
        (("--ignore", "code:version"), 0),
        ((".",), 0),
        (("sub",), 0),
        (("-r", "requirements.txt", "-r", "requirements.txt"), 0),
        (("-r", "url.txt"), 3),
        (("-r", "refused.txt"), 3),
        (("-r", "url.txt", "-r", "more.txt"), 1),
        (("-r", "url.txt", "--ignore", "code:unknown"), 0),
    ],
)
def test_exit_codes(project: Path, arguments: tuple[str, ...], code: int) -> None:
    """0 clean, 1 any drift, 2 something named that is not there, 3 it could not be told; never a traceback."""
    (project / "sub").mkdir()
    write(project, "flask==3.0\n", "more.txt")
    write(project, "-r https://localhost/r.txt\n", "url.txt")
    write(project, "flask == \n", "refused.txt")
    result = run(*arguments)
    assert result.exit_code == code, result.output
    if code == 2 and "nonsense" not in arguments[-1]:
        assert result.stdout == ""
        assert result.stderr.startswith("stepin: ")
        assert result.stderr.count("\n") == 1


def test_nothing_declared_is_three(project: Path) -> None:
    """A project without requirements.txt is not clean: one line says so."""
    (project / "requirements.txt").unlink()
    result = run()
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr.endswith(" or static dependencies; name a file with -r\n")
    assert json.loads(run("--json").stdout)["verdict"] == "unknown"


def test_no_environment_is_three(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an environment nothing can be told, and JSON says so as well."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(elsewhere, "flask\n")
    monkeypatch.chdir(elsewhere)
    result = run()
    assert result.exit_code == 3
    assert result.stderr.endswith(" has no environment; create one, or name one with --venv\n")
    document = json.loads(run("--json").stdout)
    assert (document["environment"], document["verdict"]) == (None, "unknown")


def test_a_named_environment_needs_no_project(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --venv the current folder's requirements.txt is compared, wherever that is."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(elsewhere, "flask==2.1\n")
    monkeypatch.chdir(elsewhere)
    document = json.loads(run("--venv", str(project / ".venv"), "--json").stdout)
    assert [finding["file"] for finding in document["findings"]] == ["requirements.txt"]
    assert document["environment"]["path"] == str(project / ".venv")


def test_from_a_folder_below(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest project above counts. Files are relative to the working directory; the command names its folder."""
    (project / "sub").mkdir()
    write(project, "flask==2.3\n")
    monkeypatch.chdir(project / "sub")
    lines = run().stdout.splitlines()
    assert lines[0] == "../requirements.txt:1: flask 2.0 is installed, ==2.3 is declared"
    assert lines[1] == f"to fix it, in {project}, run:"


def test_relative_paths_of_named_files_are_the_callers(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`./p` in a file that the command line names is relative to the working directory; else to the project."""
    for place in (project / "p", project / "sub" / "p"):
        place.mkdir(parents=True)
        (place / "pyproject.toml").write_text('[project]\nname = "p"\nversion = "1"\n')
    by_hand.install(project / ".venv", "p", "1", direct_url=json.dumps({"url": f"file://{project}/p", "dir_info": {}}))
    write(project, "click\nflask\n./p\n")
    monkeypatch.chdir(project / "sub")
    assert run().exit_code == 0
    assert run("-r", "../requirements.txt").exit_code == 1


def test_ignoring(project: Path) -> None:
    """What is ignored is not told and does not count, but --verbose shows it."""
    write(project, "flask==2.3\nnosuch\n")
    assert run("--ignore", "Flask", "--ignore", "code:missing").exit_code == 0
    text = run("--ignore", "Flask", "--verbose").stdout
    assert "ignored: requirements.txt:1: flask 2.0 is installed, ==2.3 is declared (version)" in text


def test_settings(project: Path) -> None:
    """`drift.files` and `drift.ignore` of the project's pyproject.toml count; what is wrong in them is told."""
    write(project, "flask==2.3\nnosuch\n", "dev.txt")
    write(project, '[tool.stepin.drift]\nfiles = ["dev.txt"]\nignore = ["flask"]\n', "pyproject.toml")
    document = json.loads(run("--json").stdout)
    assert document["files"] == ["dev.txt"]
    assert [finding["name"] for finding in document["findings"]] == ["nosuch"]
    write(project, '[tool.stepin.drift]\nignore = ["code:nonsense"]\n', "pyproject.toml")
    result = run()
    assert result.exit_code == 0
    assert result.stderr.startswith("stepin: drift.ignore: ")


def test_quiet(project: Path) -> None:
    """--quiet leaves the exit code alone; trouble is still told."""
    write(project, "flask==2.3\n")
    result = run("--quiet")
    assert (result.exit_code, result.output) == (1, "")
    (project / "requirements.txt").unlink()
    assert run("--quiet").stderr.startswith("stepin: ")


def test_variables_are_the_users(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """${VAR} is replaced from the environment of the user who runs the command."""
    monkeypatch.setenv("WANTED", "2.3")
    write(project, "flask==${WANTED}\n")
    assert "==2.3 is declared" in run().stdout


def test_an_internal_error_is_three(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CI must not take a bug of ours for drift: one line, exit 3."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("of ours\n\x1b[31m")

    monkeypatch.setattr("stepin.drift.engine.run", fail)
    result = run()
    assert result.exit_code == 3
    assert result.stderr.startswith("stepin: internal error: RuntimeError: of ours \\x1b[31m at test_check_command.py:")
    assert result.stderr.endswith("; please report this\n")
    assert result.stderr.count("\n") == 1


def test_a_folder_that_is_gone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody removed the folder under the shell: one line."""
    (project / "sub").mkdir()
    monkeypatch.chdir(project / "sub")
    (project / "sub").rmdir()
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "stepin: the current folder no longer exists; change to another one\n"


COMMAND = [sys.executable, "-I", "-c", "import sys; from stepin.cli import main; sys.exit(main())", "check"]


def test_a_reader_that_leaves(project: Path) -> None:
    """`stepin check | head -1` breaks the pipe: the exit code is still the verdict's, and nothing is complained of."""
    write(project, "".join(f"nosuch{number}\n" for number in range(20_000)))
    process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.read(1)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), errors) == (1, b"")


def test_a_terminal_that_is_no_utf8(project: Path) -> None:
    """What the terminal's encoding lacks is escaped, not a traceback."""
    write(project, "-r ünï.txt\n")
    done = subprocess.run(
        COMMAND, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    )
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
