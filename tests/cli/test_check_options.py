"""Options of `check`, `snooze` and `ignore` that exclude each other, or that have limits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.conftest import User


@pytest.fixture
def project(user: User) -> Path:
    project = user.env()
    (project / "requirements.txt").touch()
    return project


@pytest.mark.parametrize(
    ("config", "pyproject", "problem"),
    [
        ("", "[tool", "~/project/pyproject.toml: it is not valid TOML"),
        ("", "[tool.stepin]\nnames = []", "~/project/pyproject.toml: a project cannot set names; remove it"),
        ("hinst = true", "", "~/.config/stepin/config.toml: there is no setting hinst; did you mean hints?"),
    ],
)
def test_a_problem_with_the_settings_is_shown(
    user: User, project: Path, config: str, pyproject: str, problem: str
) -> None:
    """By status, check and doctor; none of them fails for it but doctor."""
    user.config.parent.mkdir(parents=True)
    user.config.write_text(config)
    (project / "pyproject.toml").write_text(pyproject)
    problem = problem.replace("~", str(user.home))
    for command, code in (("status", 0), ("check", 0)):
        result = user.run(command, cwd=project)
        assert (result.code, result.err.count("\n")) == (code, 1)
        assert result.err.startswith(f"stepin: {problem}")
    (shown,) = user.run("status", "--json", cwd=project).json["problems"]
    assert shown.startswith(problem)
    (project / "src").mkdir()
    result = user.run("doctor", cwd=project / "src")
    assert result.code == 1
    assert f"!! configuration: {problem}" in result.out


def test_check_follows_links_as_the_shell_does(user: User, project: Path) -> None:
    """`link/..` is where the link leads to, unless the shell's cd would say otherwise, and `$PWD` keeps its links."""
    (project / "requirements.txt").write_text("nosuch\n")
    (project / "src").mkdir()
    (user.home / "link").symlink_to("project/src")
    for arguments in (["link/.."], ["--venv", "project/.venv", "-r", "link/../requirements.txt"]):
        result = user.run("check", *arguments, "--json")
        assert [finding["name"] for finding in result.json["findings"]] == ["nosuch"], result
    (user.home / "alias").symlink_to("project")
    assert (
        user.run("check", "--json", cwd=user.home / "alias").json["environment"]["path"] == f"{user.home}/alias/.venv"
    )


@pytest.mark.parametrize(
    "options",
    [["--json", "--quiet"], ["--quiet", "--format", "sarif"], ["--quiet", "--format", "text"]],
)
def test_quiet_excludes_a_report(user: User, project: Path, options: list[str]) -> None:
    result = user.run("check", *options, cwd=project)
    assert (result.code, result.out) == (2, "")
    assert result.err == "stepin: --quiet prints no report, --json and --format print one; choose one\n"


def test_json_excludes_another_format(user: User, project: Path) -> None:
    result = user.run("check", "--json", "--format", "junit", cwd=project)
    assert result == (2, "", "stepin: --json and --format junit exclude each other; choose one\n")
    assert user.run("check", "--json", "--format", "json", cwd=project).json["schema"] == "stepin.check/1"


@pytest.mark.parametrize("duration", ["999999w", "417000w"])
def test_a_snooze_ends_before_the_year_10000(user: User, project: Path, duration: str) -> None:
    result = user.run("snooze", "--for", duration, cwd=project)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "ends after the year 9999" in result.err
    assert not (user.store / "notices").exists()


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-31T23:59", "2100-01-01T00:00+00:00"])
def test_a_snooze_may_end_far_away(user: User, project: Path, end: str) -> None:
    result = user.run("snooze", "--until", end, cwd=project)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"drift notices are off until {end[:4]}") or "+" in end


@pytest.mark.parametrize("end", ["0001-01-01", "9999-13-01", "24:00", "yesterday", "0001-01-01T00:00-14:00", ""])
def test_a_snooze_needs_a_time_in_the_future(user: User, project: Path, end: str) -> None:
    result = user.run("snooze", "--until", end, cwd=project)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)


def test_ignore_keeps_the_file_as_it_is(user: User, project: Path) -> None:
    """Mode, hard links and the rest of the content stay."""
    file = project / "pyproject.toml"
    file.write_text(
        '# mine\r\n[tool.other]\r\nx = 1 # why\r\n\r\n[tool.stepin.drift]\r\nignore = ["a"]\r\n', newline=""
    )
    file.chmod(0o640)
    os.link(file, user.home / "second")
    assert user.run("ignore", "--project", "black", cwd=project).code == 0
    text = file.read_bytes().decode()
    assert text.startswith("# mine\r\n[tool.other]\r\nx = 1 # why\r\n\r\n[tool.stepin.drift]\r\nignore = [")
    assert '"black"' in text
    assert (user.home / "second").read_bytes() == file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("kind", ["fifo", "device", "dangling", "read-only"])
def test_ignore_refuses_what_is_not_an_ordinary_file(user: User, project: Path, kind: str) -> None:
    file = project / "pyproject.toml"
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "read-only":
        file.touch(0o400)
    else:
        file.symlink_to("/dev/null" if kind == "device" else "nowhere")
    result = user.run("ignore", "--project", "black", cwd=project)
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert result.err.startswith("stepin: ~/project/pyproject.toml is ")
    assert result.err.endswith("; fix that, or edit the file yourself\n")


def test_ignore_refuses_a_file_that_is_not_toml(user: User, project: Path) -> None:
    (project / "pyproject.toml").write_bytes(b"\xff = [")
    result = user.run("ignore", "--project", "black", cwd=project)
    assert result.code == 1
    assert 'add to "ignore" in [tool.stepin.drift] yourself' in result.err
    assert (project / "pyproject.toml").read_bytes() == b"\xff = ["
