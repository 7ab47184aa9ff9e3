"""What versions of packaging disagree about is unknown, whichever of them is installed.

pip reads a requirement with the packaging that it vendors; that one and the installed one are compared here.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import packaging.markers
import packaging.requirements
import packaging.specifiers
import pytest
from pip._vendor.packaging.markers import Marker as PipMarker
from pip._vendor.packaging.requirements import Requirement as PipRequirement
from pip._vendor.packaging.specifiers import SpecifierSet as PipSpecifierSet

from drift.requirements import oracle
from stepin.drift.declared.entries import parse_line
from stepin.drift.pep508 import dependency, trees, versions
from stepin.drift.pep508.disputed import disputed

DISPUTED = (
    "flask===",
    "flask[a] === ",
    "flask (===)",
    "flask>=1,===",
    "flask===,",
    "flask===\xa0",
    "flask===; os_name == 'x'",
    "flask @ https://h/x\xa0y.zip",
    "flask[a] @\xa0https://h/x.zip",
    "flask~=1.0po\u017ft1",
    "flask~=1.0prev\u0131ew1",
)
AGREED = ("flask===1", "flask @ https://h/x.zip?a===", "flask~=1.0.post1", "flask==1; os_name == '==='")

# All that requirements consist of, and characters that regular expressions are lax about.
WORDS = (
    *("a-b", "\u00e9", "[a]", "[", "]", "(", ")", "@", "https://h/x", ",", ";", "'", '"', "/", "%", "$", "#", "\\"),
    *("==", "===", "~=", ">=", "<", "!=", "~", "1.0", "1.*", "1!2", "v1", "+l.1", "post", "rc1", "dev0", "-1", "_"),
    *("python_version", "os_name", "extra", "extras", "sys.platform", "dependency_groups", "python_implementation"),
    *("in", "not", "and", "or", "'3.8'", '"x"', " ", "\t", "\n", "\x0b", "\x1c", "\x85", "\xa0", "\u2028"),
    *("po\u017ft1", "prev\u0131ew", "\u017f", "\u0131", "\u0130", "\u212a", "\u0663", "\uff11"),
)


@pytest.mark.parametrize("line", DISPUTED)
def test_a_disputed_line_is_unknown(line: str, tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(line)
    ours = oracle.ask_us(str(path), root=str(tmp_path))
    assert ours["unknown"], ours
    assert not ours["refused"], ours
    assert not ours["requirements"], ours
    with pytest.raises(trees.InvalidDependencyError):
        dependency.parse_dependency(line)


@pytest.mark.parametrize("line", AGREED)
def test_a_line_that_all_versions_read_alike_is_not_disputed(line: str) -> None:
    assert disputed(line) is None
    assert parse_line(line, "/").name == "flask"


def test_a_disputed_specifier_allows_neither() -> None:
    assert versions.allows("===", "1.0") is None
    assert versions.allows("~=1.0po\u017ft1", "1.1") is None


def test_versions_of_packaging_disagree_about_nothing_else() -> None:
    """Seeded requirements, markers and specifiers, read by the packaging that pip vendors and by the installed one."""
    chance = random.Random(26)
    for _ in range(15_000):
        few = [chance.choice(WORDS) for _ in range(chance.randint(1, 6))]
        marker = chance.choice(("os_name", "extra", "'a'", "python_version", "(", "")) + "".join(
            part for word in few for part in (word, chance.choice(("", " ")))
        )
        specifier = chance.choice(("==", "~=", ">=", "===", "<")) + "1.0" + "".join(few)
        name = "flask" + chance.choice(("", "[a]", " ", " @ "))
        agree(packaging.markers.Marker, PipMarker, marker)
        agree(packaging.specifiers.SpecifierSet, PipSpecifierSet, specifier)
        for text in (name + "".join(few), name + specifier, f"{name}; {marker}"):
            agree(packaging.requirements.Requirement, PipRequirement, text)


def agree(ours: Callable[[str], Any], pips: Callable[[str], Any], text: str) -> None:
    assert disputed(text) or described(ours, text) == described(pips, text), text


def described(parse: Callable[[str], Any], text: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in a marker that Python does not know
            return str(parse(text))
    except ValueError:
        return "refused"


def test_a_marker_is_read_from_what_packaging_writes() -> None:
    """Guards `trees.marker_tree`, which relies on str(Marker): every operator, operand, quote and nesting."""
    written = {
        "os_name == 'a' and os_name != 'b' or os_name < 'c'": (
            "or",
            ("and", ("os_name", "==", "a", True), ("os_name", "!=", "b", True)),
            ("os_name", "<", "c", True),
        ),
        "os_name == 'a' and (os_name > 'b' or (os_name <= 'c'))": (
            "and",
            ("os_name", "==", "a", True),
            ("or", ("os_name", ">", "b", True), ("os_name", "<=", "c", True)),
        ),
        "'a' in extras": ("extras", "in", "a", False),
        "os.name not  in 'a(\"b) and '": ("os_name", "not in", 'a("b) and ', True),
        '"it\'s" >= os_name': ("os_name", ">=", "it's", False),
        "python_implementation === 'x'": ("platform_python_implementation", "===", "x", True),
        "extra ~= 'A_b'": ("extra", "~=", "a-b", True),
        "os_name == sys_platform": ("os_name", "==", "sys_platform", True),
        "'a' == 'b'": ("b", "==", "a", False),
        "'a\\\\b\\n' == os_name": ("os_name", "==", "a\\b\n", False),
    }
    for text, tree in written.items():
        assert trees.marker_tree(packaging.markers.Marker(text)) == tree, text
