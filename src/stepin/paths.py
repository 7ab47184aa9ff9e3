"""Where stepin keeps what is its own; the only module that asks platformdirs. Paths are `str`."""

from __future__ import annotations

import os

import platformdirs

_DIRS = platformdirs.PlatformDirs("stepin", appauthor=False)


def store() -> str:
    """Return the state folder: decisions, trust, notices (`$XDG_STATE_HOME/stepin`; 0700)."""
    return os.path.abspath(_DIRS.user_state_dir)


def config_file() -> str:
    """Return the user's configuration (`$XDG_CONFIG_HOME/stepin/config.toml`); it need not exist."""
    return os.path.join(os.path.abspath(_DIRS.user_config_dir), "config.toml")


def cache() -> str:
    """Return the cache folder: what can be worked out again (`$XDG_CACHE_HOME/stepin`)."""
    return os.path.abspath(_DIRS.user_cache_dir)


def log() -> str:
    """Return the folder of logs (`$XDG_STATE_HOME/stepin/log` on Linux)."""
    return os.path.abspath(_DIRS.user_log_dir)


def hooks() -> str:
    """Return the folder of the files that rc files source (`$XDG_DATA_HOME/stepin`)."""
    return os.path.abspath(_DIRS.user_data_dir)


def config_home() -> str:
    """Return `$XDG_CONFIG_HOME`, where fish and others look for their own configuration on every Unix."""
    return os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
