"""`stepin allow`: consent covers what the user named, and no more."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import User


def test_allow_trusts_the_nearest_project_and_every_shell_notices(user: User) -> None:
    project = user.env()
    (project / "src/deep").mkdir(parents=True)
    user.run("setup", "--yes")
    before = user.generation()
    result = user.run("allow", cwd=project / "src/deep")
    assert result == (0, "allowed: ~/project/.venv\n", "")
    assert user.generation() != before
    assert user.run("status", "--json", cwd=project).json["verdict"] == "trusted"


def test_a_named_folder_means_that_folder(user: User) -> None:
    """That folder is trusted, not a project above it."""
    project = user.env()
    (project / "src").mkdir()
    result = user.run("allow", str(project / "src"))
    assert (result.code, result.out) == (1, "")
    assert "~/project/src has no environment" in result.err


def test_an_environment_stands_for_its_project(user: User) -> None:
    project = user.env()
    assert user.run("allow", ".venv", cwd=project).code == 0
    assert [record["path"] for record in user.run("trust", "--json").json["records"]] == [str(project)]


@pytest.mark.parametrize("arguments", [[], ["nowhere"], ["empty"], ["--tree", "nowhere"]])
def test_nothing_is_recorded_if_there_is_nothing(user: User, arguments: list[str]) -> None:
    (user.home / "empty").mkdir()
    result = user.run("allow", *arguments)
    assert result.code == 1
    assert result.err.startswith("stepin: ")
    assert result.err.count("\n") == 1
    assert not user.store.exists()


def test_reasons_against_are_named_with_the_remedy(user: User, tracked: Callable[[Path], None]) -> None:
    project = user.env()
    tracked(project)
    (project / ".venv").chmod(0o777)
    result = user.run("allow", cwd=project)
    assert result.code == 1
    assert "writable (other users can write to it" in result.err
    assert "tracked (git tracks files in it)" in result.err
    assert result.err.endswith('check it, then run "stepin allow --anyway=writable,tracked"\n')
    assert user.run("status", "--json", cwd=project).json["verdict"] == "refused"


def test_consent_covers_only_the_reasons_of_that_moment(user: User, tracked: Callable[[Path], None]) -> None:
    project = user.env()
    tracked(project)
    assert user.run("allow", "--anyway", cwd=project).code == 0
    assert user.run("trust", "--json").json["records"][0]["anyway"] == ["tracked"]
    assert user.run("status", "--json", cwd=project).json["verdict"] == "trusted"
    (project / ".venv").chmod(0o777)
    status = user.run("status", "--json", cwd=project).json
    assert status["verdict"] == "refused"
    assert status["reason"].endswith("(writable)")


def test_named_reasons_cover_no_other_reason(user: User, tracked: Callable[[Path], None]) -> None:
    project = user.env()
    tracked(project)
    (project / ".venv").chmod(0o777)
    result = user.run("allow", "--anyway=tracked", cwd=project)
    assert result.code == 1
    assert "writable" in result.err
    assert "git tracks" not in result.err
    assert user.run("allow", "--anyway=tracked,writable", cwd=project).code == 0


def test_a_plain_allow_keeps_earlier_consent(user: User, tracked: Callable[[Path], None]) -> None:
    project = user.env()
    tracked(project)
    user.run("allow", "--anyway", cwd=project)
    assert user.run("allow", cwd=project).code == 0
    assert user.run("status", "--json", cwd=project).json["verdict"] == "trusted"


def test_consent_to_a_link_includes_its_target(user: User) -> None:
    outside = user.env("elsewhere", "shared")
    other = user.env("other", "shared")
    project = user.home / "project"
    project.mkdir()
    link = project / ".venv"
    link.symlink_to(outside / "shared")
    assert "symlink" in user.run("allow", cwd=project).err
    assert user.run("allow", "--anyway", cwd=project).code == 0
    assert user.run("trust", "--json").json["records"][0]["anyway"] == [f"symlink:{outside / 'shared'}"]
    link.unlink()
    link.symlink_to(other / "shared")
    assert user.run("status", "--json", cwd=project).json["verdict"] == "refused"


def test_a_folder_after_anyway_is_not_a_reason(user: User, tracked: Callable[[Path], None]) -> None:
    project = user.env()
    tracked(project)
    assert user.run("allow", "--anyway", str(project)).code == 0


@pytest.mark.parametrize("words", ["", "nonsense", "tracked,nonsense"])
def test_an_unknown_reason_is_wrong_usage(user: User, words: str) -> None:
    result = user.run("allow", f"--anyway={words}", cwd=user.env())
    assert result.code == 2
    assert "owner, writable, symlink, redirect, tracked" in result.err


def test_a_tree_covers_future_projects(user: User) -> None:
    code = user.home / "code"
    code.mkdir()
    assert user.run("allow", "--tree", cwd=code) == (0, "allowed: every project below ~/code\n", "")
    assert user.run("status", "--json", cwd=user.env("code/new/worktree")).json["verdict"] == "trusted"
    assert user.run("status", "--json", cwd=user.env("other")).json["verdict"] == "untrusted"


def test_consent_for_a_tree_is_by_name(user: User, tracked: Callable[[Path], None]) -> None:
    """Its future projects are unknown, so there is nothing that a bare --anyway could consent to."""
    code = user.home / "code"
    code.mkdir()
    assert user.run("allow", "--tree", "--anyway", cwd=code).code == 2
    assert user.run("allow", "--tree", "--anyway=tracked", cwd=code).code == 0
    project = user.env("code/project")
    tracked(project)
    assert user.run("status", "--json", cwd=project).json["verdict"] == "trusted"
    (project / ".venv").chmod(0o777)
    assert user.run("status", "--json", cwd=project).json["verdict"] == "refused"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda env: (env / "bin/python").unlink(), "no interpreter yet"),
        (
            lambda env: ((env / "bin/python").unlink(), (env / "bin/python").symlink_to("gone")),
            "interpreter is missing",
        ),
        (lambda env: ((env / "pyvenv.cfg").unlink(), (env / "bin/activate_this.py").touch()), "no pyvenv.cfg"),
        (lambda env: env.parent.rename(env.parent.with_name("a:b")), "separates the entries of PATH"),
    ],
)
def test_what_can_never_be_trusted_is_reported(user: User, spoil: Callable[[Path], object], words: str) -> None:
    project = user.env()
    spoil(project / ".venv")
    project = next(path for path in (user.home / "a:b", project) if path.exists())
    result = user.run("allow", "--anyway", str(project))
    assert result.code == 1
    assert words in result.err
    assert not user.store.exists()


def test_home_itself_needs_a_record_of_its_own(user: User) -> None:
    user.env(".")
    assert user.run("allow", "--tree").code == 0
    assert user.run("status", "--json").json["verdict"] == "untrusted"
    assert user.run("allow").code == 0
    assert user.run("status", "--json").json["verdict"] == "trusted"


def test_links_in_the_path_do_not_matter(user: User) -> None:
    project = user.env("real/project")
    (user.home / "link").symlink_to("real")
    assert user.run("allow", cwd=user.home / "link/project").out == "allowed: ~/link/project/.venv\n"
    assert user.run("status", "--json", cwd=project).json["verdict"] == "trusted"


def test_a_state_folder_of_others_is_not_written_to(user: User) -> None:
    project = user.env()
    user.store.mkdir(parents=True)
    user.store.chmod(0o777)
    for arguments in (["allow"], ["allow", "--tree"], ["deny"], ["forget", "."], ["trust"]):
        result = user.run(*arguments, cwd=project)
        assert result.code == 1
        assert "is writable by other users" in result.err
    assert os.listdir(user.store) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_writes_nothing_into_another_users_home(user: User) -> None:
    project = user.env()
    for path in (user.home, project):
        os.chown(path, 12345, 12345)
    result = user.run("allow", cwd=project)
    assert result.code == 1
    assert "without sudo" in result.err
    assert not (user.home / ".local").exists()
