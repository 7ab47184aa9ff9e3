"""Extras without false alarms: a frozen requirements.txt, and what a project declares elsewhere."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from drift.support import by_hand
from stepin.drift import check
from stepin.drift.model import Report

FROZEN = "flask==2.0\nwerkzeug==3.0\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A frozen requirements.txt, and an environment with pytest (and iniconfig, which it needs) besides."""
    root = tmp_path / "shop"
    root.mkdir()
    env = by_hand.environment(root)
    by_hand.install(env, "flask", "2.0", ("werkzeug",), requested=True)
    by_hand.install(env, "werkzeug", "3.0")
    by_hand.install(env, "pytest", "8.0", ("iniconfig",), requested=True)
    by_hand.install(env, "iniconfig", "2.0")
    (root / "requirements.txt").write_text(FROZEN)
    return root


def codes(report: Report) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.name) for finding in report.findings]


def extras(root: Path, **options: object) -> list[str | None]:
    report = check(root, **options)  # type: ignore[arg-type]
    assert {code for code, _ in codes(report)} <= {"extra"}, report.findings
    return [finding.name for finding in report.findings]


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True, parents=True)
        (root / name).write_text(text)


def test_without_another_file_they_are_extra(project: Path) -> None:
    assert extras(project) == ["pytest", "iniconfig"]


