"""Markers are judged as packaging judges them where all is known, and never wrongly where something is not."""

from __future__ import annotations

import itertools
import sys
import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

from drift.markers.strategies import VALUES, environments, extras, markers
from stepin.drift.model import Target
from stepin.drift.pep508 import trees
from stepin.drift.pep508.markers import evaluate_marker

KNOWN = {
    "python_version": "3.11",
    "python_full_version": "3.11.7",
    "implementation_version": "3.11.7",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "os_name": "posix",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "platform_release": "6.1",
    "platform_version": "#1",
}
quickly = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def target(variables: dict[str, str], python: str | None = "3.11", full: str | None = "3.11.7") -> Target:
    return Target("/env", "venv", python, full, variables, (), False, None, None, None, None)


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in KNOWN.items() if name not in names}


def as_packaging(text: str, variables: dict[str, str], asked: frozenset[str]) -> bool | None:
    """Judge a marker the way pip does with packaging; None where it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            marker = Marker(text)
            # Every context, even where one has decided: we say None for each that packaging refuses.
            results = [marker.evaluate({**variables, "extra": extra}) for extra in asked or [""]]
        except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
            return None
    return any(results)


@settings(quickly, max_examples=1200)
@given(markers, environments, extras)
def test_all_known_is_packaging(text: str, variables: dict[str, str], asked: frozenset[str]) -> None:
    """From text or from a Marker, for any environment and extras: packaging's answer, None where it has none."""
    expected = as_packaging(text, variables, asked)
    assert evaluate_marker(text, target({**variables, "python_full_version": repaired(variables)}), asked) is expected


def repaired(variables: dict[str, str]) -> str:
    """target.read_target() does to "3.12.1+" what packaging does when it evaluates."""
    full = variables["python_full_version"]
    return f"{full}local" if full.endswith("+") else full


@settings(quickly, max_examples=500)
@given(markers)
def test_tree_of_text_is_tree_of_marker(text: str) -> None:
    """The quick way from text to a tree, and packaging's, lead to the same: a cache may hold either."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            marker = Marker(text)
        except InvalidMarker:
            with pytest.raises(trees.InvalidDependencyError):
                trees.parse_marker(text)
            return
    assert trees.parse_marker(text) == trees.marker_tree(marker)


@settings(quickly, max_examples=250)
@given(markers, environments, st.sets(st.sampled_from(sorted(VALUES)), min_size=1, max_size=2))
def test_what_is_said_in_doubt_holds_whatever_the_unknown_is(
    text: str, variables: dict[str, str], unknown: set[str]
) -> None:
    """True and False are said only where every value of what is unknown leads there."""
    variables["python_full_version"] = repaired(variables)
    said = evaluate_marker(text, target({name: value for name, value in variables.items() if name not in unknown}))
    if said is None:
        return
    for values in itertools.product(*(VALUES[name] for name in sorted(unknown))):
        world = {**variables, **dict(zip(sorted(unknown), values, strict=True))}
        world["python_full_version"] = repaired(world)
        assert evaluate_marker(text, target(world)) is said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("platform_machine == 'arm64'", None),
        ("platform_machine == 'arm64' and os_name == 'nt'", False),
        ("platform_machine == 'arm64' or os_name == 'posix'", True),
        ("platform_machine == 'arm64' or os_name == 'nt'", None),
        ("platform_machine == 'arm64' and os_name == 'posix'", None),
        ("(platform_machine == 'arm64' or os_name == 'nt') and extra == 'x'", False),
    ],
)
def test_unknown_matters_only_where_it_decides(text: str, expected: bool | None) -> None:
    assert evaluate_marker(text, target(without("platform_machine"))) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python_full_version >= '3.11'", True),
        ("python_full_version >= '3.11.4'", None),
        ("python_full_version < '3.11.0'", False),
        ("python_full_version >= '3.12'", False),
        ("python_full_version < '3.11.4' or python_full_version >= '3.11.4'", True),
        ("python_full_version != '3.11.3'", None),
        ("implementation_version < '3.12'", True),
        ("implementation_version == python_full_version", False),
    ],
)
def test_patch_unknown_is_judged_over_all_patches(text: str, expected: bool | None) -> None:
    """Where X.Y alone is known, a marker that all its patch releases agree on is not unknown."""
    variables = without("python_full_version", "implementation_version")
    assert evaluate_marker(text, target(variables, full=None)) is expected


def test_patch_unknown_of_another_implementation() -> None:
    """PyPy's own version is not the language's: it stays unknown."""
    variables = without("python_full_version", "implementation_version") | {"implementation_name": "pypy"}
    assert evaluate_marker("implementation_version >= '3'", target(variables, full=None)) is None


def test_python_unknown() -> None:
    variables = without("python_version", "python_full_version", "implementation_version")
    assert evaluate_marker("python_version >= '3'", target(variables, None, None)) is None
    assert evaluate_marker("python_version >= '3' or os_name == 'posix'", target(variables, None, None)) is True


@pytest.mark.parametrize(("asked", "expected"), [((), False), (("dev",), True), (("a",), False), (("a", "dev"), True)])
def test_extras(asked: tuple[str, ...], expected: bool) -> None:
    """A marker holds if it does for any of the extras that are asked for; names are compared normalized."""
    for text in ("extra == 'dev'", "extra == 'Dev'", "'dev' == extra"):
        assert evaluate_marker(text, target(KNOWN), frozenset(asked)) is expected


def test_no_marker_always_holds() -> None:
    assert evaluate_marker(None, target({}, None, None)) is True


@pytest.mark.parametrize(
    "text",
    [
        "python_version ~= 'x'",
        "os_name ~= 'posix'",
        "os_name === 'posix'",
        "'a' == 'a'",
        "extras == 'a'",
        "'a' in dependency_groups",
        "python_version >= '3." + "1" * 5000 + "'",
        "(" * 5000 + "os_name == 'posix'" + ")" * 5000,
        "os_name == 'posix' and " * 20000 + "os_name == 'posix' and",
        "'" * 9999,
        "\0",
        "",
    ],
    ids=range(12),
)
def test_what_packaging_refuses_is_unknown(text: str) -> None:
    """Whatever pip would stop at: never a traceback, never a guess."""
    assert evaluate_marker(text, target(KNOWN)) is None


def test_a_refused_comparison_spoils_all() -> None:
    """packaging evaluates every part, so pip fails even where another part would have decided."""
    assert evaluate_marker("os_name == 'posix' or os_name ~= 'posix'", target(KNOWN)) is None


def test_a_long_chain_is_judged() -> None:
    text = " or ".join(["os_name == 'nt'"] * 5000 + ["os_name == 'posix'"])
    assert evaluate_marker(text, target(KNOWN)) is True


def test_odd_string_literals_warn_nobody(recwarn: Any) -> None:
    """A backslash in somebody's METADATA makes Python's compiler warn; not on our user's terminal."""
    assert evaluate_marker(r"os_name == '\p'", target(KNOWN)) is False
    assert not recwarn.list


def test_plain_markers_load_no_packaging() -> None:
    """A check whose markers are all plain strings pays for no import of packaging's parser."""
    import subprocess

    script = (
        'import sys; from stepin.drift.pep508 import trees; trees.parse_marker(\'os_name == "nt" and extra == "x"\');'
        "sys.exit(any(name.startswith('packaging.') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-I", "-c", script]).returncode == 0
