"""PATH is the truth: whatever another tool restores, PATH, VIRTUAL_ENV and the prompt belong to one environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from shells.adapter import Adapter
from shells.driver import UNSET, Place, Session, State

Make = Callable[..., Path]
Allow = Callable[..., None]
READY = ("bash", "zsh", "fish")
pytestmark = pytest.mark.parametrize("shell", READY, indirect=True)
SYSTEM = "/usr/bin:/bin"


def agrees(state: State, env: Path | None, *others: Path) -> None:
    """Assert that `env` is active and nothing of another environment is left; with None, that none is.

    `others` are entries of PATH that belong to the user or to another tool.
    """
    theirs = [str(entry) for entry in others]
    entries = [entry for entry in state.PATH.split(":") if entry not in (*SYSTEM.split(":"), *theirs)]
    shown = state.PS1.replace("\\n", "").strip("\n")
    if env is None:
        assert (state.VIRTUAL_ENV, state.VIRTUAL_ENV_PROMPT) == (UNSET, UNSET)
        assert entries == []
        assert "(" not in shown
    else:
        assert (state.VIRTUAL_ENV, state.VIRTUAL_ENV_PROMPT) == (str(env), env.name)
        assert entries == [f"{env}/bin"]
        assert shown.startswith(f"({env.name}) ")
        assert shown.count(f"({env.name}) ") == 1


def needed(tool: str) -> str:
    """Return a tool's path. One that is missing is skipped here and fails in CI."""
    found = shutil.which(tool)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{tool} is not installed: stepin is NOT tested with it")
        pytest.skip(f"{tool} is not installed")
    return found


@pytest.fixture
def shop(make: Make, allow: Allow) -> Path:
    """A trusted project, one of two."""
    one, other = make("shop"), make("other")
    (one / "bin").mkdir()
    (one / "sub").mkdir()
    allow(one, other)
    return one


@pytest.mark.parametrize("first", ["direnv", "stepin"])
@pytest.mark.parametrize("envrc", ["PATH_add bin", "layout python", "source .venv/bin/activate", "export FOO=1"])
def test_direnv(shell: str, place: Place, shop: Path, envrc: str, first: str) -> None:
    direnv = needed("direnv")
    hook = subprocess.run([direnv, "hook", shell], capture_output=True, text=True, check=True).stdout
    (shop / ".envrc").write_text(envrc + "\n")
    subprocess.run([direnv, "allow", shop], env=place.environ(PATH=os.environ["PATH"]), check=True)
    place.write_rc(shell, before=hook if first == "direnv" else "", after=hook if first == "stepin" else "")
    other = place.home / "other/.venv"
    with Session(place, shell) as session:
        for line, project in (
            ("cd shop", shop),
            ("cd", None),
            ("cd shop", shop),
            (":", shop),
            ("cd ../other", other.parent),
            ("cd ../shop", shop),
            ("cd sub", shop),
            ("direnv reload", shop),
            ("cd ..", shop),
            (":", shop),
            ("cd", None),
        ):
            state = session.run(line)
            agrees(state, project / ".venv" if project else None, shop / "bin")


@pytest.mark.parametrize("first", ["mise", "stepin"])
def test_mise(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow, first: str) -> None:
    """In gamma mise activates an environment that stepin has nothing to do with."""
    mise = needed("mise")
    beta, gamma = make("beta"), make("gamma")
    allow(beta)
    (gamma / "mise.toml").write_text('[env]\n_.python.venv = ".venv"\n')
    environ = {"MISE_TRUSTED_CONFIG_PATHS": str(place.home), "MISE_OFFLINE": "1", "MISE_YES": "1"}
    hook = adapter.evaluate(f"{mise} activate {shell}")
    place.write_rc(shell, before=hook if first == "mise" else "", after=hook if first == "stepin" else "")
    with Session(place, shell, **environ) as session:
        extra = [Path(entry) for entry in session.first.PATH.split(":")]
        for _ in range(2):
            agrees(session.run("cd ~/beta"), beta / ".venv", *extra)
            state = session.run("cd ../gamma")
            assert f"{beta}/.venv/bin" not in state.PATH.split(":")
            assert state.VIRTUAL_ENV == f"{gamma}/.venv"
            agrees(session.run("cd"), None, *extra)


@pytest.mark.parametrize("inherited", ["twice", "of two projects"])
def test_a_shell_that_inherits_too_much(shell: str, place: Place, make: Make, allow: Allow, inherited: str) -> None:
    """Twice: `uv run bash -i`. Of two: `tmux new-window -c beta`, with alpha's variables and beta's PATH."""
    alpha, beta = make("alpha"), make("beta")
    allow(alpha, beta)
    place.write_rc(shell)
    env = f"{alpha}/.venv"
    variables = {"VIRTUAL_ENV": env, "VIRTUAL_ENV_PROMPT": ".venv", "STEPIN_ENV": env}
    if inherited == "twice":
        with Session(place, shell, cwd=alpha, PATH=f"{env}/bin:{env}/bin:{SYSTEM}", **variables) as session:
            agrees(session.first, alpha / ".venv")
            agrees(session.run("cd"), None)
        return
    for path in (f"{beta}/.venv/bin", f"{beta}/.venv/bin:{env}/bin", f"{env}/bin:{beta}/.venv/bin:{env}/bin"):
        with Session(place, shell, cwd=beta, PATH=f"{path}:{SYSTEM}", **variables) as session:
            agrees(session.first, beta / ".venv")
            agrees(session.run("cd"), None)


