"""Compare what a project declares with what its environment has installed.

    from stepin.drift import check

    report = check("path/to/project")
    for finding in report.findings:
        print(finding.code, finding.name, finding.message)

Nothing of the project or the environment is run, and nothing is fetched. Importing this package is cheap: the first
check loads the engine. The values are defined in stepin.drift.model.
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
    groups: Sequence[str] = (),
    extras: Sequence[str] = (),
    settings: Sequence[str] = (),
    names: Sequence[str] = (".venv", "venv", "env", ".env"),
    environ: Mapping[str, str] | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
) -> Report:
    """Compare what a project declares with what its environment has installed.

    `project` is its folder, or one below it (default: the working directory). `venv` is an environment to check instead
    of the nearest one; it needs no project. `files` and `constraints` are requirement files to read instead of the
    project's requirements.txt, relative to the working directory; `settings` are such files relative to the project.
    `strict` reports what nothing declares even if the files are not a complete freeze. `ignore` are names and
    `code:CODE`. `groups` and `extras` of pyproject.toml, uv.lock or pylock.toml are included. `names` are the folder
    names that an environment may have. `environ` replaces `${VAR}` in the files; without it, a line that has one is
    unknown. `cache_dir` is a folder for the disk cache; without it, nothing is kept.

    Returns a frozen report, whose `verdict` is "clean", "drift" or "unknown". Raises stepin.drift.model.UsageError if
    something that was named does not exist, and never because of the content of a file.
    """
    # Start-up time: `from stepin.drift import check` loads neither os.path nor the engine.
    import os

    from stepin.drift import engine

    root, env = engine.locate(
        None if project is None else os.fspath(project), None if venv is None else os.fspath(venv), names, environ
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
        groups=groups,
        extras=extras,
        environ=environ,
        cache_dir=None if cache_dir is None else os.fspath(cache_dir),
    )
