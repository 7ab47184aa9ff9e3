"""Rows about environments in which something went wrong."""

from __future__ import annotations

from drift.scenarios.table import Row

_UNREAD = "pip install does not read the metadata of what it calls satisfied"

# x-1.0 without INSTALLER beside ~x-2.0.dist-info: an upgrade that was killed
KILLED_UPGRADE = (
    Row("solo==2.0", "version solo", note="~olo-2.0.dist-info"),
    Row("solo==1.0", note="~olo-2.0.dist-info"),
    Row("solo", note="~olo-2.0.dist-info"),
)

# ~olo-1.0.dist-info alone: a removal that was killed
KILLED_REMOVAL = (
    Row("web", note="~olo-1.0.dist-info"),
    Row("web\nsolo", "missing solo"),
)

# solo 1.0 and solo 1.1, both with a dist-info
DUPLICATE = (
    Row("web", "broken solo", _UNREAD),
    Row("web\nsolo", "broken solo", _UNREAD),
)

# an empty folder solo-1.0.dist-info
EMPTIED = (
    Row("web", "broken solo", _UNREAD),
    Row("web\nsolo==1.0", "broken solo", _UNREAD),
)

# METADATA of solo is empty, that of core is no text
UNREADABLE = (
    Row("web", "broken solo; broken core"),
    Row("web\nsolo==1.0", "broken solo; broken core"),
)

# late 1.0, which needs Python >= 3.99
LATE_PYTHON = (
    Row("late", "python late", ask="uv check"),
    Row("late==1.0", "python late", "pip install takes what is installed without its Requires-Python"),
    Row("late==2.0", "version late"),
    Row('late; python_version < "3"\nsolo'),
    Row("solo\nweb"),
)

# the Python that it was made from is gone, or is of another version now
BASE_GONE = (
    Row("solo\nweb", "python"),
    Row("solo\nabsent", "python; missing absent"),
)
BASE_OTHER = (Row("solo\nweb", "python"),)
