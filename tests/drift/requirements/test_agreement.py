"""The promise: where pip takes a line we take it, with the same meaning; where pip refuses it so do we."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from drift.requirements import cases, generate, oracle

GROUPS = sorted(path.stem for path in (Path(__file__).parent / "lines").glob("*.txt"))


@pytest.mark.parametrize("constraint", [False, True], ids=["requirement", "constraint"])
@pytest.mark.parametrize("group", [*GROUPS, None])
def test_each_line_is_read_as_pip_reads_it(group: str | None, constraint: bool, project: Path) -> None:
    differences = {}
    for line in cases.lines(project, group):
        answers = ask_both(line.encode(), project, constraint=constraint)
        if found := oracle.difference(*answers):
            differences[line] = found
    assert not differences


def test_the_lines_are_worth_asking_about(project: Path) -> None:
    """Guards the test above: of the lines, many are accepted and many refused."""
    answers = [
        ask_both(line.encode(), project)[0]["refused"]
        for group in [*GROUPS, None]
        for line in cases.lines(project, group)
    ]
    assert answers.count(True) > 150
    assert answers.count(False) > 300


@seed(20240229)
@settings(
    max_examples=1500,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chance=st.randoms(use_true_random=False), constraint=st.booleans())
def test_random_files_of_all_constructs_are_read_as_pip_reads_them(
    chance: random.Random, constraint: bool, project: Path
) -> None:
    data = generate.make_file(chance, project)
    pip, ours = ask_both(data, project, constraint=constraint)
    # What we do not look at (a share, another host) pip may read: the promise is that we say so.
    if not ours["unknown"]:
        assert oracle.difference(pip, ours) is None, data


def test_seeded_files_of_all_constructs_are_read_as_pip_reads_them(project: Path) -> None:
    """As above, with a plain source of chance, which makes longer files than hypothesis does."""
    chance = random.Random(4)
    looked_at = 0
    for _ in range(4000):
        data = generate.make_file(chance, project)
        pip, ours = ask_both(data, project)
        if not ours["unknown"]:
            looked_at += 1
            assert oracle.difference(pip, ours) is None, data
    assert looked_at > 3900


def test_random_bytes_are_not_accepted_where_pip_refuses_them(project: Path) -> None:
    """10,000 files of random bytes: nothing raises, and what we call readable pip reads to the same end."""
    chance = random.Random(5)
    path = project / "requirements.txt"
    words = [
        b"flask",
        b"==",
        b"1.0",
        b" ",
        b"\n",
        b"-r ",
        b"-e ",
        b"#",
        b"\\\n",
        b"; ",
        b"@",
        b"--hash=",
        b"coding:",
        b".",
    ]
    accepted = 0
    for number in range(10_000):
        size = chance.choice((1, 2, 3, 8, 40, 300))
        if number % 2:
            data = chance.randbytes(size)
        else:
            data = b"".join(chance.choice(words) if chance.random() < 0.8 else chance.randbytes(1) for _ in range(size))
        path.write_bytes(data)
        ours = oracle.ask_us(str(path), root=str(project))
        if not ours["refused"] and not ours["unknown"]:
            accepted += 1
            assert oracle.difference(oracle.ask_pip(str(path)), ours) is None, data
    assert accepted > 500


def ask_both(data: bytes, project: Path, *, constraint: bool = False) -> tuple[oracle.Answer, oracle.Answer]:
    path = project / "requirements.txt"
    path.write_bytes(data)
    pip = oracle.ask_pip(str(path), constraint=constraint)
    return pip, oracle.ask_us(str(path), root=str(project), constraint=constraint, environ=os.environ)
