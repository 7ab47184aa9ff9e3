"""Random requirement files about the environment that states.by_pip makes, put to stepin and to pip."""

from __future__ import annotations

import random

from drift.scenarios.run import Disagreement
from drift.scenarios.states import Place
from drift.scenarios.table import Row
from drift.support.oracles import Pip
from stepin.drift import check

NAMES = "solo torchy posty preview web core clash lacky exa marky Zope.Thing_Pkg absent leaf nosuch setuptools".split()  # noqa: SIM905
VERSIONS = "1.0 1 1.1 2.0 2.0rc1 1.0+cu118 1.0.post1 0.9 3.0 1.0.0 1.0.dev1 1!1.0".split()  # noqa: SIM905
OPERATORS = ("==", ">=", "<=", "!=", "~=", ">", "<", "===")
EXTRAS = ("", "", "", "[a]", "[b]", "[a,b]", "[old]", "[none]", "[plat]", "[A]")
MARKERS = (
    *[""] * 6,
    '; python_version >= "3"',
    '; python_version < "3"',
    '; sys_platform == "win32" or os_name == "posix"',
    '; extra == "a"',
    '; platform_python_implementation != "CPython"',
    '; python_full_version ~= "3.0"',
)
REFUSED = (
    "solo ==",
    "--nonsense",
    "solo = 1.0",
    "-e",
    "-r gone.txt",
    "[a]",
    "solo; nonsense",
    "./gone",
    "solo==1.0 --hash=x",
)


def requirement(chance: random.Random) -> str:
    clauses = [chance.choice(OPERATORS) + chance.choice(VERSIONS) for _ in range(chance.choice((0, 0, 1, 1, 1, 2)))]
    if clauses and chance.random() < 0.1:
        clauses = [f"=={chance.choice(VERSIONS)}.*"]
    return chance.choice(NAMES) + chance.choice(EXTRAS) + ",".join(clauses) + chance.choice(MARKERS)


def files(chance: random.Random) -> dict[str, str]:
    """Return a requirements.txt, sometimes with a constraints file and a file that it includes."""
    lines = [requirement(chance) for _ in range(chance.choice((1, 1, 2, 2, 3, 5)))]
    found = {}
    if chance.random() < 0.3:
        found["c.txt"] = "\n".join(requirement(chance) for _ in range(chance.choice((1, 2)))) + "\n"
        lines.append("-c c.txt")
    if chance.random() < 0.15:
        found["more.txt"] = requirement(chance) + "\n"
        lines.append("-r more.txt")
    if chance.random() < 0.05:
        lines.append(chance.choice(REFUSED))
    chance.shuffle(lines)
    return {"requirements.txt": "\n".join(lines) + "\n", **found}


def disagreements(place: Place, pip: Pip, seed: int, rounds: int) -> tuple[list[Disagreement], int]:
    """Put `rounds` random files to both; return what they differ on, and how many files pip took for satisfied."""
    chance = random.Random(seed)
    found = []
    satisfied = 0
    for _ in range(rounds):
        made = files(chance)
        for name, text in made.items():
            (place.root / name).write_text(text)
        theirs = pip.wants_change(["-r", "requirements.txt"], place.root)
        satisfied += not theirs
        report = check(place.root, environ={}, ignore=["code:extra"])
        ours = "; ".join(f"{finding.code} {finding.name}: {finding.message}" for finding in report.findings)
        if bool(theirs) != bool(ours):
            found.append(Disagreement("by_pip", Row(str(made)), "pip", ours, theirs))
    return found, satisfied
