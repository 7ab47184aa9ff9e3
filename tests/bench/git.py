"""Count how often the helper starts because of everyday git commands, typed in a trusted project (a table in Markdown).

    .dev/bin/python tests/bench/git.py [--shell bash]

A decision in a work tree depends on the index, HEAD and its log. So a command that rewrites one of them costs one start
at the prompt that follows; any other costs none. The count is exact: it does not vary.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).parents[1])  # not this folder: its names are those of packages

from shells.driver import ROOT, Place, Session  # noqa: E402
from stepin.store import generations, records  # noqa: E402

COMMANDS = (
    "git status",
    "git status",
    "git diff",
    "git log --oneline",
    "git show HEAD",
    "git branch",
    "git blame a",
    "git fetch",
    "echo 1 >>a; git add a",
    "git commit -m one",
    "git commit --amend --no-edit",
    "git switch -c topic",
    "git switch main",
    "git checkout topic",
    "git merge main",
    "git rebase main",
    "echo 2 >>a; git stash",
    "git stash pop",
    "git restore a",
    "git reset --hard",
    "git pull",
    "git push",
    "git tag v1",
    "git cherry-pick topic",
    "git gc",
)
ENV: dict[str, Any] = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "true",
}


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=os.environ | ENV)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shell", default="bash")
    shell = parser.parse_args().shell
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder).resolve() / "home"
        place, project, log = prepare(home, shell)
        print("| command | helper starts |\n|---|---|")
        with Session(place, shell, **ENV) as session:
            for line in (f"cd {project}", ":"):
                session.run(line)
            for command in COMMANDS:
                before = starts(log)
                session.run(command)
                session.run(":")
                session.run(":")
                print(f"| `{command}` | {starts(log) - before} |", flush=True)
            assert session.run(":").VIRTUAL_ENV == f"{project}/.venv"
    return 0


def prepare(home: Path, shell: str) -> tuple[Place, Path, Path]:
    """Make a trusted project with an upstream, and a helper that leaves a line at each start."""
    home.mkdir()
    log = home / "starts"
    program = home / "python"
    program.write_text(f'#!/bin/sh\necho start >>{log}\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    upstream, project = home / "upstream", home / "code/project"
    git(home, "init", "-q", "--bare", "-b", "main", str(upstream))
    git(home, "clone", "-q", str(upstream), str(project))
    (project / ".gitignore").write_text(".venv\n")
    (project / "a").write_text("a\n")
    git(project, "add", ".")
    git(project, "commit", "-qm", "first")
    git(project, "push", "-q", "-u", "origin", "main")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    place = Place(home, [(str(program), str(ROOT / "src"))])
    records.write(str(place.store), str(project), "allow", by="bench")
    generations.start(str(place.store), str(place.config), str(home))
    place.write_rc(shell)
    return place, project, log


def starts(log: Path) -> int:
    return len(log.read_text().splitlines()) if log.exists() else 0


if __name__ == "__main__":
    sys.exit(main())
