"""The pure core on values made by hand: what an unknown decides, what is told once, and in which order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stepin.drift.compare import extras, lookups
from stepin.drift.compare.comparison import find_differences
from stepin.drift.declared.requirements import read_requirement_files
from stepin.drift.model import (
    Comparison,
    Declarations,
    Details,
    Distribution,
    Fault,
    Installed,
    Problem,
    Requirement,
    Target,
)
from stepin.drift.pep508 import dependency, trees

Look = Callable[..., Comparison]


def target(**changes: object) -> Target:
    """A Linux environment of Python 3.11 whose patch release is not known."""
    variables = {
        "python_version": "3.11",
        "sys_platform": "linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    one = Target("/e", "venv", "3.11", None, variables, (), False, "/e/bin/python", "/usr", "present", None)
    return one._replace(**changes)  # type: ignore[arg-type]


def dist(
    name: str, version: str | None = "1.0", *requires: str, python: str | None = None, **more: object
) -> Distribution:
    extras = frozenset(str(extra) for extra in more.get("extras", ()))  # type: ignore[attr-defined]
    details = Details(tuple(map(dependency.parse_dependency, requires)), python, extras, faults=more.get("faults", ()))  # type: ignore[arg-type]
    return Distribution(name, version, f"/e/{name}.dist-info", bool(more.get("inherited")), details=details)


def declared(text: str, tmp_path_factory: pytest.TempPathFactory) -> Declarations:
    path = tmp_path_factory.mktemp("declared") / "r.txt"
    path.write_text(text)
    return read_requirement_files([str(path)], root="/nowhere", environ={})


@pytest.fixture
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    def look(text: str, *distributions: Distribution, strict: bool = False, where: Target | None = None) -> Comparison:
        declarations = declared(text, tmp_path_factory)
        there = Installed(distributions, (), ())
        here = where or target()
        found = find_differences(declarations, there, here, lookups.NOTHING)
        if not (strict or found.complete_freeze):
            return found
        by_name = {one.name: one for one in distributions}
        undeclared = extras.without_wanted(found.undeclared, (), by_name, here)
        return found._replace(findings=(*found.findings, *extras.extra_findings(undeclared, by_name, here)))

    return look


def told(comparison: Comparison) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.name) for finding in comparison.findings]


# True or False by the patch release of Python 3.11, which is not known.
UNSURE = 'python_full_version >= "3.11.4"'


def test_an_unknown_matters_only_where_it_decides(look: Look) -> None:
    """Whether the line applies cannot be told: `unknown` where it would be drift, nothing where it is met."""
    assert told(look(f"x==1.0; {UNSURE}\ny", dist("x"), dist("y"))) == []
    assert told(look(f"x==2.0; {UNSURE}\ny", dist("x"), dist("y"))) == [("unknown", "x")]
    assert told(look(f"x; {UNSURE}\ny", dist("y"))) == [("unknown", "x")]
    assert told(look(f'x; {UNSURE} and sys_platform == "win32"\ny', dist("y"))) == []
    assert told(look(f'x; {UNSURE} or sys_platform == "linux"\ny', dist("y"))) == [("missing", "x")]


def test_an_unknown_dependency(look: Look) -> None:
    """The same of Requires-Dist, and of what is reached through it alone."""
    assert told(look("x", dist("x", "1.0", f"y; {UNSURE}"))) == [("unknown", "y")]
    assert told(look("x", dist("x", "1.0", f"y; {UNSURE}"), dist("y", "1.0", "z"))) == [("unknown", "z")]
    assert told(look("x\ny", dist("x", "1.0", f"y; {UNSURE}"), dist("y", "1.0", "z"))) == [("transitive", "z")]
    extra = look("x", dist("x", "1.0", f"y; {UNSURE}"), dist("y"), strict=True)
    assert told(extra) == [], "what may be needed is no extra"


def test_requires_python(look: Look) -> None:
    """Judged for all patch releases where the environment's is not known; only of what is needed."""
    assert told(look("x", dist("x", python=">=3.8"))) == []
    assert told(look("x", dist("x", python=">=3.12"))) == [("python", "x")]
    assert told(look("x", dist("x", python=">=3.11.4"))) == [("unknown", "x")]
    assert told(look("x", dist("x", python=">=3.11.4"), where=target(full_version="3.11.7"))) == []
    assert told(look("x", dist("x"), dist("y", python=">=3.12"))) == []


def test_what_is_replaced_is_not_looked_into(look: Look) -> None:
    """Where another version is declared, what the installed one needs no longer matters; another way there does."""
    assert told(look("x==2.0", dist("x", "1.0", "y", python=">=3.99"))) == [("version", "x")]
    assert told(look("x==2.0\nz", dist("x", "1.0", "y"), dist("z", "1.0", "y"))) == [
        ("version", "x"),
        ("transitive", "y"),
    ]
    assert told(look("x==2.0\nz", dist("x"), dist("z", "1.0", "x"), strict=True)) == [("version", "x")]


def test_a_chain_and_a_ring(look: Look) -> None:
    """Dependencies of dependencies, and some that need each other."""
    ring = [dist("a", "1.0", "b"), dist("b", "1.0", "c", "a"), dist("c", "1.0", "a", "d>=2")]
    assert told(look("a", *ring, dist("d", "2.0"))) == []
    conflict = look("a", *ring, dist("d", "1.0"))
    assert [finding.message for finding in conflict.findings] == ["c 1.0 needs d>=2, 1.0 is installed"]
    assert conflict.findings[0].line == 1


