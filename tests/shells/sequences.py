"""Random sequences of what happens to projects; after each prompt the shell is compared with a fresh decision."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from shells.driver import UNSET, Place, Session, State
from stepin.cli import project as projects
from stepin.hook import files, verdict
from stepin.settings import load
from stepin.store import generations, records

STEPS = 30
FOLDERS = ("alpha", "beta", "beta/inner", "plain", "")  # below HOME/code
NAMES = (".venv", ".venv", "venv")
HOUR = 3600
UV = os.path.join(os.path.dirname(sys.executable), "uv")


class World:
    """Two projects, one of them with another inside, that a shell walks through while they change."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self.chance = random.Random(seed)
        self.code = place.home / "code"
        for name in FOLDERS:
            (self.code / name).mkdir(parents=True, exist_ok=True)
        self.outside = place.home / "outside"
        self.cwd = place.home
        for name in ("alpha", "beta"):
            self.record(self.code / name, "allow")
        make_by_uv(self, self.code / "alpha/.venv")

    def any_project(self) -> Path:
        return self.code / self.chance.choice(("alpha", "beta", "beta/inner"))

    def any_environment(self) -> Path:
        """Return the path of an environment that is there, if there is one: mostly where the shell stands."""
        found = [self.code / name / env for name in ("alpha", "beta", "beta/inner") for env in (".venv", "venv")]
        there = [path for path in found if os.path.lexists(path)]
        near = [path for path in there if self.cwd == path.parent or path.parent in self.cwd.parents]
        return self.chance.choice(near if near and self.chance.random() < 0.7 else there or found)

    def record(self, project: Path, word: str) -> None:
        """Do what `stepin allow`, `deny` or `forget` does in another terminal."""
        real = os.path.realpath(project)
        if word == "forget":
            records.forget(str(self.place.store), real)
        else:
            records.write(str(self.place.store), real, word, by="test")
        generations.start(str(self.place.store), str(self.place.config), str(self.place.home))

    def expected(self) -> str:
        """Return the environment that a fresh decision activates here, or UNSET."""
        place = self.place
        store = str(place.store)
        settings = load.load(user=str(place.config))
        at = projects.Context(store, str(place.config), str(place.home), settings, files.state_trouble(store))
        step = projects.deciding(str(self.cwd), at)
        return step.env.path if step and step.env and step.verdict == verdict.TRUSTED else UNSET


def run(place: Place, shell: str, seed: int) -> str:
    """Run one sequence; return "" if the shell was right after every prompt, else what happened."""
    world = World(place, seed)
    place.write_rc(shell)
    done: list[str] = []
    with Session(place, shell) as session:
        for _ in range(STEPS):
            action = world.chance.choice(ACTIONS)
            done.append(action.__name__)
            if action is cd:
                world.cwd = world.code / world.chance.choice(FOLDERS)
                done[-1] += f" {world.cwd.relative_to(place.home)}"
                state = session.run(f"cd {world.cwd}")
            else:
                with contextlib.suppress(OSError):  # there is nothing to remove, or something in the way
                    action(world, world.any_environment())
                state = session.run(":")
            fault = compare(world, state)
            if fault:
                return f"seed {seed}: {' | '.join(done)}: {fault}"
            time.sleep(world.chance.random() * 0.03)
    return ""


def compare(world: World, state: State) -> str:
    """Return how the shell differs from a fresh decision; "" if it does not."""
    wanted = world.expected()
    if wanted != state.VIRTUAL_ENV:
        return f"VIRTUAL_ENV is {state.VIRTUAL_ENV}, a fresh decision says {wanted}"
    ours = [entry for entry in state.PATH.split(":") if entry.startswith(str(world.place.home))]
    expected = [] if wanted == UNSET else [wanted + "/bin"]
    return "" if ours == expected else f"on PATH are {ours}, not {expected}"


# What may happen. Each takes the world and the path of an environment.


def cd(world: World, env: Path) -> None:
    """Stands for a `cd`, which run() types."""


