"""Compare one declared requirement with the distribution that is installed for it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepin.drift.compare.difference import Difference
from stepin.drift.pep508 import versions

if TYPE_CHECKING:
    from stepin.drift.compare.lookups import Lookups
    from stepin.drift.model import Distribution, Requirement


def compare_requirement(requirement: Requirement, installed: Distribution, known: Lookups) -> list[Difference]:
    """Return the differences between what one line asks for and what is installed under that name."""
    specifier, version = requirement.specifier, installed.version
    if specifier and version is not None and versions.allows(specifier, version) is False:
        # The source and the hash are those of another version, so they are not compared.
        message = f"{installed.name} {version} is installed, {specifier} is declared"
        return [Difference("version", message, specifier, version)]
    if requirement.url or requirement.hashes:
        # Start-up time: most files declare neither a URL nor a hash.
        from stepin.drift.compare.provenance import compare_provenance

        return compare_provenance(requirement, installed, known)
    return []


def absent(requirement: Requirement, name: str | None) -> Difference:
    """Return the difference for a requirement that nothing is installed for; `name` is None if it has none."""
    if requirement.url:
        from stepin.drift.compare.urls import shown  # start-up time: most files declare no URL

        wanted = shown(requirement.url)
    else:
        wanted = requirement.specifier
    if name is None:
        return Difference("missing", f"nothing is installed from {wanted}", wanted)
    message = f"{name} is not installed" + (f", {wanted} is declared" if wanted else "")
    return Difference("missing", message, wanted or None)
