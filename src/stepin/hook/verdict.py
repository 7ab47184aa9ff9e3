"""Decide: the facts of a case in, one of a closed set of verdicts out, with its reason in words. Does no I/O.

Hints, `stepin status` and `stepin why` use the same words.
"""

import os

from stepin.hook.reasons import unconsented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from stepin.hook.reasons import Reason

TRUSTED = "trusted"  # activated
UNTRUSTED = "untrusted"  # no trust record covers it
DENIED = "denied"  # the user denied it; no message
REFUSED = "refused"  # a reason needs consent by name
BROKEN = "broken"  # its interpreter is missing or cannot be run
LEGACY = "legacy"  # no pyvenv.cfg
IMPOSSIBLE = "impossible"  # its path contains the separator of PATH
WAITING = "waiting"  # git is writing to the work tree
INCOMPLETE = "incomplete"  # no interpreter yet; the walk continues upward
NONE = "none"  # no environment; the walk continues upward
VERDICTS = (TRUSTED, UNTRUSTED, DENIED, REFUSED, BROKEN, LEGACY, IMPOSSIBLE, WAITING, INCOMPLETE, NONE)


class Case:
    """What `decide` judges.

    `state` is the environment's (stepin.hook.environment), "" if there is none. `record` is "allow", "deny", "changed"
    (allowed once, but the project's folder has been replaced), "store" (the state folder must not be believed), or ""
    (no record).
    """

    __slots__ = ("consented", "hinted", "locked", "reasons", "record", "separator", "state")

    def __init__(
        self,
        state: str,
        record: str = "",
        reasons: "Sequence[Reason]" = (),
        consented: "Sequence[Reason]" = (),
        separator: bool = False,
        hinted: bool = True,
    ) -> None:
        self.state = state
        self.record = record
        self.reasons = reasons
        self.consented = consented  # from allow --anyway
        self.separator = separator  # the folder that would go onto PATH contains the separator of PATH
        self.locked = False  # git holds the lock of an index, and this environment was not judged before as it is now
        self.hinted = hinted  # False in HOME, above it and in shared temporary folders


def decide(case: Case) -> tuple[str, str]:
    """Return (verdict, why in words)."""
    if not case.state:
        return NONE, "no environment"
    if case.state == "incomplete":
        return INCOMPLETE, "it has no interpreter yet"
    if case.record == "deny":
        return DENIED, "you denied it"
    if case.state == "legacy":
        return LEGACY, "it has no pyvenv.cfg (virtualenv before 20 made it)"
    if case.separator:
        return IMPOSSIBLE, f'its path contains "{os.pathsep}", which separates the entries of PATH'
    if case.state == "broken":
        return BROKEN, "its interpreter is missing or cannot be run"
    if case.record == "store":
        return UNTRUSTED, "the state folder belongs to another user or is writable by other users"
    refused = unconsented(case.reasons, case.consented)
    if refused:
        return REFUSED, "; ".join(f"{reason.description} ({reason.kind})" for reason in refused)
    if case.locked:
        return WAITING, "git is writing to the work tree"
    if case.record == "changed":
        return UNTRUSTED, "it was trusted, but its project folder has been replaced"
    if case.record != "allow":
        return UNTRUSTED, "no trust record covers it"
    return TRUSTED, "a trust record covers it"


def remedy(verdict: str, case: Case) -> str:
    """Return what the user can do about a verdict; "" if there is nothing to do."""
    if verdict == UNTRUSTED:
        return 'run "stepin doctor"' if case.record == "store" else 'run "stepin allow"'
    if verdict == REFUSED:
        return 'inspect it, then run "stepin allow --anyway"'
    if verdict in (BROKEN, LEGACY):
        return 'recreate it, for example with "python3 -m venv --clear"'
    if verdict == IMPOSSIBLE:
        return "rename the folder"
    return ""


def hint(shown: str, verdict: str, why: str, case: Case) -> str:
    """Return the line that a shell shows once about an environment; "" if it is to be silent.

    `shown` is the environment's folder and `why` the words of `decide`, both safe to print.
    """
    action = remedy(verdict, case)
    if not action or not case.hinted:
        return ""
    if verdict == UNTRUSTED:
        detail = f": {why}" if case.record else ""
        return f"stepin: {shown} is not trusted{detail}; {action}"
    return f"stepin: {shown} is not activated: {why}; {action}"
