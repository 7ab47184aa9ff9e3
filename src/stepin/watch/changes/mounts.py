"""File systems that send no events about what others do there: a network's, a host's, most of what is in user space."""

from __future__ import annotations

import os

# Types as /proc/self/mountinfo has them. inotify(7): "Inotify reports only events that a user-space program triggers
# through the filesystem API. As a result, it does not catch remote events that occur on network filesystems."
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "ocfs2"})
_HOST = frozenset({"9p", "drvfs", "vboxsf", "vmhgfs", "prl_fs", "virtiofs", "gfs2", "glusterfs", "webdav", "davfs"})


class Mounts:
    """What is mounted now."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}
        try:
            with open("/proc/self/mountinfo", "rb") as stream:
                for line in stream:
                    fields, _, rest = line.partition(b" - ")
                    place = fields.split(b" ")[4]
                    # proc(5): spaces, tabs, newlines and backslashes are written as octal escapes.
                    for code, char in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
                        place = place.replace(code, char)
                    self._types[os.fsdecode(place)] = os.fsdecode(rest.split(b" ")[0])
        except (OSError, IndexError):
            return

    def silent(self, path: str) -> str:
        """Return the type of a file system that sends no events, "" where `path` lies on one that does."""
        place = os.path.realpath(path)
        while place not in self._types and os.path.dirname(place) != place:
            place = os.path.dirname(place)
        kind = self._types.get(place, "")
        return kind if kind in _NETWORK | _HOST or kind.startswith("fuse.") else ""
