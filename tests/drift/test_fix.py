"""The command that is shown fixes what is reported, and nothing hostile is shown as a command."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from drift.scenarios import states
from drift.support import by_hand, wheels
from drift.support.oracles import UV, offline
from stepin.drift import check
from stepin.drift.declared.selection import Selection
from stepin.drift.fix import FixCommands
from stepin.drift.model import Declarations, Finding, Installed, Target


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fix")
    states.shared(folder)
    return folder


DRIFTS = {
    "version": "solo==1.1\ncore",
    "missing": "absent\nsolo",
    "transitive": "lacky",
    "constraint": "core\n-c c.txt",
    "source": "solo @ file://{depot}/solo-1.0-py3-none-any.whl\ncore",
    "hash": "core\n{depot}/solo-1.0-py3-none-any.whl --hash=sha256:{right}",
    "extra": "solo==1.0\ncore==2.0\nlacky==1.0\nabsent==1.0",
    "broken": "solo",
    "duplicate": "solo",
}

CODES = {"duplicate": "broken"}


def prepare(kind: str, place: states.Place) -> None:
    """Bring the environment into the state in which DRIFTS[kind] drifts by `kind`."""
    place.uv("--reinstall", "--no-deps", "solo==1.0", "core==2.0", "lacky==1.0")
    gone = ["uv", "pip", "uninstall", "-q", "--python", str(place.env), "absent"]
    subprocess.run([UV, *gone[1:]], env=offline(place.depot), check=False, capture_output=True)
    info = place.site / "solo-1.0.dist-info"
    if kind == "extra":
        place.uv("absent==1.0", "stray==1.0")
    if kind == "broken":
        (info / "METADATA").unlink()
    if kind == "duplicate":
        other = place.site / "solo-1.1.dist-info"
        shutil.copytree(info, other)
        replace(other / "METADATA", wheels.metadata("solo", "1.1"))
        replace(other / "RECORD", (info / "RECORD").read_text().replace("solo-1.0", "solo-1.1"))
    if kind == "hash":
        wheel = f"{place.depot}/solo-1.0-py3-none-any.whl"
        place.uv(wheel)
        recorded = {"url": f"file://{wheel}", "archive_info": {"hashes": {"sha256": "0" * 64}}}
        replace(info / "direct_url.json", json.dumps(recorded))


def replace(path: Path, text: str) -> None:
    """Write a file anew: uv's are links into its cache."""
    path.unlink()
    path.write_text(text)


@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_the_command_fixes_it(tool: str, shared: Path, tmp_path: Path) -> None:
    """Each kind of drift, in a real environment: run the command that is shown, and the next check is clean."""
    place = states.Place(tmp_path / "a b", shared)
    place.venv()
    if tool == "pip":  # as `python -m venv --without-pip` makes it
        cfg = place.env / "pyvenv.cfg"
        cfg.write_text("\n".join(line for line in cfg.read_text().splitlines() if not line.startswith("uv")) + "\n")
    (place.root / "c.txt").write_text("core<2\n")
    variables = offline(place.depot)
    variables["PATH"] = f"{UV.parent}:{variables['PATH']}"
    for kind, text in DRIFTS.items():
        prepare(kind, place)
        (place.root / "requirements.txt").write_text(text.format(**place.texts()) + "\n")
        before = check(place.root)
        assert {finding.code for finding in before.findings} == {CODES.get(kind, kind)}, before.findings
        assert before.fix == before.findings[0].fix or len(before.findings) > 1
        done = subprocess.run(
            str(before.fix), shell=True, cwd=place.root, env=variables, capture_output=True, text=True
        )
        assert done.returncode == 0, (kind, before.fix, done.stderr)
        after = check(place.root)
        assert after.verdict == "clean", (kind, before.fix, after.findings)


def target(path: str, kind: str = "uv") -> Target:
    return Target(path, kind, "3.11", None, {}, (), False, path + "/bin/python", "/usr", "present", None)  # type: ignore[arg-type]


MISSING = Finding("missing", "x", "m", None, None, None, None, None)
EXTRA = Finding("extra", "y", "m", None, None, None, None, None)


