from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from drift.requirements import cases


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the lines of `cases` name."""
    folder = tmp_path_factory.mktemp("tree").resolve()
    cases.make_tree(folder)
    return folder


@pytest.fixture
def project(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same, as pip sees it: as its working directory, with the variables set, and nothing of pip's on stderr."""
    monkeypatch.chdir(tree)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    for name, value in cases.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    logging.disable(logging.CRITICAL)
    yield tree
    logging.disable(logging.NOTSET)
