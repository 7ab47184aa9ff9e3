"""The README's first command, without a network, and then every shell in a real project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.shells import needed
from cli.wheels import BASE, ROOT, build, rebuild
from shells.adapter import ADAPTERS
from shells.driver import SHELLS, Place, Session

INSTALL = ["sh", str(ROOT / "shell/install.sh")]


def base_python() -> str:
    """Return an interpreter outside any virtual environment."""
    return getattr(sys, "_base_executable", sys.executable)


def environ(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHON": base_python(), **more}


def run(command: list[str], env: dict[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True)


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables that make pip use these wheels alone."""
    folder = tmp_path_factory.mktemp("wheels")
    for name in BASE:
        rebuild(name, folder)
    return {
        "STEPIN_PACKAGE": str(build("wheel", folder)),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, offline: dict[str, str]) -> Path:
    """A new user's home after the installation."""
    home = tmp_path_factory.mktemp("a new user's") / "home"
    home.mkdir()
    done = run(INSTALL, environ(home, **offline))
    assert done.returncode == 0, done.stderr
    return home


def test_the_command_works_and_doctor_finds_no_problem(installed: Path) -> None:
    command = installed / ".local/bin/stepin"
    assert command.resolve() == installed / ".local/share/stepin/venv/bin/stepin"
    done = run([str(command), "doctor"], environ(installed, SHELL="/bin/bash"))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_running_it_again_is_harmless(installed: Path, offline: dict[str, str]) -> None:
    """What the user has is kept, and an environment that works is not recreated."""
    before = (installed / ".local/share/stepin/venv/pyvenv.cfg").stat()
    done = run(INSTALL, environ(installed, **offline))
    assert done.returncode == 0, done.stderr
    assert "already reads the hook" in done.stdout
    assert (installed / ".local/share/stepin/venv/pyvenv.cfg").stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("shell", SHELLS)
def test_a_new_shell_activates_a_real_project(installed: Path, shell: str, tmp_path: Path) -> None:
    needed(shell)
    place = Place(installed)
    project = installed / f"projects/{shell}"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    rc = installed / ADAPTERS[shell].rc_file
    before = rc.read_bytes() if rc.exists() else b""
    place.write_rc(shell, hook=False)
    rc.write_bytes(rc.read_bytes() + before)
    with Session(place, shell) as session:
        assert session.run("stepin version").status == "0"  # it is on PATH
        inside = session.run(f"cd projects/{shell}")
        assert inside.VIRTUAL_ENV == "<unset>"
        assert any(line.endswith('is not trusted; run "stepin allow"') for line in inside.lines)
        allowed = session.run("stepin allow")
        assert allowed.VIRTUAL_ENV == str(project / ".venv")
        assert allowed.PATH.startswith(f"{project}/.venv/bin:")
        assert session.run("cd").VIRTUAL_ENV == "<unset>"


def test_a_python_that_is_too_old_is_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 0\n")
    old.chmod(0o755)
    done = run(INSTALL, environ(tmp_path, PYTHON=str(old)))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "is not a Python 3.11 or later outside a virtual environment" in done.stderr
    assert os.listdir(tmp_path) == ["python"]


def test_without_a_home_it_is_one_line() -> None:
    done = run(INSTALL, {"PATH": "/usr/bin:/bin", "PYTHON": base_python()})
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        "stepin: HOME is not set; set it to your home folder\n",
    )


def python_that(folder: Path, *cases: str) -> str:
    """Return a Python that behaves differently in these cases of a shell's `case`, whose word is its arguments."""
    wrapper = folder / "python3"
    lines = ["#!/bin/sh", 'case "$*" in', '*sys.executable*) echo "$0" ;;', *cases, f'*) exec {base_python()} "$@" ;;']
    wrapper.write_text("\n".join([*lines, "esac", ""]))
    wrapper.chmod(0o755)
    return str(wrapper)


