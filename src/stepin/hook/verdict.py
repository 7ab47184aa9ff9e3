"""So what: facts in, one of a closed set of verdicts out, each with its reason in words. Does no I/O.

The same words stand in hints, `stepin status`, `stepin why` and their JSON.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

TRUSTED = "trusted"  # on
UNTRUSTED = "untrusted"  # nobody has said anything about it
DENIED = "denied"  # the user said no: silent
REFUSED = "refused"  # it has properties that need consent of their own
BROKEN = "broken"  # its interpreter is gone
LEGACY = "legacy"  # no pyvenv.cfg
IMPOSSIBLE = "impossible"  # its path holds the PATH separator
INCOMPLETE = "incomplete"  # being made: the walk goes on
NONE = "none"  # nothing here: the walk goes on
VERDICTS = (TRUSTED, UNTRUSTED, DENIED, REFUSED, BROKEN, LEGACY, IMPOSSIBLE, INCOMPLETE, NONE)

REASONS = {
    "owner": "it, its project or a folder above belongs to somebody else",
    "writable": "others can write to it, its project or a folder above",
    "symlink": "it is a link that leads outside the project",
    "redirect": "the file .venv leads outside the project",
    "tracked": "git tracks files in it",
}


class Case:
    """What `decide` judges: `state` as find.Environment has it ("" for nothing), `record` as trust.lookup returns it.

    record: "" nothing recorded, "allow", "deny", "changed" (allowed once, but the folder is another one now),
    "store" (the state folder cannot be believed).
    """

    __slots__ = ("consented", "hinted", "reasons", "record", "separator", "state")

    def __init__(
        self,
        state: str,
        record: str = "",
        reasons: "Sequence[str]" = (),
        consented: "Sequence[str]" = (),
        separator: bool = False,
        hinted: bool = True,
    ) -> None:
        self.state = state
        self.record = record
        self.reasons = reasons  # "owner", "symlink:/target"...
        self.consented = consented  # the same words, from allow --anyway; "symlink" alone covers any target
        self.separator = separator  # the PATH separator is in a path that would go onto PATH
        self.hinted = hinted  # False in HOME, above it and in shared temporary folders


def unconsented(reasons: "Sequence[str]", consented: "Sequence[str]") -> list[str]:
    """Return the reasons that no consent covers."""
    return [reason for reason in reasons if reason not in consented and reason.partition(":")[0] not in consented]


def decide(facts: Case) -> tuple[str, str]:
    """Return (verdict, reason in words; "" where there is nothing to say)."""
    if not facts.state:
        return NONE, "no environment"
    if facts.state == "incomplete":
        return INCOMPLETE, "it has no interpreter yet"
    if facts.record == "deny":
        return DENIED, "you denied it"
    if facts.state == "legacy":
        return LEGACY, "it has no pyvenv.cfg (made by a virtualenv older than 20)"
    if facts.separator:
        return IMPOSSIBLE, "its path holds the character that separates the entries of PATH"
    if facts.state == "broken":
        return BROKEN, "its interpreter is gone or cannot be run"
    if facts.record == "store":
        return UNTRUSTED, "stepin's state folder belongs to somebody else or others can write to it"
    refused = unconsented(facts.reasons, facts.consented)
    if refused:
        return REFUSED, "; ".join(f"{word}: {REASONS[word]}" for word in (r.partition(":")[0] for r in refused))
    if facts.record == "changed":
        return UNTRUSTED, "it was allowed, but its project's folder is another one now"
    if facts.record != "allow":
        return UNTRUSTED, "it is not allowed yet"
    return TRUSTED, "it is allowed"


def remedy(verdict: str, facts: Case) -> str:
    """Return what to do about a verdict, as the end of a hint; "" where there is nothing to do."""
    if verdict == UNTRUSTED:
        return "stepin doctor" if facts.record == "store" else "stepin allow"
    if verdict == REFUSED:
        return "look at it, then stepin allow --anyway"
    if verdict in (BROKEN, LEGACY):
        return "remove it and make it anew: python3 -m venv"
    if verdict == IMPOSSIBLE:
        return "rename the folder"
    return ""
