"""Layouts of real projects: what their tools leave in an environment is no drift."""

from __future__ import annotations

from pathlib import Path

import pytest

from drift.support import by_hand
from stepin.drift import check

FROZEN = "flask==2.0\nwerkzeug==3.0\n"
PYPROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask"]\n'

# name -> (files, what is installed besides flask and werkzeug: names, each with what it needs)
LAYOUTS: dict[str, tuple[dict[str, str], dict[str, tuple[str, ...]]]] = {
    "frozen and dev": (
        {"requirements.txt": FROZEN, "requirements-dev.txt": "-r requirements.txt\npytest\n"},
        {"pytest": ("iniconfig",), "iniconfig": ()},
    ),
    "pip-tools layers": (
        {
            "requirements.in": "flask\n",
            "requirements.txt": FROZEN,
            "dev-requirements.in": "-c requirements.txt\npytest\n",
            "dev-requirements.txt": "pytest==8\niniconfig==2 # via pytest\n",
        },
        {"pytest": ("iniconfig",), "iniconfig": (), "pip-tools": ("click",), "click": ()},
    ),
    "folder of files": (
        {
            "requirements.txt": "-r requirements/prod.txt\n",
            "requirements/base.txt": "werkzeug==3.0\n",
            "requirements/prod.txt": "-r base.txt\nflask==2.0\n",
            "requirements/test.txt": "-r base.txt\npytest\n",
        },
        {"pytest": ()},
    ),
    "uv export": (
        {
            "requirements.txt": "# uv export --no-dev\n-e .\n" + FROZEN,
            "pyproject.toml": PYPROJECT + '[dependency-groups]\ndev = ["ruff", {include-group="t"}]\nt = ["pytest"]\n',
        },
        {"ruff": (), "pytest": ("iniconfig",), "iniconfig": ()},
    ),
    "poetry export": (
        {
            "requirements.txt": 'flask==2.0 ; python_version >= "3.11"\nwerkzeug==3.0 ; python_version >= "3.11"\n',
            "pyproject.toml": '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\nflask = "*"\n'
            '[tool.poetry.group.dev.dependencies]\npytest = "^8"\n',
        },
        {"pytest": (), "shop": ("flask",)},
    ),
    "setuptools extras": (
        {
            "requirements.txt": FROZEN,
            "setup.py": "from setuptools import *\nsetup(name='shop', extras_require={'dev': ['pytest', 'mypy']})\n",
        },
        {"pytest": (), "mypy": (), "shop": ()},
    ),
    "setup.cfg": (
        {
            "requirements.txt": FROZEN,
            "setup.cfg": "[metadata]\nname = shop\n[options.extras_require]\ndev =\n  pytest\n  mypy\n",
            "setup.py": "import setuptools\nsetuptools.setup()\n",
        },
        {"pytest": (), "mypy": (), "shop": ()},
    ),
    "hatch and pip": ({"requirements.txt": FROZEN, "pyproject.toml": PYPROJECT}, {"shop": ("flask",), "uv": ()}),
    "pipenv and an export": (
        {"requirements.txt": FROZEN, "Pipfile": '[packages]\nflask = "*"\n[dev-packages]\npytest = "*"\n'},
        {"pytest": ()},
    ),
    "one pin by hand": ({"requirements.txt": "flask==2.0\n"}, {"ipython": ()}),
    "loose": ({"requirements.txt": "flask\n"}, {"ipython": (), "pytest": ()}),
    "build requirements": (
        {"requirements.txt": FROZEN, "pyproject.toml": '[build-system]\nrequires = ["hatchling"]\n'},
        {"hatchling": ("pluggy",), "pluggy": ()},
    ),
    "extras of the project": (
        {
            "requirements.txt": FROZEN,
            "pyproject.toml": PYPROJECT + '[project.optional-dependencies]\nall = ["shop[test]"]\ntest = ["pytest"]\n',
        },
        {"pytest": (), "shop": ("flask",)},
    ),
    "tox and nothing else": ({"requirements.txt": FROZEN, "tox.ini": "[testenv]\ndeps = pytest\n"}, {}),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_false_alarm(tmp_path: Path, layout: str) -> None:
    files, installed = LAYOUTS[layout]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    env = by_hand.environment(tmp_path, pip="25.0", setuptools="70.0")
    by_hand.install(env, "flask", "2.0", ("werkzeug",), requested=True)
    by_hand.install(env, "werkzeug", "3.0")
    if "-e ." in files["requirements.txt"]:
        url = f'{{"url": "file://{tmp_path}", "dir_info": {{"editable": true}}}}'
        by_hand.install(env, "shop", "1", ("flask",), direct_url=url)
    for name, needs in installed.items():
        by_hand.install(env, name, "1.0", needs, requested=True)
    report = check(tmp_path)
    assert (report.findings, report.verdict) == ((), "clean")
    # Guards the test: what nothing declares is found in each layout that is a complete freeze.
    by_hand.install(env, "stray", "1.0", requested=True)
    expected = [("extra", "stray")] if report.complete_freeze else []
    assert [(one.code, one.name) for one in check(tmp_path).findings] == expected
    assert report.complete_freeze == (layout not in ("one pin by hand", "loose"))