ELSEWHERE = {
    "requirements-dev.txt": "pytest\n",
    "requirements_dev.txt": "-r requirements.txt\npytest==8.0\n",
    "dev-requirements.txt": "pytest>=7\n",
    "test_requirements.txt": "pytest[all]>=7 ; python_version < '3'\n",
    "requirements/dev.txt": "-r ../requirements.txt\npytest\n",
    "requirements.in": "flask\npytest\n",
    "dev.in": "pytest\n",
    "requirements/test.in": "pytest\n",
    "setup.py": (
        "from setuptools import setup\nTESTS = ['pytest>=3']\n"
        "setup(name='shop', install_requires=['flask'], extras_require={'test': TESTS})\n"
    ),
    "setup.cfg": "[options]\ninstall_requires =\n    flask\n[options.extras_require]\ntest = pytest\n",
    "Pipfile": '[packages]\nflask = "*"\n[dev-packages]\npytest = {version = "*"}\n',
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_declared_in_another_file(project: Path, name: str) -> None:
    """And what it needs is declared with it."""
    write(project, {name: ELSEWHERE[name]})
    assert extras(project) == []


PYPROJECTS = {
    "dependencies": '[project]\nname = "shop"\ndependencies = ["pytest"]',
    "optional": "[project.optional-dependencies]\ntest = [\"pytest ; sys_platform == 'win32'\"]",
    "group": '[dependency-groups]\ntest = ["pytest"]\ndev = [{include-group = "test"}, "other"]',
    "uv": '[tool.uv]\ndev-dependencies = ["pytest>=8"]',
    "poetry": '[tool.poetry.dependencies]\npython = "^3.11"\npytest = "^8"',
    "poetry dev": '[tool.poetry.dev-dependencies]\npytest = {version = "^8", extras = ["x"]}',
    "poetry group": '[tool.poetry.group.test.dependencies]\npytest = [{version = "^8", python = ">=3"}]',
    "pdm": '[tool.pdm.dev-dependencies]\ntest = ["pytest"]',
    "build": '[build-system]\nrequires = ["pytest"]',
    "flit": '[tool.flit.metadata]\nmodule = "shop"\nrequires = ["pytest"]',
    "flit extra": '[tool.flit.metadata]\nmodule = "shop"\nrequires-extra = {test = ["pytest"]}',
    "dynamic": '[tool.setuptools.dynamic]\ndependencies = {file = ["deps.list"]}',
    "dynamic optional": '[tool.setuptools.dynamic.optional-dependencies]\ntest = {file = "deps.list"}',
}


@pytest.mark.parametrize("kind", PYPROJECTS)
def test_declared_in_pyproject(project: Path, kind: str) -> None:
    write(project, {"pyproject.toml": PYPROJECTS[kind] + "\n", "deps.list": "pytest\n"})
    assert extras(project) == []


NOT_DECLARED = {
    "constraints.txt": "pytest==8.0\n",
    "requirements-constraints.txt": "pytest==8.0\n",
    "tox.ini": "[testenv]\ndeps = pytest\n",
    "noxfile.py": "session.install('pytest')\n",
    ".pre-commit-config.yaml": "additional_dependencies: [pytest]\n",
    "MANIFEST.in": "include pytest\n",
    "notes.txt": "pytest\n",
    "requirements-old.txt.bak": "pytest\n",
}


@pytest.mark.parametrize("name", NOT_DECLARED)
def test_not_a_declaration(project: Path, name: str) -> None:
    """Constraints declare nothing; tox, nox and pre-commit install into environments of their own."""
    write(project, {name: NOT_DECLARED[name]})
    assert extras(project) == ["pytest", "iniconfig"]


def test_other_files_count_for_extras_alone(project: Path) -> None:
    """What they ask for is not missing, and may be installed in any version."""
    write(
        project,
        {"requirements-dev.txt": "pytest==1.0\nabsent\n", "pyproject.toml": '[project]\ndependencies = ["no"]\n'},
    )
    report = check(project)
    assert (codes(report), report.verdict) == ([], "clean")


def test_a_file_that_cannot_be_read_whole(project: Path) -> None:
    """What the rest of it declares is unknown, so nothing is claimed, except with --strict."""
    write(project, {"requirements-dev.txt": "-r https://localhost/dev.txt\n"})
    report = check(project)
    assert codes(report) == []
    assert [(note.message, note.line) for note in report.notes] == [
        ("names a URL, which is not fetched: packages that nothing else declares are not reported as extra", 1)
    ]
    assert extras(project, strict=True) == ["pytest", "iniconfig"]


def test_the_files_are_named_for_the_watcher(project: Path) -> None:
    write(project, {"requirements-dev.txt": "pytest\n", "setup.cfg": "", "pyproject.toml": ""})
    report = check(project)
    assert set(report.also_read) >= {
        str(project / name) for name in ("requirements-dev.txt", "setup.cfg", "pyproject.toml")
    }


@pytest.mark.parametrize("seed", ["pip", "setuptools", "wheel", "uv", "pip-tools"])
def test_installers_and_what_they_need_are_never_extra(project: Path, seed: str) -> None:
    env = project / ".venv"
    by_hand.install(env, seed, "1.0", ("click", "build"), requested=True)
    by_hand.install(env, "click", "8.0")
    by_hand.install(env, "build", "1.0", ("pyproject-hooks",))
    by_hand.install(env, "pyproject-hooks", "1.0")
    assert extras(project, ignore=["pytest"]) == []


def test_ignored_with_what_it_needs(project: Path) -> None:
    report = check(project, ignore=["PyTest"])
    assert (codes(report), report.verdict, report.fix) == ([], "clean", None)
    assert [finding.name for finding in report.ignored] == ["pytest", "iniconfig"]


def test_ignored_but_needed_by_something_else(project: Path) -> None:
    """What an extra that is not ignored needs as well stays extra."""
    by_hand.install(project / ".venv", "other", "1.0", ("iniconfig",), requested=True)
    assert extras(project, ignore=["pytest"]) == ["other", "iniconfig"]


def test_a_missing_dependency_of_what_is_ignored(project: Path) -> None:
    by_hand.install(project / ".venv", "broken-one", "1.0", ("absent",))
    (project / "requirements.txt").write_text(FROZEN + "broken-one==1.0\npytest==8.0\niniconfig==2.0\n")
    assert codes(check(project)) == [("transitive", "absent")]
    assert codes(check(project, ignore=["broken-one"])) == []


def test_no_fix_touches_what_is_ignored(project: Path) -> None:
    """`-r requirements.txt` would: the command names what drifted, and holds the ignored one where it is."""
    (project / "requirements.txt").write_text("flask==2.1\nwerkzeug==3.1\npytest\n")
    report = check(project, ignore=["werkzeug"])
    assert codes(report) == [("version", "flask")]
    assert report.fix == "pip --python .venv install flask==2.1 werkzeug==3.0"
    assert report.findings[0].fix == report.fix


OWN = {
    "pyproject": {"pyproject.toml": '[project]\nname = "Shop"\n'},
    "poetry": {"pyproject.toml": '[tool.poetry]\nname = "shop"\n'},
    "flit": {"pyproject.toml": '[tool.flit.metadata]\nmodule = "shop"\n'},
    "flit dist-name": {"pyproject.toml": '[tool.flit.metadata]\nmodule = "x"\ndist-name = "shop"\n'},
    "setup.cfg": {"setup.cfg": "[metadata]\nname = shop\n"},
    "setup.py": {"setup.py": "import setuptools\nsetuptools.setup(name='shop', version=open('v').read())\n"},
    "setup.py variable": {"setup.py": "from setuptools import setup\nNAME = 'shop'\nsetup(name=NAME)\n"},
}


@pytest.mark.parametrize("kind", OWN)
def test_the_project_itself_is_never_extra(project: Path, kind: str) -> None:
    """Installed by a tool that recorded nothing."""
    write(project, OWN[kind])
    by_hand.install(project / ".venv", "shop", "1.0", ("depends",), requested=True)
    by_hand.install(project / ".venv", "depends", "1.0")
    assert extras(project, ignore=["pytest"]) == []


def test_the_project_itself_by_what_was_recorded(project: Path) -> None:
    url = json.dumps({"url": f"file://{project}", "dir_info": {}})
    by_hand.install(project / ".venv", "unnamed", "1.0", direct_url=url)
    assert extras(project, ignore=["pytest"]) == []


@pytest.mark.parametrize(("folder", "above"), [("", "."), ("src", "../")])
def test_the_project_itself_by_an_egg_link(project: Path, folder: str, above: str) -> None:
    """`pip install -e .` before pip 21.3, whose `pip freeze` names the folder of the package."""
    source = project / folder
    source.mkdir(exist_ok=True)
    info = source / "unnamed.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: unnamed\nVersion: 1.0\n")
    (project / "setup.py").write_text("import setuptools\nsetuptools.setup()\n")
    site = next((project / ".venv").glob("lib/python*/site-packages"))
    (site / "unnamed.egg-link").write_text(f"{source}\n{above}")
    (site / "easy-install.pth").write_text(f"{source}\n")
    assert extras(project, ignore=["pytest"]) == []
    (project / "requirements.txt").write_text(f"{FROZEN}-e {source}\n")
    assert extras(project, ignore=["pytest"]) == []


