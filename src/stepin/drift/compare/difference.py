"""One declared requirement held against the one distribution that is installed for it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stepin.drift.pep508 import versions

if TYPE_CHECKING:
    from stepin.drift.compare.lookups import Lookups
    from stepin.drift.model import Code, Distribution, Requirement


class Difference(NamedTuple):
    """What is wrong with one distribution, before it is told with file and line. `code` None: only worth a note."""

    code: Code | None
    message: str
    declared: str | None = None
    installed: str | None = None


NONE: list[Difference] = []


def compare_requirement(requirement: Requirement, installed: Distribution, known: Lookups) -> list[Difference]:
    """Return the differences between what one line asks for and what is installed under that name."""
    specifier, version = requirement.specifier, installed.version
    if specifier and version is not None and versions.allows(specifier, version) is False:
        # Where the version is wrong, the source and the hash are those of another version.
        message = f"{installed.name} {version} is installed, {specifier} is declared"
        return [Difference("version", message, specifier, version)]
    if requirement.url or requirement.hashes:
        from stepin.drift.compare import provenance

        return provenance.compare_provenance(requirement, installed, known)
    return NONE
