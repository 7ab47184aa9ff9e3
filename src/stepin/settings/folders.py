"""Where stepin keeps what is its own; the only module that asks platformdirs. Paths are `str`."""

from __future__ import annotations

import os
import sys

# platformdirs takes 10 ms to load, a tenth of a check; what it says on Linux is the XDG base directory specification.
_XDG = {
    "user_state_dir": ("XDG_STATE_HOME", ".local/state"),
    "user_config_dir": ("XDG_CONFIG_HOME", ".config"),
    "user_cache_dir": ("XDG_CACHE_HOME", ".cache"),
    "user_data_dir": ("XDG_DATA_HOME", ".local/share"),
}


def _folder(kind: str) -> str:
    home = os.environ.get("HOME", "")
    if sys.platform == "linux" and kind in _XDG and home.startswith("/") and not hasattr(sys, "getandroidapilevel"):
        variable, below_home = _XDG[kind]
        base = os.environ.get(variable, "")
        if not base.startswith("/"):  # "All paths must be absolute"
            base = os.path.join(home, below_home)
        return os.path.abspath(os.path.join(base, "stepin"))
    import platformdirs

    folder: str = getattr(platformdirs.PlatformDirs("stepin", appauthor=False), kind)
    return os.path.abspath(folder)


def store() -> str:
    """Return the state folder: decisions, trust, notices (`$XDG_STATE_HOME/stepin`; 0700)."""
    return _folder("user_state_dir")


def config_file() -> str:
    """Return the user's configuration (`$XDG_CONFIG_HOME/stepin/config.toml`); it need not exist."""
    return os.path.join(_folder("user_config_dir"), "config.toml")


def cache() -> str:
    """Return the cache folder: what can be worked out again (`$XDG_CACHE_HOME/stepin`)."""
    return _folder("user_cache_dir")


def log() -> str:
    """Return the folder of logs (`$XDG_STATE_HOME/stepin/log` on Linux)."""
    return _folder("user_log_dir")


def hooks() -> str:
    """Return the folder of the files that rc files source (`$XDG_DATA_HOME/stepin`)."""
    return _folder("user_data_dir")


def config_home() -> str:
    """Return `$XDG_CONFIG_HOME`, where fish and others look for their own configuration on every Unix."""
    return os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
