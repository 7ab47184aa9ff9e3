"""The promise that a check starts fast: the parser loads little beside what `packaging` loads anyway."""

from __future__ import annotations

import subprocess
import sys


def loaded(code: str) -> set[str]:
    code += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_parser_loads_nothing_heavy() -> None:
    ours = loaded("import stepin.drift.declared.requirements") - loaded("import packaging.requirements")
    assert {name for name in ours if not name.startswith("stepin")} == set()


def test_a_file_of_pins_and_hashes_needs_no_url_parser() -> None:
    code = (
        "import os, tempfile; from stepin.drift.declared.requirements import read_requirement_files\n"
        "path = os.path.join(tempfile.mkdtemp(), 'r.txt')\n"
        "open(path, 'w').write('flask==2.0 \\\\\\n --hash=sha256:ab\\nclick>=8 ; os_name == \"posix\"\\n')\n"
        "assert len(read_requirement_files([path], root='/').requirements) == 2\n"
    )
    assert "urllib.parse" not in loaded(code) - loaded("import packaging.requirements")


def test_a_file_of_pins_needs_no_packaging() -> None:
    """The commonest file of all, and packaging takes as long to load as all the rest of a check."""
    code = (
        "import os, tempfile; from stepin.drift.declared.requirements import read_requirement_files\n"
        "path = os.path.join(tempfile.mkdtemp(), 'r.txt')\n"
        "open(path, 'w').write('flask==2.0 --hash=sha256:ab\\nclick[a]>=8,<9\\n')\n"
        "assert len(read_requirement_files([path], root='/').requirements) == 2\n"
    )
    assert not {name for name in loaded(code) if name.startswith("packaging")}
