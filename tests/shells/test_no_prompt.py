"""Where there is no prompt there is no stepin: scripts, `shell -c`, subshells, and while an rc file runs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from shells.adapter import Adapter
from shells.driver import UNSET, Place, Session

Make = Callable[..., Path]
Allow = Callable[..., None]


def test_without_a_prompt_nothing_happens(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    allow(project)
    place.write_rc(shell)
    hook = place.hook(shell)
    text = f'source {hook}; cd {project}; echo "[$VIRTUAL_ENV]"'
    bare = adapter.start(*adapter.bare)
    for how in (["-c", text], ["-ic", text]):
        result = subprocess.run([*bare, *how], env=place.environ(), capture_output=True, text=True, cwd="/")
        assert result.stdout == "[]\n"
        assert "stepin" not in result.stdout + result.stderr
    script = place.home / "script"
    script.write_text(text)
    env = place.environ(BASH_ENV=str(hook), ENV=str(hook))
    result = subprocess.run([*bare, script], env=env, capture_output=True, text=True, cwd="/")
    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_strict_options_while_the_hook_is_read(shell: str, adapter: Adapter, place: Place) -> None:
    hook = place.hook(shell)
    strict = adapter.strict + "; " if adapter.strict else ""
    for interactive in ([], ["-i"]):
        results = []
        for text in (f"{strict}source {hook}; echo read", f"{strict}echo read"):
            command = adapter.start(*adapter.bare, *interactive, "-c", text)
            result = subprocess.run(command, env=place.environ(), capture_output=True, text=True)
            stderr = re.sub(
                r"\(\d+\)", "()", result.stderr
            )  # bash on a pipe: "cannot set terminal process group (PID)"
            results.append((result.stdout, stderr, result.returncode))
        assert results[0] == results[1]
        assert results[0][0] == "read\n"


def test_subshells_and_substitutions_are_left_alone(
    shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow
) -> None:
    project = make("project")
    other = make("other")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        if adapter.has_subshells:
            assert session.out(f'(cd {project}; printf "[%s]" "${{VIRTUAL_ENV-}}")') == "[]"
            assert session.out(f'x=$(cd {other}; pwd); printf %s "$x"') == str(other)
        assert session.look().variables == session.first.variables


def test_nothing_while_the_rc_file_runs(shell: str, place: Place, make: Make) -> None:
    """Powerlevel10k's instant prompt objects to output there; and a shell may start inside a project."""
    project = make("project")
    place.write_rc(shell, after=f'cd {project}\necho "[$VIRTUAL_ENV]" >$HOME/at-the-end\n')
    with Session(place, shell) as session:
        assert (place.home / "at-the-end").read_text() == "[]\n"
        assert session.first.VIRTUAL_ENV == UNSET
        assert len(session.first.lines) == 1, "at the first prompt"


def test_nothing_on_stdout(shell: str, adapter: Adapter, place: Place, make: Make, allow: Allow) -> None:
    project = make("project")
    make("stranger")
    allow(project)
    place.write_rc(shell)
    with Session(place, shell) as session:
        for line in ("cd project", "cd ../stranger", "cd .."):
            path = place.home / "stdout"
            session.run(adapter.write(line, path))
            assert path.read_bytes() == b""


def test_twenty_shells_at_once(shell: str, place: Place, make: Make) -> None:
    """On one untrusted project, with no state yet: no decision is lost and nobody hears about state."""
    project = make("project")
    place.write_rc(shell)
    hook = place.hook(shell)
    assert hook.exists()
    sessions = []
    try:
        import threading

        def start() -> None:
            sessions.append(Session(place, shell, cwd=project))

        threads = [threading.Thread(target=start) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(sessions) == 20
        for session in sessions:
            assert session.first.lines == ['stepin: ~/project/.venv is not trusted; run "stepin allow"']
            assert session.run(":").lines == []
    finally:
        for session in sessions:
            session.child.close(force=True)
    files = [path for path in place.store.rglob(shell) if path.is_file()]
    assert len(files) == 1
