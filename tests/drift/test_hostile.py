"""The promise that nothing a file holds ends in a traceback, in a hang, or in `clean` where pip refuses."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from drift.support import by_hand
from stepin.drift import check
from stepin.drift.report.formats import FORMATS, render_report

DIGITS = "1." + "5" * 5000
DEEP = "(" * 5000 + 'os_name == "posix"' + ")" * 5000
BROAD = " or ".join(['os_name == "x"'] * 2000)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    env = by_hand.environment(tmp_path, click="8.1")
    by_hand.install(env, "flask", "2.0", requested=True)
    return tmp_path


def judge(project: Path) -> str:
    """Return the verdict; every format must be able to write it."""
    report = check(project, environ={})
    for form in FORMATS:
        render_report(report, form, verbose=True)
    return report.verdict


@pytest.mark.parametrize(
    "line",
    [
        f"flask=={DIGITS}",
        f"flask>={DIGITS}",
        f"flask==2.0,!={DIGITS}",
        f"flask=={'1' * 5000}.*",
        f"flask=={DIGITS}!1",
        f"flask; {DEEP}",
        f"flask; python_version > '{DIGITS}'",
        "flask; " + "(" * 5000,
        f"{'flask' * 2000}",
        "flask[" + ",".join(["a"] * 5000) + "b c]",
        "-r " * 3000,
        "-r requirements.txt",
        "flask @ git+https://localhost/" + "x@" * 5000,
        "https://" + "[" * 5000,
        "\0",
        "-e " + "../" * 5000 + "etc",
    ],
    ids=lambda line: line[:30].replace("\0", "NUL"),
)
def test_hostile_lines(project: Path, line: str) -> None:
    """Numbers that int() refuses, nests deeper than any parser, files that include themselves: never clean."""
    (project / "requirements.txt").write_text(line + "\n")
    assert judge(project) != "clean"


@pytest.mark.parametrize(
    "metadata",
    [
        f"Version: {DIGITS}",
        f"Requires-Dist: click=={DIGITS}",
        f"Requires-Dist: click; {DEEP}",
        f"Requires-Dist: click; {BROAD}",
        f"Requires-Python: >={DIGITS}",
        "Requires-Python: " + ",".join([">=3"] * 20000),
        "Requires-Dist: " + "x" * 1_000_000,
        "Requires-Dist: \x1b[31m",
        "Requires-Dist: odd; extra == '\x1b]0;x\x07'",
        "Provides-Extra: " + "[" * 1000,
        "\n".join(f"Requires-Dist: flask[e{number}]" for number in range(5000)),
    ],
    ids=lambda text: text[:30],
)
def test_hostile_metadata(project: Path, metadata: str) -> None:
    """The same in what is installed: some verdict, whatever it is."""
    (info,) = project.glob(".venv/lib/*/site-packages/flask-2.0.dist-info")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: flask\nVersion: 2.0\n{metadata}\n")
    (project / "requirements.txt").write_text("flask\nclick\n")
    assert judge(project) in ("clean", "drift", "unknown")


HOSTILE_URLS: list[object] = [
    [],
    "x",
    {"url": 1},
    {"url": None, "dir_info": 1},
    {"url": "file:///\0", "dir_info": {}},
    {"url": "file://host/share", "dir_info": {}},
    {"url": "\x1b[31m", "archive_info": {"hashes": {"sha256": 5}, "hash": "\n"}},
    {"url": "https://u:secret@h/x", "vcs_info": {"vcs": ["git"], "commit_id": 3, "requested_revision": {}}},
    {"url": "file:///" + "../" * 5000, "dir_info": {"editable": "yes"}},
    {"url": "https://h", "vcs_info": "git", "archive_info": "x", "subdirectory": 7},
]


@pytest.mark.parametrize(
    "line",
    [
        "flask @ https://h/x.zip#sha256=ab",
        "git+https://h/x@main#egg=flask",
        "-e git+https://h/x@v#egg=flask",
        "-e .",
        ".",
    ],
)
@pytest.mark.parametrize("direct_url", HOSTILE_URLS, ids=lambda value: str(value)[:30].replace("\0", "NUL"))
def test_hostile_direct_urls(project: Path, line: str, direct_url: object) -> None:
    """direct_url.json may hold anything; no password that it holds is repeated."""
    (project / "pyproject.toml").write_text('[project]\nname = "flask"\nversion = "2.0"\n')
    (info,) = project.glob(".venv/lib/*/site-packages/flask-2.0.dist-info")
    (info / "direct_url.json").write_text(json.dumps(direct_url))
    (project / "requirements.txt").write_text(f"{line}\nclick>=1\n")
    report = check(project)
    assert report.verdict in ("drift", "unknown") or report.notes
    assert all("secret" not in render_report(report, form, verbose=True) for form in FORMATS)


@pytest.mark.parametrize(
    "text",
    [
        "[project]\nname = 3\ndependencies = 4\noptional-dependencies = 5\nrequires-python = []\ndynamic = 1\n",
        '[project]\nname = "\\u001b[31m"\ndependencies = ["\\u0000", 3]\n',
        "[project]\nx = " + "[" * 5000,
        f'[project]\nname = "flask"\nrequires-python = ">={DIGITS}"\ndependencies = ["click=={DIGITS}"]\n',
        "[project]\n" + "a." * 5000 + "b = 1\n",
        "[project\n",
        '[project]\nname = "flask"\noptional-dependencies = { a = 1, b = ["x y"] }\n',
    ],
    ids=lambda text: text[:30],
)
def test_hostile_pyproject(project: Path, text: str) -> None:
    """A declared folder's pyproject.toml may hold anything."""
    folder = project / "p"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(text)
    (project / "requirements.txt").write_text("-e ./p\nclick\n")
    assert judge(project) in ("drift", "unknown")


def test_no_regular_files(project: Path) -> None:
    """Pipes, devices and folders in the places of files are not waited for."""
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.mkdir()):
        for path in (project / "requirements.txt", project / "pyproject.toml"):
            make(path)
        assert judge(project) == "unknown"
        for path in (project / "requirements.txt", project / "pyproject.toml"):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def test_random_bytes(project: Path) -> None:
    """Files of random bytes, whole checks of them: no traceback, and no clean where pip would refuse."""
    chance = random.Random(7)
    pieces = [
        b"flask",
        b"==2.0",
        b"\n",
        b"-r ",
        b"-e ",
        b"; ",
        b"[",
        b"]",
        b"@",
        b"://",
        b"\xff",
        b"\0",
        b"#",
        b"\\\n",
        b"'",
    ]
    path = project / "requirements.txt"
    for _ in range(2500):
        if chance.random() < 0.5:
            path.write_bytes(chance.randbytes(chance.randrange(40)))
        else:
            path.write_bytes(b"".join(chance.choices(pieces, k=chance.randrange(12))))
        report = check(project)
        if any(problem.refused for problem in report.declarations.problems):
            assert report.verdict != "clean"
