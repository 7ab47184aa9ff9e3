"""`doctor` finds what keeps stepin from working, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli import schemas
from cli.conftest import User
from cli.shells import needed
from stepin.hook import permissions
from stepin.install import render
from stepin.shells import discovery


@pytest.fixture(autouse=True)
def _two_shells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "installed", lambda: ["bash", "zsh"])
    monkeypatch.setattr(permissions.Mounts, "type_of", lambda *_: "ext4")


def found(user: User) -> dict[tuple[str, str], list[str]]:
    checks = user.run("doctor", "--json").json["checks"]
    kinds: dict[tuple[str, str], list[str]] = {}
    for check in checks:
        kinds.setdefault((check["name"], check["state"]), []).append(f"{check['message']}; {check['remedy']}")
    return kinds


def test_there_is_no_problem_after_setup(user: User) -> None:
    needed("zsh")
    user.run("setup", "--yes")
    result = user.run("doctor")
    assert result.code == 0
    assert {line[:2] for line in result.out.splitlines()} == {"ok"}
    schemas.validate(user.run("doctor", "--json").json)


def spoil_rc(user: User) -> None:
    (user.home / ".bashrc").write_text("mine\n")


def spoil_prompt_command(user: User) -> None:
    with (user.home / ".bashrc").open("a") as file:
        file.write("PROMPT_COMMAND='history -a'\n")


def spoil_precmd(user: User) -> None:
    with (user.home / ".zshrc").open("a") as file:
        file.write("precmd_functions=(mine)\n")


def spoil_line(user: User) -> None:
    rc = user.home / ".bashrc"
    rc.write_text(rc.read_text().replace("hook.bash", "other.bash"))


def spoil_hook(user: User) -> None:
    with (user.hooks / "hook.zsh").open("a") as file:
        file.write("echo more\n")


def spoil_helper(user: User) -> None:
    hook = user.hooks / "hook.bash"
    python, library = render.helpers()[:2]
    hook.write_text(hook.read_text().replace(f"# helper {python} {library}", f"# helper /bin/false {library}"))


def spoil_state(user: User) -> None:
    user.store.chmod(0o777)


def spoil_trust(user: User) -> None:
    user.run("allow", cwd=user.env())
    (record,) = (path for path in (user.store / "trust").rglob("project") if path.is_file())
    record.write_text("nonsense\n")


def spoil_config(user: User) -> None:
    user.config.parent.mkdir(parents=True, exist_ok=True)
    user.config.write_text("names = [\n")


@pytest.mark.parametrize(
    ("spoil", "name", "words"),
    [
        (spoil_rc, "rc", 'does not read the hook; run "stepin setup --shell bash"'),
        (spoil_prompt_command, "rc", '"PROMPT_COMMAND=" in '),
        (spoil_precmd, "rc", '"precmd_functions=(" in '),
        (spoil_line, "rc", "reads another hook"),
        (spoil_hook, "hook", 'is not what stepin 0.1.0 renders; run "stepin setup --shell zsh"'),
        (spoil_helper, "helper", "/bin/false does not answer for bash; install stepin again"),
        (spoil_state, "state", "is writable by other users"),
        (spoil_trust, "trust", "is damaged and has no effect; remove it"),
        (spoil_config, "configuration", "is not valid TOML"),
    ],
)
def test_a_problem_is_reported_with_its_remedy(
    user: User, spoil: Callable[[User], None], name: str, words: str
) -> None:
    needed("zsh")
    user.run("setup", "--yes")
    spoil(user)
    assert any(words in text for text in found(user).get((name, "bad"), [])), found(user)
    assert user.run("doctor").code == 1


def test_a_prompt_command_that_keeps_what_is_there_is_fine(user: User) -> None:
    needed("zsh")
    user.run("setup", "--yes")
    with (user.home / ".bashrc").open("a") as file:
        file.write('PROMPT_COMMAND="history -a;$PROMPT_COMMAND"\nPROMPT_COMMAND+=(more)\n')
    assert user.run("doctor").code == 0


def test_a_missing_hook_in_another_shell_may_be_intended(user: User) -> None:
    user.run("setup", "--yes", "--shell", "bash")
    kinds = found(user)
    assert any(".zshrc does not read the hook" in text for text in kinds["rc", "unsure"])
    assert ("rc", "bad") not in kinds


def test_a_shell_that_is_too_old_is_reported(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for shell, version in (("bash", "3.1.17(1)-release"), ("zsh", "5.0.2")):
        (tools / shell).write_text(f"#!/bin/sh\necho '{version}'\n")
        (tools / shell).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    assert found(user)["shell", "bad"] == [
        "bash 3.1.17(1)-release is too old; install bash 3.2 or later",
        "zsh 5.0.2 is too old; install zsh 5.3 or later",
    ]


def test_a_state_folder_on_a_network_is_reported(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions.Mounts, "type_of", lambda *_: "nfs4")
    user.run("setup", "--yes")
    assert "is on nfs4" in found(user)["slow", "unsure"][0]


def test_stale_records_are_counted(user: User) -> None:
    project = user.env()
    user.run("allow", cwd=project)
    shutil.rmtree(project)
    assert found(user)["trust", "unsure"] == [
        '1 of 1 trust records are stale: their folders are gone or were replaced; run "stepin trust" for a list'
    ]
