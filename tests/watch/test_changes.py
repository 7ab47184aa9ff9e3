"""The watcher detects every way in which files and environments change, and its notice is true."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drift.support import wheels as build
from watch.machine import Machine

MISSING = 'stepin: drift from requirements.txt: flask is not installed, ==2.3 is declared; run "stepin check"'
OTHER = 'stepin: drift from requirements.txt: flask 2.3 is installed, ==1.0 is declared; run "stepin check"'


@pytest.fixture
def clean(machine: Machine) -> Machine:
    """A project that declares flask 2.3 and has it, and a watcher that has checked it."""
    machine.requirements.write_text("flask==2.3\nfoo; python_version < '3'\n")
    machine.uv("install", "flask==2.3")
    machine.start()
    machine.expect("clean")
    return machine


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def rename_over(path: Path, text: str) -> None:
    """vim with `backupcopy=no`, VS Code's atomic saves, sed -i."""
    new = path.with_name(".4913.swp")
    new.write_text(text)
    os.replace(new, path)


def backup_and_rename(path: Path, text: str) -> None:
    """Backups of vim and Emacs: the old file moves away, a new one is created."""
    os.replace(path, path.with_name(path.name + "~"))
    path.write_text(text)


@pytest.mark.parametrize("save", [in_place, rename_over, backup_and_rename])
def test_an_editor_saves(clean: Machine, save: Callable[[Path, str], None]) -> None:
    save(clean.requirements, "flask==1.0\nfoo; python_version < '3'\n")
    clean.expect(OTHER)
    save(clean.requirements, "flask==2.3\nfoo; python_version < '3'\n")
    clean.expect("clean")
    clean.wait(lambda: [line.split(":")[0] for line in clean.reported()] == ["clean", "drift", "clean"])


def test_git_checks_out_another_branch(machine: Machine) -> None:
    machine.requirements.write_text("flask==2.3\nfoo; python_version < '3'\n")
    build.git(machine.project, "init", "-q")
    build.git(machine.project, "add", "requirements.txt")
    build.git(machine.project, "commit", "-q", "-m", "one")
    build.git(machine.project, "checkout", "-q", "-b", "other")
    machine.requirements.write_text("flask==1.0\nfoo; python_version < '3'\n")
    build.git(machine.project, "commit", "-q", "-a", "-m", "two")
    build.git(machine.project, "checkout", "-q", "main")
    machine.uv("install", "flask==2.3")
    machine.start()
    machine.expect("clean")
    build.git(machine.project, "checkout", "-q", "other")
    machine.expect(OTHER)
    build.git(machine.project, "checkout", "-q", "main")
    machine.expect("clean")


def test_files_that_are_included_and_do_not_exist_yet(clean: Machine) -> None:
    clean.requirements.write_text("-r parts/base.txt\n-c limits/of.txt\nflask\n")
    clean.wait(lambda: clean.reported()[-1].startswith("unknown"))
    assert clean.notice() is None, "a prompt does not show what could not be determined"
    (clean.project / "limits").mkdir()
    (clean.project / "limits/of.txt").write_text("flask<2\n")
    (clean.project / "parts").mkdir()
    (clean.project / "parts/base.txt").write_text("itsdangerous\n")
    clean.wait(lambda: "drift from" in (clean.shown() or ""))
    (clean.project / "limits/of.txt").write_text("flask<3\n")
    clean.expect("clean")


def test_the_environment_is_removed_recreated_and_moved(clean: Machine) -> None:
    env = clean.project / ".venv"
    shutil.rmtree(env)
    clean.wait(lambda: clean.notice() is None)
    clean.venv(env)
    clean.expect(MISSING)
    clean.uv("install", "flask==2.3")
    clean.expect("clean")
    os.rename(env, clean.home / "elsewhere")
    clean.wait(lambda: clean.notice() is None)
    os.rename(clean.home / "elsewhere", env)
    clean.expect("clean")
    clean.uv("uninstall", "flask")
    clean.expect(MISSING)


def test_an_environment_recreated_at_once(clean: Machine) -> None:
    """A file system may give the new folder the inode number of the old one, whose watch is gone all the same."""
    for _ in range(5):
        shutil.rmtree(clean.project / ".venv")
        clean.venv(clean.project / ".venv")
        clean.expect(MISSING)
        time.sleep(0.4)
        clean.uv("install", "flask==2.3")
        clean.expect("clean")


