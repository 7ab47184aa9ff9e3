"""The promise that every format stays valid and harmless, whatever names and messages hold."""

from __future__ import annotations

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stepin import schemas
from stepin.drift.engine import CODES
from stepin.drift.model import Declarations, Finding, Note, Report, Requirement
from stepin.drift.report import sarif
from stepin.drift.report.formats import FORMATS, render_report

SCHEMA = json.loads(Path(schemas.__file__).with_name("check-1.json").read_text())

# Everything that a file may hold: any character, lone surrogates (bytes that are no UTF-8) among them.
texts = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x00\x07\x1b\n\r\x7f\x85\x9b\u202e\u2066\u2028\ufffe\udcff\ud800%:,<>&\"']]>"),
    ),
    max_size=30,
)
codes = st.sampled_from(CODES)
findings = st.builds(
    Finding,
    codes,
    st.none() | texts,
    texts,
    st.none() | texts,
    st.none() | texts,
    st.none() | texts.map(lambda name: "/p/" + name.replace("\0", "")),
    st.none() | st.integers(1, 10**6),
    st.none() | texts,
)


def report(*found: Finding, files: tuple[str, ...] = ("/p/requirements.txt",)) -> Report:
    return Report(
        "drift" if found else "clean",
        "/p",
        None,
        Declarations((), (), files),
        False,
        found,
        found,
        tuple(Note(finding.message, finding.file, finding.line) for finding in found),
        None,
    )


def check_is_harmless(text: str) -> None:
    """Assert that a text holds nothing that a terminal obeys, or that hides."""
    bad = {c for c in text if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or 0x202A <= ord(c) <= 0x202E}
    bad |= {c for c in text if 0x2066 <= ord(c) <= 0x2069}
    assert bad <= {"\n"}


@given(st.lists(findings, max_size=3))
@settings(max_examples=400, derandomize=True, deadline=None)
@example([Finding("version", "a\x1b]0;x\x07", "m\x9b31m\u202e", None, None, "/p/\x1b[2J\n::error::x", 1, None)])
def test_whatever_files_hold(found: list[Finding]) -> None:
    """JSON and SARIF parse, JUnit is XML, and no format hands a control character on."""
    one = report(*found)
    for form in FORMATS:
        check_is_harmless(render_report(one, form, verbose=True))
    document = json.loads(render_report(one, "json"))
    jsonschema.validate(document, SCHEMA)
    assert [finding["message"] for finding in document["findings"]] == [finding.message for finding in found]
    results = json.loads(render_report(one, "sarif"))["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == [finding.code for finding in found]
    root = ET.fromstring(render_report(one, "junit"))
    cases = root.findall("./testsuite/testcase")
    assert int(root.get("tests", "")) == len(cases)
    assert len(cases) >= max(1, len(found))


@given(st.lists(findings, max_size=3))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_one_annotation_a_finding(found: list[Finding]) -> None:
    """No message and no file name can begin a workflow command of its own, or a further property."""
    lines = render_report(report(*found), "github").split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(found)
    for line in lines:
        assert re.fullmatch(r"::(error|warning) title=[^,:]*(,file=[^,:]*)?(,line=\d+)?::.*", line), line


def test_github_escapes_as_the_runner_unescapes() -> None:
    """actions/toolkit's own escapes, so that the runner shows what was meant."""
    finding = Finding("version", "x", "100% of\r\nit: a, b", None, None, "/p/a:b,c%.txt", 3, None)
    expected = "::error title=stepin%3A version,file=a%3Ab%2Cc%25.txt,line=3::100%25 of%0D%0Ait: a, b\n"
    assert render_report(report(finding), "github") == expected


def test_sarif_has_every_code_and_a_place_for_all() -> None:
    """Code scanning refuses a result without a place: what no line asks for is told at the first file's begin."""
    assert tuple(sarif.RULES) == CODES
    document = json.loads(render_report(report(Finding("extra", "x", "m", None, None, None, None, None)), "sarif"))
    (location,) = document["runs"][0]["results"][0]["locations"]
    place = location["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "requirements.txt"
    assert place["region"] == {"startLine": 1}


@pytest.mark.parametrize(
    ("file", "uri"), [("/p/a b.txt", "a%20b.txt"), ("/q/c.txt", "../q/c.txt"), ("/p/\udcff", "%FF")]
)
def test_sarif_uris(file: str, uri: str) -> None:
    """A file's name is a relative URI."""
    finding = Finding("version", "x", "m", None, None, file, 3, None)
    result = json.loads(render_report(report(finding), "sarif"))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_junit_of_a_clean_report_has_a_case() -> None:
    """Some readers take a suite without cases for a failure."""
    root = ET.fromstring(render_report(report(), "junit"))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("1", "0", "0")


def test_colour_is_for_terminals_alone() -> None:
    """The only escape sequences are ours, and only when asked for."""
    finding = Finding("version", "x", "m\x1b[0m", None, None, None, None, None)
    assert "\x1b" not in render_report(report(finding), "text")
    painted = render_report(report(finding), "text", color=True)
    assert set(re.findall(r"\x1b\[[0-9;]*[A-Za-z]", painted)) <= {
        "\x1b[1m",
        "\x1b[0m",
        "\x1b[31m",
        "\x1b[33m",
        "\x1b[2m",
    }
    assert "m\\x1b[0m" in painted


def test_json_of_a_requirement() -> None:
    """The shape of `declared`, field by field."""
    one = Requirement(
        "x", "<2,>=1", frozenset({"b", "a"}), None, None, False, True, frozenset({"sha256:bb", "sha256:aa"}),
        "X[a,b]>=1,<2", "/p/sub/c.txt", 4, None, (("key", ("one", "two")),),
    )  # fmt: skip
    document = json.loads(
        render_report(report()._replace(declarations=Declarations((one,), (), ("/p/sub/c.txt",))), "json")
    )
    jsonschema.validate(document, SCHEMA)
    assert document["files"] == ["sub/c.txt"]
    assert document["declared"] == [
        {
            "name": "x",
            "specifier": "<2,>=1",
            "extras": ["a", "b"],
            "marker": None,
            "applies": None,
            "url": None,
            "editable": False,
            "constraint": True,
            "hashes": ["sha256:aa", "sha256:bb"],
            "options": {"config_settings": {"key": ["one", "two"]}},
            "raw": "X[a,b]>=1,<2",
            "file": "sub/c.txt",
            "line": 4,
        }
    ]
