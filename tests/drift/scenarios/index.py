"""The whole table: which rows are put to which environment."""

from __future__ import annotations

from drift.scenarios import by_name, from_elsewhere, odd, whole
from drift.scenarios.table import State

_NO_FREEZE = "setuptools"
_BY_HAND = "pip and uv have to run its Python, and this prefix is laid out by hand"

STATES = (
    State("by_pip", by_name.ROWS, _NO_FREEZE),
    State("by_uv", by_name.ROWS, _NO_FREEZE),
    State("without_installer", by_name.ROWS_NOT_RECORDED, _NO_FREEZE),
    State("egg_info", by_name.ROWS_OF_EGGS, _NO_FREEZE),
    State("conda", by_name.ROWS + by_name.OF_CONDA, _NO_FREEZE, _BY_HAND),
    State("local_by_pip", from_elsewhere.FILES + from_elsewhere.FILES_BY_PIP, "core"),
    State("local_by_uv", from_elsewhere.FILES + from_elsewhere.FILES_BY_UV, "core"),
    State("local_by_pip", from_elsewhere.FILES_FROZEN),
    State("local_by_uv", from_elsewhere.FILES_FROZEN),
    State("git_by_pip", from_elsewhere.GIT),
    State("git_by_uv", from_elsewhere.GIT),
    State("git_commit_by_pip", from_elsewhere.GIT_COMMIT),
    State("git_editable", from_elsewhere.GIT_EDITABLE),
    State("git_editable_moved", from_elsewhere.GIT_EDITABLE_MOVED),
    State("frozen", whole.FROZEN),
    State("frozen_and_more", whole.FROZEN_AND_MORE),
    State("frozen_project", whole.FROZEN_PROJECT),
    State("written_since", whole.WRITTEN_SINCE),
    State("dynamic", whole.DYNAMIC),
    State("inheriting", whole.INHERITING),
    State("killed_upgrade", odd.KILLED_UPGRADE, "web"),
    State("killed_removal", odd.KILLED_REMOVAL),
    State("duplicate", odd.DUPLICATE),
    State("emptied", odd.EMPTIED),
    State("unreadable", odd.UNREADABLE),
    State("late_python", odd.LATE_PYTHON, "solo"),
    State("base_gone", odd.BASE_GONE, "", "its interpreter cannot be run"),
    State("base_other", odd.BASE_OTHER, "", "its interpreter cannot be run"),
)
