"""Recognize what one version of packaging accepts and another refuses.

pip judges a requirement with the packaging that it vendors, stepin with the one that is installed. Where versions
disagree, the verdict depends on a version that the project does not declare: the caller reports it as unknown.
"""

from __future__ import annotations

import re

# Each difference was found by comparing versions, as tests/drift/requirements/test_packaging.py does.
# Possessive: two runs of spaces next to each other would backtrack in quadratic time.
_URL = r"[ \t]*+[A-Za-z0-9][A-Za-z0-9._-]*+[ \t]*+(?:\[[^\]]*+\])?[ \t]*+@"
_DIFFERENCES = (
    # === without a version is refused since 26.4.
    (rf"(?!{_URL})[^;]*===\s*(?:[,;)]|\Z)", "has === without a version"),
    # A URL is \S+ since 26.4, [^ \t]+ before.
    (rf"{_URL}[ \t]*[^ \t]*[^\S \t]", "has a URL that contains a line break or a space that is not a plain one"),
    # re.IGNORECASE takes these letters for i and s; a version after ~= is limited to ASCII since 26.4.
    (
        rf"(?!{_URL})[^;]*~=[^~,;)]*[\u0130\u0131\u017f]",
        "has a version that contains a letter outside ASCII",
    ),
)


def disputed(text: str) -> str | None:
    """Return why versions of packaging disagree about a requirement or a specifier, or None if they agree."""
    for pattern, reason in _DIFFERENCES:
        if re.match(pattern, text):
            return reason
    return None