WITHOUT_ENSUREPIP = (
    '*"import ensurepip"*) exit 1 ;;',
    '*"-m venv --without-pip"*) exec ' + base_python() + ' "$@" ;;',
    '*"-m venv"*) echo "ensurepip is not available" >&2; exit 1 ;;',
    '*"-m virtualenv"*) exit 1 ;;',
)


def test_what_is_missing_is_named_and_not_installed(tmp_path: Path) -> None:
    """Debian's python3 without python3-venv: no package manager runs, not even as root or with a ready sudo."""
    tools, home = tmp_path / "tools", tmp_path / "home"
    tools.mkdir()
    home.mkdir()
    for name in ("apt-get", "sudo"):
        (tools / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/RAN\n")
        (tools / name).chmod(0o755)
    python = python_that(tmp_path, *WITHOUT_ENSUREPIP, '*"-m pip"*) exit 1 ;;')
    done = run(INSTALL, environ(home, PYTHON=python, PATH=f"{tools}:/usr/bin:/bin"))
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    message = f"has neither ensurepip nor pip; install one of them (sudo apt install {version}-venv) and run this again"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"stepin: {python} {message}\n")
    assert not (tmp_path / "RAN").exists()
    assert not (home / ".local/share/stepin/venv").exists()


def test_a_pip_outside_fills_an_environment_without_pip(tmp_path: Path, offline: dict[str, str]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    done = run(INSTALL, environ(home, **offline, PYTHON=python_that(tmp_path, *WITHOUT_ENSUREPIP)))
    assert done.returncode == 0, done.stderr
    assert run([str(home / ".local/bin/stepin"), "version"], environ(home)).returncode == 0


def test_the_real_cause_of_a_failure_is_shown(tmp_path: Path) -> None:
    """An environment that cannot be written does not mean that ensurepip is missing."""
    python = python_that(tmp_path, '*"-m venv"*) echo "Error: [Errno 28] No space left on device" >&2; exit 1 ;;')
    home = tmp_path / "home"
    home.mkdir()
    done = run(INSTALL, environ(home, PYTHON=python))
    venv = home / ".local/share/stepin/venv"
    cause = "Error: [Errno 28] No space left on device"
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"stepin: cannot create {venv} ({cause}); fix that and run this again\n"


@pytest.mark.parametrize("kind", ["file", "read-only"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, kind: str) -> None:
    data = tmp_path / "data"
    if kind == "file":
        data.write_text("")
    elif os.geteuid() == 0:
        data = Path("/proc/nobody")  # root may write to any folder that is not the kernel's
    else:
        data.mkdir(0o500)
    done = run(INSTALL, environ(tmp_path, XDG_DATA_HOME=str(data)))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"stepin: cannot create the folder {data}/stepin (")
    assert "ensurepip" not in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_installs_nothing_into_another_users_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 12345, 12345)
    done = run(INSTALL, environ(home))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "without sudo" in done.stderr
    assert os.listdir(home) == []


def test_another_program_called_stepin_stays(installed: Path, offline: dict[str, str]) -> None:
    """A ~/.local/bin/stepin that is not a link is not overwritten, and stays on PATH."""
    command = installed / ".local/bin/stepin"
    target = os.readlink(command)
    command.unlink()
    command.write_text("theirs\n")
    try:
        done = run(INSTALL, environ(installed, **offline))
        assert done.returncode == 0, done.stderr
        assert command.read_text() == "theirs\n"
        assert "is another program and stays" in done.stderr
    finally:
        command.unlink()
        command.symlink_to(target)


def test_uninstall_leaves_what_it_says(tmp_path: Path, installed: Path) -> None:
    """The last test: afterwards only the program is left."""
    done = run([str(installed / ".local/bin/stepin"), "uninstall", "--purge"], environ(installed))
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout.splitlines()[-1]
        == "to remove the program, run: rm -r ~/.local/share/stepin/venv ~/.local/bin/stepin"
    )
    left = [path for path in (installed / ".local").rglob("*") if path.is_file() and "venv" not in path.parts]
    assert left == [installed / ".local/bin/stepin"]
