"""Interpret modes and mounts: who can write to a folder, and what kind of file system it is on.

The helper asks only about folders whose mode lets the group or everybody write.
"""

from __future__ import annotations

import os

from stepin.hook.files import read_head

MOUNTINFO = "/proc/self/mountinfo"
_TABLE_BYTES = 1 << 24
_ACL_USER, _ACL_GROUP, _ACL_MASK = 0x02, 0x08, 0x10
# proc(5): the kernel writes these characters in mountinfo's paths as octal escapes (mangle in fs/seq_file.c).
_ESCAPES = ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\043", b"#"), (b"\\134", b"\\"))

# On these the mount invents the mode: what it says about other users is no fact.
MODELESS = frozenset(
    ("9p", "cifs", "drvfs", "exfat", "fuseblk", "msdos", "ntfs", "ntfs3", "prl_fs", "smb3", "vboxsf", "vfat")
)
# Others change these unseen: a network's, a virtual machine's host's. inotify(7): "Inotify reports only events that a
# user-space program triggers through the filesystem API. As a result, it does not catch remote events that occur on
# network filesystems." Types that begin with `fuse.` (SSHFS, rclone) belong to them.
_NETWORK = frozenset(
    ("afs", "ceph", "cifs", "davfs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb", "smb2")
)
REMOTE = _NETWORK | {"9p", "drvfs", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav"}


class Mounts:
    """The mount points of this system and the types of their file systems, as they are now. Empty outside Linux."""

    def __init__(self, mountinfo: str = MOUNTINFO) -> None:
        self._types: dict[str, str] = {}
        for line in _lines(mountinfo):
            left, _, right = line.partition(b" - ")
            fields = left.split(b" ")
            if len(fields) > 4:  # of two at one point the later one covers the other
                self._types[os.fsdecode(_unescape(fields[4]))] = os.fsdecode(right.split(b" ")[0])

    def type_of(self, path: str) -> str:
        """Return the type of the file system that a path is on; "" if it is unknown. The path need not exist."""
        folder = os.path.realpath(path)
        while folder not in self._types and os.path.dirname(folder) != folder:
            folder = os.path.dirname(folder)
        return self._types.get(folder, "")

    def remote_type(self, path: str) -> str:
        """Return the type if it is one that others can change without an event here; else ""."""
        kind = self.type_of(path)
        return kind if kind in REMOTE or kind.startswith("fuse.") else ""


def writable_by_others(folder: str) -> bool:
    """Return whether anybody but the owner can write to a folder."""
    try:
        status = os.stat(folder)
    except OSError:
        return True
    everybody = bool(status.st_mode & 0o002)
    loose = everybody or not is_private_group(status.st_uid, status.st_gid) or has_open_acl(folder, status.st_uid)
    return loose and Mounts().type_of(folder) not in MODELESS


def has_open_acl(path: str, owner: int) -> bool:
    """Return whether a POSIX access list lets a user other than the owner, or a group, write (acl(5)).

    The mode of a file with such a list shows the mask as the group's bits, so only if these allow writing it is asked.
    The layout is that of linux/posix_acl_xattr.h: a version, then tag, permissions and id of each entry.
    """
    try:
        data = os.getxattr(path, "system.posix_acl_access")
    except (AttributeError, OSError):  # not on this system; no list
        return False
    entries = [data[at : at + 8] for at in range(4, len(data), 8)]
    tags = [(int.from_bytes(one[:2], "little"), one[2], int.from_bytes(one[4:], "little")) for one in entries]
    mask = next((permissions for tag, permissions, _ in tags if tag == _ACL_MASK), 7)
    return any(
        permissions & mask & 2 and (tag == _ACL_GROUP or (tag == _ACL_USER and name != owner))
        for tag, permissions, name in tags
    )


def is_private_group(uid: int, gid: int, users_file: str = "/etc/passwd", groups_file: str = "/etc/group") -> bool:
    """Return whether a group is private to its user: it has the user's number, and nobody else is in it.

    Debian, Fedora and others create users like that (adduser's USERGROUPS); macOS puts everybody into `staff`.
    """
    if gid != uid:
        return False
    users = _table(users_file)
    name = next((fields[0] for fields in users if len(fields) > 3 and fields[2] == str(uid)), "")
    if any(len(fields) > 3 and fields[3] == str(gid) and fields[2] != str(uid) for fields in users):
        return False
    members = [fields[3] for fields in _table(groups_file) if len(fields) > 3 and fields[2] == str(gid)]
    return all(member in ("", name) for line in members for member in line.split(","))


def _unescape(path: bytes) -> bytes:
    for code, character in _ESCAPES:  # the backslash last: `\\134040` is a backslash and digits
        path = path.replace(code, character)
    return path


def _table(path: str) -> list[list[str]]:
    return [os.fsdecode(line).split(":") for line in _lines(path)]


def _lines(path: str) -> list[bytes]:
    try:
        return read_head(path, _TABLE_BYTES).split(b"\n")
    except OSError:
        return []
