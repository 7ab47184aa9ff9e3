"""Write a task for the Windows Task Scheduler (schema 1.2). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "stepin-watch"


def task(command: Sequence[str], user: str) -> bytes:
    """Return the XML for `schtasks /Create /XML`, in UTF-16. The task runs at logon with the rights of the user."""
    arguments = " ".join(map(_quoted, command[1:]))
    text = f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>stepin: reports drift of environments</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled><UserId>{escape(user)}</UserId></LogonTrigger></Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{escape(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
    <RestartOnFailure><Interval>PT1M</Interval><Count>3</Count></RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec><Command>{escape(command[0])}</Command><Arguments>{escape(arguments)}</Arguments></Exec>
  </Actions>
</Task>
"""
    return text.encode("utf-16")


def install(path: str) -> list[list[str]]:
    """Return the commands to run after the XML is written."""
    return [["schtasks", "/Create", "/TN", NAME, "/XML", path, "/F"], ["schtasks", "/Run", "/TN", NAME]]


def before_removal() -> list[list[str]]:
    return [["schtasks", "/End", "/TN", NAME], ["schtasks", "/Delete", "/TN", NAME, "/F"]]


def start() -> list[list[str]]:
    return [["schtasks", "/Run", "/TN", NAME]]


def stop() -> list[list[str]]:
    return [["schtasks", "/End", "/TN", NAME]]


def _quoted(word: str) -> str:
    """Quote a word for CommandLineToArgvW. Ours contain no quotes and do not end in a backslash."""
    return f'"{word}"' if " " in word else word
