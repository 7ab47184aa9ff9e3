"""Which folder declares, which environment is checked, and how a report names files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drift.support import by_hand
from stepin.drift import check
from stepin.drift.engine import locate
from stepin.drift.model import Report
from stepin.drift.report.formats import FORMATS, render_report
from stepin.hook import NAMES


@pytest.fixture
def monorepo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one environment, two services that declare, and a folder that does not."""
    root = tmp_path / "repo"
    for name in (".git", "svc/src", "other"):
        (root / name).mkdir(parents=True)
    (root / "requirements.txt").write_text("web==1.0\ncore==1.0\n")
    (root / "svc" / "requirements.txt").write_text("web==2.0\n")
    by_hand.environment(root, web="1.0", core="1.0")
    monkeypatch.chdir(root)
    return root


def codes(report: Report) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.name) for finding in report.findings]


@pytest.mark.parametrize(
    ("folder", "declares"), [("", ""), ("svc", "svc"), ("svc/src", "svc"), ("other", ""), ("../repo/svc", "svc")]
)
def test_the_nearest_folder_declares_and_the_nearest_environment_is_checked(
    monorepo: Path, folder: str, declares: str
) -> None:
    root, env = locate(str(monorepo / folder), None, NAMES)
    assert (root, env) == (str(monorepo / declares), str(monorepo / ".venv"))
    report = check(monorepo / folder)
    assert codes(report) == ([("version", "web")] if declares else [])


def test_a_service_with_an_environment_but_no_file(monorepo: Path) -> None:
    """The repository's file declares; the service's environment is checked."""
    by_hand.environment(monorepo / "other", web="3.0")
    assert codes(check(monorepo / "other")) == [("version", "web"), ("missing", "core")]


def test_nothing_above_the_repository_declares(monorepo: Path) -> None:
    (monorepo.parent / "requirements.txt").write_text("absent\n")
    (monorepo / "requirements.txt").unlink()
    assert check(monorepo / "other").trouble


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_the_active_environment_where_there_is_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    (tmp_path / "shop" / "requirements.txt").write_text("web==2.0\n")
    env = by_hand.environment(tmp_path / "elsewhere", web="1.0")
    if variable == "CONDA_PREFIX":
        (env / "conda-meta").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    assert locate(None, None, NAMES, {variable: str(env)}) == (str(tmp_path / "shop"), str(env))
    assert locate(None, None, NAMES, {variable: "relative"})[1] is None
    assert locate(None, None, NAMES, {variable: str(tmp_path)})[1] is None
    report = check(environ={variable: str(env)})
    text = render_report(report, "text")
    assert text.splitlines()[0] == f"environment: {env}"
    own = by_hand.environment(tmp_path / "shop", web="2.0")
    assert locate(None, None, NAMES, {variable: str(env)})[1] == str(own)


def test_paths_in_text_are_relative_to_the_working_directory(monorepo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(monorepo / "svc" / "src")
    report = check()
    line = ": web 1.0 is installed, ==2.0 is declared"
    assert render_report(report, "text").splitlines()[0] == "../requirements.txt:1" + line


def test_paths_in_machine_formats_are_relative_to_the_repository(monorepo: Path) -> None:
    report = check(monorepo / "svc")
    for form in ("github", "sarif", "junit"):
        assert "svc/requirements.txt" in render_report(report, form)
    assert '"uri": "requirements.txt"' in render_report(report, "sarif", relative_to=str(monorepo / "svc"))
    document = json.loads(render_report(report, "json"))
    assert (document["project"], document["files"]) == (str(monorepo / "svc"), ["requirements.txt"])


def test_files_that_contradict_themselves(tmp_path: Path) -> None:
    """No command can satisfy both lines: pip refuses them. Both are named."""
    env = by_hand.environment(tmp_path, aa="2.0")
    by_hand.install(env, "bb", "1.0", ("aa<2",))
    (tmp_path / "requirements.txt").write_text("aa==2.0\nbb==1.0\n")
    report = check(tmp_path)
    assert [(one.message, one.line, one.fix) for one in report.findings] == [
        ("bb 1.0 needs aa<2, but requirements.txt:1 declares aa==2.0", 2, None)
    ]
    assert report.fix is None


def test_constraints_that_cannot_be_read(tmp_path: Path) -> None:
    """They are reported; the other lines have their verdicts, and extras are found."""
    env = by_hand.environment(tmp_path, aa="2.0", bb="1.0", stray="1.0")
    by_hand.install(env, "cc", "1.0", ("bb",))
    (tmp_path / "requirements.txt").write_text("-c https://localhost/c.txt\naa==1.0\nbb==1.0\ncc==1.0\n")
    report = check(tmp_path)
    assert codes(report) == [("unknown", None), ("version", "aa"), ("extra", "stray")]
    assert check(tmp_path, ignore=["aa", "stray", "code:unknown"]).verdict == "clean"


def test_a_fresh_clone_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed: that is reported once, and every requirement is in the other formats."""
    monkeypatch.chdir(tmp_path)
    by_hand.environment(tmp_path, pip="25.0")
    (tmp_path / "requirements.txt").write_text("".join(f"p{number}==1.0\n" for number in range(296)))
    report = check(tmp_path)
    assert len(report.findings) == 296
    assert render_report(report, "text").splitlines() == [
        "requirements.txt: none of 296 requirements are installed",
        "to fix it, run:",
        "  .venv/bin/python -m pip install -r requirements.txt",
    ]
    assert len(render_report(report, "text", verbose=True).splitlines()) > 296
    assert all(render_report(report, form) for form in FORMATS)


def test_a_merge_conflict_is_named(tmp_path: Path) -> None:
    by_hand.environment(tmp_path, aa="2.0")
    (tmp_path / "requirements.txt").write_text("<<<<<<< HEAD\naa==2.0\n=======\naa==1.0\n>>>>>>> other\n")
    report = check(tmp_path)
    assert [(one.code, one.message, one.line) for one in report.findings] == [
        ("unknown", "pip refuses this: has an unresolved merge conflict", 1)
    ]


def test_a_copied_environment_is_broken(tmp_path: Path) -> None:
    """Its pip installs into the original. Python 3.11 and later write the place into pyvenv.cfg, all write scripts."""
    (tmp_path / "requirements.txt").write_text("web\n")
    env = by_hand.environment(tmp_path, web="1.0")
    config = env / "pyvenv.cfg"
    text = config.read_text()
    for place, expected in ((env, []), (tmp_path / "original" / ".venv", [("broken", None)])):
        config.write_text(f"{text}command = /usr/bin/python3 -m venv --prompt x {place}\n")
        assert codes(check(tmp_path)) == expected
    report = check(tmp_path)
    assert report.findings[0].message == f"the environment was created in {tmp_path}/original/.venv and copied or moved"
    assert (report.fix or "").startswith("python3.11 -m venv --clear .venv && ")
    config.write_text(text)
    for shebang, expected in (
        (f"#!{env}/bin/python", []),
        ("#!/usr/bin/env python", []),
        ("#!/elsewhere/.venv/bin/python3.11", [("broken", None)]),
        ('#!/bin/sh\n\'\'\'exec\' "/elsewhere/.venv/bin/python" "$0" "$@"', [("broken", None)]),
    ):
        (env / "bin" / "pip").write_text(f"{shebang}\n# -*- coding: utf-8 -*-\n")
        assert codes(check(tmp_path)) == expected, shebang
