"""A word is added to an array of the user's TOML file, and nothing else changes: comments, layout, line ends."""

from __future__ import annotations

import tomllib

import pytest

from stepin.settings.edit import extended


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", '[drift]\nignore = ["b"]\n'),
        ("names = ['x']", "names = ['x']\n\n[drift]\nignore = [\"b\"]\n"),
        ("[drift]\n", '[drift]\nignore = ["b"]\n'),
        ("[drift]", '[drift]\nignore = ["b"]\n'),
        ("[drift] # c\r\nnews = true\r\n[x]\r\n", '[drift] # c\r\nnews = true\r\nignore = ["b"]\r\n[x]\r\n'),
        ("[drift]\nignore = []\n", '[drift]\nignore = ["b"]\n'),
        ('[drift]\nignore = ["a"] # why\n', '[drift]\nignore = ["a", "b"] # why\n'),
        ('[drift]\nignore = [\n  "a]", # why\n]\n', '[drift]\nignore = [\n  "a]", # why\n  "b",\n]\n'),
        ('[drift]\nignore = [\n  "a"\n]\nx = 1\n', '[drift]\nignore = [\n  "a",\n  "b"\n]\nx = 1\n'),
        ('[drift]\nignore = ["b"]\n', '[drift]\nignore = ["b"]\n'),
        ("drift.news = true\n", 'drift.news = true\ndrift.ignore = ["b"]\n'),
        ("drift = {news = true}\n", 'drift = {news = true, ignore = ["b"]}\n'),
        ("[drift.x]\ny = 1\n", '[drift]\nignore = ["b"]\n\n[drift.x]\ny = 1\n'),
        (
            "[drift]\nnews = true\n\n# about x\n[x]\ny = 1\n",
            '[drift]\nnews = true\nignore = ["b"]\n\n# about x\n[x]\ny = 1\n',
        ),
        (
            "[drift]\nnews = true\n[x]\n[drift.y]\nz = 1\n",
            '[drift]\nnews = true\nignore = ["b"]\n[x]\n[drift.y]\nz = 1\n',
        ),
    ],
)
def test_a_word_is_added(text: str, wanted: str) -> None:
    done = extended(text, ("drift",), "ignore", ("b", "b"))
    before, after = tomllib.loads(text), tomllib.loads(done)
    assert "b" in after.get("drift", {}).pop("ignore")
    before.get("drift", {}).pop("ignore", None)
    assert {key: value for key, value in after.items() if value} == {k: v for k, v in before.items() if v}
    assert done == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", '[tool.stepin.drift]\nignore = ["b"]\n'),
        ("[tool.black]\nx = 1\n", '[tool.black]\nx = 1\n\n[tool.stepin.drift]\nignore = ["b"]\n'),
        ("[project]\nname = 'x'\n", "[project]\nname = 'x'\n\n[tool.stepin.drift]\nignore = [\"b\"]\n"),
    ],
)
def test_a_table_in_a_table(text: str, wanted: str) -> None:
    assert extended(text, ("tool", "stepin", "drift"), "ignore", ("b",)) == wanted


@pytest.mark.parametrize(
    "text", ["drift = 1\n", "[[drift]]\n", "[drift]\nignore = 'a'\n", "= =", "drift = [{ignore = []}]\n", "\0"]
)
def test_a_file_that_cannot_be_added_to_is_left_alone(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # tomllib's error is one, too
        extended(text, ("drift",), "ignore", ("b",))
