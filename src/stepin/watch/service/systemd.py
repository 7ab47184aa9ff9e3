"""Write a systemd user unit (systemd.service(5)). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "stepin-watch.service"
_PLAIN = re.compile(r"[A-Za-z0-9_./+@:,-]+")


def unit(command: Sequence[str]) -> str:
    """Return the unit's text."""
    return f"""\
[Unit]
Description=stepin: reports drift between requirements and installed packages
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
    """Return the path of the unit."""
    return f"{config_home}/systemd/user/{NAME}"


def install(systemctl: str) -> list[list[str]]:
    """Return the commands to run after the unit is written."""
    return [[systemctl, "--user", "daemon-reload"], [systemctl, "--user", "enable", "--now", NAME]]


def before_removal(systemctl: str) -> list[list[str]]:
    return [[systemctl, "--user", "disable", "--now", NAME]]


def after_removal(systemctl: str) -> list[list[str]]:
    return [[systemctl, "--user", "daemon-reload"]]


def start(systemctl: str) -> list[list[str]]:
    return [[systemctl, "--user", "start", NAME]]


def stop(systemctl: str) -> list[list[str]]:
    return [[systemctl, "--user", "stop", NAME]]


def _exec(command: Sequence[str]) -> str:
    # systemd accepts no quotes in the name of the program and expands nothing in it: then use a shell that execs it.
    if not _PLAIN.fullmatch(command[0]):
        command = ["/bin/sh", "-c", 'exec "$@"', "sh", *command]
    return " ".join([command[0], *map(_quoted, command[1:])])


def _quoted(word: str) -> str:
    """Quote a word by systemd.service(5), Command Lines: C escapes in double quotes, % and $ doubled."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    word = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in word)
    return f'"{word}"'
