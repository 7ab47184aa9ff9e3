"""The documentation builds as a site, without a warning."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from stepin.settings.definitions import SETTINGS

ROOT = Path(__file__).parents[2]


def test_the_site_builds_and_every_page_is_reachable(tmp_path: Path) -> None:
    """Strict: a page outside the navigation, a broken link or a missing anchor fails the build."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", ".mkdocs.yml", "-d", tmp_path],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    commands = (tmp_path / "reference/commands.html").read_text()
    assert "stepin allow" in commands
    assert "Consent" in commands or "--anyway" in commands
    assert all(one.name in (tmp_path / "reference/settings.html").read_text() for one in SETTINGS)
    assert "stepin.check/1" in (tmp_path / "reference/json.html").read_text()


def test_the_session_in_the_readme_is_what_happens() -> None:
    """README.md shows a recorded session; running it again gives the same text."""
    done = subprocess.run([sys.executable, "docs/record.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr or "run docs/record.py again: the session differs"
