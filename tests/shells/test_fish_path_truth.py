"""In fish, what is on PATH, VIRTUAL_ENV and the prompt agree after every prompt, whatever other tools restored."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.driver import UNSET, Place, Session, State

Make = Callable[..., Path]
Allow = Callable[..., None]

pytestmark = pytest.mark.parametrize("shell", ["fish"], indirect=True)


def check(state: State, env: Path | None) -> None:
    """Fail unless `env`, or nothing, is active and everything agrees."""
    ours = [entry for entry in state.PATH.split(":") if entry.endswith("/.venv/bin")]
    if env is None:
        assert (state.VIRTUAL_ENV, state.VIRTUAL_ENV_PROMPT, ours) == (UNSET, UNSET, [])
        assert state.PS1 == "> "
    else:
        assert (state.VIRTUAL_ENV, state.VIRTUAL_ENV_PROMPT, ours) == (str(env), ".venv", [f"{env}/bin"])
        assert state.PS1 == "(.venv) > "


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "envrc", ["PATH_add bin", "layout python", "source .venv/bin/activate", "export FOO=1"], ids=lambda text: text[:8]
)
def test_direnv(place: Place, make: Make, allow: Allow, shell: str, envrc: str, first: bool) -> None:
    if not shutil.which("direnv"):
        pytest.skip("direnv is not installed")
    shop, other = make("shop"), make("other")
    allow(shop, other)
    (shop / ".envrc").write_text(envrc + "\n")
    environ = place.environ(PATH="/usr/local/bin:/usr/bin:/bin")
    subprocess.run(["direnv", "allow", shop], check=True, env=environ)
    hook = subprocess.run(["direnv", "hook", "fish"], check=True, env=environ, capture_output=True, text=True).stdout
    place.write_rc(shell, before=hook if first else "", after="" if first else hook)
    theirs = envrc.startswith("layout")  # an environment of direnv's, which stays while it is loaded
    with Session(place, shell, PATH="/usr/local/bin:/usr/bin:/bin") as session:
        for line, project in (
            ("cd shop", shop),
            ("cd", None),
            ("cd shop", shop),
            ("cd ../other", other),
            ("cd ../shop", shop),
            ("direnv reload", shop),
            ("cd", None),
        ):
            state = session.run(line)
            if not (theirs and project == shop):
                check(state, project and project / ".venv")
    with Session(place, shell, cwd=shop, PATH="/usr/local/bin:/usr/bin:/bin") as session:
        state = session.run(":")
        assert state.VIRTUAL_ENV.startswith(str(shop))  # direnv's, if it came first: then its name is direnv's, too
        assert state.lines == []
        check(session.run("cd"), None)


@pytest.mark.parametrize("first", [True, False])
def test_mise(place: Place, make: Make, allow: Allow, shell: str, first: bool) -> None:
    if not shutil.which("mise"):
        pytest.skip("mise is not installed")
    beta, gamma, last = make("beta"), make("gamma"), make("last")
    allow(beta, last)
    (gamma / ".mise.toml").write_text(f'[env]\n_.python.venv = "{gamma}/.venv"\n')
    environ = place.environ(PATH="/usr/local/bin:/usr/bin:/bin")
    hook = subprocess.run(["mise", "activate", "fish"], check=True, env=environ, capture_output=True, text=True).stdout
    place.write_rc(shell, before=hook if first else "", after="" if first else hook)
    with Session(
        place, shell, PATH="/usr/local/bin:/usr/bin:/bin", MISE_TRUSTED_CONFIG_PATHS=str(place.home)
    ) as session:
        check(session.run("cd beta"), beta / ".venv")
        state = session.run("cd ../gamma")
        assert state.VIRTUAL_ENV == f"{gamma}/.venv"
        assert f"{beta}/.venv/bin" not in state.PATH
        check(session.run("cd"), None)
        check(session.run("cd last"), last / ".venv")
        check(session.run("cd ../beta"), beta / ".venv")


def test_entries_that_a_shell_inherited(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """`uv run fish`, `env PATH=...`, an editor's terminal, `tmux neww -c`: doubled, or another project's."""
    alpha, beta = make("alpha"), make("beta")
    allow(alpha, beta)
    place.write_rc(shell)
    one, two = f"{alpha}/.venv", f"{beta}/.venv"
    inherited = {"VIRTUAL_ENV": one, "VIRTUAL_ENV_PROMPT": ".venv", "STEPIN_ENV": one}
    for path in (f"{one}/bin:{one}/bin:/usr/bin:/bin", f"/x:{one}/bin:/usr/bin:/bin:{one}/bin", "/usr/bin:/bin"):
        with Session(place, shell, cwd=alpha, PATH=path, **inherited) as session:
            check(session.first, alpha / ".venv")
            state = session.run("cd")
            check(state, None)
    for path in (f"{two}/bin:/usr/bin:/bin", f"{one}/bin:{two}/bin:{two}/bin:/usr/bin:/bin"):
        with Session(place, shell, cwd=beta, PATH=path, **inherited) as session:
            check(session.first, beta / ".venv")
            check(session.run("cd"), None)
            check(session.run("cd alpha"), alpha / ".venv")
    with Session(place, shell, cwd=alpha, PATH=f"{one}/bin:/usr/bin:/bin", VIRTUAL_ENV=one) as session:
        check(session.first, alpha / ".venv")
        check(session.run("cd"), None)


def test_a_script_sourced_over_ours(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """As `poetry shell` does in the shell that it starts, be it before the first prompt."""
    project = make("project")
    allow(project)
    env = f"{project}/.venv"
    for after in ("", f"source {env}/bin/activate.fish"):
        place.write_rc(shell, after=after)
        inherited = {"VIRTUAL_ENV": env, "STEPIN_ENV": env, "PATH": f"{env}/bin:/usr/bin:/bin"}
        with Session(place, shell, cwd=project, **inherited) as session:
            if not after:
                session.run(f"functions -e deactivate; source {env}/bin/activate.fish")
            check(session.run(":"), project / ".venv")
            check(session.run("cd"), None)


def test_a_restored_path(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """nodeenv saves PATH when it is activated and restores it later; startup files that are read again set it."""
    alpha, beta = make("alpha"), make("beta")
    allow(alpha, beta)
    place.write_rc(shell)
    save, restore = "set -g saved $PATH; set -gx PATH /node/bin $PATH", "set -gx PATH $saved"
    with Session(place, shell) as session:
        session.run("cd alpha")
        state = session.run(save)
        check(state, alpha / ".venv")
        assert state.PATH.startswith("/node/bin:"), "what the user puts in front stays in front"
        check(session.run("cd ../beta"), beta / ".venv")
        check(session.run(restore), beta / ".venv")
        check(session.run("cd"), None)
        session.run(save)
        check(session.run("cd alpha"), alpha / ".venv")
        check(session.run(restore), alpha / ".venv")
        check(session.run("set -gx PATH /usr/bin /bin"), alpha / ".venv")
        assert session.run("cd").PATH == "/usr/bin:/bin"


def test_an_equal_entry_of_the_user_stays(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    entry = f"{project}/.venv/bin"
    with Session(place, shell, PATH=f"/usr/bin:{entry}:/bin") as session:
        for _ in range(2):
            assert session.run("cd project").PATH == f"{entry}:/usr/bin:{entry}:/bin"
            assert session.run("cd ..").PATH == f"/usr/bin:{entry}:/bin"
    with Session(place, shell) as session:
        session.run("cd project")
        session.run(f"set -gx PATH $PATH {entry}")
        assert session.run("cd ..").PATH == f"/usr/bin:/bin:{entry}", "added by hand"


def test_a_foreign_deactivate_is_never_deleted(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """virtualfish has one, and a user may define one at any time."""
    project, other = make("project"), make("other")
    allow(project, other)
    place.write_rc(shell)
    mine = "function deactivate; echo mine; end"
    with Session(place, shell) as session:
        session.run("cd project")
        session.run(mine)
        session.run("cd ../other")
        assert session.run("cd ..").deactivate
        assert session.out("deactivate") == "mine\n"
        session.run("cd project")
        session.run("deactivate")
        assert session.out("deactivate") == "mine\n", "there before ours"
    activate = f"set -gx VIRTUAL_ENV {project}/.venv; set -gx PATH {project}/.venv/bin $PATH"
    with Session(place, shell) as session:
        session.run(f"{mine}; {activate}")
        check(session.run("cd project"), project / ".venv")
        check(session.run("cd"), None)
        assert session.out("deactivate") == "mine\n"


def test_the_prompts_name_is_never_left_behind(place: Place, make: Make, allow: Allow, shell: str) -> None:
    project, other = make("project"), make("other")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        for line in ("set -e VIRTUAL_ENV", f"set -gx VIRTUAL_ENV {other}/.venv", "deactivate"):
            session.run("cd ~/project")
            state = session.run(line)
            assert state.VIRTUAL_ENV_PROMPT == UNSET
            assert session.run("set -e VIRTUAL_ENV; cd").PATH == "/usr/bin:/bin"
        session.run("cd ~/project")
        check(session.run("set -gx VIRTUAL_ENV_PROMPT x; set -gx PATH /x $PATH"), project / ".venv")


def test_conda_beside_us(place: Place, make: Make, allow: Allow, shell: str) -> None:
    """`conda activate` in a project makes us step back; `conda deactivate` puts its environment on."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    on = "set -gx CONDA_PREFIX /opt/x; set -gx CONDA_DEFAULT_ENV x; set -gx PATH /opt/x/bin $PATH"
    off = "set -e CONDA_PREFIX CONDA_DEFAULT_ENV; set -e PATH[(contains -i /opt/x/bin $PATH)]"
    with Session(place, shell) as session:
        check(session.run("cd project"), project / ".venv")
        state = session.run(f"function conda; end; {on}")
        check(state, None)
        assert state.lines == [
            'stepin: ~/project/.venv is not on: a conda environment is active; run "conda deactivate"'
        ]
        check(session.run(off), project / ".venv")
        assert session.run("cd ..").PATH == "/usr/bin:/bin"
