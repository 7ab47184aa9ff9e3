"""The files of the service managers: what the managers themselves read in them, as far as they are here."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import warnings
from pathlib import Path
from xml.etree import ElementTree

import pytest

from stepin.watch.service import launchd, schtasks, systemd

COMMAND = ['/home/me/a b/100% $HOME/"q"/python', "-I", "-X", "utf8", "-m", "stepin.watch"]


def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
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


def test_systemd_quotes_what_it_would_expand() -> None:
    line = next(line for line in systemd.unit(COMMAND).splitlines() if line.startswith("ExecStart="))
    assert line.startswith(
        'ExecStart=/bin/sh "-c" "exec \\"$$@\\"" "sh" "/home/me/a b/100%% $$HOME/\\"q\\"/python" "-I"'
    )
    assert 'ExecStart=/usr/bin/python3 "-I"\n' in systemd.unit(["/usr/bin/python3", "-I"])


def test_launchd_reads_the_words_as_they_are() -> None:
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
