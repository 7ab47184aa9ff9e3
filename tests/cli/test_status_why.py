"""`status` and `why` report what the hook decides, in the same words."""

from __future__ import annotations

import pytest

from cli import schemas
from cli.conftest import User
from stepin.hook import entry


def test_status_shows_the_project_and_the_verdict(user: User) -> None:
    project = user.env()
    (project / "src").mkdir()
    result = user.run("status", cwd=project / "src")
    assert result.code == 0
    assert result.out == (
        "project      ~/project\nenvironment  ~/project/.venv\nverdict      untrusted: no trust record covers it\n"
        'active       no\nremedy       run "stepin allow"\n'
    )
    found = user.run("status", "--json", str(project / "src")).json
    schemas.validate(found)
    assert (found["project"], found["environment"]) == (str(project), str(project / ".venv"))


def test_active_means_active_in_this_shell(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    project = user.env()
    monkeypatch.setenv("VIRTUAL_ENV", str(project / ".venv"))
    assert user.run("status", "--json", cwd=project).json["active"] is True
    monkeypatch.setenv("VIRTUAL_ENV", str(user.env("other") / ".venv"))
    assert user.run("status", "--json", cwd=project).json["active"] is False


def test_no_environment_is_exit_code_1(user: User) -> None:
    result = user.run("status")
    assert (result.code, result.out) == (1, "")
    assert result.err == 'stepin: no environment belongs to ~; "stepin why" shows the folders that were searched\n'
    result = user.run("status", "--json")
    assert result.code == 1
    schemas.validate(result.json)
    assert result.json == {
        "schema": "stepin.status/1",
        "project": None,
        "environment": None,
        "verdict": "none",
        "reason": "no environment",
        "active": False,
        "problems": [],
    }


def test_why_walks_as_the_hook_does(user: User) -> None:
    project = user.env()
    (project / "src/.venv").mkdir(parents=True)
    (project / "src/.env").write_text("SECRET=1")
    result = user.run("why", cwd=project / "src")
    assert result.code == 0
    assert result.out.splitlines()[:3] == [
        "~/project/src: .venv is not an environment; .env is a file",
        "~/project: .venv is an environment",
        "",
    ]
    assert "SECRET" not in result.out


def test_why_json_matches_its_schema(user: User) -> None:
    project = user.env()
    user.run("allow", cwd=project)
    for folder in (project, user.home):
        schemas.validate(user.run("why", "--json", str(folder)).json)
    found = user.run("why", "--json", cwd=project).json
    assert found["record"]["verdict"] == "allow"
    assert found["walk"] == [{"folder": str(project), "names": [{"name": ".venv", "is": "ok"}], "decides": True}]
    assert user.run("why").code == 1


def test_why_lists_the_reasons_against(user: User) -> None:
    project = user.env()
    (project / ".venv").chmod(0o777)
    out = user.run("why", cwd=project).out
    assert "against   writable: other users can write to it, its project or a parent folder: not consented to" in out
    user.run("allow", "--anyway", cwd=project)
    assert ": consented to" in user.run("why", cwd=project).out


def test_the_walk_ends_at_home(user: User) -> None:
    folder = user.home / "a/b"
    folder.mkdir(parents=True)
    walk = user.run("why", "--json", cwd=folder).json["walk"]
    assert [step["folder"] for step in walk] == [str(folder), str(folder.parent), str(user.home)]


def test_the_words_match_those_of_the_hook(user: User) -> None:
    """The helper, `status` and `why` report one decision."""
    project = user.env()
    (project / ".venv/bin/python").unlink()
    (project / ".venv/bin/python").symlink_to("gone")
    arguments = ["bash", "1", "decide", str(user.store), str(user.config), str(project), str(user.home)]
    answer = entry.answer(entry.Request(arguments))
    status = user.run("status", "--json", cwd=project).json
    why = user.run("why", "--json", cwd=project).json
    assert status["verdict"] == why["verdict"] == "broken"
    assert status["reason"] == why["reason"]
    assert status["reason"] in answer
    assert why["remedy"] in answer


@pytest.mark.parametrize("name", ["a\nb", "c\x1b[31md", "\udcff", "-n", "$(touch x)", "*"])
def test_hostile_names_stay_on_their_line(user: User, name: str) -> None:
    project = user.env(name)
    lines = user.run("status", cwd=project).out.splitlines()
    assert [line.split()[0] for line in lines] == ["project", "environment", "verdict", "active", "remedy"]
    assert all(line.isprintable() for line in lines)
    assert user.run("status", "--json", cwd=project).json["project"] == str(project)


def test_a_folder_that_is_gone_is_one_line(user: User) -> None:
    result = user.script("status", shell="mkdir gone && cd gone && rmdir ../gone && ")
    assert (result.code, result.out) == (1, "")
    assert result.err == "stepin: the current folder no longer exists; cd to one that does\n"


def test_the_current_folder_is_the_one_that_the_shell_shows(user: User) -> None:
    user.env("real/project")
    (user.home / "link").symlink_to("real/project")
    assert user.run("status", "--json", cwd=user.home / "link").json["project"] == str(user.home / "link")
    user.run("allow", "real/project")
    assert user.run("status", "--json", "../home/link").json["verdict"] == "trusted"
