"""Drives real interactive shells on a pty: what a user types goes in, what the shell then is comes out.

After each line a second one is typed, a call of the function `t`, which writes the shell's state into a file: it runs
after the prompt that follows the first, so all that the hooks do at a prompt has been done.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pexpect

from shells.adapter import ADAPTERS, VARIABLES, Adapter
from stepin import shells
from stepin.install import render

ROOT = Path(__file__).parents[2]
SHELLS = shells.DIALECTS
SECONDS = 20
_ATTRIBUTES = re.compile(r"\x1b\[0?c")  # Primary Device Attributes, DA1 (ECMA-48, 8.3.24)
UNSET = "<unset>"


@dataclass
class Place:
    """A user's machine: a home of their own, stepin's folders in it, and the hook of each shell."""

    home: Path
    helpers: list[tuple[str, str]] = field(default_factory=lambda: [(sys.executable, str(ROOT / "src"))])

    @property
    def store(self) -> Path:
        return self.home / ".local/state/stepin"

    @property
    def config(self) -> Path:
        return self.home / ".config/stepin/config.toml"

    def environ(self, **more: str) -> dict[str, str]:
        """Return a plain environment: nothing of the tests' own leaks into the shell."""
        plain = {
            "HOME": str(self.home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "T_REPORT": str(self.home / "t.out"),
        }
        return plain | {"COVERAGE_PROCESS_START": ""} | more

    def hook(self, shell: str) -> Path:
        """Write a shell's hook as `stepin init` prints it and return the file."""
        dialect = shells.load(shell)
        helpers = [part for pair in self.helpers for part in pair]
        header = render.header(dialect, str(self.store), str(self.config), helpers)
        path = self.home / f"stepin-hook.{shell}"
        path.write_bytes(os.fsencode(header) + render.body(shell))
        return path

    def write_rc(self, shell: str, before: str = "", after: str = "", hook: bool = True) -> None:
        """Write the shell's rc file: the tests' own part, `before`, the hook, `after`."""
        adapter = ADAPTERS[shell]
        path = self.home / adapter.rc_file
        path.parent.mkdir(parents=True, exist_ok=True)
        load = adapter.read(self.hook(shell)) if hook else ""
        path.write_text("\n".join([adapter.rc, before, load, after, ""]))
        adapter.prepare(self.home)


@dataclass
class State:
    """What a shell was after a line that was typed."""

    status: str
    variables: dict[str, str]
    deactivate: bool
    tty: str  # what the terminal showed, escape sequences taken out

    def __getattr__(self, name: str) -> str:
        try:
            return self.variables[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def lines(self) -> list[str]:
        """stepin's own lines on the terminal."""
        return [line[line.index("stepin: ") :].rstrip() for line in self.tty.splitlines() if "stepin: " in line]


class Session:
    """One interactive shell. Use as a context manager."""

    def __init__(
        self,
        place: Place,
        shell: str,
        cwd: Path | str | None = None,
        command: Sequence[str] | None = None,
        **environ: str,
    ) -> None:
        self.shell = shell
        self.report = place.home / f"t.{shell}.{time.monotonic_ns()}"
        argv = list(command or self.adapter.start())
        env = place.environ(TERM=self.adapter.term, T_REPORT=str(self.report), **environ)
        program = shutil.which(argv[0])
        assert program, argv[0]
        self.child = pexpect.spawn(
            program,
            argv[1:],
            env=env,
            cwd=str(cwd or place.home),
            timeout=SECONDS,
            echo=False,
            dimensions=(50, 400),
            encoding="utf-8",
            codec_errors="replace",
        )
        self.count = 0
        self.first = self.run(":")

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)

    @property
    def adapter(self) -> Adapter:
        return ADAPTERS[self.shell]

    def run(self, line: str, seconds: float = SECONDS) -> State:
        """Type a line, and return what the shell is at the prompt after it."""
        self.child.sendline(line)
        return self.look(seconds)

    def look(self, seconds: float = SECONDS) -> State:
        """Return what the shell is now."""
        self.count += 1
        token = f"#{self.count}"
        self.child.sendline(f"t '{token}'")
        tty = ""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            tty += self._read()
            parts = self.report.read_bytes().split(b"\0") if self.report.exists() else []
            if len(parts) > 2 and parts[-2] == token.encode() and parts[-1] == b"":
                tty += self._read()
                values = [os.fsdecode(part) for part in parts]
                variables = dict(zip(VARIABLES, values[1:9], strict=True))
                return State(values[0], variables, values[9] == "1", _plain(tty))
            time.sleep(0.002)
        raise AssertionError(f"{self.shell} did not come back to its prompt; the terminal showed:\n{_plain(tty)}")

    def out(self, expression: str) -> str:
        """Return what a command of the shell prints."""
        path = self.report.with_suffix(".txt")
        self.run(self.adapter.write(expression, path))
        return os.fsdecode(path.read_bytes())

    def _read(self) -> str:
        try:
            text: str = self.child.read_nonblocking(65536, timeout=0)
        except pexpect.TIMEOUT:
            return ""
        if _ATTRIBUTES.search(text):  # fish 4 asks what the terminal is, and waits for the answer
            self.child.send("\x1b[?62;22c")
        return text


def _plain(tty: str) -> str:
    """Return terminal output without escape sequences (ECMA-48 CSI and OSC)."""
    return re.sub(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>])", "", tty).replace(
        "\r", ""
    )
