"""The helper's entry: what it answers, and that it ends by itself."""

from __future__ import annotations

import copy
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from stepin import shells
from stepin.hook import entry as hook
from stepin.hook import files
from stepin.hook.decision import Decision
from stepin.store import records

SRC = Path(__file__).parents[2] / "src"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    env = tmp_path / "project/.venv"
    (env / "bin").mkdir(parents=True)
    (env / "bin/python").symlink_to(sys.executable)
    (env / "pyvenv.cfg").write_text("home = /usr/bin\nprompt = 'na$me'\n")
    return tmp_path


class Recorder:
    """A dialect that keeps the decision as it is."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []

    def quote(self, text: str) -> str:
        return text

    def assign(self, name: str, values: Sequence[str]) -> str:
        return "end"

    def decision(self, decision: Decision) -> str:
        self.decisions.append(copy.copy(decision))
        return ""


def ask(home: Path, event: str = "decide", folder: str = "project") -> Decision:
    """Return the decision that a shell is given."""
    arguments = ["bash", shells.PROTOCOL, event, str(home / "state"), str(home / "config.toml"), str(home / folder)]
    request = hook.Request([*arguments, str(home / "nowhere")])
    request.dialect = recorder = Recorder()
    assert hook.answer(request).endswith("\nend\n" + shells.SENTINEL + "\n")
    return recorder.decisions[-1]


def test_the_fields(home: Path) -> None:
    project = str(home / "project")
    env = project + "/.venv"
    decision = ask(home)
    assert (decision.protocol, decision.verdict) == (shells.PROTOCOL, "untrusted")
    assert (decision.project, decision.stop) == (project, ".venv")
    assert (decision.prefix, decision.bin, decision.interpreter) == (env, env + "/bin", env + "/bin/python")
    assert (decision.prompt, decision.prompt_prefix) == ("na$me", "(na?me) ")
    assert (decision.linked, decision.foreign) == (False, False)
    assert decision.message == f'stepin: {env} is not trusted; run "stepin allow"'
    assert decision.shown == env
    assert [path for path, _ in decision.facts] == [env + "/pyvenv.cfg", env, env + "/bin"]
    assert os.path.samefile(decision.link, env + "/pyvenv.cfg")
    records.write(str(home / "state"), os.path.realpath(project), "allow", by="test")
    assert ask(home).verdict == "trusted"


def test_what_is_printed_is_what_is_kept(home: Path) -> None:
    arguments = [
        "zsh",
        shells.PROTOCOL,
        "decide",
        str(home / "state"),
        str(home / "c"),
        str(home / "project"),
        "/nowhere",
    ]
    text = hook.answer(hook.Request(arguments))
    place = Path(files.generation(str(home / "state")) + files.mirror(str(home / "project")))
    assert (place / "zsh").read_text() == text
    assert (place / "zsh").stat().st_mode & 0o777 == 0o600


def test_a_decision_that_is_the_same_is_not_written_again(home: Path) -> None:
    """A rename over a file makes ext4 write to disk at once, which takes longer than all of the decision."""
    arguments = ["bash", shells.PROTOCOL, "decide", str(home / "state"), str(home / "c"), str(home / "project")]
    for path in (".venv/pyvenv.cfg", ".venv/bin", ".venv"):
        os.utime(home / "project" / path, (10**9, 10**9))
    text = hook.answer(hook.Request([*arguments, "/nowhere"]))
    decision = Path(files.generation(str(home / "state")) + files.mirror(str(home / "project"))) / "bash"
    before = decision.stat()
    assert hook.answer(hook.Request([*arguments, "/nowhere"])) == text
    assert decision.stat() == before
    (home / "project/.venv").chmod(0o777)
    os.utime(home / "project/.venv")
    assert hook.answer(hook.Request([*arguments, "/nowhere"])) == decision.read_text() != text


def test_learning_is_a_plain_allow(home: Path) -> None:
    decision = ask(home, "learn")
    assert decision.verdict == "trusted"
    assert "because you activated its environment" in decision.message
    assert ask(home).message == "", "said once, not kept"
    (home / "project/.venv").chmod(0o777)
    assert ask(home, "learn").verdict == "refused"


def test_learning_does_not_take_a_no_back(home: Path) -> None:
    records.write(str(home / "state"), os.path.realpath(home / "project"), "deny", by="test")
    assert ask(home, "learn").verdict == "denied"


def test_hints_can_be_switched_off(home: Path) -> None:
    (home / "config.toml").write_text("hints = false\n")
    assert ask(home).message == ""


@pytest.mark.parametrize(
    ("setting", "name", "prefix"),
    [
        ("true", "na$me", "(na?me) "),
        ("false", "na$me", ""),
        ('"project"', "project", "(project) "),
        ('"environment"', ".venv", "(.venv) "),
    ],
)
def test_the_name_in_the_prompt_is_a_setting(home: Path, setting: str, name: str, prefix: str) -> None:
    """VIRTUAL_ENV_PROMPT is the bare name in any case: other prompts show it."""
    (home / "config.toml").write_text(f"prompt = {setting}\n")
    decision = ask(home)
    assert (decision.prompt, decision.prompt_prefix) == (name, prefix)


def test_names_are_a_setting(home: Path) -> None:
    (home / "config.toml").write_text('names = ["myenv"]\n')
    assert ask(home).verdict == "none"
    (home / "project/.venv").rename(home / "project/myenv")
    assert ask(home).verdict == "untrusted"


@pytest.mark.parametrize(
    "arguments",
    [[], ["bash"], ["bash", "0", "decide", "/s", "/c", "/f"], ["csh", shells.PROTOCOL, "decide", "/s", "/c", "/f"]],
)
def test_words_that_are_off(arguments: list[str]) -> None:
    code = f"import sys;sys.path[:0]=[{str(SRC)!r}];from stepin.hook.entry import main;sys.exit(main(sys.argv[1:]))"
    result = subprocess.run([sys.executable, "-I", "-S", "-c", code, *arguments], capture_output=True)
    assert (result.returncode, result.stdout, result.stderr) == (2, b"", b"")


def test_it_ends_itself() -> None:
    """After two seconds the kernel ends it, whatever it is busy with: no handler has to run."""
    code = (
        f"import sys;sys.path[:0]=[{str(SRC)!r}]\n"
        "from stepin.hook import entry as hook\n"
        "def busy(*_):\n"
        "    while True: pass\n"
        "hook.answer = busy\n"
        f"hook.main(['bash', {shells.PROTOCOL!r}, 'decide', '/s', '/c', '/f'])\n"
    )
    result = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, timeout=30)
    assert result.returncode == -signal.SIGALRM
    assert result.stdout == b""
