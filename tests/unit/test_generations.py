"""A generation is replaced whole, by one process at a time, and no prompt waits for another process."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stepin import shells
from stepin.hook import entry, facts, files
from stepin.store import generations, records


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "state")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def locked(store: str) -> Iterator[None]:
    """Another process holds the state lock, as filelock takes it."""
    os.makedirs(store, 0o700)
    code = (
        "import sys, filelock\n"
        "with filelock.FileLock(sys.argv[1], mode=0o600):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, os.path.join(store, "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.communicate()


def test_the_first_one_is_kept_and_a_new_one_takes_its_place(store: str, config: Path, tmp_path: Path) -> None:
    assert files.generation(store) == ""
    first = generations.start_first(store, str(config), str(tmp_path))
    assert files.generation(store) == first
    assert generations.start_first(store, str(config), str(tmp_path)) == first
    second = generations.start(store, str(config), str(tmp_path))
    assert second != first
    assert files.generation(store) == second
    third = generations.start_now(store, str(config), str(tmp_path))
    assert files.generation(store) == third
    generations.sweep(store)
    assert os.listdir(os.path.join(store, "generations")) == [os.path.basename(third)]


def test_the_id_bears_the_time_of_the_settings(store: str, config: Path) -> None:
    """A hook compares the two for equality: a clock that was ahead when they were written hides no later change."""
    for modified in (10**18 + 1, time.time_ns() + 3_600_000_000_000 + 1):
        config.write_text("hints = false\n")
        os.utime(config, ns=(modified, modified))
        folder = Path(generations.start(store, str(config), "/nowhere"))
        (ident,) = folder.glob("id-*")
        assert ident.stat().st_mtime_ns == modified


def test_settings_that_are_just_being_written_are_read_again(
    store: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(_: float) -> None:
        monkeypatch.undo()
        config.write_text("hints = true\n")

    monkeypatch.setattr(time, "sleep", write)
    monkeypatch.setattr(facts, "TICK_NS", 10**12)
    config.write_text("hints = false\n")
    folder = Path(generations.start(store, str(config), "/nowhere"))
    assert "hints off" not in (folder / "settings").read_text()
    (ident,) = folder.glob("id-*")
    assert ident.stat().st_mtime_ns == config.stat().st_mtime_ns
    assert time.time_ns() - ident.stat().st_mtime_ns >= facts.TICK_NS


def test_settings_that_change_all_the_time_are_never_taken_for_known(
    store: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: config.write_text("hints = false\n"))
    monkeypatch.setattr(facts, "TICK_NS", 10**12)
    config.write_text("hints = false\n")
    folder = Path(generations.start(store, str(config), "/nowhere"))
    (ident,) = folder.glob("id-*")
    assert ident.stat().st_mtime_ns == 0


@pytest.mark.usefixtures("locked")
def test_a_command_waits_for_the_lock_but_not_for_ever(
    store: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "LOCK_SECONDS", 0.2)
    with pytest.raises(TimeoutError):
        generations.start(store, str(config), "/nowhere")


def request(event: str, store: str, config: Path, folder: Path) -> list[str]:
    """Return the command line of the helper."""
    start = [sys.executable, "-I", "-S", "-X", "utf8", "-c", shells.BOOT, str(Path(entry.__file__).parents[2])]
    return [*start, "bash", shells.PROTOCOL, event, store, str(config), str(folder), "/nowhere"]


@pytest.mark.parametrize("event", ["decide", "learn", "renew"])
@pytest.mark.parametrize("known", [False, True])
def test_a_prompt_waits_for_no_lock(event: str, known: bool, store: str, config: Path, tmp_path: Path) -> None:
    """Whatever it asks, and whether there is a generation or not, the helper answers while the lock is held."""
    project = tmp_path / "project"
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/bin/python").symlink_to("/bin/sh")
    (project / ".venv/pyvenv.cfg").write_text("")
    before = generations.start_first(store, str(config), "/nowhere") if known else ""
    os.makedirs(store, 0o700, exist_ok=True)
    fd = os.open(os.path.join(store, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        result = subprocess.run(request(event, store, config, project), capture_output=True, text=True, timeout=30)
    finally:
        os.close(fd)
    assert result.returncode == 0, "the helper's own time limit would end it with a signal"
    assert result.stdout.endswith(shells.SENTINEL + "\n")
    if event == "learn":
        assert "trusted" in result.stdout
    if known:
        assert files.generation(store) == before, "what holds the lock starts one"
    elif event != "renew":
        assert files.generation(store), "the first one needs no lock"


def test_many_processes_at_once_lose_nothing(store: str, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from stepin.store import generations, records\n"
        "store, path, config = sys.argv[1:]\n"
        "records.write(store, path, 'allow', by='test')\n"
        "generations.start(store, config, '/nowhere')\n"
    )
    paths = []
    for number in range(12):
        path = tmp_path / f"p{number}"
        path.mkdir()
        paths.append(str(path))
    running = [subprocess.Popen([sys.executable, "-c", code, store, path, str(tmp_path / "c")]) for path in paths]
    assert [process.wait() for process in running] == [0] * 12
    assert {record.path for record in records.everything(store)} == set(paths)
    assert os.path.isdir(files.generation(store))