def make_by_uv(world: World, env: Path) -> None:
    world_path = env if env.parent.is_dir() else world.code / "alpha/.venv"
    command = [UV, "venv", "--quiet", "--no-project", "--offline", "--python", sys.executable, str(world_path)]
    subprocess.run([*command, "--allow-existing"], check=False, capture_output=True)


def make_by_venv(world: World, env: Path) -> None:
    options = ["--clear"] if world.chance.random() < 0.3 else []
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", *options, env], check=False, capture_output=True)


def make_by_virtualenv(world: World, env: Path) -> None:
    command = [sys.executable, "-m", "virtualenv", "--quiet", "--without-pip", "--no-periodic-update", str(env)]
    subprocess.run(command, check=False, capture_output=True)


def make_elsewhere(world: World, _: Path) -> None:
    """Make an environment by a name and in a project that may have none."""
    make_by_uv(world, world.any_project() / world.chance.choice(NAMES))


def remove(_: World, env: Path) -> None:
    if env.is_symlink() or env.is_file():
        env.unlink()
    else:
        shutil.rmtree(env)


def recreate(world: World, env: Path) -> None:
    remove(world, env)
    make_by_uv(world, env)


def break_it(_: World, env: Path) -> None:
    python = env / "bin/python"
    os.rename(python, python.with_name("python.away"))


def repair(_: World, env: Path) -> None:
    away = env / "bin/python.away"
    os.rename(away, away.with_name("python"))


def move_out(world: World, env: Path) -> None:
    shutil.rmtree(world.outside, ignore_errors=True)
    os.rename(env, world.outside)


def move_in(world: World, env: Path) -> None:
    if not os.path.lexists(env):
        os.rename(world.outside, env)


def link_out(world: World, env: Path) -> None:
    """Put a link to an environment elsewhere in an environment's place: its target needs consent."""
    if not world.outside.exists():
        make_by_uv(world, world.outside)
    if env.is_symlink():
        env.unlink()
    elif env.exists():
        os.rename(env, env.with_name("kept"))
    os.symlink(world.outside, env)


def link_in(_: World, env: Path) -> None:
    """Put a link to an environment in the same project in an environment's place."""
    kept = env.with_name("kept")
    if env.is_symlink():
        env.unlink()
    elif env.exists():
        shutil.rmtree(kept, ignore_errors=True)
        os.rename(env, kept)
    os.symlink("kept", env)


def writable(_: World, env: Path) -> None:
    """Let others write to it. No shell can see a mode: the time of the folder changes with it."""
    os.chmod(env, 0o777)
    os.utime(env)


def private(_: World, env: Path) -> None:
    os.chmod(env, 0o755)
    os.utime(env)


def touch(world: World, env: Path) -> None:
    os.utime(world.chance.choice((env, env / "bin", env / "pyvenv.cfg")))


def from_the_future(world: World, env: Path) -> None:
    """Give a file a time that is ahead of the clock."""
    later = time.time() + HOUR * world.chance.random()
    os.utime(world.chance.choice((env, env / "bin", env / "pyvenv.cfg")), (later, later))


def another_owner(_: World, env: Path) -> None:
    if os.geteuid() == 0:
        os.chown(env, 65534, 65534)
        os.utime(env)


def own_it(_: World, env: Path) -> None:
    os.chown(env, os.geteuid(), os.getegid())
    os.utime(env)


def allow(world: World, _: Path) -> None:
    world.record(world.any_project(), "allow")


def deny(world: World, _: Path) -> None:
    world.record(world.any_project(), "deny")


def forget(world: World, _: Path) -> None:
    world.record(world.any_project(), "forget")


ACTIONS: list[Callable[[World, Path], None]] = [
    *[cd] * 8,
    *[make_by_uv] * 3,
    make_by_venv,
    make_by_virtualenv,
    *[make_elsewhere] * 2,
    remove,
    *[recreate] * 3,
    break_it,
    *[repair] * 2,
    move_out,
    *[move_in] * 2,
    link_out,
    link_in,
    writable,
    *[private] * 2,
    *[touch] * 2,
    from_the_future,
    another_owner,
    *[own_it] * 2,
    *[allow] * 3,
    deny,
    forget,
]
