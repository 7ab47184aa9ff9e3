"""The files for service managers say what we mean: as the managers themselves read them, if they are installed."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree

import pytest

from stepin.watch import programs
from stepin.watch.service import launchd, manager, schtasks, systemd

COMMAND = ['/home/me/a b/100% $HOME/"q"/python', "-I", "-X", "utf8", "-m", "stepin.watch"]


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        if os.environ.get("CI"):
            pytest.fail("systemd-analyze is not installed: the unit is NOT verified")
        warnings.warn("systemd-analyze is not installed: the unit is NOT verified", stacklevel=1)
        pytest.skip("no systemd-analyze")
    python = tmp_path / 'a b/100% $HOME/"q"/python'
    python.parent.mkdir(parents=True)
    shutil.copy("/bin/true", python)
    path = tmp_path / systemd.NAME
    path.write_text(systemd.unit([str(python), *COMMAND[1:]]))
    done = subprocess.run(
        [tool, "--user", "verify", path],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert str(path) not in done.stderr


def test_the_unit_quotes_what_systemd_would_expand() -> None:
    line = next(line for line in systemd.unit(COMMAND).splitlines() if line.startswith("ExecStart="))
    assert line.startswith(
        'ExecStart=/bin/sh "-c" "exec \\"$$@\\"" "sh" "/home/me/a b/100%% $$HOME/\\"q\\"/python" "-I"'
    )
    assert 'ExecStart=/usr/bin/python3 "-I"\n' in systemd.unit(["/usr/bin/python3", "-I"])


def test_the_agent_has_the_words_as_they_are() -> None:
    found = plistlib.loads(launchd.agent(COMMAND))
    assert found["ProgramArguments"] == COMMAND
    assert found["RunAtLoad"] is True
    assert found["KeepAlive"] == {"SuccessfulExit": False}


def test_the_task_is_xml_with_the_words_in_it() -> None:
    command = [r"C:\Users\A & B\python.exe", *COMMAND[1:]]
    root = ElementTree.fromstring(schtasks.task(command, "PC\\me <x>"))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert root.findtext(".//t:Command", namespaces=space) == command[0]
    assert root.findtext(".//t:Arguments", namespaces=space) == "-I -X utf8 -m stepin.watch"
    assert root.findtext(".//t:RunLevel", namespaces=space) == "LeastPrivilege"
    assert root.findtext(".//t:LogonTrigger/t:UserId", namespaces=space) == "PC\\me <x>"


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for systemctl in the folder of system programs, which logs its arguments; and a runtime folder."""
    program = tmp_path / "bin/systemctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" >>{tmp_path}/log\n')
    program.chmod(0o755)
    (tmp_path / "run/systemd").mkdir(parents=True)
    (tmp_path / "run/systemd/private").touch()
    monkeypatch.setattr(programs, "FOLDERS", (str(program.parent),))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return program


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is for Linux")
def test_systemd_is_asked_to_start_and_to_stop(systemctl: Path, tmp_path: Path) -> None:
    found = manager.find_manager()
    assert found is not None
    manager.install(found)
    unit = tmp_path / "config/systemd/user" / systemd.NAME
    assert f'ExecStart={sys.executable} "-I"' in unit.read_text()
    manager.uninstall(found)
    assert not unit.exists()
    assert (tmp_path / "log").read_text().splitlines() == [
        "--user daemon-reload",
        f"--user enable --now {systemd.NAME}",
        f"--user disable --now {systemd.NAME}",
        "--user daemon-reload",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is for Linux")
def test_a_failing_service_manager_is_one_line(systemctl: Path) -> None:
    systemctl.write_text("#!/bin/sh\necho first >&2\necho 'Failed to connect to bus' >&2\nexit 1\n")
    found = manager.find_manager()
    assert found is not None
    with pytest.raises(manager.ManagerError, match=r"systemctl --user daemon-reload: Failed to connect to bus$"):
        manager.install(found)


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is for Linux")
def test_no_systemctl_is_run_that_path_finds(systemctl: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first folder of PATH may be a project's."""
    monkeypatch.setattr(programs, "FOLDERS", ())
    monkeypatch.setenv("PATH", f"{systemctl.parent}:{os.environ['PATH']}")
    assert manager.find_manager() is None
