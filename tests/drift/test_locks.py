"""Lock files are read as the tools that write them install them, and are out of date when those tools say so."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from drift.support import by_hand, wheels
from drift.support.oracles import UV, offline
from stepin.drift import check
from stepin.drift.declared.locks.pdm import content_hash
from stepin.drift.declared.locks.pipenv import pipfile_hash
from stepin.drift.declared.locks.poetry import content_hashes
from stepin.drift.model import Report, UsageError

PYPROJECT = """\
[project]
name = "shop"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["web[fast]>=1", "only-windows; sys_platform == 'win32'", "forked<2; sys_platform == 'win32'", "forked>=2; sys_platform != 'win32'"]
[project.optional-dependencies]
img = ["pict"]
[dependency-groups]
dev = ["tester", {include-group = "lint"}]
lint = ["linter"]
docs = ["writer"]
[tool.uv]
no-index = true
find-links = ["DEPOT"]
"""  # noqa: E501


@pytest.fixture(scope="module")
def depot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("depot")
    wheels.build(folder, "web", "1.0", ("core>=1", "speedy ; extra == 'fast'"), ("fast",))
    wheels.build(folder, "tester", "1.0", ("core",))
    for name in ("core", "speedy", "linter", "writer", "pict", "stray", "only-windows"):
        wheels.build(folder, name, "1.0")
    wheels.build(folder, "core", "0.9")
    wheels.build(folder, "forked", "1.0")
    wheels.build(folder, "forked", "2.0")
    return folder


def uv(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = offline(project)
    for name in ("UV_NO_CONFIG", "UV_NO_INDEX", "UV_FIND_LINKS"):  # as pyproject.toml says
        del environ[name]
    return subprocess.run([UV, *words], cwd=project, env=environ, capture_output=True, text=True)


@pytest.fixture(scope="module")
def locked(depot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("uv") / "shop"
    project.mkdir()
    (project / "pyproject.toml").write_text(PYPROJECT.replace("DEPOT", str(depot)))
    done = uv(project, "sync", "-q", "--python", sys.executable)
    assert done.returncode == 0, done.stderr
    return project


def codes(report: Report) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.name) for finding in report.findings]


def test_uv_synced(locked: Path) -> None:
    report = check(locked)
    assert (codes(report), report.verdict) == ([], "clean")
    assert sorted(one.name or "" for one in report.declarations.requirements) == [
        "core", "forked", "linter", "speedy", "tester", "web",
    ]  # fmt: skip


def test_uv_agrees_on_changed_environments(locked: Path, depot: Path) -> None:
    """`uv sync --check` fails exactly where drift is reported, and the fix that is printed leads to clean."""
    chance = random.Random(751)
    target = ["--python", str(locked / ".venv"), "--no-deps", "-q"]
    seen = set()
    for _ in range(8):
        uv(locked, "sync", "-q")
        for name in chance.sample(
            ["core==0.9", "core==1.0", "stray==1.0", "forked==1.0", "-linter", "-web", "-speedy"], 2
        ):
            if name.startswith("-"):
                uv(locked, "pip", "uninstall", *target[:2], "-q", name[1:])
            else:
                uv(locked, "pip", "install", *target, "--find-links", str(depot), name)
        answer = uv(locked, "sync", "--check")
        report = check(locked)
        seen.add(report.verdict)
        assert report.verdict == ("drift" if answer.returncode else "clean"), (report.findings, answer.stderr)
        assert {finding.fix for finding in report.findings} <= {"uv sync"}
    assert "drift" in seen
    uv(locked, *(report.fix or "uv sync").split()[1:])
    assert check(locked).verdict == "clean"


def test_what_other_groups_and_extras_lock_is_never_extra(locked: Path) -> None:
    """uv would remove it; somebody ran `uv sync --extra img --group docs`."""
    uv(locked, "sync", "-q", "--extra", "img", "--group", "docs")
    assert codes(check(locked)) == []
    uv(locked, "sync", "-q")


EDITS = {
    "nothing": ("", ""),
    "a comment": ("[dependency-groups]", "# words\n[dependency-groups]"),
    "the order": ('["tester", {include-group = "lint"}]', '[{include-group = "lint"}, "tester"]'),
    "a specifier": ("web[fast]>=1", "web[fast]>=1.0"),
    "an extra": ("web[fast]>=1", "web>=1"),
    "one more": ('["writer"]', '["writer", "stray"]'),
    "one less": ('img = ["pict"]', "img = []"),
    "a group": ('docs = ["writer"]', ""),
    "a Python": (">=3.11", ">=3.10"),
    "the version": ('version = "1.0"', 'version = "1.1"'),
}


@pytest.mark.parametrize("edit", EDITS)
def test_uv_agrees_on_a_stale_lock(locked: Path, tmp_path: Path, edit: str) -> None:
    for name in ("pyproject.toml", "uv.lock"):
        (tmp_path / name).write_text((locked / name).read_text())
    text = (tmp_path / "pyproject.toml").read_text()
    assert EDITS[edit][0] in text
    (tmp_path / "pyproject.toml").write_text(text.replace(*EDITS[edit]))
    answer = uv(tmp_path, "lock", "--check")
    report = check(tmp_path, venv=locked / ".venv")
    assert ("lock" in dict(codes(report))) == bool(answer.returncode), answer.stderr


@pytest.mark.parametrize(("text", "message"), [
    ("<<<<<<< HEAD\nversion = 1\n", "the lock file has an unresolved merge conflict"),
    ("version = 1\n<<<<<<< HEAD\n", "the lock file has an unresolved merge conflict"),
    ("version = 2\n", "the lock file has version 2, not 1"),
    ("[[package]\n", "the lock file is not valid TOML"),
    ("\udcff", "the lock file is not UTF-8"),
])  # fmt: skip
def test_a_lock_that_cannot_be_read_is_unknown(tmp_path: Path, text: str, message: str) -> None:
    by_hand.environment(tmp_path, web="1.0")
    (tmp_path / "uv.lock").write_bytes(text.encode("utf-8", "surrogateescape"))
    report = check(tmp_path)
    assert report.verdict == "unknown"
    assert report.findings[0].message.startswith(message)


PYLOCK = """\
lock-version = "1.0"
created-by = "test"
dependency-groups = ["dev"]
default-groups = ["dev"]
[[packages]]
name = "web"
version = "1.0"
[[packages]]
name = "tester"
version = "1.0"
marker = "'dev' in dependency_groups"
[[packages]]
name = "writer"
version = "1.0"
marker = "'docs' in dependency_groups or 'img' in extras"
[[packages]]
name = "only-windows"
version = "1.0"
marker = "sys_platform == 'win32'"
[[packages]]
name = "shop"
[packages.directory]
path = "."
editable = true
"""
POETRY = """\
[[package]]
name = "web"
version = "1.0"
optional = false
groups = ["main"]
[[package]]
name = "tester"
version = "1.0"
optional = false
groups = ["main", "dev"]
markers = {main = "extra == \\"img\\"", dev = "python_version >= \\"3\\""}
[[package]]
name = "writer"
version = "1.0"
optional = false
groups = ["docs"]
[[package]]
name = "only-windows"
version = "1.0"
groups = ["main"]
markers = "sys_platform == \\"win32\\""
[[package]]
name = "shop"
version = "1.0"
groups = ["main"]
develop = true
[package.source]
type = "directory"
url = "."
[metadata]
lock-version = "2.1"
content-hash = "HASH"
"""
PDM = """\
[metadata]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:HASH"
[[package]]
name = "web"
version = "1.0"
groups = ["default"]
[[package]]
name = "tester"
version = "1.0"
groups = ["default", "dev"]
marker = "python_version >= \\"3\\""
[[package]]
name = "writer"
version = "1.0"
groups = ["docs"]
[[package]]
name = "only-windows"
version = "1.0"
groups = ["default"]
marker = "sys_platform == \\"win32\\""
[[package]]
name = "shop"
version = "1.0"
path = "."
editable = true
groups = ["default"]
"""
PIPENV = json.dumps(
    {
        "_meta": {"hash": {"sha256": "HASH"}, "pipfile-spec": 6},
        "default": {
            "web": {"version": "==1.0", "hashes": []},
            "tester": {"version": "==1.0", "markers": "python_version >= '3'"},
            "only-windows": {"version": "==1.0", "markers": "sys_platform == 'win32'"},
            "shop": {"path": ".", "editable": True},
        },
        "develop": {"writer": {"version": "==1.0"}},
    },
    indent=4,
)
GROUPS = "[tool.poetry.group.docs]\noptional = true\n[dependency-groups]\ndev = []\n"
LOCKS = {"pylock.toml": PYLOCK, "poetry.lock": POETRY, "pdm.lock": PDM, "Pipfile.lock": PIPENV}


@pytest.fixture(params=LOCKS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A lock file and an environment that satisfies it."""
    (tmp_path / "pyproject.toml").write_text(GROUPS)
    (tmp_path / "Pipfile").write_text("")
    env = by_hand.environment(tmp_path, tester="1.0")
    by_hand.install(env, "web", "1.0", ("core>=2",), requested=True)  # the lock decides, not the metadata
    url = {"url": f"file://{tmp_path}", "dir_info": {"editable": True}}
    by_hand.install(env, "shop", "1.0", direct_url=json.dumps(url))
    document = tomllib.loads(GROUPS)
    digest = {
        "poetry.lock": max(content_hashes(document)),
        "pdm.lock": content_hash(document),
        "Pipfile.lock": pipfile_hash(str(tmp_path / "Pipfile")) or "",
    }.get(request.param, "")
    (tmp_path / request.param).write_text(LOCKS[request.param].replace("HASH", digest))
    return tmp_path


