"""Record the terminal session that README.md shows, as an animated SVG and as text.

    .dev/bin/python docs/record.py            writes docs/session.svg and the session in README.md
    .dev/bin/python docs/record.py --check    exits with 1 if README.md shows something else than what happens now

A real bash on a pty runs the real commands in a new HOME. Only the timing is made up, so that two recordings of the
same session are equal.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from html import escape
from pathlib import Path
from typing import NamedTuple

import pexpect
import pyte

ROOT = Path(__file__).parents[1]
SVG = ROOT / "docs/session.svg"
README = ROOT / "README.md"
BLOCK = re.compile(r"(?s)(<!-- session -->\n```console\n).*?(```\n<!-- /session -->)")

LINES = (
    "cd code/shop",
    "stepin allow",
    "which python",
    "stepin check",
    "cd ..",
    "which python || echo no python here",
    "cd shop",
)
COLUMNS, ROWS = 92, 30
TYPING, ANSWER, PAUSE = 0.05, 0.25, 1.1  # seconds
WIDTH, HEIGHT, MARGIN = 8.4, 19, 14  # pixels: a cell, and the space around the screen
COLORS = {"default": "#d0d7de", "green": "#7ee787", "red": "#ff7b72", "brown": "#e3b341", "cyan": "#79c0ff"}
DIM = "#8b949e"

Screen = list[list[pyte.screens.Char]]


class Frame(NamedTuple):
    """What the screen shows from `at` (seconds) on."""

    at: float
    screen: Screen


def main() -> int:
    """Record, then write or compare; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        frames = record(Path(folder).resolve() / "home/me")
    text = "\n".join(line for line in lines(frames[-1].screen) if line) + "\n"
    readme = README.read_text(encoding="utf-8")
    wanted = BLOCK.sub(lambda match: match[1] + text + match[2], readme)
    if "--check" in sys.argv[1:]:
        return int(wanted != readme)
    README.write_text(wanted, encoding="utf-8")
    SVG.write_text(draw(frames), encoding="utf-8")
    return 0


def record(home: Path) -> list[Frame]:
    """Run the session in a new HOME; return one frame for each change of the screen."""
    environ = prepare(home)
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    shell = pexpect.spawn(
        "bash",
        ["--noprofile", "-i"],
        env=environ,
        cwd=str(home),
        encoding="utf-8",
        dimensions=(ROWS, COLUMNS),
        timeout=30,
    )
    frames: list[Frame] = []
    clock = 0.0

    def show(output: str) -> None:
        stream.feed(output.replace(str(home), "/home/me"))
        frames.append(Frame(clock, [[screen.buffer[y][x] for x in range(COLUMNS)] for y in range(ROWS)]))

    def answer() -> str:
        shell.expect_exact("\x1b[m$ ")  # the end of PS1, which nothing else prints
        return str(shell.before) + str(shell.after)

    show(answer())
    for line in LINES:
        clock += PAUSE
        for character in line:
            shell.send(character)
            shell.expect_exact(character)
            clock += TYPING
            show(character)
        shell.send("\r")
        clock += ANSWER
        show(answer())
    shell.sendeof()
    shell.close()
    return frames


def prepare(home: Path) -> dict[str, str]:
    """Make a home with a project that drifted, and set up stepin in it; return the environment variables."""
    project = home / "code/shop"
    project.mkdir(parents=True)
    commands = home / "bin"
    commands.mkdir()
    (commands / "stepin").symlink_to(Path(sys.executable).parent / "stepin")
    environ = {
        "HOME": str(home),
        "PATH": f"{commands}:/usr/sbin:/sbin",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "USER": "me",
    }
    for tool in ("bash", "which"):
        found = next(path for path in (Path("/usr/bin", tool), Path("/bin", tool)) if path.exists())
        (commands / tool).symlink_to(found)
    subprocess.run([sys.executable, "-m", "venv", project / ".venv"], check=True)
    wheel = make_wheel(home, "flask", "3.0.3")
    pip = [project / ".venv/bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-index"]
    subprocess.run([*pip, wheel], check=True)
    wheel.unlink()
    (project / "requirements.txt").write_text("flask>=3.1\n")
    (home / ".bashrc").write_text(
        "PS1='\\[\\e[32m\\]\\w\\[\\e[m\\]$ '\nHISTFILE=\nbind 'set enable-bracketed-paste off'\n"
    )
    subprocess.run(
        [commands / "stepin", "setup", "--shell", "bash", "--yes"], env=environ, check=True, capture_output=True
    )
    return environ


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """Write the smallest wheel that pip installs; return its path."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def lines(screen: Screen) -> list[str]:
    """Return the text of a screen, one string a row."""
    return ["".join(cell.data for cell in row).rstrip() for row in screen]


def draw(frames: list[Frame]) -> str:
    """Return an SVG in which each run of characters appears when it was written."""
    rows = max(y for y, line in enumerate(lines(frames[-1].screen)) if line) + 1
    width, height = COLUMNS * WIDTH + 2 * MARGIN, rows * HEIGHT + 2 * MARGIN
    found = []
    before: Screen = [[pyte.screens.Char(" ")] * COLUMNS for _ in range(ROWS)]
    for frame in frames:
        for y, (row, old) in enumerate(zip(frame.screen, before, strict=True)):
            found += runs(row, old, y, frame.at)
        before = frame.screen
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">',
            "<title>A terminal session with stepin</title>",
            "<style>",
            "text{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}",
            "text{opacity:0;animation:appear 1ms linear forwards}",
            "@keyframes appear{to{opacity:1}}",
            "@media (prefers-reduced-motion:reduce){text{animation-delay:0s!important}}",
            "</style>",
            f'<rect width="{width:.0f}" height="{height}" rx="8" fill="#0d1117"/>',
            *found,
            "</svg>",
            "",
        ]
    )


def runs(row: list[pyte.screens.Char], old: list[pyte.screens.Char], y: int, at: float) -> list[str]:
    """Return one text element for each run of new cells of one color in a row."""
    found = []
    x = 0
    while x < COLUMNS:
        if row[x] == old[x] or not row[x].data.strip():
            x += 1
            continue
        end = x
        while end < COLUMNS and row[end] != old[end] and row[end].fg == row[x].fg:
            end += 1
        text = "".join(cell.data for cell in row[x:end]).rstrip()
        place = (
            f'x="{MARGIN + x * WIDTH:.1f}" y="{MARGIN + (y + 0.75) * HEIGHT:.1f}" textLength="{len(text) * WIDTH:.1f}"'
        )
        style = f'fill="{COLORS.get(row[x].fg, DIM)}" style="animation-delay:{at:.2f}s" xml:space="preserve"'
        found.append(f"<text {place} {style}>{escape(text)}</text>")
        x = end
    return found


if __name__ == "__main__":
    sys.exit(main())
