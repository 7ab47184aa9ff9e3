"""A task of Windows' Task Scheduler, as its schema 1.2 has it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "stepin-watch"


def task(command: Sequence[str], user: str) -> bytes:
    """Return the XML that `schtasks /Create /XML` takes: UTF-16, run at the user's logon with their own rights."""
    arguments = " ".join(map(_quoted, command[1:]))
    text = f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>stepin: tells when an environment drifts</Description></RegistrationInfo>
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
    """Return the commands to run once the XML is written."""
    return [["schtasks", "/Create", "/TN", NAME, "/XML", path, "/F"], ["schtasks", "/Run", "/TN", NAME]]


def before_removal() -> list[list[str]]:
    return [["schtasks", "/End", "/TN", NAME], ["schtasks", "/Delete", "/TN", NAME, "/F"]]


def start() -> list[list[str]]:
    return [["schtasks", "/Run", "/TN", NAME]]


def stop() -> list[list[str]]:
    return [["schtasks", "/End", "/TN", NAME]]


def _quoted(word: str) -> str:
    """Quote a word as CommandLineToArgvW takes lines apart; ours hold no quote and end in no backslash."""
    return f'"{word}"' if " " in word else word
