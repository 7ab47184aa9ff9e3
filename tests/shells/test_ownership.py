"""Who switched an environment on decides who switches it off."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from shells.adapter import Adapter
from shells.driver import UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]


def test_deactivate_holds_until_the_user_returns(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    (project / "src").mkdir()
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        state = session.run("deactivate")
        assert state.variables == session.first.variables | {"PWD": str(project)}
        assert not state.deactivate
        assert session.run("cd src").VIRTUAL_ENV == UNSET
        assert session.run("cd ..").VIRTUAL_ENV == UNSET
        session.run("cd")
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"


def test_an_environment_activated_by_hand_is_theirs(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    other = make("other")
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        state = session.run(adapter.activate(other / ".venv"))
        assert state.VIRTUAL_ENV == f"{other}/.venv"
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == f"{other}/.venv"
        assert len(state.lines) == 1
        assert "~/project/.venv is not on" in state.lines[0]
        session.run("cd")
        assert session.run("cd project").lines == []
        session.run("cd")
        state = session.run("deactivate")
        assert state.variables == session.first.variables
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"


def test_what_is_allowed_here_is_ours_whoever_switched_it_on(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        session.run("deactivate")
        state = session.run(adapter.activate(project / ".venv"))
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert state.PATH == f"{project}/.venv/bin:/usr/bin:/bin"
        state = session.run("cd")
        assert state.variables == session.first.variables
        assert not state.deactivate


def test_another_environment_sourced_over_ours(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    other = make("other")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        state = session.run(adapter.activate(other / ".venv"))
        assert state.VIRTUAL_ENV == f"{other}/.venv"
        assert state.PATH == f"{other}/.venv/bin:/usr/bin:/bin"
        assert session.run("cd").VIRTUAL_ENV == f"{other}/.venv"
        assert session.run("deactivate").variables == session.first.variables


def test_consent_by_doing(shell: str, adapter: Adapter, place: Place, make: Make) -> None:
    project = make("project")
    place.write_rc(shell)
    with Session(place, shell) as session:
        assert len(session.run("cd project").lines) == 1
        state = session.run(adapter.activate(project / ".venv"))
        assert len(state.lines) == 1
        assert "because you activated its environment" in state.lines[0]
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert session.run("cd").variables == session.first.variables
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert state.lines == []


def test_consent_by_doing_can_be_switched_off(shell: str, adapter: Adapter, place: Place, make: Make) -> None:
    project = make("project")
    place.config.parent.mkdir(parents=True, exist_ok=True)
    place.config.write_text("learn = false\n")
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        assert session.run(adapter.activate(project / ".venv")).lines == []
        session.run("deactivate")
        session.run("cd")
        assert session.run("cd project").VIRTUAL_ENV == UNSET


def test_what_a_tool_sets_is_no_consent(shell: str, adapter: Adapter, place: Place, make: Make) -> None:
    """direnv, mise and conda set VIRTUAL_ENV without a function `deactivate`, or say that they did."""
    project = make("project")
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        state = session.run(adapter.export("VIRTUAL_ENV", f"{project}/.venv"))
        assert state.lines == [], "no deactivate"
        session.run(adapter.unset("VIRTUAL_ENV"))
        session.run(f"{adapter.export('DIRENV_DIFF', 'x')}; {adapter.export('DIRENV_DIR', '-x')}")
        line = f"{adapter.export('DIRENV_DIFF', 'y')}; {adapter.activate(project / '.venv')}"
        assert session.run(line).lines == [], "direnv did something at the same prompt"
        session.run("cd")
    assert not (place.store / "trust").exists()


def test_an_inherited_environment_is_no_consent(shell: str, place: Place, make: Make) -> None:
    project = make("project")
    place.write_rc(shell)
    env = f"{project}/.venv"
    with Session(place, shell, cwd=project, VIRTUAL_ENV=env, PATH=f"{env}/bin:/usr/bin:/bin") as session:
        assert session.first.VIRTUAL_ENV == env
        assert session.run("cd").VIRTUAL_ENV == env, "theirs, until they deactivate it"
    assert not (place.store / "trust").exists()


def test_a_shell_inside_a_shell_adopts_ours(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell, PYTHONHOME="/x") as session:
        session.run("cd project")
        state = session.run(adapter.start()[0])
        assert state.VIRTUAL_ENV == f"{project}/.venv"
        assert state.PATH == f"{project}/.venv/bin:/usr/bin:/bin"
        assert state.deactivate
        state = session.run("cd ..")
        assert state.variables == session.first.variables
        session.run("cd project")
        assert session.run("deactivate").VIRTUAL_ENV == UNSET
        session.run("exit")
        assert session.look().VIRTUAL_ENV == f"{project}/.venv", "the outer one's is still on"


def test_a_shell_that_starts_elsewhere_drops_what_it_inherited(
    shell: str, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    env = f"{project}/.venv"
    inherited: dict[str, str] = {"VIRTUAL_ENV": env, "VIRTUAL_ENV_PROMPT": ".venv"}
    inherited |= {"STEPIN_ENV": env, "STEPIN_PYTHONHOME": "/x"}
    with Session(place, shell, PATH=f"{env}/bin:/usr/bin:/bin", **inherited) as session:
        state = session.first
        assert state.VIRTUAL_ENV == UNSET
        assert state.PATH == "/usr/bin:/bin"
        assert state.PYTHONHOME == "/x"
        assert not state.deactivate


def test_a_login_shell_that_built_path_anew_is_put_right(shell: str, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    env = f"{project}/.venv"
    for path in ("/usr/bin:/bin", f"/usr/bin:/bin:{env}/bin"):
        with Session(place, shell, cwd=project, PATH=path, VIRTUAL_ENV=env, STEPIN_ENV=env) as session:
            assert session.first.PATH == f"{env}/bin:/usr/bin:/bin"
            assert session.run("cd ..").PATH == "/usr/bin:/bin"


def test_condas_base_is_nothing_and_its_others_are_left_alone(
    shell: str, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell, CONDA_PREFIX="/opt/conda", CONDA_DEFAULT_ENV="base") as session:
        assert session.run("cd project").VIRTUAL_ENV == f"{project}/.venv"
    with Session(place, shell, CONDA_PREFIX="/opt/conda/envs/x", CONDA_DEFAULT_ENV="x") as session:
        state = session.run("cd project")
        assert state.VIRTUAL_ENV == UNSET
        assert len(state.lines) == 1
        assert "conda" in state.lines[0]


def test_real_environments_of_every_maker(shell: str, adapter: Adapter, place: Place, allow: Allow) -> None:
    """virtualenv's and uv's, too: on and off as by their own scripts, and adopted from them."""
    import subprocess
    import sys

    tools = Path(sys.executable).parent
    makers = {
        "virtualenv": [tools / "virtualenv", "--quiet", "--no-pip", "--no-setuptools"],
        "uv": [tools / "uv", "venv", "--quiet", "--offline", "--python", sys.executable],
    }
    place.write_rc(shell)
    for name, command in makers.items():
        project = place.home / name
        env = dict(os.environ, VIRTUALENV_APP_DATA=str(place.home / "app-data"), UV_CACHE_DIR=str(place.home / "uv"))
        subprocess.run([*map(str, command), str(project / ".venv")], check=True, env=env)
        allow(project)
        with Session(place, shell) as session:
            shown = session.run(adapter.activate(project / ".venv"))
            session.run("deactivate")
            state = session.run(f"cd {name}")
            same = ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PATH")
            assert {key: state.variables[key] for key in same} == {key: shown.variables[key] for key in same}
            # In zsh virtualenv's prompt takes the name out of psvar.
            assert shown.PS1.replace("%9v", ".venv") == state.PS1
            assert session.run("cd").variables == session.first.variables
            session.run(adapter.activate(project / ".venv"))
            session.run(f"cd {name}")
            assert session.run("cd").variables == session.first.variables