def test_what_the_tool_installs_by_default(project: Path) -> None:
    report = check(project)
    assert (codes(report), report.verdict) == ([], "clean")
    assert [one.name for one in report.declarations.requirements] == ["web", "tester", "shop"]


def test_missing_version_and_extra(project: Path) -> None:
    env = project / ".venv"
    (site,) = env.glob("lib/python*/site-packages")
    (site / "web-1.0.dist-info").rename(site / "web-1.1.dist-info")
    (site / "tester-1.0.dist-info" / "METADATA").unlink()
    for name in ("INSTALLER", "RECORD"):
        (site / "tester-1.0.dist-info" / name).unlink()
    (site / "tester-1.0.dist-info").rmdir()
    by_hand.install(env, "stray", "1.0", requested=True)
    by_hand.install(env, "writer", "1.0", requested=True)  # locked, in a group that is not installed by default
    report = check(project)
    assert sorted(codes(report), key=str) == [("extra", "stray"), ("missing", "tester"), ("version", "web")]
    lock = report.declarations.files[0]
    lines = Path(lock).read_text().splitlines()
    for finding in report.findings:
        if finding.name != "stray":
            assert finding.file == lock
            assert any(finding.name or "" in line for line in lines[(finding.line or 0) - 1 : (finding.line or 0) + 1])


