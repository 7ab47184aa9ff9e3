"""pip, asked what a requirement file means; and our own answer, put the same way, to hold against it.

Run as a program, with the pip in question on PYTHONPATH, it answers for many folders at once (`tests/slow`).
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pip._internal.network.session import PipSession
    from pip._internal.req.req_file import ParsedRequirement
    from pip._internal.req.req_install import InstallRequirement

# What a reader makes of a file, in JSON's types.
Answer = dict[str, Any]

COMES_FROM = re.compile(r"-[rc] (.*) \(line (\d+)\)", re.DOTALL)


def ask_pip(path: str, *, constraint: bool = False) -> Answer:
    """Return {"refused": whether pip raises, "requirements": what it had read by then}, relative to the cwd."""
    from pip._internal.req.constructors import install_req_from_parsed_requirement
    from pip._internal.req.req_file import parse_requirements

    requirements = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for parsed in parse_requirements(path, session=_session(), constraint=constraint):
                requirements.append(_describe(parsed, install_req_from_parsed_requirement(parsed)))
    except Exception as error:
        # pip shows some of these as a traceback; either way nothing is installed.
        return {"refused": True, "requirements": requirements, "error": f"{type(error).__name__}: {error}"[:300]}
    return {"refused": False, "requirements": requirements}


@functools.cache
def _session() -> PipSession:
    """The HTTP client that pip reads file: URLs with; making one takes longer than reading a file."""
    from pip._internal.network.session import PipSession

    return PipSession()


def _describe(parsed: ParsedRequirement, ireq: InstallRequirement) -> Answer:
    from pip._internal.utils.misc import redact_auth_from_url
    from pip._vendor.packaging.utils import canonicalize_name

    match = COMES_FROM.fullmatch(parsed.comes_from)
    assert match, parsed.comes_from
    file, line = match.groups()
    if file[:5].lower() == "file:":
        from urllib.parse import unquote, urlsplit

        file = os.path.normpath(unquote(urlsplit(file).path))
    link = ireq.link
    settings = (parsed.options or {}).get("config_settings") or {}
    return {
        "name": canonicalize_name(ireq.req.name) if ireq.req else None,
        "specifier": str(ireq.req.specifier) if ireq.req else "",
        "extras": sorted({canonicalize_name(extra) for extra in ireq.extras}),
        "marker": str(ireq.markers) if ireq.markers else None,
        "url": (redact_auth_from_url(link.url) if "@" in link.netloc else link.url) if link else None,
        "path": os.path.normpath(os.path.abspath(link.file_path)) if link and link.is_file else None,
        "editable": ireq.editable,
        "constraint": ireq.constraint,
        "hashes": sorted(
            {f"{name}:{value.lower()}" for name, values in (ireq.hash_options or {}).items() for value in values}
        ),
        "config_settings": {key: [value] if isinstance(value, str) else value for key, value in settings.items()},
        "file": file,
        "line": int(line),
    }


def ask_us(path: str, *, root: str, constraint: bool = False, environ: Mapping[str, str] = os.environ) -> Answer:
    """As `ask_pip`, with "unknown" (whether we say that something was not looked at) and all that was accepted."""
    from stepin.drift.declared.requirements import read_requirement_files

    files, constraints = ((), (path,)) if constraint else ((path,), ())
    declared = read_requirement_files(files, constraints=constraints, root=root, environ=environ)
    refused = [problem for problem in declared.problems if problem.refused]
    return {
        "refused": bool(refused),
        "unknown": len(refused) < len(declared.problems),
        "first": min((problem.line or 0 for problem in refused), default=None),
        "requirements": [
            {
                "name": one.name,
                "specifier": str(one.specifier),
                "extras": sorted(one.extras),
                "marker": str(one.marker) if one.marker else None,
                "url": one.url,
                "path": one.path,
                "editable": one.editable,
                "constraint": one.constraint,
                "hashes": sorted(one.hashes),
                "config_settings": {key: list(values) for key, values in one.config_settings},
                "file": one.file,
                "line": one.line,
            }
            for one in declared.requirements
        ],
        "files": declared.files,
        "problems": [str(problem) for problem in declared.problems],
    }


def difference(pip: Answer, ours: Answer) -> str | None:
    """Say how the two answers differ, None where they agree. That we do not look at something is no agreement."""
    if ours["unknown"]:
        return f"we do not know: {ours['problems']}"
    if pip["refused"] != ours["refused"]:
        return f"pip: {pip.get('error', 'accepts it')}; we: {ours['problems'] or 'accept it'}"
    theirs, accepted = pip["requirements"], ours["requirements"]
    if pip["refused"]:
        # pip stops at the first line that it refuses, we go on: what comes before it must be the same.
        if len(ours["files"]) == 1:
            accepted = [one for one in accepted if one["line"] < ours["first"]]
        else:
            accepted = accepted[: len(theirs)]
    if theirs != accepted:
        return f"pip: {theirs}; we: {accepted}"
    return None


def main() -> None:
    """Answer for each file named on standard input, in JSON, one line each: what this pip makes of it."""
    logging.disable(logging.CRITICAL)
    with open(os.devnull, "w") as nothing, contextlib.redirect_stderr(nothing):  # optparse shows its usage
        for line in sys.stdin:
            print(json.dumps(ask_pip(line.rstrip("\n"))))


if __name__ == "__main__":
    main()