def test_the_frozen_line_of_the_project_itself(project: Path) -> None:
    """`pip freeze` writes the commit of the working copy that the file is in: each commit would be drift."""

    def git(*words: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words]
        return subprocess.run(command, cwd=project, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q", "-b", "main")
    git("remote", "add", "origin", "https://example.com/shop.git")
    git("commit", "-q", "--allow-empty", "-m", "one")
    first = git("rev-parse", "HEAD")
    git("commit", "-q", "--allow-empty", "-m", "two")
    write(project, {"pyproject.toml": '[project]\nname = "shop"\n'})
    url = json.dumps({"url": f"file://{project}", "dir_info": {"editable": True}})
    by_hand.install(project / ".venv", "shop", "1.0", direct_url=url)
    line = f"-e git+https://example.com/shop.git@{first}#egg=shop\n"
    (project / "requirements.txt").write_text(FROZEN + "pytest==8.0\niniconfig==2.0\n" + line)
    assert codes(check(project)) == []
    other = line.replace("/shop.git", "/other.git")
    (project / "requirements.txt").write_text(FROZEN + "pytest==8.0\niniconfig==2.0\n" + other)
    assert codes(check(project)) == [("source", "shop")], "another repository is another source"


def test_a_lone_pin_is_no_freeze(tmp_path: Path) -> None:
    env = by_hand.environment(tmp_path, six="1.16", attrs="23.0")
    (tmp_path / "requirements.txt").write_text("six==1.16\n")
    report = check(tmp_path)
    assert (codes(report), report.complete_freeze) == ([], False)
    (tmp_path / "requirements.txt").write_text("six==1.16\nattrs==23.0\n")
    by_hand.install(env, "stray", "1.0")
    report = check(tmp_path)
    assert (codes(report), report.complete_freeze) == ([("extra", "stray")], True)


def test_what_was_installed_by_name_comes_first(project: Path) -> None:
    """After `pip install requests` nobody knows certifi."""
    env = project / ".venv"
    by_hand.install(env, "requests", "2.31", ("certifi", "idna"), requested=True)
    by_hand.install(env, "certifi", "2024.1")
    by_hand.install(env, "idna", "3.6")
    by_hand.install(env, "aaa", "1.0", ("requests",))  # an installer that leaves no REQUESTED
    found = check(project, ignore=["pytest"]).findings
    assert [finding.message for finding in found] == [
        "requests 2.31 is installed, nothing declares it",
        "certifi 2024.1 is installed for requests, nothing declares it",
        "idna 3.6 is installed for requests, nothing declares it",
        "aaa 1.0 is installed, nothing declares it",
    ]


RECORDED = [
    ("pp @ file:///C:/src/pp", "file:///C:/src/pp"),
    ("pp @ file:///nowhere/pp", "file:///nowhere/pp"),
    ("file:.", "file:///."),
    ("pp @ file:.", "file:///."),
    (".", "file:///."),
    ("./lib", "file:///./lib"),
    ("pp @ file:///.", "file:///."),
    ("file:.", None),
    ("pp @ file:.", None),
    (".", None),
    ("./lib", None),
]


@pytest.mark.parametrize(("line", "url"), RECORDED)
def test_nothing_is_claimed_that_was_not_recorded(tmp_path: Path, line: str, url: str | None) -> None:
    """pip before 20.1 recorded nothing, and all later ones record `file:///.` for `file:.`.

    The same text on both sides is never a difference.
    """
    for folder in (tmp_path, tmp_path / "lib"):
        folder.mkdir(exist_ok=True)
        (folder / "setup.py").write_text("import setuptools\nsetuptools.setup(name='pp')\n")
    env = by_hand.environment(tmp_path)
    direct_url = json.dumps({"url": url, "dir_info": {}}) if url else ""
    by_hand.install(env, "pp", "1.0", direct_url=direct_url)
    (tmp_path / "requirements.txt").write_text(line + "\n")
    report = check(tmp_path)
    assert (codes(report), report.verdict) == ([], "clean")


def test_installed_by_name_is_certain_with_requested(tmp_path: Path) -> None:
    """Whoever writes REQUESTED (pip 20.2, uv) writes direct_url.json as well, so its absence says: by name."""
    env = by_hand.environment(tmp_path)
    by_hand.install(env, "pp", "1.0", requested=True)
    (tmp_path / "requirements.txt").write_text("pp @ file:///somewhere/pp\n")
    assert codes(check(tmp_path)) == [("source", "pp")]
