"""What a shell waits for imports little, and what it imports is written down here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from stepin import shells

SRC = Path(__file__).parents[2] / "src"
# Beyond a bare `python -I -S`: os and what it stands on, which a bare `python -I` has loaded, too.
OS = {"_collections_abc", "_stat", "genericpath", "os", "os.path", "posixpath", "stat"}
OURS = {
    "stepin",
    "stepin.hook",
    "stepin.hook.decision",
    "stepin.hook.entry",
    "stepin.hook.environment",
    "stepin.hook.facts",
    "stepin.hook.files",
    "stepin.hook.git_index",
    "stepin.hook.reasons",
    "stepin.hook.trust",
    "stepin.hook.verdict",
    "stepin.shells",
    "stepin.shells.bash",
    "stepin.shells.bash.dialect",
}
LINES = 900


def loaded(code: str, *arguments: str) -> set[str]:
    """Return the modules that are loaded after `code`, beyond those of a bare start."""
    tail = "import sys;sys.stderr.write('\\n'.join(sys.modules))"
    runs = []
    for text in (f"import sys;sys.path[:0]=[sys.argv.pop(1)]\n{code}\n{tail}", tail):
        command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", text, str(SRC), *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        runs.append(set(result.stderr.split()))
    return runs[0] - runs[1]


def test_a_first_decision_loads_exactly_these(tmp_path: Path) -> None:
    project = tmp_path / "project"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    (project / ".git").mkdir()  # in a repository: the longest way
    store = tmp_path / "state"
    arguments = ["bash", "1", "decide", str(store), str(tmp_path / "config.toml"), str(project), str(tmp_path)]
    code = "from stepin.hook.entry import main\nassert main() == 0"
    loaded(code, *arguments)  # makes the generation: that reads the configuration
    modules = loaded(code, *arguments)
    modules.discard("__future__")
    assert modules == OS | OURS
    assert len(OURS) <= 14


def test_the_hot_path_is_short() -> None:
    paths = [SRC / name.replace(".", "/") for name in OURS]
    files = [path / "__init__.py" if path.is_dir() else path.with_suffix(".py") for path in paths]

    def code(path: Path) -> int:
        """Count the lines that are neither empty nor a comment nor within a docstring."""
        import ast

        tree = ast.parse(path.read_text())
        documented = {
            line
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
            for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
        }
        lines = enumerate(path.read_text().splitlines(), 1)
        return sum(bool(text.strip()) and not text.strip().startswith("#") for n, text in lines if n not in documented)

    assert sum(map(code, files)) < LINES


def test_importing_the_package_imports_nothing() -> None:
    assert loaded("import stepin") == {"stepin"}


def test_layers_point_down() -> None:
    """platformdirs, click and watchdog have one importer each."""
    importers: dict[str, set[str]] = {"platformdirs": set(), "click": set(), "watchdog": set()}
    for path in (SRC / "stepin").rglob("*.py"):
        text = path.read_text()
        for library, found in importers.items():
            if any(line.strip().startswith((f"import {library}", f"from {library}")) for line in text.splitlines()):
                found.add(path.relative_to(SRC / "stepin").with_suffix("").as_posix())
    assert importers["platformdirs"] == {"settings/folders"}
    assert {name.partition("/")[0] for name in importers["click"]} == {"cli"}
    assert {name.partition("/")[0] for name in importers["watchdog"]} == {"watch"}


def test_a_package_of_our_name_in_a_strangers_folder_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "stepin/hook").mkdir(parents=True)
    for name in ("stepin/__init__.py", "stepin/hook/__init__.py", "stepin.py", "os.py", "sitecustomize.py"):
        (tmp_path / name).write_text("import sys; sys.stderr.write('PWNED'); sys.exit(9)")
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", shells.BOOT, str(SRC), "bash", "1", "decide"]
    command += [str(tmp_path / "state"), str(tmp_path / "c.toml"), str(tmp_path), str(tmp_path)]
    env = dict(os.environ, PYTHONPATH=str(tmp_path), PYTHONHOME=str(tmp_path))
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env)
    assert (result.returncode, result.stderr) == (0, "")