def fix_commands(where: Target, files: list[str], constraints: list[str] | None = None) -> FixCommands:
    selection = Selection(tuple(files), tuple(constraints or ()), False)
    return FixCommands(where, Installed((), (), ()), "/p", selection, Declarations((), (), ()))


@pytest.mark.parametrize(
    "name", ["a b", "$(touch x)", "it's", "`x`", "a;b", "a&b", '"', "*", "-e", "--python=x", "~", "#", "a\\b", "é"]
)
def test_words_are_quoted_for_a_shell(name: str) -> None:
    """A folder's or a file's name is one word to a shell, and never an option."""
    commands = fix_commands(target(f"/p/{name}"), [f"/p/{name}"])
    command = commands.for_finding(MISSING)
    assert command
    shown = f"./{name}" if name.startswith("-") else name
    words = shlex.split(command)
    assert words == ["uv", "pip", "install", "--python", shown, "-r", shown]
    echoed = subprocess.run(f"printf '%s\\0' {command}", shell=True, capture_output=True, check=True).stdout
    assert echoed.decode().split("\0")[:-1] == words


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", "a\x9bb", "\u202e", "\udcff", "a\tb", "\x7f"])
def test_no_command_for_a_path_with_control_characters(name: str) -> None:
    """What cannot be shown as it is cannot be copied either: better no command than another one."""
    assert fix_commands(target(f"/p/{name}"), ["/p/r.txt"]).for_finding(MISSING) is None
    assert fix_commands(target("/p/.venv"), [f"/p/{name}"]).for_findings([MISSING, EXTRA]) is None


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("uv", "uv pip uninstall --python .venv y && uv pip install --python .venv -r r.txt -c /c.txt"),
        ("venv", "pip --python .venv uninstall -y y && pip --python .venv install -r r.txt -c /c.txt"),
        ("conda", "pip --python .venv uninstall -y y && pip --python .venv install -r r.txt -c /c.txt"),
    ],
)
def test_for_the_tool_that_made_it(kind: str, command: str) -> None:
    """uv's environments are fixed with uv, others with pip; files below the project are relative to it."""
    commands = fix_commands(target("/p/.venv", kind), ["/p/r.txt"], ["/c.txt"])
    assert commands.for_findings([MISSING, EXTRA]) == command


def test_an_own_pip_is_used(tmp_path: Path) -> None:
    """Where the environment has a pip, it is the one."""
    by_hand.environment(tmp_path, pip="25.0")
    (tmp_path / "requirements.txt").write_text("x\n")
    assert check(tmp_path).fix == ".venv/bin/python -m pip install -r requirements.txt"


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("uv", "uv venv --clear --python 3.11 .venv && uv pip install --python .venv -r r.txt"),
        ("venv", "python3.11 -m venv --clear .venv && .venv/bin/python -m pip install -r r.txt"),
        ("virtualenv", "virtualenv --clear -p python3.11 .venv && .venv/bin/python -m pip install -r r.txt"),
        ("conda", None),
    ],
)
def test_an_environment_without_its_python_is_recreated(kind: str, command: str | None) -> None:
    """No installation helps where the interpreter is gone."""
    gone = Finding("python", None, "m", None, None, None, None, None)
    assert fix_commands(target("/p/.venv", kind), ["/p/r.txt"]).for_findings([gone, MISSING]) == command


def test_another_python_is_the_users_choice() -> None:
    """What a distribution's Requires-Python forbids: no command is known, and the others are fixed without it."""
    late = Finding("python", "late", "m", None, None, None, None, None)
    commands = fix_commands(target("/p/.venv"), ["/p/r.txt"])
    assert commands.for_finding(late) is None
    assert commands.for_findings([late, MISSING]) == commands.for_finding(MISSING)


def test_a_wheel_of_the_table_is_reproducible(tmp_path: Path) -> None:
    """The tests' wheels have the same hash each time, or rows about hashes would mean nothing."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = (wheels.build(tmp_path / name, "x", "1.0") for name in "ab")
    assert wheels.sha256(one) == wheels.sha256(other)
