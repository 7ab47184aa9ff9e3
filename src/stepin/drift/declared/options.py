"""Parse the options on a line of a requirement file, as pip does.

pip splits the line with shlex and parses the options with optparse (`build_parser` in `_internal/req/req_file.py`).
Neither is used here: importing them takes as long as one and two bare starts of Python, shlex takes quadratic time
for a long word, and optparse writes to stderr and exits on an error.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from stepin.drift.declared.lines import RefusedError

# What to do with an option's argument: None if it has none, the name of a list, or "ignored" if the option is about how
# to install. pip's rules for the values are checked in `_apply`.
_LONG: dict[str, str | None] = {
    "--index-url": "ignored",
    "--pypi-url": "ignored",
    "--extra-index-url": "ignored",
    "--no-index": None,
    "--constraint": "constraints",
    "--requirement": "requirements",
    "--editable": "editables",
    "--find-links": "ignored",
    "--no-binary": "packages",
    "--only-binary": "packages",
    "--prefer-binary": None,
    "--require-hashes": None,
    "--no-require-hashes": None,
    "--pre": None,
    "--all-releases": "packages",
    "--only-final": "packages",
    "--trusted-host": "ignored",
    "--use-feature": "feature",
    "--hash": "hash",
    "--config-settings": "config_settings",
}
_SHORT = {
    "i": "ignored",
    "c": "constraints",
    "r": "requirements",
    "e": "editables",
    "f": "ignored",
    "C": "config_settings",
}
# `use_new_feature` in pip's `_internal/cli/cmdoptions.py` (26.3), with those that are always on.
_FEATURES = frozenset(
    (
        "fast-deps",
        "inprocess-build-deps",
        "venv-isolation",
        "truststore",
        "no-binary-enable-wheel-cache",
        "build-constraint",
    )
)
_ALGORITHMS = frozenset(("sha256", "sha384", "sha512"))  # pip's STRONG_HASHES
_WHITESPACE = " \t\r\n"  # of shlex, not of str.split()
# Compiled on first use: only lines with a quote or a backslash need them.
_PIECE = r"""(?s:[^ \t\r\n'"\\]+|'[^']*'|"(?:[^"\\]|\\.)*+"|\\.|[ \t\r\n]+)"""
_ESCAPED = r'\\(["\\])'


class Options(NamedTuple):
    """The options of a line that matter for what is declared, in the order of the line."""

    requirements: list[str]
    constraints: list[str]
    editables: list[str]
    hashes: set[str]  # "alg:hex", lower case
    config_settings: dict[str, str | list[str]]


def split_line(line: str) -> tuple[str, str]:
    """Split a line into (requirement, options). The options begin with the first word that begins with `-`.

    Only a space separates words: after a tab, `--hash` is part of the requirement, which is then invalid, as in pip.
    """
    if line.startswith("-"):
        return "", line
    at = line.find(" -")
    return (line, "") if at < 0 else (line[:at], line[at + 1 :])


def parse_options(text: str) -> Options:
    """Parse the options of a line. Raises RefusedError if pip rejects them."""
    options = Options([], [], [], set(), {})
    words = _words(text)
    words.reverse()  # so that pop() returns the next word in constant time
    while words:
        word = words.pop()
        if word.startswith("--hash="):  # the most common one in large files
            _apply("hash", word[7:], options)
        elif word == "--":
            break
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            action = _LONG[_full_name(name)]
            if action is None and equals:
                raise RefusedError("has an option with an argument that it does not take")
            if action is not None:
                _apply(action, value if equals else _next(words), options)
        elif word.startswith("-") and len(word) > 1:
            # All short options take an argument: the rest of the word, or the next word.
            action = _SHORT.get(word[1])
            if action is None:
                raise RefusedError("has an option that is not allowed in a requirement file")
            _apply(action, word[2:] or _next(words), options)
    return options


def _next(words: list[str]) -> str:
    if not words:
        raise RefusedError("has an option without its argument")
    return words.pop()


def _full_name(name: str) -> str:
    """Return the option that `name` is, or unambiguously abbreviates."""
    if name in _LONG:
        return name
    matches = [long for long in _LONG if long.startswith(name)]
    if len(matches) != 1:
        raise RefusedError("has an option that is not allowed in a requirement file")
    return matches[0]


def _apply(action: str, value: str, options: Options) -> None:
    if action == "hash":
        algorithm, colon, digest = value.partition(":")
        if not colon or algorithm not in _ALGORITHMS:
            raise RefusedError("has a --hash that is not sha256, sha384 or sha512, a colon and a digest")
        options.hashes.add(f"{algorithm}:{digest.lower()}")
    elif action == "requirements":
        options.requirements.append(value)
    elif action == "constraints":
        options.constraints.append(value)
    elif action == "editables":
        options.editables.append(value)
    elif action == "config_settings":
        key, equals, setting = value.partition("=")
        if not equals:
            raise RefusedError("has a --config-settings that is not KEY=VALUE")
        before = options.config_settings.get(key)
        if before is None:
            options.config_settings[key] = setting
        elif isinstance(before, list):
            before.append(setting)
        else:
            options.config_settings[key] = [before, setting]
    elif action == "packages" and value.startswith("-"):
        raise RefusedError("has an option without its argument")
    elif action == "feature" and value not in _FEATURES:
        raise RefusedError("has a --use-feature that pip does not have")


def _words(text: str) -> list[str]:
    """Split `text` like shlex.split(): quotes and backslashes as in a POSIX shell, no comments."""
    if "'" not in text and '"' not in text and "\\" not in text:
        return [word for word in text.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" ") if word]
    words = []
    word: list[str] | None = None
    match = re.compile(_PIECE).match
    at = 0
    while at < len(text):
        piece = match(text, at)
        if piece is None:
            raise RefusedError("has an unclosed quote or a trailing backslash")
        at = piece.end()
        part = piece[0]
        if part[0] in _WHITESPACE:
            if word is not None:
                words.append("".join(word))
            word = None
            continue
        if word is None:
            word = []
        if part[0] == "'":
            word.append(part[1:-1])
        elif part[0] == '"':
            word.append(re.sub(_ESCAPED, r"\1", part[1:-1]))
        else:
            word.append(part[1:] if part[0] == "\\" else part)
    if word is not None:
        words.append("".join(word))
    return words
