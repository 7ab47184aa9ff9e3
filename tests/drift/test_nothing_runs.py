"""The promise that a check runs nothing: of the project, of its environment, or at all; and asks no network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import stepin.drift
from drift.support import by_hand

# Python tells an audit hook of every process, connection, compiled piece of code and import (PEP 578).
GUARD = """
import sys
sys.path[:0] = {path!r}
project = {project!r}
def guard(event, arguments):
    if event.startswith(("subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.system", "socket.",
                         "ctypes.", "os.startfile", "pty.", "urllib.", "http.", "ftplib.", "winreg.")):
        raise SystemExit(f"{{event}} {{arguments}}")
    if event == "import" and arguments[1] and project in arguments[1]:
        raise SystemExit(f"{{event}} {{arguments}}")
    if event in ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate"):
        raise SystemExit(f"{{event}} {{arguments}}")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise SystemExit(f"{{event}} {{arguments}}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & 3:
        raise SystemExit(f"{{event}} {{arguments}}")
sys.addaudithook(guard)
import os
os.chdir(project)
from stepin.drift import check
report = check(project, environ={{}}, strict=True)
print(sorted({{finding.code for finding in report.findings}}))
unwanted = ("click", "watchdog", "platformdirs", "socket", "ssl", "http")
print(sorted(name for name in unwanted if name in sys.modules))
"""


def test_no_process_no_connection_no_write(tmp_path: Path) -> None:
    """In a project all of whose files would run something if anybody let them; with URLs, editables, git, plugins."""
    project = tmp_path / "project"
    project.mkdir()
    env = by_hand.environment(project, flask="2.0", odd="1.0")
    site = next(env.glob("lib/python*/site-packages"))
    trap = f"import os; os.system('touch {tmp_path}/PWNED')\n"
    (env / "bin" / "python").unlink()
    (env / "bin" / "python").write_text(f"#!/bin/sh\ntouch {tmp_path}/PWNED\n")
    (env / "bin" / "python").chmod(0o755)
    (site / "trap.pth").write_text(trap)
    (site / "__editable___odd_finder.py").write_text(trap)
    (site / "__editable__.odd-1.0.pth").write_text("import __editable___odd_finder\n")
    for name in ("setup.py", "sitecustomize.py", "json.py", "packaging.py", "tomllib.py", "conftest.py"):
        (project / name).write_text(trap)
    (project / "pyproject.toml").write_text('[project]\nname = "p"\ndependencies = ["nosuch"]\n')
    (project / ".git").mkdir()
    (project / ".git" / "config").write_text(f"[core]\n\tfsmonitor = touch {tmp_path}/PWNED\n")
    (project / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    editable = {"url": f"file://{project}", "dir_info": {"editable": True}}
    by_hand.install(env, "rep", "1.0", direct_url=json.dumps(editable))
    by_hand.install(env, "p", "1.0", direct_url=json.dumps(editable))
    (project / "requirements.txt").write_text(
        "flask==2.0\n-e .\n-e git+https://localhost/rep.git@main#egg=rep\n-r https://localhost/r.txt\n"
        "odd @ https://localhost/odd-1.0.zip\n${HOME}\n--index-url https://localhost\n"
    )
    code = GUARD.format(path=[entry for entry in sys.path if entry], project=str(project))
    done = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found, modules = done.stdout.splitlines()
    assert found == "['source', 'transitive', 'unknown']"
    assert modules == "[]"
    assert not (tmp_path / "PWNED").exists()


def test_the_library_is_cheap_to_import() -> None:
    """`from stepin.drift import check` loads neither the engine nor anything heavy."""
    code = "import sys; from stepin.drift import check; print(*[name for name in sys.modules if 'stepin' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"stepin", "stepin.drift", "__editable___stepin_finder"}


def test_the_comparison_does_no_io() -> None:
    """The pure core imports nothing that could read, write or start anything."""
    package = Path(stepin.drift.__file__).parent
    names = [f"compare/{name}" for name in ("comparison", "closure", "difference", "provenance", "urls")]
    for name in [*names, "pep508/versions"]:
        imported = set()
        for line in (package / f"{name}.py").read_text().splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in ("import", "from"):
                imported.add(words[1].partition(".")[0])
        assert imported <= {
            "__future__",
            "typing",
            "re",
            "functools",
            "collections",
            "stepin",
            "packaging",
            "urllib",
        }, name
