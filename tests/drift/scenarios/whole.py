"""Rows about an environment as a whole: what nothing declares, the project itself, what the base lends."""

from __future__ import annotations

from drift.scenarios.table import EDITS_ANEW, Row

_ALL = "solo==1.0\nweb==1.0\ncore==2.0"
_NOT_PIPS = "pip install does not remove anything"

# solo, web, core, setuptools, wheel
FROZEN = (
    Row("FREEZE", complete=True),
    Row(_ALL, complete=True),
    Row(_ALL + '\nabsent==1.0; python_version < "3"', complete=True),
    Row(_ALL + "\nabsent==1.0", "missing absent", complete=True),
    Row("solo==1.1\nweb==1.0\ncore==2.0", "version solo", complete=True),
    Row("web==1.0\ncore==2.0", "extra solo", ask="sync", complete=True),
    Row("web==1.0\ncore==1.0", "version core; extra solo", complete=True),
    Row("web==1.0\nsolo==1.0", complete=False),
    Row("web==1.0", complete=False),
    Row("web\nsolo==1.0", complete=False),
    Row("web==1.0\ncore>=2.0", complete=False),
    Row("web==1.0\ncore==2.*", complete=False),
    Row("web==1.0\ncore==2.0\n-r https://localhost/r.txt", "unknown", "nothing is fetched", "nobody", complete=False),
    Row("absent==1.0", "missing absent", complete=False),
    Row("", complete=False),
    Row("web", "extra solo", _NOT_PIPS, strict=True),
    Row("solo\nweb", strict=True),
    Row("core", "extra solo; extra web", _NOT_PIPS, strict=True),
)

# the same, and stray
FROZEN_AND_MORE = (
    Row("FREEZE", complete=True),
    Row(_ALL, "extra stray", ask="sync", complete=True),
    Row(_ALL, "extra stray", _NOT_PIPS, complete=True),
    Row(_ALL + "\nstray==1.0", complete=True),
    Row(_ALL + "\n-c c.txt", "extra stray", _NOT_PIPS, files=(("c.txt", "stray==1.0\n"),), complete=True),
    Row("solo==1.0\nweb", complete=False),
    Row("solo==1.0\nweb", "extra stray", _NOT_PIPS, strict=True),
)

# the same without stray, and the project itself as an editable
FROZEN_PROJECT = (
    Row(_ALL, complete=True),
    Row(_ALL + "\n-e .", "", EDITS_ANEW, complete=True),
    Row("-e .", "", EDITS_ANEW, complete=False),
    Row("-e .", "extra web; extra core", strict=True),
)

# -e . whose pyproject.toml now asks for solo>=2.0 and stray, and for absent under the extra `more`; solo 1.0 is there
WRITTEN_SINCE = (
    Row("-e .", "transitive stray; transitive solo"),
    Row("-e .[more]", "transitive stray; transitive solo; transitive absent"),
    Row("the-project", "transitive core", ask="check"),
)

DYNAMIC = (
    Row("-e .", "", EDITS_ANEW),
    Row("-e .\nstray", "missing stray"),
)

INHERITING = (
    Row("solo==1.0", complete=False),
    Row("pip"),
    Row("pip>=1\nsolo"),
    Row("pip==0.1", "version pip"),
    Row("solo", strict=True),
    Row("pip", "extra solo", _NOT_PIPS, strict=True),
)