def test_a_stale_lock(project: Path) -> None:
    (project / "pyproject.toml").write_text(GROUPS.replace("dev = []", 'dev = ["other"]'))
    (project / "Pipfile").write_text('[packages]\nother = "*"\n')
    expected = [] if (project / "pylock.toml").exists() else [("lock", None)]
    assert codes(check(project)) == expected


def test_requirements_txt_comes_first_except_for_uv(project: Path) -> None:
    (project / "requirements.txt").write_text("absent\n")
    assert codes(check(project)) == [("missing", "absent")]


def test_pyproject_dependencies(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "shop"\ndependencies = [\n  "web>=2",\n  "absent; python_version < \'3\'",\n  "core",\n]\n'
    )
    by_hand.environment(tmp_path, web="1.0")
    report = check(tmp_path)
    assert [(one.code, one.name, one.line) for one in report.findings] == [
        ("version", "web", 4),
        ("missing", "core", 6),
    ]
    assert report.fix == "pip --python .venv install 'web>=2' core"


def test_a_dynamic_pyproject_declares_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\ndynamic = ["dependencies"]\n')
    by_hand.environment(tmp_path, web="1.0")
    assert check(tmp_path).trouble


def test_groups_and_extras_of_uv(locked: Path) -> None:
    """As `uv sync --extra img --group docs` has it."""
    found = codes(check(locked, extras=["IMG"], groups=["docs"]))
    assert found == [("missing", "pict"), ("missing", "writer")]


def test_groups_and_extras_of_pylock(tmp_path: Path) -> None:
    by_hand.environment(tmp_path, web="1.0", tester="1.0")
    (tmp_path / "pylock.toml").write_text(PYLOCK.partition('[[packages]]\nname = "shop"')[0])
    assert codes(check(tmp_path)) == []
    assert codes(check(tmp_path, groups=["docs"])) == [("missing", "writer")]
    assert codes(check(tmp_path, extras=["img"])) == [("missing", "writer")]


def test_groups_and_extras_of_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.replace("DEPOT", "."))
    by_hand.environment(tmp_path, web="1.0", forked="2.0")
    assert codes(check(tmp_path)) == []
    report = check(tmp_path, groups=["Dev"], extras=["img"])
    assert codes(report) == [("missing", "pict"), ("missing", "tester"), ("missing", "linter")]
    assert check(tmp_path, groups=["none"]).findings[0].message == "pip refuses this: has no dependency group none"


def test_groups_of_a_requirements_file(tmp_path: Path) -> None:
    by_hand.environment(tmp_path, web="1.0")
    (tmp_path / "requirements.txt").write_text("web\n")
    with pytest.raises(UsageError, match="have groups and extras"):
        check(tmp_path, groups=["dev"])
