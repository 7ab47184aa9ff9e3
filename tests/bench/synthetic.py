"""Environments of many distributions for the benches: laid out by hand, like those of a real one in what is read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Taken from what is common: a METADATA of some 3 KiB of headers and a long description, a handful of requirements,
# most of them for extras or under a marker, and as many files in RECORD.
CLASSIFIERS = [f"Classifier: Programming Language :: Python :: 3.{minor}" for minor in range(8, 15)]
DESCRIPTION = "A line of a description that nobody reads here, and that is as long as such lines are.\n" * 60


def make(project: Path, count: int) -> Path:
    """Make PROJECT/.venv with `count` distributions and a complete freeze of them; return the environment."""
    env = project / ".venv"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    site = env / "lib" / f"python{version}" / "site-packages"
    site.mkdir(parents=True)
    (env / "bin").mkdir()
    (env / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    home = Path(os.path.realpath(sys.executable)).parent
    full = ".".join(map(str, sys.version_info[:3]))
    (env / "pyvenv.cfg").write_text(f"home = {home}\ninclude-system-site-packages = false\nversion = {full}\n")
    for number in range(count):
        distribution(site, number, count)
    pins = "".join(f"package-{number}==1.{number}.0\n" for number in range(count))
    (project / "requirements.txt").write_text(pins)
    old = 1_600_000_000
    for path in [*site.glob("*/*"), *site.glob("*"), site]:
        os.utime(path, (old, old))
    return env


def distribution(site: Path, number: int, count: int) -> None:
    """Write distribution `number` of `count`: its dist-info as pip leaves it."""
    info = site / f"package_{number}-1.{number}.0.dist-info"
    info.mkdir()
    others = [f"package-{other}" for other in range(number + 1, min(number + 4, count))]
    lines = ["Metadata-Version: 2.4", f"Name: package-{number}", f"Version: 1.{number}.0", "Summary: A package"]
    lines += ["Requires-Python: >=3.8", *CLASSIFIERS]
    lines += [f"Requires-Dist: {other}>=1.0,<3" for other in others]
    lines += ['Requires-Dist: colorama>=0.4; sys_platform == "win32"', 'Requires-Dist: tomli; python_version < "3.11"']
    for extra in ("docs", "test"):
        lines += [f"Provides-Extra: {extra}"]
        lines += [f'Requires-Dist: {extra}-{n}>=1.{n}; extra == "{extra}"' for n in range(4)]
    (info / "METADATA").write_text("\n".join(lines) + "\n\n" + DESCRIPTION)
    (info / "INSTALLER").write_text("pip\n")
    (info / "REQUESTED").write_text("")
    (info / "WHEEL").write_text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    files = [f"package_{number}/module_{n}.py,sha256={'x' * 43},1000\n" for n in range(40)]
    (info / "RECORD").write_text("".join(files))
