"""Fold names as a file system may: two that fold to the same bytes may be one folder on disk.

APFS, HFS+ and NTFS ignore case beyond ASCII and, but for NTFS, the normal form. HFS+ also ignores some invisible
characters (git's utf8.c, next_hfs_char).
"""

IGNORED = dict.fromkeys([*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF])
# What folds to ASCII without being ASCII, in UTF-8: long s, sharp s, the Kelvin sign, ligatures, and two marks. A test
# tries every character.
_FOLD_TO_ASCII = {
    b"s": (b"\xc5\xbf", b"\xc3\x9f", b"\xe1\xba\x9e", b"\xef\xac\x85", b"\xef\xac\x86"),
    b"k": (b"\xe2\x84\xaa",),
    b";": (b"\xcd\xbe",),
    b"`": (b"\xe1\xbf\xaf",),
    b"f": (b"\xef\xac\x80", b"\xef\xac\x81", b"\xef\xac\x82", b"\xef\xac\x83", b"\xef\xac\x84"),
}


def fold(name: bytes) -> bytes:
    """Return what a name, or a path, may be taken for. A name that is not UTF-8 is folded as ASCII."""
    if name.isascii():
        return name.lower()
    import unicodedata  # names beyond ASCII are few

    try:
        text = name.decode()
    except UnicodeDecodeError:
        return name.lower()
    text = unicodedata.normalize("NFD", text.translate(IGNORED))
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text.casefold())).encode()


def has_other_spellings(name: bytes, data: bytes) -> bool:
    """Return whether `data`, an index, may contain `name` in a spelling that a search for its ASCII bytes misses.

    `name` is folded. Bytes of hashes and times may look like such a spelling: then the answer is True, too.
    """
    if not name.isascii():
        return True
    if any(sequence in data for sequence in (b"\xe2\x80", b"\xe2\x81", b"\xef\xbb\xbf")) and _has_ignored(data):
        return True
    return any(letter in name and any(other in data for other in others) for letter, others in _FOLD_TO_ASCII.items())


def _has_ignored(data: bytes) -> bool:
    return any(chr(code).encode() in data for code in IGNORED)
