"""What a shell waits for imports little, and what it imports is written down here."""

from __future__ import annotations

import ast
import fnmatch
import graphlib
import os
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from stepin import shells

SRC = Path(__file__).parents[2] / "src"
# Beyond a bare `python -I -S`: os and what it stands on, but for _collections_abc (see stepin.hook).
OS = {"_stat", "genericpath", "os", "os.path", "posixpath", "stat"}
OURS = {
    "stepin",
    "stepin.hook",
    "stepin.hook.decision",
    "stepin.hook.entry",
    "stepin.hook.environment",
    "stepin.hook.facts",
    "stepin.hook.files",
    "stepin.hook.reasons",
    "stepin.hook.trust",
    "stepin.hook.verdict",
    "stepin.shells",
    "stepin.shells.bash",
    "stepin.shells.bash.dialect",
}
# And in a git repository whose commits were looked at before; reading a commit takes two more.
GIT = {f"stepin.hook.git{part}" for part in ("", "_index", "_names", "_repository", "_tips")}
LINES = 950


def loaded(code: str, *arguments: str) -> set[str]:
    """Return the modules that are loaded after `code`, beyond those of a bare start."""
    tail = "import sys;sys.stderr.write('\\n'.join(sys.modules))"
    runs = []
    for text in (f"import sys;sys.path[:0]=[sys.argv.pop(1)]\n{code}\n{tail}", tail):
        command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", text, str(SRC), *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        runs.append(set(result.stderr.split()))
    return runs[0] - runs[1]


@pytest.mark.parametrize("repository", [False, True])
def test_a_first_decision_loads_exactly_these(tmp_path: Path, repository: bool) -> None:
    project = tmp_path / "project"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    if repository:
        subprocess.run(["git", "init", "-q", project], check=True)
        name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *name, "commit", "-q", "--allow-empty", "-m", "a"], cwd=project, check=True)
    store = tmp_path / "state"
    arguments = ["bash", "1", "decide", str(store), str(tmp_path / "config.toml"), str(project), str(tmp_path)]
    code = "from stepin.hook.entry import main\nassert main() == 0"
    loaded(code, *arguments)  # makes the generation: that reads the configuration
    modules = loaded(code, *arguments)
    modules -= {"_sha1"}  # _sha1 checks an index; without it, hashlib does
    assert modules == OS | OURS | (GIT if repository else set())
    assert len(OURS) <= 13


def test_the_hot_path_is_short() -> None:
    paths = [SRC / name.replace(".", "/") for name in OURS]
    files = [path / "__init__.py" if path.is_dir() else path.with_suffix(".py") for path in paths]

    def code(path: Path) -> int:
        """Count the lines that are neither empty nor a comment nor within a docstring."""

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


def test_os_is_whole_although_it_is_imported_quickly() -> None:
    """What is imported later finds os.environ and os.PathLike as they always are."""
    code = (
        "import sys;sys.path[:0]=[sys.argv[1]]\n"
        "import stepin.hook, os\n"
        "assert os.environ.get('A') == 'a' and os.environ.get('Z') is None and os.environ.get('Z', 'z') == 'z'\n"
        "assert '_collections_abc' not in sys.modules\n"
        "import collections.abc, contextlib, pathlib, subprocess, tomllib\n"
        "assert 'A' in os.environ and 'Z' not in os.environ and ('A', 'a') in os.environ.items()\n"
        "assert dict(os.environ) == os.environ.copy() == {**os.environ}\n"
        "assert sorted(os.environ.keys()) == sorted(os.environ)\n"
        "assert os.environ | {'B': 'b'} == {**os.environ, 'B': 'b'} and list(os.environ.values())\n"
        "os.environ.update(B='b')\n"
        "assert os.environ.setdefault('B', 'c') == 'b' and os.environ.pop('B') == 'b' and 'B' not in os.environ\n"
        "assert isinstance(pathlib.Path('/'), os.PathLike) and not isinstance(3, os.PathLike)\n"
        "subprocess.run([sys.executable, '-c', ''], env=os.environ, check=True)\n"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", code, str(SRC)], check=True, env=dict(os.environ, A="a"))


def test_importing_the_package_imports_nothing() -> None:
    assert loaded("import stepin") == {"stepin"}


def test_a_package_of_our_name_in_a_strangers_folder_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "stepin/hook").mkdir(parents=True)
    for name in ("stepin/__init__.py", "stepin/hook/__init__.py", "stepin.py", "os.py", "sitecustomize.py"):
        (tmp_path / name).write_text("import sys; sys.stderr.write('PWNED'); sys.exit(9)")
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", shells.BOOT, str(SRC), "bash", "1", "decide"]
    command += [str(tmp_path / "state"), str(tmp_path / "c.toml"), str(tmp_path), str(tmp_path)]
    env = dict(os.environ, PYTHONPATH=str(tmp_path), PYTHONHOME=str(tmp_path))
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env)
    assert (result.returncode, result.stderr) == (0, "")


# What is imported by a name that is put together: which module imports which, and why not by a statement.
DYNAMIC = {
    "stepin.cli.app": "stepin.cli.*",  # one command: each start would pay for all of them
    "stepin.shells": "stepin.shells.*.dialect",  # the dialect of the shell that asks
    "stepin.shells.discovery": "stepin.shells.*.startup",
}
# Contradict the layers, as pyproject.toml says; named here because a cycle runs through each.
LAZY = {("stepin.hook.entry", "stepin.shells"), ("stepin.hook.entry", "stepin.store.generations")}
IMPORTERS = {"__import__", "import_module", "exec_module", "find_spec", "load_module", "resolve_name", "run_module"}


def dynamic_imports() -> dict[str, set[str]]:
    """Return for each module what it imports by calls; "*" stands for what is only known when it runs."""
    found: dict[str, set[str]] = {}
    for path in SRC.rglob("*.py"):
        module = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and called(node) in IMPORTERS:
                found.setdefault(module, set()).add(pattern(node.args[0]))
    return found


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def pattern(argument: ast.expr) -> str:
    if isinstance(argument, ast.JoinedStr):
        return "".join(map(pattern, argument.values))
    return str(argument.value) if isinstance(argument, ast.Constant) else "*"


def test_what_importlib_imports_is_written_down() -> None:
    assert dynamic_imports() == {module: {imported} for module, imported in DYNAMIC.items()}


def test_no_import_closes_a_circle() -> None:
    """Among all modules, and with what importlib hides: lint-imports looks at statements only."""
    graph = grimp.build_graph("stepin")
    for importer, imported in DYNAMIC.items():
        for module in graph.modules:
            if fnmatch.fnmatchcase(module, imported) and module != importer:
                graph.add_import(importer=importer, imported=module)
    for importer, imported in LAZY:
        graph.remove_import(importer=importer, imported=imported)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    graphlib.TopologicalSorter(imports).prepare()  # raises CycleError, which names the modules