def test_an_environment_created_slowly(clean: Machine) -> None:
    """`python -m venv` takes its time, and installs pip at its end."""
    shutil.rmtree(clean.project / ".venv")
    clean.wait(lambda: clean.notice() is None)
    subprocess.run([sys.executable, "-m", "venv", clean.project / ".venv"], check=True, env=clean.environ)
    clean.expect(MISSING)


def test_pip_installs_and_uninstalls(clean: Machine) -> None:
    clean.run_pip("install", "flask==1.0")
    clean.wait(lambda: "flask 1.0 is installed" in (clean.shown() or ""))
    clean.run_pip("uninstall", "flask")
    clean.expect(MISSING)
    clean.wait(lambda: [line.split(":")[0] for line in clean.reported()] == ["clean", "drift", "drift"])


def test_fifty_packages_are_one_change(clean: Machine) -> None:
    """No half-installed state is reported."""
    clean.requirements.write_text("".join(f"part{number}\n" for number in range(50)))
    clean.wait(lambda: "(+49 more)" in (clean.shown() or ""))
    before = len(clean.reported())
    clean.uv("install", "-r", str(clean.requirements))
    clean.expect("clean")
    clean.wait(lambda: [line.split(":")[0] for line in clean.reported()[before:]] == ["clean"])


def test_pip_is_killed(clean: Machine) -> None:
    """What it left is not reported until it is clear that the installation does not go on."""
    module = clean.wheels / "slow"
    module.mkdir(exist_ok=True)
    build.build(module, "slow", "1.0", module="x = 1\n" * 600_000)
    clean.requirements.write_text("flask==2.3\nslow\n")
    clean.wait(lambda: "slow is not installed" in (clean.shown() or ""))
    command = [*clean.pip("install", "slow"), "--find-links", str(module)]
    pip = subprocess.Popen(command, env=clean.environ, start_new_session=True)  # it starts a second process
    clean.wait(lambda: list(clean.site.glob("slow*.py")))
    os.killpg(pip.pid, signal.SIGKILL)
    pip.wait()
    assert not list(clean.site.glob("slow*/INSTALLER")), "it was killed too late for this test"
    reported = len(clean.reported())
    time.sleep(1.5)
    assert len(clean.reported()) == reported
    again = clean.pip("install", "--force-reinstall", "slow")
    subprocess.run([*again, "--find-links", str(module)], check=True, env=clean.environ)
    clean.expect("clean")


def test_news_of_a_distribution_installed_by_name(clean: Machine) -> None:
    clean.requirements.write_text("flask>=2\n")
    clean.uv("install", "foo")
    clean.wait(lambda: (notice := clean.notice()) is not None and notice.news)
    notice = clean.notice()
    assert notice is not None
    assert notice.news.partition(" ")[2] == "stepin: foo 1.2 is installed but not declared in requirements.txt"
    assert notice.findings == 0
    clean.requirements.write_text("flask>=2\nfoo\n")
    clean.wait(lambda: (notice := clean.notice()) is not None and not notice.news)


def test_news_can_be_turned_off(machine: Machine) -> None:
    config = machine.home / ".config/stepin/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[drift]\nnews = false\n")
    machine.requirements.write_text("itsdangerous>=1\n")
    machine.start()
    machine.wait(lambda: "drift from" in (machine.shown() or ""))
    machine.uv("install", "foo", "itsdangerous")
    machine.expect("clean")
    notice = machine.notice()
    assert notice is not None
    assert notice.news == ""


def test_changed_settings_apply(clean: Machine) -> None:
    clean.uv("uninstall", "flask")
    clean.expect(MISSING)
    (clean.project / "pyproject.toml").write_text('[tool.stepin.drift]\nignore = ["flask"]\n')
    clean.expect("clean")


def test_nothing_is_reported_while_uv_holds_its_lock(clean: Machine) -> None:
    """However long that takes."""
    import fcntl

    lock = clean.project / ".venv/.lock"
    fd = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(fd, fcntl.LOCK_EX)
    shutil.rmtree(clean.site / "flask-2.3.dist-info")
    time.sleep(1.5)
    assert [line.split(":")[0] for line in clean.reported()] == ["clean"]
    os.close(fd)
    clean.expect(MISSING)


def test_a_project_with_a_hostile_name(machine: Machine) -> None:
    project = machine.add("ev\x1b[31mil\u202e $(touch x)")
    (project / "requirements.txt").write_text("flask==2.3\n")
    machine.start()
    machine.expect(MISSING, project)
    assert "\x1b" not in machine.log()
    assert "\u202e" not in machine.log()
