"""A case in, one of a closed set of verdicts out, each with its reason in words."""

from __future__ import annotations

import itertools

import pytest

from stepin.hook import verdict
from stepin.hook.reasons import KINDS, Reason
from stepin.hook.verdict import Case, decide

OWNER, TRACKED = Reason("owner"), Reason("tracked")
NOT_OURS = "the state folder belongs to another user or is writable by other users"
CONSENT = 'inspect it, then run "stepin allow --anyway"'
RECREATE = 'recreate it, for example with "python3 -m venv --clear"'
TO_A, TO_B = Reason("symlink", "/a"), Reason("symlink", "/b")


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (Case(""), verdict.NONE),
        (Case("incomplete", "allow"), verdict.INCOMPLETE),
        (Case("ok", "allow"), verdict.TRUSTED),
        (Case("ok"), verdict.UNTRUSTED),
        (Case("ok", "changed"), verdict.UNTRUSTED),
        (Case("ok", "store"), verdict.UNTRUSTED),
        (Case("ok", "deny", [TRACKED]), verdict.DENIED),
        (Case("ok", "allow", [TRACKED]), verdict.REFUSED),
        (Case("ok", "", [TRACKED]), verdict.REFUSED),
        (Case("ok", "allow", [TRACKED, OWNER], [TRACKED]), verdict.REFUSED),
        (Case("ok", "allow", [TRACKED, OWNER], [OWNER, TRACKED]), verdict.TRUSTED),
        (Case("ok", "allow", [TO_A], [TO_A]), verdict.TRUSTED),
        (Case("ok", "allow", [TO_B], [TO_A]), verdict.REFUSED),
        (Case("ok", "allow", [TO_B], [Reason("symlink")]), verdict.TRUSTED),
        (Case("ok", "allow", separator=True), verdict.IMPOSSIBLE),
        (Case("ok", "allow", [OWNER], [OWNER], separator=True), verdict.IMPOSSIBLE),
        (Case("legacy", "allow"), verdict.LEGACY),
        (Case("broken", "allow"), verdict.BROKEN),
        (Case("broken", "deny"), verdict.DENIED),
    ],
)
def test_the_table(case: Case, expected: str) -> None:
    assert decide(case)[0] == expected


def test_every_combination_has_a_verdict_and_a_reason() -> None:
    states = ("", "ok", "broken", "legacy", "incomplete")
    records = ("", "allow", "deny", "changed", "store")
    reasons: list[list[Reason]] = [
        [],
        [OWNER],
        [Reason("redirect", "/x"), Reason("writable")],
        list(map(Reason, KINDS)),
    ]
    seen = set()
    flags = (False, True)
    for state, record, against, separator, locked in itertools.product(states, records, reasons, flags, flags):
        case = Case(state, record, against, (), separator)
        case.locked = locked
        found, why = decide(case)
        assert found in verdict.VERDICTS
        assert why
        seen.add(found)
        if found == verdict.TRUSTED:
            assert (state, record, against, separator, locked) == ("ok", "allow", [], False, False)
    assert seen == set(verdict.VERDICTS)


@pytest.mark.parametrize(
    ("case", "line"),
    [
        (Case("ok"), '~/p/.venv is not trusted; run "stepin allow"'),
        (
            Case("ok", "changed"),
            '~/p/.venv is not trusted: it was trusted, but its project folder has been replaced; run "stepin allow"',
        ),
        (
            Case("ok", "store"),
            f'~/p/.venv is not trusted: {NOT_OURS}; run "stepin doctor"',
        ),
        (
            Case("ok", "allow", [TRACKED]),
            f"~/p/.venv is not activated: git tracks files in it (tracked); {CONSENT}",
        ),
        (
            Case("broken", "allow"),
            f"~/p/.venv is not activated: its interpreter is missing or cannot be run; {RECREATE}",
        ),
        (
            Case("legacy", "allow"),
            f"~/p/.venv is not activated: it has no pyvenv.cfg (virtualenv before 20 made it); {RECREATE}",
        ),
        (
            Case("ok", "allow", separator=True),
            '~/p/.venv is not activated: its path contains ":", which separates the entries of PATH; rename the folder',
        ),
    ],
)
def test_hints(case: Case, line: str) -> None:
    assert verdict.hint("~/p/.venv", *decide(case), case) == f"stepin: {line}"


@pytest.mark.parametrize(
    "case", [Case("ok", "allow"), Case("ok", "deny"), Case("incomplete"), Case(""), Case("ok", hinted=False)]
)
def test_silence(case: Case) -> None:
    assert verdict.hint("~/p/.venv", *decide(case), case) == ""
