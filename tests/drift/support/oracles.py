"""What pip and uv say of the same files and the same environment. Both run offline, on wheels that the tests built."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pip

HERE = Path(__file__).parent
UV = Path(sys.executable).with_name("uv")


def offline(depot: Path) -> dict[str, str]:
    """Return the environment variables with which pip and uv ask nobody but `depot`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_", "VIRTUAL_ENV"))}
    return {
        **kept,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(depot),
        "PIP_NO_INPUT": "1",
        "PIP_EXISTS_ACTION": "w",
        # A dry run checks editables out for all that: not in the environment that is looked at.
        "PIP_SRC": str(depot.parent / "src"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "UV_OFFLINE": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(depot),
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_CACHE_DIR": str(depot.parent / "uv-cache"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "NO_COLOR": "1",
    }


class Pip:
    """A pip that stays: `target` is the folder it is installed in (None: the tests' own)."""

    def __init__(self, python: Path, depot: Path, target: Path | None = None) -> None:
        library = Path(pip.__file__).parent.parent if target is None else target
        # The folder of this pip alone is shown to the environment's Python, not all that lies beside it.
        only = depot.parent / f"pip-{library.name if target else 'own'}"
        only.mkdir(exist_ok=True)
        if not (only / "pip").exists():
            (only / "pip").symlink_to(library / "pip")
        self._process = subprocess.Popen(
            [str(python), "-P", str(HERE / "pip_server.py")] if sys.version_info >= (3, 11) else [],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**offline(depot), "PYTHONPATH": str(only)},
        )

    def run(self, *arguments: str, cwd: Path) -> tuple[int, str, str]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"arguments": arguments, "cwd": str(cwd)}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return answer["code"], answer["out"], answer["err"]

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)

    def wants_change(self, arguments: list[str], cwd: Path) -> str:
        """Return what `pip install --dry-run` would change or why it refuses; "" where all is satisfied."""
        code, out, err = self.run("install", "--dry-run", "--no-build-isolation", *arguments, cwd=cwd)
        if code:
            return "refuses: " + " ".join(err.split())[-300:]
        found = re.search(r"^Would install (.*)$", out, re.MULTILINE)
        return found[1] if found else ""

    def checks(self, cwd: Path) -> str:
        """Return what `pip check` complains of; "" where nothing."""
        code, out, err = self.run("check", cwd=cwd)
        return (out + err) if code else ""


class Uv:
    def __init__(self, env: Path, depot: Path) -> None:
        self._env = env
        self._variables = offline(depot)

    def _run(self, *arguments: str, cwd: Path) -> tuple[int, str]:
        done = subprocess.run(
            [UV, "pip", *arguments], cwd=cwd, env=self._variables, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def wants_change(self, arguments: list[str], cwd: Path, verb: str = "install") -> str:
        code, out = self._run(verb, "--python", str(self._env), "--dry-run", *arguments, cwd=cwd)
        if code:
            return "refuses: " + " ".join(out.split())[-300:]
        return "" if "Would make no changes" in out or "would make no changes" in out else " ".join(out.split())

    def checks(self, cwd: Path) -> str:
        code, out = self._run("check", "--python", str(self._env), cwd=cwd)
        return out if code else ""
