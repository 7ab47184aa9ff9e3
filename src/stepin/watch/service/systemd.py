"""A systemd user unit (systemd.service(5)). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "stepin-watch.service"


def unit(command: Sequence[str]) -> str:
    """Return the unit's text."""
    return f"""\
[Unit]
Description=stepin: tells when requirements.txt and the environment drift apart
Documentation=man:inotify(7)

[Service]
ExecStart={_exec(command)}
Restart=on-failure
RestartSec=5
Nice=10
UMask=0077
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX
MemoryHigh=128M

[Install]
WantedBy=default.target
"""


def place(config_home: str) -> str:
    """Return where the unit lies."""
    return f"{config_home}/systemd/user/{NAME}"


def install() -> list[list[str]]:
    """Return the commands to run once the unit is written."""
    return [[*_CTL, "daemon-reload"], [*_CTL, "enable", "--now", NAME]]


def before_removal() -> list[list[str]]:
    return [[*_CTL, "disable", "--now", NAME]]


def after_removal() -> list[list[str]]:
    return [[*_CTL, "daemon-reload"]]


def start() -> list[list[str]]:
    return [[*_CTL, "start", NAME]]


def stop() -> list[list[str]]:
    return [[*_CTL, "stop", NAME]]


_CTL = ("systemctl", "--user")
_PLAIN = re.compile(r"[A-Za-z0-9_./+@:,-]+")


def _exec(command: Sequence[str]) -> str:
    # systemd takes no quote in the name of a program, and expands nothing in it: then a shell that becomes it.
    if not _PLAIN.fullmatch(command[0]):
        command = ["/bin/sh", "-c", 'exec "$@"', "sh", *command]
    return " ".join([command[0], *map(_quoted, command[1:])])


def _quoted(word: str) -> str:
    """Quote a word as systemd.service(5), Command Lines, has it: C escapes in quotes, % and $ doubled."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    word = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in word)
    return f'"{word}"'
