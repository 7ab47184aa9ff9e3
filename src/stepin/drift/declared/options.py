"""The options on a line of a requirement file, as pip understands them.

pip splits the line with the standard library's `shlex` and reads the options with its `optparse` (`build_parser` in
pip's `_internal/req/req_file.py`). Both are rebuilt here for the few options there are: importing them costs more than
reading a file does, and `shlex` takes quadratic time for a long word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from stepin.drift.declared.lines import RefusedError

# What becomes of an option's argument: None where it takes none, else the name of the list it goes to, or "ignored"
# where it says how to install and not what. Refused as pip refuses it is what each of them cannot be.
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
# pip's `use_new_feature`, with those that are always on (`_internal/cli/cmdoptions.py` of pip 26.3).
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
_WHITESPACE = " \t\r\n"  # shlex's, and not Python's
# Compiled where they are needed, which is seldom: behind a quote or a backslash.
_PIECE = r"""(?s:[^ \t\r\n'"\\]+|'[^']*'|"(?:[^"\\]|\\.)*+"|\\.|[ \t\r\n]+)"""
_ESCAPED = r'\\(["\\])'


class Options(NamedTuple):
    """What the options of a line say, as far as it matters to what is declared. All lists are in the line's order."""

    requirements: list[str]
    constraints: list[str]
    editables: list[str]
    hashes: set[str]  # "alg:hex", lower case
    config_settings: dict[str, str | list[str]]


def split_line(line: str) -> tuple[str, str]:
    """Split a line into what is required and its options: the first word that begins with a `-`, and what follows.

    Only a space ends a word here: after a tab, `--hash` belongs to the requirement (and spoils it), as in pip.
    """
    if line.startswith("-"):
        return "", line
    at = line.find(" -")
    return (line, "") if at < 0 else (line[:at], line[at + 1 :])


def parse_options(text: str) -> Options:
    """Parse the options of a line. Raises RefusedError where pip does."""
    options = Options([], [], [], set(), {})
    words = _words(text)
    words.reverse()  # so that the next word is taken from the end, in constant time
    while words:
        word = words.pop()
        if word.startswith("--hash="):  # the common one of a large file
            _apply("hash", word[7:], options)
        elif word == "--":
            break
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            action = _LONG[_full_name(name)]
            if action is None and equals:
                raise RefusedError("an option has an argument that it does not take")
            if action is not None:
                _apply(action, value if equals else _next(words), options)
        elif word.startswith("-") and len(word) > 1:
            # All short options take an argument: the rest of the word, or the next one.
            action = _SHORT.get(word[1])
            if action is None:
                raise RefusedError("has an option that is not allowed in a requirement file")
            _apply(action, word[2:] or _next(words), options)
    return options


def _next(words: list[str]) -> str:
    if not words:
        raise RefusedError("an option lacks its argument")
    return words.pop()


def _full_name(name: str) -> str:
    """Find the option that `name` is, or is an unambiguous beginning of."""
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
            raise RefusedError("a --hash is not sha256, sha384 or sha512, a colon and a digest")
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
            raise RefusedError("a --config-settings is not KEY=VALUE")
        before = options.config_settings.get(key)
        if before is None:
            options.config_settings[key] = setting
        elif isinstance(before, list):
            before.append(setting)
        else:
            options.config_settings[key] = [before, setting]
    elif action == "packages" and value.startswith("-"):
        raise RefusedError("an option lacks its argument")
    elif action == "feature" and value not in _FEATURES:
        raise RefusedError("a --use-feature names a feature that pip does not have")


def _words(text: str) -> list[str]:
    """Split `text` as `shlex.split` does: quotes and backslashes as in a POSIX shell, no comments."""
    if "'" not in text and '"' not in text and "\\" not in text:
        return [word for word in text.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" ") if word]
    words = []
    word: list[str] | None = None
    match = re.compile(_PIECE).match
    at = 0
    while at < len(text):
        piece = match(text, at)
        if piece is None:
            raise RefusedError("has a quote that is not closed, or a backslash at its end")
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