def test_what_a_trusted_project_s_tool_put_on_path_twice(shell: str, place: Place, make: Make, allow: Allow) -> None:
    """`poetry shell`, `uv run SHELL` outside of stepin: VIRTUAL_ENV and two entries, without STEPIN_ENV."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    env = f"{project}/.venv"
    with Session(place, shell, cwd=project, PATH=f"{env}/bin:{env}/bin:{SYSTEM}", VIRTUAL_ENV=env) as session:
        agrees(session.first, project / ".venv")
        agrees(session.run("cd"), None)


def test_an_entry_of_the_user_s_own_stays(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    entry = f"{project}/.venv/bin"
    with Session(place, shell, PATH=f"/mine:{entry}:{SYSTEM}") as session:
        state = session.run("cd project")
        assert state.PATH == f"{entry}:/mine:{entry}:{SYSTEM}"
        assert session.run("cd").PATH == f"/mine:{entry}:{SYSTEM}"
        session.run(adapter.add_to_path([], ["/end"]))
        assert session.run(":").PATH == f"/mine:{entry}:{SYSTEM}:/end"


def test_an_entry_in_front_of_ours_stays_in_front(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        for line in (adapter.add_to_path(["/front"], []), ":"):
            assert session.run(line).PATH == f"/front:{project}/.venv/bin:{SYSTEM}"
        assert session.run("cd").PATH == f"/front:{SYSTEM}"


def test_an_entry_that_has_disappeared_is_put_back(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    """As after a startup file that sets PATH was read again."""
    project = make("project")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd project")
        assert session.run(adapter.set_path("/new:/usr/bin:/bin")).PATH == f"{project}/.venv/bin:/new:{SYSTEM}"
        assert session.run("cd").PATH == f"/new:{SYSTEM}"


def test_a_saved_path_that_comes_back(shell: str, adapter: Adapter, place: Place, shop: Path) -> None:
    """nodeenv restores the PATH that it found in one project while another is active, or none."""
    other = place.home / "other/.venv"
    place.write_rc(shell)
    with Session(place, shell) as session:
        saved = session.run("cd shop").PATH
        session.run(adapter.add_to_path(["/node"], []))
        session.run("cd ../other")
        agrees(session.run(adapter.set_path(saved)), other)
        session.run("cd")
        agrees(session.run(adapter.set_path(saved)), None)
        agrees(session.run("cd shop"), shop / ".venv")
        agrees(session.run("cd"), None)


def test_a_saved_virtual_env_that_comes_back(shell: str, adapter: Adapter, place: Place, shop: Path) -> None:
    """What mise and direnv do when they unload: VIRTUAL_ENV as it was, without an activate script."""
    place.write_rc(shell)
    with Session(place, shell) as session:
        saved = session.run("cd shop")
        session.run("cd")
        line = f"{adapter.export('VIRTUAL_ENV', saved.VIRTUAL_ENV)}; {adapter.set_path(saved.PATH)}"
        agrees(session.run(line), None)
        session.run("cd other")
        agrees(session.run(line), place.home / "other/.venv")
        agrees(session.run("cd"), None)


def test_a_function_deactivate_defined_meanwhile_stays(shell: str, adapter: Adapter, place: Place, shop: Path) -> None:
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd shop")
        session.run(adapter.function("deactivate", "echo mine"))
        agrees(session.run("cd"), None)
        assert session.out("deactivate") == "mine\n"
        session.run("cd shop")
        agrees(session.run("cd"), None)
        assert session.out("deactivate") == "mine\n"


def test_the_bare_name_is_never_left_behind(shell: str, adapter: Adapter, place: Place, shop: Path) -> None:
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run("cd shop")
        state = session.run(adapter.export("VIRTUAL_ENV", "/elsewhere"))
        assert state.VIRTUAL_ENV == "/elsewhere"
        assert state.VIRTUAL_ENV_PROMPT == UNSET
        assert state.PATH == SYSTEM
        session.run(adapter.unset("VIRTUAL_ENV"))
        agrees(session.run("cd"), None)


@pytest.mark.parametrize("word", ["export", "unset", "eval", "set", "deactivate"])
def test_functions_named_like_special_builtins(
    shell: str, adapter: Adapter, place: Place, shop: Path, word: str
) -> None:
    """Outside posix mode bash finds functions before special builtins."""
    if shell != "bash":
        return
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run(adapter.function(word, f"echo MINE-{word}"))
        for _ in range(2):
            state = session.run("cd shop")
            assert "MINE" not in state.tty
            agrees(state, shop / ".venv")
            agrees(session.run("cd ../other"), place.home / "other/.venv")
            agrees(session.run("cd"), None)


def test_conda(shell: str, adapter: Adapter, place: Place, shop: Path) -> None:
    """A stand-in for conda's function: it sets what conda sets, and takes its own entry out of PATH again."""
    bin_folder = place.home / "conda/envs/foo/bin"
    on = "; ".join(
        (
            adapter.export("CONDA_PREFIX", str(bin_folder.parent)),
            adapter.export("CONDA_DEFAULT_ENV", "foo"),
            adapter.add_to_path([str(bin_folder)], []),
        )
    )
    off = "; ".join(map(adapter.unset, ("CONDA_PREFIX", "CONDA_DEFAULT_ENV")))
    place.write_rc(shell)
    with Session(place, shell) as session:
        session.run(adapter.function("conda", ":"))
        session.run(on)
        state = session.run("cd shop")
        agrees(state, None, bin_folder)
        assert len(state.lines) == 1
        assert "conda deactivate" in state.lines[0]
        agrees(session.run(f"{off}; {adapter.set_path(SYSTEM)}"), shop / ".venv")
        agrees(session.run(on), None, bin_folder)
        agrees(session.run(":"), None, bin_folder)
        agrees(session.run(f"{off}; {adapter.set_path(SYSTEM)}"), shop / ".venv")
