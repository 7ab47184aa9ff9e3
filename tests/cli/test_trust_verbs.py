"""`deny`, `forget` and `trust`: a denial holds, and trust records can be listed and removed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cli import schemas
from cli.conftest import User


def verdict(user: User, project: Path) -> str:
    found: str = user.run("status", "--json", cwd=project).json["verdict"]
    return found


def test_a_denial_holds_below_a_trusted_tree(user: User) -> None:
    project = user.env("code/theirs")
    user.run("allow", "--tree", "code")
    assert verdict(user, project) == "trusted"
    before = user.generation()
    assert user.run("deny", cwd=project) == (0, "denied: ~/code/theirs\n", "")
    assert user.generation() != before
    assert verdict(user, project) == "denied"
    user.run("allow", cwd=project)
    assert verdict(user, project) == "trusted"


def test_a_folder_can_be_denied_before_it_has_an_environment(user: User) -> None:
    (user.home / "code/later").mkdir(parents=True)
    user.run("allow", "--tree", "code")
    assert user.run("deny", "code/later").code == 0
    assert verdict(user, user.env("code/later")) == "denied"


def test_forget_removes_the_record(user: User) -> None:
    project = user.env()
    user.run("deny", cwd=project)
    before = user.generation()
    assert user.run("forget", str(project)) == (0, "forgotten: ~/project\n", "")
    assert user.generation() != before
    assert verdict(user, project) == "untrusted"
    result = user.run("forget", str(project))
    assert (result.code, result.err) == (
        1,
        'stepin: there is no trust record of ~/project; run "stepin trust" for a list\n',
    )


def test_the_record_of_a_missing_project_is_stale_and_can_be_forgotten(user: User) -> None:
    project = user.env()
    user.run("allow", cwd=project)
    shutil.rmtree(project)
    assert user.run("trust").out == "allow  ~/project  (stale: the folder is gone)\n"
    assert not user.run("trust", "--json").json["records"][0]["current"]
    assert user.run("forget", "project").code == 0
    assert user.run("trust", "--json").json["records"] == []


def test_a_project_that_was_replaced_is_not_trusted(user: User) -> None:
    project = user.env()
    user.run("allow", cwd=project)
    os.rename(project, user.home / "moved")
    user.env()
    assert user.run("trust").out == "allow  ~/project  (stale: the folder was replaced)\n"
    status = user.run("status", "--json", cwd=project).json
    assert (status["verdict"], status["reason"]) == (
        "untrusted",
        "it was trusted, but its project folder has been replaced",
    )


def test_a_recreated_environment_stays_trusted(user: User) -> None:
    project = user.env()
    user.run("allow", cwd=project)
    shutil.rmtree(project / ".venv")
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/pyvenv.cfg").write_text("home = /usr/bin\n")
    (project / ".venv/bin/python").symlink_to("/bin/sh")
    assert verdict(user, project) == "trusted"


def test_a_record_is_one_line_whatever_the_name(user: User) -> None:
    names = ["a\nb", "c\x1b[31md", "e\u202ef", "\udcff", "g h", "%41"]
    for name in names:
        user.run("allow", cwd=user.env(name))
    out = user.run("trust").out
    assert out.count("\n") == len(names)
    assert not set("\x1b\u202e") & set(out)
    assert sorted(record["path"] for record in user.run("trust", "--json").json["records"]) == sorted(
        str(user.home / name) for name in names
    )


def test_json_matches_its_schema(user: User) -> None:
    user.run("allow", cwd=user.env())
    user.run("allow", "--tree", "--anyway=tracked,owner", cwd=user.home)
    user.run("deny", cwd=user.env("other"))
    found = user.run("trust", "--json").json
    schemas.validate(found)
    assert [(r["verdict"], r["tree"], r["anyway"]) for r in found["records"]] == [
        ("allow", True, ["tracked", "owner"]),
        ("deny", False, []),
        ("allow", False, []),
    ]


def test_a_damaged_record_is_reported_and_has_no_effect(user: User) -> None:
    project = user.env()
    user.run("allow", cwd=project)
    (record,) = (path for path in (user.store / "trust").rglob("project") if path.is_file())
    record.write_bytes(record.read_bytes()[:40])
    result = user.run("trust")
    assert "is damaged and has no effect; remove it" in result.err
    assert user.run("trust", "--json").json["damaged"] == [str(record)]
    assert verdict(user, project) == "untrusted"


@pytest.mark.parametrize("arguments", [["deny"], ["deny", "nowhere"], ["forget", "nowhere"]])
def test_a_missing_folder_is_one_line(user: User, arguments: list[str]) -> None:
    result = user.run(*arguments)
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
