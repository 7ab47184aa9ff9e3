"""What is here: the environment that a folder holds, and the folders a walk looks at. Reads; runs nothing.

An environment is a directory with a regular file `pyvenv.cfg` (PEP 405) and a runnable interpreter in `bin/`
(`Scripts/` on Windows). A *file* named `.venv` is a redirect (PEP 832); a *file* `.env` is a dotenv file, not read.

Paths are `str` with surrogate escapes, so that names that are not UTF-8 survive.
"""

import os
from stat import S_ISDIR, S_ISLNK, S_ISREG

from stepin.hook import NAMES
from stepin.hook.facts import Facts, is_runnable
from stepin.hook.files import read_regular

CFG_BYTES = 64 * 1024  # a pyvenv.cfg has some 300 bytes; more than this is not one
REDIRECT_BYTES = 8 * 1024

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Environment:
    """What one name in one folder is.

    `state` is "ok", "broken" (its interpreter is gone or cannot be run), "legacy" (made by a virtualenv older than 20,
    no pyvenv.cfg) or "incomplete" (no interpreter yet).
    """

    __slots__ = (
        "_real",
        "bin",
        "cfg",
        "name",
        "path",
        "project",
        "prompt",
        "python",
        "real_project",
        "redirect",
        "state",
    )

    def __init__(self, project: str, name: str, path: str, redirect: bool) -> None:
        self.project = project  # the folder, as the shell names it
        self.name = name
        self.path = path  # the prefix: project/name, or what a redirect names
        self.redirect = redirect
        self.cfg = os.path.join(path, "pyvenv.cfg")
        self.bin = ""
        self.python = ""
        self.state = "incomplete"
        self.prompt = os.path.basename(path)
        self.real_project = os.path.realpath(project)
        self._real = ""

    @property
    def real(self) -> str:
        """The prefix without links."""
        if not self._real:
            ordinary = not self.redirect and not os.path.islink(self.path)
            self._real = os.path.join(self.real_project, self.name) if ordinary else os.path.realpath(self.path)
        return self._real

    @property
    def real_bin(self) -> str:
        """The folder of its programs without links."""
        if os.path.islink(self.bin):
            return os.path.realpath(self.bin)
        return os.path.join(self.real, os.path.basename(self.bin))


def folder_status(path: str) -> os.stat_result | None:
    """Return the stat of a folder, links followed; None where there is none (loops and missing rights included)."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status if S_ISDIR(status.st_mode) else None


def layouts(windows: bool) -> tuple[tuple[str, str], ...]:
    """Return where an interpreter may lie below the prefix, best first (sysconfig's schemes nt_venv, posix_venv)."""
    if windows:
        return (("Scripts", "python.exe"), ("bin", "python.exe"))
    return (("bin", "python"), ("bin", "python3"))


def prompt_of(cfg: bytes, default: str) -> str:
    """Return the name that `activate` would show: the key `prompt`, else the folder's name.

    venv writes `prompt = 'name'`, a Python repr; uv and virtualenv write it bare.
    """
    for line in cfg.splitlines():
        key, equals, value = line.partition(b"=")
        if equals and key.strip().lower() == b"prompt":
            text = os.fsdecode(value.strip())
            if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
                text = text[1:-1].replace("\\'", "'").replace("\\\\", "\\")
            return text[:255] or default
    return default


def examine(project: str, name: str, facts: "Facts | None" = None) -> Environment | None:
    """Return what `name` in the folder `project` is; None if it is nothing of ours (a conda prefix, a dotenv file).

    What the answer depends on is noted in `facts`.
    """
    facts = Facts() if facts is None else facts
    path = os.path.join(project, name)
    try:
        status = os.lstat(path)
        redirect = S_ISREG(status.st_mode) and name == ".venv"
        if redirect:
            facts.note(path)
            # PEP 832: the file's content is the path, relative to the file's folder.
            content = read_regular(path, REDIRECT_BYTES) or b""
            target = os.fsdecode(content.strip(b" \t\r\n"))
            if not target or "\n" in target or "\0" in target:
                return None
            path = os.path.normpath(os.path.join(project, target))
        elif not (S_ISDIR(status.st_mode) or S_ISLNK(status.st_mode)):
            facts.note(path)
            return None
    except (OSError, ValueError):
        facts.note(path)
        return None
    env = Environment(project, name, path, redirect)
    # In the order in which most are asked about: shells test the first ones with words that are made for them.
    facts.note(env.cfg)
    facts.note(path)
    if not folder_status(path):
        return None
    cfg = read_regular(env.cfg, CFG_BYTES)
    if cfg is None:
        return env if _is_legacy(env, facts) else None
    env.prompt = prompt_of(cfg, env.prompt)
    _find_interpreter(env, facts)
    return env


def _is_legacy(env: Environment, facts: Facts) -> bool:
    """Return whether a folder is an environment of virtualenv before 20: no pyvenv.cfg, always activate_this.py."""
    env.bin = os.path.join(env.path, layouts(os.name == "nt")[0][0])
    env.state = "legacy"
    facts.note(env.bin)
    return not os.path.lexists(env.cfg) and os.path.isfile(os.path.join(env.bin, "activate_this.py"))


def _find_interpreter(env: Environment, facts: Facts) -> None:
    for folder, python in layouts(os.name == "nt"):
        env.bin = os.path.join(env.path, folder)
        env.python = os.path.join(env.bin, python)
        facts.note(env.bin)
        if is_runnable(env.python):
            env.state = "ok"
            return
        if os.path.lexists(env.python):
            env.state = "broken"
            facts.unrunnable.append(env.python)
            return


def probe(project: str, names: "Sequence[str]" = NAMES) -> str:
    """Return the name at which a hook stops in this folder, or "": exactly what the hooks' builtins test."""
    folder = layouts(os.name == "nt")[0][0]
    for name in names:
        path = os.path.join(project, name)
        if os.path.exists(os.path.join(path, "pyvenv.cfg")) or (name == ".venv" and os.path.isfile(path)):
            return name
        if os.path.exists(os.path.join(path, folder, "activate_this.py")):
            return name
    return ""


def in_folder(project: str, names: "Sequence[str]" = NAMES, facts: "Facts | None" = None) -> Environment | None:
    """Return the environment that decides in this folder: the first that is one, else the first broken or legacy."""
    other = None
    for name in names:
        env = examine(project, name, facts)
        if env is None:
            continue
        if env.state == "ok":
            return env
        if other is None or (other.state == "incomplete" and env.state != "incomplete"):
            other = env
    return other
