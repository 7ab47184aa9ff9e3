"""stepin's folders are where platformdirs says, also where it is not asked because it takes long to load."""

from __future__ import annotations

import os

import platformdirs
import pytest

from stepin.settings import folders as paths


@pytest.mark.parametrize("value", [None, "", " ", "/x/y", "relative", "/x/../y/"])
def test_as_platformdirs_says(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For every variable of the XDG base directory specification, set, empty or not set."""
    for name in ("STATE", "CONFIG", "CACHE", "DATA"):
        if value is None:
            monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
        else:
            monkeypatch.setenv(f"XDG_{name}_HOME", value)
    theirs = platformdirs.PlatformDirs("stepin", appauthor=False)
    assert paths.store() == os.path.abspath(theirs.user_state_dir)
    assert os.path.dirname(paths.config_file()) == os.path.abspath(theirs.user_config_dir)
    assert paths.cache() == os.path.abspath(theirs.user_cache_dir)
    assert paths.hooks() == os.path.abspath(theirs.user_data_dir)
    assert paths.log() == os.path.abspath(theirs.user_log_dir)
