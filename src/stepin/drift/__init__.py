"""Drift: what is declared (requirements.txt) against what is installed (an environment, seen from outside).

    from stepin.drift import check

    report = check("path/to/project")
    for finding in report.findings:
        print(finding.code, finding.name, finding.message)

Nothing of the project or the environment is run, nothing is fetched. Importing this package costs next to nothing: the
engine is loaded by the first check. The values are those of stepin.drift.model.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from stepin.drift.model import Report

__all__ = ["check"]


def check(
    project: str | os.PathLike[str] | None = None,
    *,
    files: Sequence[str | os.PathLike[str]] = (),
    constraints: Sequence[str | os.PathLike[str]] = (),
    venv: str | os.PathLike[str] | None = None,
    strict: bool = False,
    ignore: Sequence[str] = (),
    settings: Sequence[str] = (),
    names: Sequence[str] = (".venv", "venv", "env", ".env"),
    environ: Mapping[str, str] | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
) -> Report:
    """Compare what a project declares with what its environment holds.

    `project` is its folder, or one below it (None: the working directory); `venv` an environment to judge instead of
    the nearest one, in which case no project is needed. `files` and `constraints` are requirement files to read instead
    of the project's requirements.txt, relative to the working directory; `settings` the same relative to the project.
    `strict` tells what nothing declares even where the files are no complete freeze. `ignore` holds names and
    `code:CODE`. `names` are the folder names that an environment may have. `environ` replaces `${VAR}` in the files;
    None leaves a line that has one unknown. `cache_dir` is where to keep what was read for the next check; None keeps
    nothing.

    Returns a frozen report; `verdict` is "clean", "drift" or "unknown". Raises stepin.drift.model.UsageError where
    something that was named is not there; never for what a file holds.
    """
    import os

    from stepin.drift import engine

    root, env = engine.locate(
        None if project is None else os.fspath(project), None if venv is None else os.fspath(venv), names
    )
    return engine.run(
        root,
        env,
        files=[os.fspath(path) for path in files],
        constraints=[os.fspath(path) for path in constraints],
        settings=settings,
        venv=venv is not None,
        strict=strict,
        ignore=ignore,
        environ=environ,
        cache_dir=None if cache_dir is None else os.fspath(cache_dir),
    )
