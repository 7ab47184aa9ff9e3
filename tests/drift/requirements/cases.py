"""Lines of requirement files, by what they are about: pip's documented format, and what it does beyond it.

Each line of `lines/*.txt`, and each of TEXTS, is a file of its own, in a folder that `make_tree` has filled; ``{here}``
stands for that folder. Whether pip accepts a line is not said here: pip is asked.
"""

from __future__ import annotations

from pathlib import Path

ENVIRONMENT = {
    "STEPIN_NAME": "flask",
    "STEPIN_VERSION": "2.0",
    "STEPIN_EMPTY": "",
    "STEPIN_TOKEN": "s3cret",
    "STEPIN_HASH": "# not a comment by now",
    "STEPIN_NESTED": "${STEPIN_NAME}",
    "STEPIN_SPACED": "flask --pre",
}

TEXTS = (
    "flask\xa0",
    "flask\xa0==1",
    "f\u200blask",
    "flask==1.0\x1f",
    "flask==1.0\x0c",
    "flask # comment",
    "flask # comment \\\nclick",
    "flask#nocomment",
    "flask\t#comment",
    "flask #",
    "#flask",
    "  # flask",
    "\\# flask",
    "flask \\\n==1.0",
    "flask\\\n==1.0",
    "flask==1.\\\n0",
    "flask \\\n  # comment\nclick",
    "flask \\\n# comment",
    "flask \\ \n==1.0",
    "flask \\\n\n==1.0",
    "flask \\",
    "\\",
    "\\\\",
    "\\flask\\\n==1.0",
    "flask \\\\\n==1.0",
    "flask==1.0 \\\n    --hash=sha256:abc \\\n    --hash=sha256:def\nclick",
    "flask==1.0 \\\n    # via x\n    --hash=sha256:abc",
    "-e \\\n./p",
    "-r \\\nnested.txt\nflask",
    "\n\n  flask  \n\n click\t\n",
    "flask\rclick\r\nrich",
    "flask\x0cclick",
    "flask\x0bclick\x1cattrs\x1drich\x1etomli",
    "flask\u2028click\u2029rich\x85tomli",
    "flask\x00",
    "./p\x00",
    "-r a\x00b",
    "\ufeffflask",
    "flask==${STEPIN_VERSION}",
    "${STEPIN_NAME}==${STEPIN_VERSION}",
    "${STEPIN_UNSET}",
    "flask${STEPIN_EMPTY}",
    "${STEPIN_NESTED}",
    "${STEPIN_NESTED} ${STEPIN_NAME}",
    "${STEPIN_SPACED}",
    "flask ${STEPIN_HASH}",
    "${stepin_name}",
    "$STEPIN_NAME",
    "$${STEPIN_NAME}",
    "${STEPIN_NAME",
    "flask # ${STEPIN_NAME}",
    "-r nested.txt\n-r nested.txt",
    "-r missing.txt\nflask",
    "flask\nbad bad\nclick",
    "",
    " ",
    "\n",
)


def make_tree(folder: Path) -> None:
    """Fill `folder` with what the lines name."""
    for name in ("p", "q", "empty", "sub/inner", "sp ace", "ünï", "h#sh", "semi;colon", "pct%20"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("p", "sp ace", "ünï", "h#sh", "semi;colon", "pct%20"):
        (folder / name / "pyproject.toml").touch()
    (folder / "q" / "setup.py").touch()
    if not (folder / "link").is_symlink():
        (folder / "link").symlink_to("sub", target_is_directory=True)
    if not (folder / "deep").is_symlink():
        (folder / "deep").symlink_to("sub/inner", target_is_directory=True)
    for name in ("x.zip", "x.tar.gz", "x.tar.lzma", "x.7z", "x-1.0-py3-none-any.whl", "bad.whl", "X.ZIP"):
        (folder / name).touch()
    (folder / "nested.txt").write_text("attrs==1.0\n./p\n")
    (folder / "constraint.txt").write_text("attrs==1.0\n-r nested.txt\n")
    (folder / "sub" / "deep.txt").write_text("-r deeper.txt\n-c ../nested.txt\n")
    (folder / "sub" / "deeper.txt").write_text("-e ./p\n")
    (folder / "loop.txt").write_text("flask\n-r loop.txt\n")
    (folder / "bad.txt").write_text("flask\nbad bad\n")
    (folder / "latin.txt").write_bytes(b"attrs\xe9\n")
    (folder / "utf16.txt").write_text("attrs\n", encoding="utf-16")


def lines(folder: Path, group: str | None) -> list[str]:
    """Return the lines of `lines/GROUP.txt`, for the folder that they are about; TEXTS where `group` is None."""
    if group is None:
        return list(TEXTS)
    text = (Path(__file__).parent / "lines" / f"{group}.txt").read_text(encoding="utf-8")
    return [line.replace("{here}", str(folder)) for line in text.split("\n")[:-1]]
