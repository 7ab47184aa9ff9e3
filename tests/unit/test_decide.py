"""Facts in, one of a closed set of verdicts out, each with its reason in words."""

from __future__ import annotations

import itertools

from stepin.hook import verdict as decide
from stepin.hook.verdict import Facts


def test_the_table() -> None:
    rows = [
        (Facts(""), decide.NONE),
        (Facts("incomplete", "allow"), decide.INCOMPLETE),
        (Facts("ok", "allow"), decide.TRUSTED),
        (Facts("ok"), decide.UNTRUSTED),
        (Facts("ok", "changed"), decide.UNTRUSTED),
        (Facts("ok", "store"), decide.UNTRUSTED),
        (Facts("ok", "deny", ["tracked"]), decide.DENIED),
        (Facts("ok", "allow", ["tracked"]), decide.REFUSED),
        (Facts("ok", "", ["tracked"]), decide.REFUSED),
        (Facts("ok", "allow", ["tracked", "owner"], ["tracked"]), decide.REFUSED),
        (Facts("ok", "allow", ["tracked", "owner"], ["owner", "tracked"]), decide.TRUSTED),
        (Facts("ok", "allow", ["symlink:/a"], ["symlink:/a"]), decide.TRUSTED),
        (Facts("ok", "allow", ["symlink:/b"], ["symlink:/a"]), decide.REFUSED),
        (Facts("ok", "allow", ["symlink:/b"], ["symlink"]), decide.TRUSTED),
        (Facts("ok", "allow", separator=True), decide.IMPOSSIBLE),
        (Facts("ok", "allow", ["owner"], ["owner"], separator=True), decide.IMPOSSIBLE),
        (Facts("legacy", "allow"), decide.LEGACY),
        (Facts("broken", "allow"), decide.BROKEN),
        (Facts("broken", "deny"), decide.DENIED),
    ]
    for facts, verdict in rows:
        assert decide.decide(facts)[0] == verdict


def test_every_combination_has_a_verdict_and_a_reason() -> None:
    states = ("", "ok", "broken", "legacy", "incomplete")
    records = ("", "allow", "deny", "changed", "store")
    reasons: tuple[tuple[str, ...], ...] = ((), ("owner",), ("redirect:/x", "writable"), tuple(decide.REASONS))
    seen = set()
    for state, record, facts, separator in itertools.product(states, records, reasons, (False, True)):
        verdict, reason = decide.decide(Facts(state, record, facts, (), separator))
        assert verdict in decide.VERDICTS
        assert reason
        seen.add(verdict)
        if verdict == decide.TRUSTED:
            assert (state, record, facts, separator) == ("ok", "allow", (), False)
    assert seen == set(decide.VERDICTS)
