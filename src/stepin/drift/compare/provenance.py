"""Compare the source and the hash of a distribution with what one requirement declares. Pure.

Most files declare neither a URL nor a hash, and a check of these does not load this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepin.drift.compare import urls
from stepin.drift.compare.difference import Difference
from stepin.drift.compare.lookups import metadata_folder, recorded_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stepin.drift.compare.lookups import Lookups
    from stepin.drift.model import Distribution, Requirement


def compare_provenance(requirement: Requirement, installed: Distribution, known: Lookups) -> list[Difference]:
    """Return how the source, or else the hash, of a distribution differs from what the line declares."""
    hashes = requirement.hashes
    if requirement.url:
        found = compare_source(requirement, installed, known)
        if found is not None:
            return [found]
        hashes |= urls.link_hashes(requirement.url)
    return compare_hashes(hashes, installed) if hashes else []


def compare_source(requirement: Requirement, installed: Distribution, known: Lookups) -> Difference | None:
    """Compare a declared URL with the one that the distribution was installed from; None if they are the same."""
    url = requirement.url or ""
    recorded = installed.direct_url
    vcs = urls.vcs_of(url)
    if requirement.editable != installed.editable:
        # Whatever was recorded: an editable runs the files as they are now, any other a copy.
        is_now = "as editable" if installed.editable else "not as editable"
        wanted = "as editable" if requirement.editable else "not as editable"
        return _differs(installed, url, recorded, f"{is_now}, {urls.shown(url)} is declared {wanted}")
    if vcs and requirement.editable:
        return _working_copy(url, vcs, installed, known)
    if recorded is None:
        if not installed.path.endswith(".dist-info") or not installed.requested:
            # pip before 20.1 recorded nothing, and nobody does in an egg-info. REQUESTED is younger (pip 20.2): the
            # tools that write it record a URL as well.
            return Difference(None, f"the source of {installed.name} was not recorded and cannot be verified")
        return _differs(installed, url, recorded, f"by name, {urls.shown(url)} is declared")
    place = recorded.get("url")
    place = place if isinstance(place, str) else ""
    if vcs:
        same = _same_commit(url, vcs, place, recorded)
    elif urls.was_relative(place):
        message = f"the source of {installed.name} was recorded as a relative path and cannot be verified"
        return Difference(None, message)
    else:
        same = _same_place(requirement, installed, place, recorded, known)
    return (
        None
        if same
        else _differs(installed, url, recorded, f"from {urls.shown(_from(recorded))}, {urls.shown(url)} is declared")
    )


def _same_commit(url: str, vcs: str, place: str, recorded: Mapping[str, object]) -> bool:
    info = recorded.get("vcs_info")
    if not isinstance(info, dict) or info.get("vcs") != vcs:
        return False
    declared, revision = urls.split_revision(url)
    if urls.repository(declared) != urls.repository(place):
        return False
    if urls.subdirectory(url) != urls.recorded_subdirectory(dict(recorded)):
        return False
    return revision is None or urls.same_revision(revision, info.get("requested_revision"), info.get("commit_id"))


def _same_place(
    requirement: Requirement, installed: Distribution, place: str, recorded: Mapping[str, object], known: Lookups
) -> bool:
    """Compare a local folder or an archive with what was recorded."""
    if isinstance(recorded.get("vcs_info"), dict):
        return False
    url, path = requirement.url or "", requirement.path
    if urls.without_fragment(url) != urls.without_fragment(place):
        there = urls.local_path(place)
        if path is not None and there is not None:
            paths = [there, metadata_folder(installed) or there]
            if known.real.get(path, path) not in [known.real.get(one, one) for one in paths]:
                return False
        elif urls.archive(url) != urls.archive(place):
            return False
    return urls.subdirectory(url) == urls.recorded_subdirectory(dict(recorded))


def _working_copy(url: str, vcs: str, installed: Distribution, known: Lookups) -> Difference | None:
    """Compare a declared `-e git+URL@REVISION` with the working copy that the editable points to."""
    path = recorded_path(installed)
    copy = known.checkouts.get(known.real.get(path, path)) if path else None
    if copy is None:
        if vcs == "git" and path and path in known.real:
            return _differs(
                installed,
                url,
                installed.direct_url,
                f"from {path}, which is not a git working copy; {urls.shown(url)} is declared",
            )
        return Difference(None, f"the {vcs} working copy of {installed.name} cannot be read, so it cannot be verified")
    declared, revision = urls.split_revision(url)
    if copy.url is not None and urls.repository(copy.url) != urls.repository(declared):
        return _differs(
            installed,
            url,
            installed.direct_url,
            f"from a clone of {urls.shown(copy.url)}, {urls.shown(url)} is declared",
        )
    if revision is None or revision == copy.branch or copy.git == known.own_git:
        # The last: the project itself. `pip freeze` writes its commit, which each further commit would contradict.
        return None
    if copy.commit is None or (revision in copy.refs and copy.refs[revision] is None):
        return Difference(None, f"the commit of {installed.name} cannot be read, so it cannot be verified")
    if urls.is_prefix(revision, copy.commit) or copy.refs.get(revision) == copy.commit:
        return None
    at = f"{copy.commit[:12]} ({copy.branch})" if copy.branch else copy.commit[:12]
    return Difference(
        "source", f"{installed.name} is checked out at {at}, {revision} is declared", urls.shown(url), copy.commit
    )


def _differs(installed: Distribution, url: str, recorded: Mapping[str, object] | None, words: str) -> Difference:
    where = urls.shown(_from(recorded)) if recorded else installed.version
    return Difference("source", f"{installed.name} is installed {words}", urls.shown(url), where)


def _from(recorded: Mapping[str, object] | None) -> str:
    """Return what was recorded as one URL, in the form of a requirement."""
    recorded = recorded or {}
    place = recorded.get("url")
    url = place if isinstance(place, str) else "an unknown place"
    info = recorded.get("vcs_info")
    if isinstance(info, dict):
        revision = info.get("requested_revision") or info.get("commit_id")
        url = f"{info.get('vcs')}+{url}" + (f"@{revision}" if isinstance(revision, str) else "")
    return url


def compare_hashes(declared: frozenset[str], installed: Distribution) -> list[Difference]:
    """Compare the declared hashes with that of the installed archive, if one was recorded."""
    recorded = urls.recorded_hashes(installed.direct_url)
    algorithms = {one.partition(":")[0] for one in declared}
    comparable = {one for one in recorded if one.partition(":")[0] in algorithms}
    if not comparable:
        return [Difference(None, f"the hash of {installed.name} cannot be verified: none is recorded for an index")]
    if comparable & declared:
        return []
    shown = min(comparable)
    message = f"{installed.name} {installed.version} was installed from a file with {shown}, which is not declared"
    return [Difference("hash", message, " ".join(sorted(declared)), shown)]
