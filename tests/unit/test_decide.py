"""A case in, one of a closed set of verdicts out, each with its reason in words."""

from __future__ import annotations

import itertools

from stepin.hook import verdict as decide
from stepin.hook.verdict import Case


def test_the_table() -> None:
    rows = [
        (Case(""), decide.NONE),
        (Case("incomplete", "allow"), decide.INCOMPLETE),
        (Case("ok", "allow"), decide.TRUSTED),
        (Case("ok"), decide.UNTRUSTED),
        (Case("ok", "changed"), decide.UNTRUSTED),
        (Case("ok", "store"), decide.UNTRUSTED),
        (Case("ok", "deny", ["tracked"]), decide.DENIED),
        (Case("ok", "allow", ["tracked"]), decide.REFUSED),
        (Case("ok", "", ["tracked"]), decide.REFUSED),
        (Case("ok", "allow", ["tracked", "owner"], ["tracked"]), decide.REFUSED),
        (Case("ok", "allow", ["tracked", "owner"], ["owner", "tracked"]), decide.TRUSTED),
        (Case("ok", "allow", ["symlink:/a"], ["symlink:/a"]), decide.TRUSTED),
        (Case("ok", "allow", ["symlink:/b"], ["symlink:/a"]), decide.REFUSED),
        (Case("ok", "allow", ["symlink:/b"], ["symlink"]), decide.TRUSTED),
        (Case("ok", "allow", separator=True), decide.IMPOSSIBLE),
        (Case("ok", "allow", ["owner"], ["owner"], separator=True), decide.IMPOSSIBLE),
        (Case("legacy", "allow"), decide.LEGACY),
        (Case("broken", "allow"), decide.BROKEN),
        (Case("broken", "deny"), decide.DENIED),
    ]
    for facts, verdict in rows:
        assert decide.decide(facts)[0] == verdict


def test_every_combination_has_a_verdict_and_a_reason() -> None:
    states = ("", "ok", "broken", "legacy", "incomplete")
    records = ("", "allow", "deny", "changed", "store")
    reasons: tuple[tuple[str, ...], ...] = ((), ("owner",), ("redirect:/x", "writable"), tuple(decide.REASONS))
    seen = set()
    for state, record, facts, separator in itertools.product(states, records, reasons, (False, True)):
        verdict, reason = decide.decide(Case(state, record, facts, (), separator))
        assert verdict in decide.VERDICTS
        assert reason
        seen.add(verdict)
        if verdict == decide.TRUSTED:
            assert (state, record, facts, separator) == ("ok", "allow", (), False)
    assert seen == set(decide.VERDICTS)
