"""The hashes that stepin computes from a declaration equal those that poetry, pdm and pipenv write into their locks."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from stepin.drift.declared.locks.pdm import content_hash
from stepin.drift.declared.locks.pipenv import pipfile_hash
from stepin.drift.declared.locks.poetry import content_hashes

HASHES = [
    # pyproject.toml, poetry's hashes with and without dependency groups, pdm's: from Poetry 2.5.1 and PDM 2.29.4
    (
        (
            '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\n'
            'dependencies = ["flask>=2", "colorama; sys_platform == \'win32\'"]\n'
            '[project.optional-dependencies]\nimg = ["six"]\n'
            '[dependency-groups]\nDev_Tools = ["iniconfig", {include-group = "docs"}]\ndocs = ["attrs"]\n'
        ),
        {
            "fea1cc6b2d5589a85aa0dca78020dad0df10d3dab2f92ee276d58fa52863f08e",
            "bab8bec52832de90788d9929b8e0bb1f992a412c94edcba01a40ddcd18dbc4b7",
        },
        "8ffffc1b466ee77e66c3e954a6ea541d6bc593fb0dbb8b529b5041c83a25a503",
    ),
    (
        (
            '[tool.poetry]\nname = "shop"\nversion = "1.0"\n[tool.poetry.dependencies]\npython = "^3.11"\n'
            'flask = {version = "^2", extras = ["async"]}\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n'
            '[tool.pdm.dev-dependencies]\ntest = ["pytest", "-e file:///x#egg=x"]\n'
            '[[tool.pdm.source]]\nname = "m"\nurl = "https://example.org/simple"\n'
            "[tool.pdm.resolution]\nallow-prereleases = true\n"
        ),
        {"0f8b1f47fb163c7f015e82f6178014a294ef674544c90dff1f9991e391500374"},
        "9b92cbabd3e16ceb0e897ad0e6ab21284d9b22536584869aa3a2055d70d2a70c",
    ),
    (
        "",
        {"115cf985d932e9bf5f540555bbdd75decbb62cac81e399375fc19f6277f8c1d8"},
        "ece479d1fc26bbc1091a4114e084312c6b77c8f8fc20195e68cc6393ef0b33d9",
    ),
    (
        (
            '[project]\nname = "shop"\nversion = "1.0"\n[tool.poetry]\nextras = {a = ["b"]}\n'
            "[dependency-groups]\ndev = []\n"
        ),
        {
            "691940c4fe505afd652770b013bc2a5621e4a92ca0b343703673e4497edb0339",
            "6c244fc97b155cf0adf4b8b541a29ba80660d4ee0e2a5a7406b0ad8878d05d5f",
        },
        "0503bf352398b062c1bc2e75eb6c0db87936ada32857e2d1c0d5caf994d7232f",
    ),
]


@pytest.mark.parametrize(("text", "poetry", "pdm"), HASHES)
def test_the_hashes_of_poetry_and_pdm(text: str, poetry: set[str], pdm: str) -> None:
    document = tomllib.loads(text)
    assert (content_hashes(document), content_hash(document)) == (poetry, pdm)


def test_the_hash_of_pipenv(tmp_path: Path) -> None:
    """From Pipenv 2026.10.3."""
    (tmp_path / "Pipfile").write_text(
        '[[source]]\nurl = "https://pypi.org/simple"\nverify_ssl = true\nname = "pypi"\n'
        '[packages]\nflask = "*"\ncolorama = {version="*", markers="sys_platform == \'win32\'"}\n'
        '[dev-packages]\niniconfig = "*"\n[docs]\nsphinx = "*"\n[requires]\npython_version = "3.11"\n'
        '[pipenv]\nallow_prereleases = true\n[scripts]\nx = "y"\n'
    )
    expected = "ef542a7c094a30cceeb7d2c6db85829933f069b1831a4b26b18d52b9797c2fa4"
    assert pipfile_hash(str(tmp_path / "Pipfile")) == expected
