"""The block in a startup file: removing it restores the file to the byte, and no other line changes."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from stepin.install import blocks

LINE = rb"\builtin \test \-r '/h/hook.bash' && \builtin \. '/h/hook.bash' || \:"
OTHER = rb"\builtin \. '/elsewhere'"
PIECES = st.sampled_from(
    [b"a", b"#", b" ", b"\n", b"\r\n", b"\r", b"\\\n", b"\xff", b"alias x=y", b"# stepin", b">>> stepin", b"\0", b"'"]
)
CONTENT = st.lists(PIECES, max_size=30).map(b"".join)


def taken_out(content: bytes) -> blocks.Removed:
    removed = blocks.remove(content)
    assert removed is not None
    return removed


@given(CONTENT)
@example(b"")
@example(b"\n")
@example(b"no newline at the end")
@example(b"dos\r\nfile\r\n")
@example(b"dos without an end\r\nx\r")
@example(b"continued \\")
def test_an_untouched_file_comes_back_to_the_byte(content: bytes) -> None:
    added = blocks.add(content, LINE)
    assert added != content
    assert added.startswith(content)
    assert taken_out(added) == (content, False)


@given(CONTENT)
def test_adding_it_again_changes_nothing(content: bytes) -> None:
    once = blocks.add(content, LINE)
    assert blocks.add(once, LINE) == once


@given(CONTENT, CONTENT)
def test_lines_added_after_it_stay(content: bytes, later: bytes) -> None:
    left = taken_out(blocks.add(content, LINE) + later).content
    end = b"" if not content or content.endswith(b"\n") or not later else b"\n"
    assert left == content + end + later


def test_a_file_that_setup_created_goes_with_the_block() -> None:
    assert taken_out(blocks.add(None, LINE)) == (b"", True)
    assert taken_out(blocks.add(b"", LINE)) == (b"", False)
    assert taken_out(b"mine\n" + blocks.add(None, LINE)) == (b"mine\n", False)
    again = blocks.add(blocks.add(None, OTHER), LINE)
    assert taken_out(again).is_empty


def test_a_new_line_replaces_the_old_one() -> None:
    first = b"before\n" + blocks.add(b"", OTHER) + b"after\n"
    second = blocks.add(first, LINE)
    assert OTHER not in second
    assert second.index(b"before") < second.index(LINE) < second.index(b"after")
    assert blocks.held(second) == [LINE + b" " + blocks.TAG]
    assert taken_out(second).content == b"before\nafter\n"


def test_two_blocks_become_one() -> None:
    block = blocks.add(b"", LINE)
    assert blocks.add(b"a\n" + block + b"b\n" + block + b"c\n", LINE) == b"a\n" + block + b"b\nc\n"
    assert taken_out(b"a\n" + block + b"b\n" + block + b"c\n").content == b"a\nb\nc\n"


def test_lines_that_others_add_to_the_block_stay() -> None:
    lines = blocks.add(b"mine\n", LINE).splitlines(keepends=True)
    lines.insert(3, b"export THEIRS=1\n")
    assert taken_out(b"".join(lines)).content == b"mine\nexport THEIRS=1\n"


def test_a_block_without_its_end_takes_no_other_line_with_it() -> None:
    spoilt = blocks.add(b"mine\n", LINE).replace(blocks.END + b"\n", b"") + b"theirs\n"
    assert taken_out(spoilt).content == b"mine\ntheirs\n"


def test_a_block_with_carriage_returns_is_recognized() -> None:
    content = blocks.add(b"mine", LINE).replace(b"\n", b"\r\n")
    assert taken_out(content).content == b"mine"
    assert blocks.held(content) == [LINE + b" " + blocks.TAG]


def test_no_block_is_no_change() -> None:
    assert blocks.remove(b"# stepin\n>>> stepin >>>\n") is None
    assert blocks.remove(b"") is None
