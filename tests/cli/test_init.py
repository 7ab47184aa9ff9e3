"""`stepin init`: its output loads in a real shell, and it imports nothing large."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import User
from cli.shells import needed
from shells.adapter import ADAPTERS
from stepin import shells
from stepin.hook import NAMES
from stepin.install import render

CODE = "import sys; sys.argv[1:] = ['init', 'bash']; from stepin.cli import main; main()"
TAIL = "; sys.stderr.write('\\n'.join(sys.modules))"


def modules(code: str) -> set[str]:
    command = [sys.executable, "-c", code + TAIL]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.split())


def test_it_imports_only_this() -> None:
    """A shell's start may wait for it: no click, no platformdirs, no pathlib."""
    loaded = modules(CODE) - modules("import sys")
    assert loaded <= {
        "__future__",
        "stepin",
        "stepin.hook",
        "stepin.cli",
        "stepin.cli.print_hook",
        "stepin.settings",
        "stepin.settings.folders",
        "stepin.install",
        "stepin.install.render",
        "stepin.shells",
        "stepin.shells.bash",
        "stepin.shells.bash.dialect",
    }


@pytest.mark.parametrize("shell", shells.DIALECTS)
def test_it_prints_a_header_and_the_shells_files_unchanged(user: User, shell: str) -> None:
    """Python creates none of the shell code. Only the hook of `setup` extends PATH."""
    folder = Path(render.shell_folder())
    parts = [folder / shell / f"{part}.{shell}" for part in render.PARTS[1:]]
    body = b"".join(part.read_bytes() for part in parts if part.exists())
    dialect = shells.load(shell)
    values = {"state": [str(user.store)], "config": [str(user.config)], "helpers": render.helpers()}
    values |= {"boot": [shells.BOOT], "speaks": [shells.PROTOCOL], "defaults": list(NAMES)}
    header = "".join(dialect.assign(f"__stepin_{name}", value) + "\n" for name, value in values.items())
    assert render.text(shell) == header.encode() + body
    folder_line = dialect.assign("__stepin_command_folder", ["/x"]) + "\n"
    path = (folder / shell / f"path.{shell}").read_bytes()
    assert render.text(shell, command_folder="/x") == (header + folder_line).encode() + path + body


@pytest.mark.parametrize("shell", shells.DIALECTS)
def test_what_hook_and_helper_agree_on_is_defined_once(shell: str) -> None:
    """A hook takes the boot line, the protocol and the default names from the header, and has no copy of them."""
    texts = [path.read_text() for path in Path(render.shell_folder(), shell).iterdir()]
    assert any("__stepin_boot" in text.partition("-X utf8 -c ")[2] for text in texts)
    assert not any("sys.path" in text or " ".join(NAMES) in text for text in texts)
    assert not any(f" {shell} {shells.PROTOCOL} " in text for text in texts)


@pytest.mark.parametrize("shell", shells.DIALECTS)
@pytest.mark.parametrize("way", ["init", "setup"])
def test_it_loads_without_a_word_in_a_strict_shell(user: User, shell: str, way: str) -> None:
    adapter = ADAPTERS[shell]
    needed(shell)
    home = user.home / "a b'\"$(touch PWNED)\\"
    home.mkdir()
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"}
    code = "import sys; from stepin.cli import main; sys.exit(main())"
    file = home / "hook"
    if way == "init":
        with file.open("wb") as stream:
            subprocess.run([sys.executable, "-c", code, "init", shell], env=env, check=True, stdout=stream)
    else:
        user._monkeypatch.setenv("HOME", str(home))
        file.write_bytes(render.text(shell, command_folder=str(home / "my bin")))
    (home / "rc").write_text(f"{adapter.strict}\n{adapter.read(file)}\n")
    start = adapter.interactive(home / "rc", "printf '%s\\n' \"$PATH\"")
    done = subprocess.run(start, env=env, cwd=home, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    noise = [line for line in done.stderr.splitlines() if "job control" not in line and "terminal process" not in line]
    assert noise == []
    assert done.stdout.strip() == "/usr/bin:/bin" + (f":{home}/my bin" if way == "setup" else "")
    assert not (home / "PWNED").exists()


def test_an_upgrade_of_python_finds_the_helper_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pairs include the folders of later Pythons. All are absolute, the current one is first."""
    library = tmp_path / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin/python"))
    monkeypatch.setattr(render, "__file__", str(library / "stepin/install/render.py"))
    pairs = render.helpers()
    found = list(zip(pairs[::2], pairs[1::2], strict=True))
    assert found[0] == (str(tmp_path / "bin/python"), str(library))
    later = str(library).replace(f".{sys.version_info[1]}/", f".{sys.version_info[1] + 1}/")
    assert (str(tmp_path / "bin/python"), later) in found
    assert all(os.path.isabs(path) for path in pairs)


@pytest.mark.parametrize("arguments", [["init"], ["init", "tcsh"], ["init", "bash", "more"], ["init", "--nonsense"]])
def test_wrong_usage_is_one_line(user: User, arguments: list[str]) -> None:
    result = user.run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("stepin: ")
    assert result.err.count("\n") == 1


def test_a_reader_that_leaves_is_no_error(user: User) -> None:
    assert user.script("init", "bash", after="| true").err == ""