def test_extras_ask_for_themselves_and_each_other(look: Look) -> None:
    """`x[all]` is `x[a,b]`: the extras' own needs, with the base's, each once."""
    x = dist("x", "1.0", 'x[a,b]; extra == "all"', 'y; extra == "a"', 'z; extra == "b"', extras=("a", "b", "all"))
    assert told(look("x[all]", x)) == [("transitive", "y"), ("transitive", "z")]
    assert told(look("x", x)) == []
    assert told(look("w", dist("w", "1.0", "x[a]"), x)) == [("transitive", "y")]


def test_missing_is_told_once(look: Look) -> None:
    """Two lines, and two that need it: one finding, at the first line that asks."""
    found = look("a\nm>=1\nb\nm<3", dist("a", "1.0", "m"), dist("b", "1.0", "m"))
    assert [(finding.code, finding.line) for finding in found.findings] == [("missing", 2)]
    found = look("a\nb", dist("a", "1.0", "m>=2"), dist("b", "1.0", "m"))
    assert [finding.message for finding in found.findings] == ["a 1.0 needs m>=2, which is not installed"]


def test_a_version_that_cannot_be_read(look: Look) -> None:
    """It is told as broken, and not a second time as a conflict."""
    fault = Fault("broken", "invalid", "x", "x: no version", "/e/x")
    found = look("x==1.0\ny", dist("x", None, faults=(fault,)), dist("y", "1.0", "x>=3"))
    assert told(found) == [("broken", "x")]


def test_faults_of_what_is_inherited_are_not_ours(look: Look) -> None:
    """A broken distribution of the base cannot be fixed here."""
    fault = Fault("broken", "truncated", "y", "y: no METADATA", "/usr/y")
    assert told(look("x", dist("x"), dist("y", faults=(fault,), inherited=True))) == []


def test_problems_are_unknown(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What could not be read in the files is told with its line, beside what could."""
    problems = (Problem("names a URL, which is not fetched", "/r.txt", 3, False), Problem("x", "/r.txt", 4, True))
    declarations = declared("x==2", tmp_path_factory)._replace(problems=problems)
    found = find_differences(declarations, Installed((dist("x"),), (), ()), target(), lookups.NOTHING)
    assert told(found) == [("unknown", None), ("unknown", None), ("version", "x")]
    assert found.findings[0].message == "this cannot be determined: names a URL, which is not fetched"
    assert not found.complete_freeze


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("gone", "the Python that the environment was made from is gone (/usr)"),
        ("other", "the environment was made for Python 3.11, /usr is now 3.12"),
    ],
)
def test_the_base(look: Look, state: str, message: str) -> None:
    """The interpreter that the environment was made from is gone, or is another one now."""
    found = look("x", dist("x"), where=target(base_state=state, base_python="3.12"))
    assert [finding.message for finding in found.findings] == [message]


def test_seeds_and_the_inherited_are_never_extra(look: Look) -> None:
    """What every environment has, and what it does not hold itself."""
    seeds = [dist(name) for name in ("pip", "setuptools", "wheel")]
    found = look("x==1.0\nz==1.0", dist("x"), dist("z"), *seeds, dist("base", inherited=True), dist("stray"))
    assert told(found) == [("extra", "stray")]


def test_no_url_is_dereferenced_without_need() -> None:
    """A requirement without URL ignores direct_url.json: a local wheel, conda's, an editable all satisfy a version."""
    urls = (
        {"url": "file:///x.whl", "archive_info": {}},
        {"url": "file:///croot/x", "dir_info": {}},
        {"url": "file:///x", "dir_info": {"editable": True}},
        {"url": "https://h/x.git", "vcs_info": {"vcs": "git", "commit_id": "a" * 40}},
    )
    line = Requirement("x", "==1.0", frozenset(), None, None, False, False, frozenset(), "x==1.0", "/r.txt", 1)
    for url in urls:
        details = Details(direct_url=url, editable=bool(url.get("dir_info", {}).get("editable")))  # type: ignore[attr-defined]
        there = Installed((Distribution("x", "1.0", "/e/x.dist-info", details=details),), (), ())
        found = find_differences(Declarations((line,), (), ("/r.txt",)), there, target(), lookups.NOTHING)
        assert found.findings == ()


def test_a_deep_chain_needs_no_recursion(look: Look) -> None:
    """Ten thousand distributions, each needing the next: no recursion limit is met."""
    chain = [dist(f"n{number}", "1.0", f"n{number + 1}") for number in range(10_000)]
    assert told(look("n0", *chain)) == [("transitive", "n10000")]


def test_a_marker_tree_is_what_requires_has() -> None:
    """The quick look at `extra == "x"` sees the trees as the reader makes them."""
    assert dependency.parse_dependency('y; extra == "a"').is_of_extra
    assert not dependency.parse_dependency('y; extra == "a" and os_name == "nt"').is_of_extra
    assert not dependency.parse_dependency("y").is_of_extra
    assert trees.parse_marker('extra == "a"')[0] == "extra"
