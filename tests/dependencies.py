"""Print the dependencies of pyproject.toml for pip to install.

    python tests/dependencies.py newest    the runtime and development dependencies, without any bounds
    python tests/dependencies.py oldest    the runtime dependencies, each at the oldest version allowed

tests/run runs this before anything is installed: it uses the standard library only.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+(?:\[[^]]*\])?)\s*(?P<specifier>[^;]*?)\s*(?P<marker>;.*)?")
FLOOR = re.compile(r">=\s*([^,\s]+)")


def newest(requirement: str) -> str:
    """Remove the bounds, keep the extras and the marker."""
    match = REQUIREMENT.fullmatch(requirement)
    if match is None:
        raise ValueError(f"not a requirement of this project: {requirement}")
    return match["name"] + (match["marker"] or "")


def oldest(requirement: str) -> str:
    """Pin the floor. Raises ValueError if there is none."""
    match = REQUIREMENT.fullmatch(requirement)
    floor = match and FLOOR.search(match["specifier"])
    if match is None or floor is None:
        raise ValueError(f"no floor: {requirement}")
    return f"{match['name']}=={floor[1]}{match['marker'] or ''}"


def main() -> None:
    pyproject = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    runtime = pyproject["project"]["dependencies"]
    if sys.argv[1] == "oldest":
        print(*map(oldest, runtime), sep="\n")
    else:
        print(*map(newest, [*runtime, *pyproject["dependency-groups"]["dev"]]), sep="\n")


if __name__ == "__main__":
    main()
