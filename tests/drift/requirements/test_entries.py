"""What is promised of each field, said without pip: these stay true where pip is not installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stepin.drift.declared.requirements import read_requirement_files
from stepin.drift.model import Declarations, Requirement


def read_text(text: str, folder: Path, environ: dict[str, str] | None = None) -> Declarations:
    path = folder / "requirements.txt"
    path.write_bytes(text.encode())
    return read_requirement_files([str(path)], root=str(folder), environ=environ)


def only(text: str, folder: Path, environ: dict[str, str] | None = None) -> Requirement:
    declared = read_text(text, folder, environ)
    assert not declared.problems
    (one,) = declared.requirements
    return one


def test_names_and_extras_are_normalised(tmp_path: Path) -> None:
    one = only("Zope.Interface[Test_Extra,a.B]>=1", tmp_path)
    assert (one.name, one.extras) == ("zope-interface", frozenset({"test-extra", "a-b"}))


def test_specifiers_and_markers_are_packaging_s(tmp_path: Path) -> None:
    one = only("flask <3, >= 2 ; python_version<'3.8' or (os_name=='nt')", tmp_path)
    assert str(one.specifier) == "<3,>=2"
    assert str(one.marker) == 'python_version < "3.8" or os_name == "nt"'


def test_a_plain_entry_is_read_as_packaging_reads_it(tmp_path: Path) -> None:
    """The shortcut for plain entries is no other reading: a space before the operator leads past it."""
    for text in (
        "flask==2.3.1",
        "flask==2",
        "a.b_c==1.0rc1.post2.dev3",
        "x==1.0.post1 ; os_name=='a'",
        "Fl.ask[A_b,c.D]>=1.0,<2,!=1.5,~=1.4",
        "x[a]>1",
        "x<=9",
    ):
        one = only(text, tmp_path)
        slow = only(re.sub("[=<>!~]", r" \g<0>", text, count=1), tmp_path)
        assert one._replace(raw="") == slow._replace(raw="")
        assert str(one.specifier) == str(slow.specifier)


def test_the_first_physical_line_is_told_and_the_line_as_written(tmp_path: Path) -> None:
    one = only("\n# why\nflask \\\n  ==2.0 \\\n  --hash=sha256:AB  # note\n", tmp_path)
    assert (one.line, one.raw) == (3, "flask   ==2.0   --hash=sha256:AB")
    assert one.hashes == {"sha256:ab"}


def test_a_password_is_in_neither_url_nor_raw(tmp_path: Path) -> None:
    environ = {"TOKEN": "t0ps3cret"}
    for text in (
        "x @ https://user:t0ps3cret@h/x.zip",
        "git+https://t0ps3cret@h/r.git#egg=x",
        "-e git+https://user:t0ps3cret@h/r.git#egg=x",
        "https://${TOKEN}@h/x.zip",
        "x @ https://user:${TOKEN}@h/x.zip",
    ):
        one = only(text, tmp_path, environ)
        assert "t0ps3cret" not in repr(one)
        assert "****@h/" in (one.url or "")
        assert one.raw == text.replace("t0ps3cret", "****")


def test_a_variable_that_is_not_known_makes_its_line_unknown(tmp_path: Path) -> None:
    for text in ("flask==${VERSION}", "-r ${FILE}.txt", "-e ${DIR}", "flask --hash=${HASH}", "${X}", "--hash=${HASH}"):
        declared = read_text(f"{text}\nclick\n", tmp_path)
        assert [(problem.refused, problem.line) for problem in declared.problems] == [(False, 1)], text
        assert [one.name for one in declared.requirements] == ["click"]


def test_a_variable_that_changes_nothing_declared_is_no_problem(tmp_path: Path) -> None:
    text = (
        "--index-url https://${USER}:${TOKEN}@h/simple\n-f ${LINKS}\nx @ https://${USER}:${TOKEN}@h/x.zip\n# ${OLD}\n"
    )
    one = only(text, tmp_path)
    assert (one.name, one.url) == ("x", "https://%24%7BUSER%7D:****@h/x.zip")


def test_a_variable_that_is_set_to_nothing_stays(tmp_path: Path) -> None:
    assert read_text("flask${X}", tmp_path, {"X": ""}).problems[0].refused
    assert only("flask${X}", tmp_path, {"X": "==1"}).name == "flask"


def test_variables_cannot_make_a_line_grow_without_end(tmp_path: Path) -> None:
    for text in ("${X}" * 1001, "flask " + "${X}" * 900):
        declared = read_text(text, tmp_path, {"X": "y" * 5000})
        assert [problem.refused for problem in declared.problems] == [False]


def test_config_settings_are_kept_in_order(tmp_path: Path) -> None:
    one = only("flask --config-settings a=1 -C b=x -C a=2", tmp_path)
    assert one.config_settings == (("a", ("1", "2")), ("b", ("x",)))


def test_a_wheel_s_name_and_version_are_its_file_s(tmp_path: Path) -> None:
    one = only("https://h/Foo_Bar-1.0+l1-py3-none-any.whl", tmp_path)
    assert (one.name, str(one.specifier), one.path) == ("foo-bar", "==1.0+l1", None)


def test_a_local_path_is_told_whether_or_not_it_is_there(tmp_path: Path) -> None:
    one = only("x @ file:../%C3%BC/p#egg=y", tmp_path)
    assert (one.url, one.path) == ("file:../%C3%BC/p#egg=y", str(tmp_path.parent / "ü" / "p"))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("flask=1.0", "has =, which is not an operator; use =="),
        ("flask==1.0 bogus", "is not a valid requirement: "),
        ("--frobnicate", "has an option that is not allowed in a requirement file"),
        ("-e https://h/x.zip#egg=x", "-e needs a folder"),
        ("./gone/", "is not a valid requirement: "),
        ("flask --hash=md5:0", "has a --hash that is not sha256"),
    ],
)
def test_a_refusal_says_why_in_one_line_without_the_file_s_words(text: str, hint: str, tmp_path: Path) -> None:
    (problem,) = read_text(text, tmp_path).problems
    assert problem.refused
    assert problem.message.startswith(hint)
    assert "\n" not in problem.message
    for word in ("flask", "bogus", "frobnicate", "gone"):
        assert word not in problem.message


@pytest.mark.filterwarnings("error")
def test_an_escape_that_python_warns_of_says_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    one = only("flask ; os_name == '\\d'", tmp_path)
    assert str(one.marker) == 'os_name == "\\d"'
    read_text("# coding: unicode_escape\nflask ; os_name == '\\d'", tmp_path)
    assert capfd.readouterr() == ("", "")
