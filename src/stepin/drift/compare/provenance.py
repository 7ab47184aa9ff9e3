"""Where a distribution came from, and from which file, held against what one line asks for. Pure.

Apart from judge.py because most files declare no URL and no hash, and a check of these need not load it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepin.drift.compare import origin
from stepin.drift.compare.judge import Difference
from stepin.drift.compare.sources import recorded_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stepin.drift.compare.sources import Sources
    from stepin.drift.model import Distribution, Requirement


def judge_provenance(requirement: Requirement, installed: Distribution, known: Sources) -> list[Difference]:
    """Return how the source, or else the hash, of what is installed differs from what the line asks for."""
    hashes = requirement.hashes
    if requirement.url:
        found = judge_source(requirement, installed, known)
        if found is not None:
            return [found]
        hashes |= origin.link_hashes(requirement.url)
    return judge_hashes(hashes, installed) if hashes else []


def judge_source(requirement: Requirement, installed: Distribution, known: Sources) -> Difference | None:
    """Hold a declared URL against where the distribution was installed from; None where the two are one."""
    url = requirement.url or ""
    recorded = installed.direct_url
    vcs = origin.vcs_of(url)
    if requirement.editable != installed.editable:
        # Whatever was recorded: an editable one runs what is being written, any other what was once.
        is_now = "as editable" if installed.editable else "not as editable"
        wanted = "as editable" if requirement.editable else "not as editable"
        return _differs(installed, url, recorded, f"{is_now}, {origin.shown(url)} is declared {wanted}")
    if vcs and requirement.editable:
        return _working_copy(url, vcs, installed, known)
    if recorded is None:
        if not installed.path.endswith(".dist-info"):
            # Before PEP 610, and in every egg-info, nothing was written down.
            return Difference(
                None, f"where {installed.name} was installed from was not recorded: it cannot be verified"
            )
        return _differs(installed, url, recorded, f"by name, {origin.shown(url)} is declared")
    place = recorded.get("url")
    place = place if isinstance(place, str) else ""
    if vcs:
        same = _same_commit(url, vcs, place, recorded)
    else:
        same = _same_place(url, requirement.path, place, recorded, known)
    return (
        None
        if same
        else _differs(
            installed, url, recorded, f"from {origin.shown(_from(recorded))}, {origin.shown(url)} is declared"
        )
    )


def _same_commit(url: str, vcs: str, place: str, recorded: Mapping[str, object]) -> bool:
    info = recorded.get("vcs_info")
    if not isinstance(info, dict) or info.get("vcs") != vcs:
        return False
    declared, revision = origin.split_revision(url)
    if origin.repository(declared) != origin.repository(place):
        return False
    if origin.subdirectory(url) != origin.recorded_subdirectory(dict(recorded)):
        return False
    return revision is None or origin.same_revision(revision, info.get("requested_revision"), info.get("commit_id"))


def _same_place(url: str, path: str | None, place: str, recorded: Mapping[str, object], known: Sources) -> bool:
    """Compare a local folder or an archive with what was recorded."""
    if isinstance(recorded.get("vcs_info"), dict):
        return False
    recorded_path = origin.local_path(place)
    if path is not None and recorded_path is not None:
        if known.real.get(path, path) != known.real.get(recorded_path, recorded_path):
            return False
    elif origin.archive(url) != origin.archive(place):
        return False
    return origin.subdirectory(url) == origin.recorded_subdirectory(dict(recorded))


def _working_copy(url: str, vcs: str, installed: Distribution, known: Sources) -> Difference | None:
    """Hold a declared `-e git+URL@REVISION` against the working copy that the editable points to."""
    path = recorded_path(installed)
    copy = known.checkouts.get(known.real.get(path, path)) if path else None
    if copy is None:
        if vcs == "git" and path and path in known.real:
            return _differs(
                installed,
                url,
                installed.direct_url,
                f"from {path}, which is no git working copy; {origin.shown(url)} is declared",
            )
        return Difference(None, f"the {vcs} working copy of {installed.name} cannot be read: it cannot be verified")
    declared, revision = origin.split_revision(url)
    if copy.url is not None and origin.repository(copy.url) != origin.repository(declared):
        return _differs(
            installed,
            url,
            installed.direct_url,
            f"from a clone of {origin.shown(copy.url)}, {origin.shown(url)} is declared",
        )
    if revision is None or revision == copy.branch:
        return None
    if copy.commit is None or (revision in copy.refs and copy.refs[revision] is None):
        return Difference(None, f"which commit {installed.name} is at cannot be read: it cannot be verified")
    if origin.is_prefix(revision, copy.commit) or copy.refs.get(revision) == copy.commit:
        return None
    at = f"{copy.commit[:12]} ({copy.branch})" if copy.branch else copy.commit[:12]
    return Difference(
        "source", f"{installed.name} is checked out at {at}, {revision} is declared", origin.shown(url), copy.commit
    )


def _differs(installed: Distribution, url: str, recorded: Mapping[str, object] | None, words: str) -> Difference:
    where = origin.shown(_from(recorded)) if recorded else installed.version
    return Difference("source", f"{installed.name} is installed {words}", origin.shown(url), where)


def _from(recorded: Mapping[str, object] | None) -> str:
    """Return what was recorded as one URL, written as a requirement would be."""
    recorded = recorded or {}
    place = recorded.get("url")
    url = place if isinstance(place, str) else "an unknown place"
    info = recorded.get("vcs_info")
    if isinstance(info, dict):
        revision = info.get("requested_revision") or info.get("commit_id")
        url = f"{info.get('vcs')}+{url}" + (f"@{revision}" if isinstance(revision, str) else "")
    return url


def judge_hashes(declared: frozenset[str], installed: Distribution) -> list[Difference]:
    """Compare the declared hashes with that of the archive which was installed, where one is recorded."""
    recorded = origin.recorded_hashes(installed.direct_url)
    algorithms = {one.partition(":")[0] for one in declared}
    comparable = {one for one in recorded if one.partition(":")[0] in algorithms}
    if not comparable:
        return [
            Difference(None, f"the hash of {installed.name} cannot be verified: an installation by name records none")
        ]
    if comparable & declared:
        return []
    shown = min(comparable)
    message = f"{installed.name} {installed.version} was installed from a file with {shown}, which is not declared"
    return [Difference("hash", message, " ".join(sorted(declared)), shown)]
