"""What is here: which folders are environments, and which folders a walk looks at."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from stepin.hook import NAMES, environment
from stepin.store import walk


def env(path: Path, cfg: str | None = "home = /usr/bin\n", python: str | None = sys.executable) -> Path:
    (path / "bin").mkdir(parents=True)
    if cfg is not None:
        (path / "pyvenv.cfg").write_text(cfg)
    if python is not None:
        (path / "bin/python").symlink_to(python)
    return path


def found(project: Path) -> tuple[str, str] | None:
    env = environment.in_folder(str(project))
    return (env.name, env.state) if env else None


def test_the_order_of_names(tmp_path: Path) -> None:
    for name in reversed(NAMES):
        env(tmp_path / name)
        assert found(tmp_path) == (name, "ok")


def test_the_first_that_is_one_decides(tmp_path: Path) -> None:
    env(tmp_path / ".venv", python="/nowhere")
    assert found(tmp_path) == (".venv", "broken")
    env(tmp_path / "venv", python=None)
    assert found(tmp_path) == (".venv", "broken")
    env(tmp_path / "env")
    assert found(tmp_path) == ("env", "ok")


def test_states(tmp_path: Path) -> None:
    env(tmp_path / "a/.venv", python=None)
    assert found(tmp_path / "a") == (".venv", "incomplete")
    env(tmp_path / "b/.venv", cfg=None)
    assert found(tmp_path / "b") is None
    (tmp_path / "b/.venv/bin/activate_this.py").write_text("")
    assert found(tmp_path / "b") == (".venv", "legacy")
    not_runnable = tmp_path / "not-runnable"
    not_runnable.write_text("")
    env(tmp_path / "c/.venv", python=str(not_runnable))
    assert found(tmp_path / "c") == (".venv", "broken")
    env(tmp_path / "d/.venv", python=str(tmp_path))
    assert found(tmp_path / "d") == (".venv", "broken"), "a folder is no interpreter"


def test_files(tmp_path: Path) -> None:
    for name in NAMES[1:]:
        (tmp_path / name).write_text("elsewhere\n")
        assert found(tmp_path) is None
    env(tmp_path / "elsewhere")
    (tmp_path / ".venv").write_text("elsewhere\r\n")
    one = environment.in_folder(str(tmp_path))
    assert one is not None
    assert (one.name, one.path, one.redirect) == (".venv", str(tmp_path / "elsewhere"), True)
    for content in ("", "\n", "a\nb\n", "elsewhere\0", "nowhere\n", "x" * 10_000):
        (tmp_path / ".venv").write_text(content)
        assert found(tmp_path) is None, content


@pytest.mark.parametrize("kind", ["fifo", "folder", "huge", "device", "dangling"])
def test_odd_pyvenv_cfg(tmp_path: Path, kind: str) -> None:
    cfg = env(tmp_path / ".venv", cfg=None) / "pyvenv.cfg"
    if kind == "fifo":
        os.mkfifo(cfg)
    elif kind == "folder":
        cfg.mkdir()
    elif kind == "huge":
        cfg.write_bytes(b"a = b\n" * environment.CFG_BYTES)
    else:
        cfg.symlink_to("/dev/zero" if kind == "device" else "/nowhere")
    assert found(tmp_path) is None


def test_a_loop(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(".venv")
    (tmp_path / "venv").symlink_to("env")
    (tmp_path / "env").symlink_to("venv")
    assert found(tmp_path) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("prompt = 'a'", "a"),
        ('prompt = "it\'s"', "it's"),
        ("prompt = 'it\\'s \\\\'", "it's \\"),
        ("PROMPT=bare name", "bare name"),
        ("prompt =", ".venv"),
        ("prompting = a", ".venv"),
        ("prompt = '", "'"),
        ("prompt = " + "x" * 300, "x" * 255),
    ],
)
def test_the_prompt(tmp_path: Path, line: str, name: str) -> None:
    env(tmp_path / ".venv", cfg=f"home = /usr/bin\n{line}\n")
    one = environment.in_folder(str(tmp_path))
    assert one is not None
    assert one.prompt == name


def test_a_windows_layout_is_found_on_windows() -> None:
    assert environment.layouts(windows=True)[0] == ("Scripts", "python.exe")
    assert environment.layouts(windows=False)[0] == ("bin", "python")


def test_levels() -> None:
    assert list(walk.levels("/home/me/a/b", "/home/me")) == ["/home/me/a/b", "/home/me/a", "/home/me"]
    assert list(walk.levels("/srv/a", "/home/me")) == ["/srv/a", "/srv"]
    assert list(walk.levels("/home", "/home/me")) == []
    assert list(walk.levels("/home/me/a", "/home/me", ["/home"])) == ["/home/me/a", "/home/me", "/home"]
    assert list(walk.levels("/home/you/a", "/home/me")) == ["/home/you/a", "/home/you"]
    assert list(walk.levels("/home/mean", "/home/me")) == ["/home/mean"]
    assert list(walk.levels("/a/b", "")) == ["/a/b", "/a", "/"]


def test_probe_sees_what_the_hooks_builtins_see(tmp_path: Path) -> None:
    assert environment.probe(str(tmp_path)) == ""
    (tmp_path / "env/bin").mkdir(parents=True)
    assert environment.probe(str(tmp_path)) == ""
    (tmp_path / "env/bin/activate_this.py").write_text("")
    assert environment.probe(str(tmp_path)) == "env"
    (tmp_path / "venv/pyvenv.cfg").mkdir(parents=True)
    assert environment.probe(str(tmp_path)) == "venv"
    (tmp_path / ".venv").write_text("")
    assert environment.probe(str(tmp_path)) == ".venv"
