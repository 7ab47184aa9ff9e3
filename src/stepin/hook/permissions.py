"""What a mode means here: is there anybody whom it lets write, and is it a fact at all.

Asked only about folders whose mode lets the group or everybody write.
"""

from __future__ import annotations

import os

# File systems whose modes are invented by the mount: what they say of "others" is no fact.
MODELESS = frozenset(
    ("9p", "cifs", "drvfs", "exfat", "fuseblk", "msdos", "ntfs", "ntfs3", "prl_fs", "smb3", "vboxsf", "vfat")
)


def writable_by_others(folder: str) -> bool:
    """Return whether anybody but the owner can write to a folder."""
    try:
        status = os.stat(folder)
    except OSError:
        return True
    everybody = bool(status.st_mode & 0o002)
    return (everybody or not is_private_group(status.st_uid, status.st_gid)) and file_system(folder) not in MODELESS


def is_private_group(uid: int, gid: int, users_file: str = "/etc/passwd", groups_file: str = "/etc/group") -> bool:
    """Return whether a group is its user's own: it bears the user's number, and nobody else is in it.

    That is how Debian, Fedora and others make users (adduser's USERGROUPS); macOS puts everybody into `staff`.
    """
    if gid != uid:
        return False
    users = _table(users_file)
    name = next((fields[0] for fields in users if len(fields) > 3 and fields[2] == str(uid)), "")
    if any(len(fields) > 3 and fields[3] == str(gid) and fields[2] != str(uid) for fields in users):
        return False
    members = [fields[3] for fields in _table(groups_file) if len(fields) > 3 and fields[2] == str(gid)]
    return all(member in ("", name) for line in members for member in line.split(","))


def file_system(folder: str, mountinfo: str = "/proc/self/mountinfo") -> str:
    """Return the type of the file system that a folder lies on; "" where nobody says (proc(5), mountinfo)."""
    best, kind = "", ""
    for line in _lines(mountinfo):
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        point = fields[4].replace("\\040", " ") if len(fields) > 4 else ""
        if (folder + "/").startswith(point.rstrip("/") + "/") and len(point) >= len(best):
            best, kind = point, right.split(" ")[0]
    return kind


def _table(path: str) -> list[list[str]]:
    return [line.rstrip("\n").split(":") for line in _lines(path)]


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.readlines()
    except OSError:
        return []
