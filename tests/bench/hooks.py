"""What a step costs in each shell, beside no hook, by hand, and the peers that are installed. Prints tables.

    python tests/bench/hooks.py [--rounds N] [--shells bash,zsh,fish] [--mise PATH]

Each figure is the median of the rounds, in microseconds; the kinds take turns within a round, so that a machine that
slows down slows all of them. The second figure is the number of processes that the step started, by strace.
A step is timed inside the shell, around calls of what the shell itself would call at a prompt or a cd.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from shells.driver import Place  # the same rendering of the hooks as in the tests
from stepin.shells import BOOT
from stepin.store import generations as generation
from stepin.store import records

DEEP = "1/2/3/4/5/6/7"  # and the project: eight levels below HOME
STEPS = ("idle outside", "idle inside", "cd outside", "cd inside", "enter+leave", "switch")
BASH = r"""
prompt() { local c; for c in "${PROMPT_COMMAND[@]}"; do eval "$c"; done; }
now() { t=${EPOCHREALTIME/[.,]/}; }
go() { cd "$1"; prompt; }
"""
ZSH = r"""
zmodload zsh/datetime
prompt() { local f; for f in $precmd_functions; do $f; done; }
now() { t=$(( int(EPOCHREALTIME * 1000000) )); }
functions -M int 1 1 2>/dev/null; int() { (( ${1%.*} )); }
now() { t=${EPOCHREALTIME/./}; t=${t[1,16]}; }
go() { cd "$1"; prompt; }
"""
POSIX = r"""
measure() { # NAME COUNT COMMANDS
  local n=$2 i a
  [ -z "$COUNT" ] || n=1
  eval "run() { local i; for ((i = 0; i < $n; i++)); do $3; done; }"
  [ -z "$COUNT" ] || { : <"/stepin-bench/$1" ; } 2>/dev/null
  now; a=$t; run >/dev/null 2>&1; now
  printf '%s\t%s\n' "$1" "$(( (t - a) / n ))" >>"$OUT"
}
cd "$OUTSIDE"; prompt; cd "$INSIDE"; prompt; cd "$ONE"; prompt; cd "$TWO"; prompt; cd "$HOME"; prompt
cd "$OUTSIDE"; prompt; prompt; measure 'idle outside' $N prompt
cd "$INSIDE"; enter_one; prompt; prompt; measure 'idle inside' $N prompt; leave
cd "$OUTSIDE"; prompt; measure 'cd outside' $N "go ..; go 7"
cd "$INSIDE"; enter_one; prompt; measure 'cd inside' $N "go ..; go 7"; leave
cd "$HOME/out"; prompt
measure 'enter+leave' $N 'cd "$ONE"; enter_one; prompt; leave; cd "$HOME/out"; prompt'
measure 'switch' $N 'cd "$ONE"; leave; enter_one; prompt; leave; cd "$TWO"; enter_two; prompt'
"""
FISH = r"""
function prompt; emit fish_prompt; end
function go; cd $argv[1]; prompt; end
function measure # NAME COUNT COMMANDS
  set -l n $argv[2]
  test -z "$COUNT"; or set n 1
  test -z "$COUNT"; or test -e "/stepin-bench/$argv[1]"
  echo "function run; for i in (seq $n); $argv[3]; end; end" | source
  set -l a (date +%s%N)
  run >/dev/null 2>/dev/null
  set -l b (date +%s%N)
  printf '%s\t%s\n' $argv[1] (math -s0 "($b - $a) / 1000 / $n") >>$OUT
end
for d in $OUTSIDE $INSIDE $ONE $TWO $HOME; cd $d; prompt; end
cd $OUTSIDE; prompt; prompt; measure 'idle outside' $N prompt
cd $INSIDE; enter_one; prompt; prompt; measure 'idle inside' $N prompt; leave
cd $OUTSIDE; prompt; measure 'cd outside' $N "go ..; go 7"
cd $INSIDE; enter_one; prompt; measure 'cd inside' $N "go ..; go 7"; leave
cd $HOME/out; prompt
measure 'enter+leave' $N 'cd $ONE; enter_one; prompt; leave; cd $HOME/out; prompt'
measure 'switch' $N 'cd $ONE; leave; enter_one; prompt; leave; cd $TWO; enter_two; prompt'
"""


def script(shell: str, kind: str, place: Place, mise: str | None) -> str:
    """Return the script that sets a kind up in a shell and runs all steps."""
    suffix = ".fish" if shell == "fish" else ""
    enter = {"enter_one": ":", "enter_two": ":", "leave": ":"}
    setup = ""
    if kind == "by hand":
        enter = {f"enter_{p}": f'source "{place.home}/{p}/.venv/bin/activate{suffix}"' for p in ("one", "two")}
        enter["leave"] = (
            "functions -q deactivate; and deactivate; true"
            if shell == "fish"
            else ("typeset -f deactivate >/dev/null && deactivate; :")
        )
    elif kind == "stepin":
        setup = f"source {place.hook(shell)}\n"
    elif kind == "direnv":
        hook = subprocess.run(["direnv", "hook", shell], capture_output=True, text=True, check=True).stdout
        setup = hook + "\n"
    elif kind == "mise":
        hook = subprocess.run([mise or "mise", "activate", shell], capture_output=True, text=True, check=True).stdout
        setup = hook + "\n"
    functions = "".join(
        f"function {name}; {body}; end\n" if shell == "fish" else f"{name}() {{ {body}; }}\n"
        for name, body in enter.items()
    )
    body = {"bash": BASH + POSIX, "zsh": ZSH + POSIX, "fish": FISH}[shell]
    return setup + functions + body


def prepare(place: Place, python: str) -> None:
    """Make the folders and environments that the steps go through."""
    for project in ("one", "two"):
        folder = place.home / project
        (folder / DEEP).mkdir(parents=True)
        subprocess.run([python, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
        records.write(str(place.store), str(folder), "allow", by="bench")
        (folder / ".envrc").write_text(f"export VIRTUAL_ENV={folder}/.venv\nPATH_add .venv/bin\n")
        (folder / ".mise.toml").write_text(f'[env]\n_.python.venv = "{folder}/.venv"\n')
    (place.home / "out" / DEEP).mkdir(parents=True)
    generation.start(str(place.store), str(place.config), str(place.home))


def run(shell: str, kind: str, place: Place, number: int, mise: str | None, count: bool) -> dict[str, int]:
    """Run all steps once; return microseconds a step, or with `count` the processes that each started."""
    out = place.home / "out.tsv"
    out.write_text("")
    file = place.home / "bench"
    file.write_text(script(shell, kind, place, mise))
    env = place.environ(
        N=str(number),
        OUT=str(out),
        COUNT="1" if count else "",
        ONE=f"{place.home}/one",
        TWO=f"{place.home}/two",
        INSIDE=f"{place.home}/one/{DEEP}",
        OUTSIDE=f"{place.home}/out/{DEEP}",
        TERM="dumb",
        MISE_TRUSTED_CONFIG_PATHS=str(place.home),
        PATH=os.environ["PATH"],
    )
    for project in ("one", "two"):
        if kind == "direnv":
            subprocess.run(["direnv", "allow", str(place.home / project)], env=env, check=True)
    options = {"bash": ["--norc", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}[shell]
    command = [shell, *options, "-c", f"source {file}"]
    trace = place.home / "trace"
    if count:
        calls = "trace=clone,clone3,fork,vfork,openat,newfstatat,access,faccessat,faccessat2"
        command = ["strace", "-f", "-qq", "-e", calls, "-o", str(trace), *command]
    subprocess.run(command, env=env, cwd=place.home, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not count:
        lines = (line.split("\t") for line in out.read_text().splitlines())
        return {name: int(value) for name, value in lines}
    found: dict[str, int] = {}
    step = ""
    for line in trace.read_text(errors="replace").splitlines():
        if "/stepin-bench/" in line:
            step = line.split("/stepin-bench/")[1].split('"')[0]
            found.setdefault(step, 0)
        elif step and any(f" {call}(" in line for call in ("clone", "clone3", "fork", "vfork")):
            found[step] += 1
    return found


def table(shell: str, kinds: list[str], place: Place, rounds: int, mise: str | None) -> None:
    numbers = {"no hook": 300, "by hand": 40, "stepin": 100, "direnv": 10, "mise": 10}
    times: dict[str, dict[str, list[int]]] = {kind: {step: [] for step in STEPS} for kind in kinds}
    for _ in range(rounds):
        for kind in kinds:
            for step, value in run(shell, kind, place, numbers[kind], mise, False).items():
                times[kind][step].append(value)
    counts = {kind: run(shell, kind, place, 1, mise, True) for kind in kinds} if shutil.which("strace") else {}
    base = run_baseline(counts)
    print(f"\n{shell}: microseconds a step (processes), eight levels deep; a cd is one of a pair")
    print(f"{'':14}" + "".join(f"{kind:>18}" for kind in kinds))
    for step in STEPS:
        cells = []
        for kind in kinds:
            median = statistics.median(times[kind][step]) / (2 if step.startswith("cd ") else 1)
            processes = counts.get(kind, {}).get(step)
            started = "" if processes is None else f" ({max(0, processes - base.get(step, 0))})"
            cells.append(f"{median:>12.0f}{started:>6}")
        print(f"{step:14}" + "".join(cells))


def run_baseline(counts: dict[str, dict[str, int]]) -> dict[str, int]:
    """Return what the measuring itself starts (fish's `date` and `seq`)."""
    return counts.get("no hook", {})


def helper(place: Place, rounds: int) -> None:
    """Print what a first decision and `stepin init` cost, in starts of a bare interpreter."""
    library = str(Path(__file__).parents[2] / "src")
    isolated = [sys.executable, "-I", "-S"]
    decide = [*isolated, "-X", "utf8", "-c", BOOT, library, "bash", "1", "decide", str(place.store), str(place.config)]
    repository = place.home / "repository"
    repository.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", repository / ".venv"], check=True)
    subprocess.run(["git", "init", "-q"], cwd=repository, check=True)
    listing = "".join(
        f"100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\tsrc/package_{n // 40}/some_module_{n}.py\n"
        for n in range(19500)
    )
    subprocess.run(["git", "update-index", "--index-info"], cwd=repository, input=listing, text=True, check=True)
    size = (repository / ".git/index").stat().st_size
    stepin = shutil.which("stepin", path=str(Path(sys.executable).parent))
    commands = {
        "bare -I -S -c pass": [*isolated, "-c", "pass"],
        "bare -I -c pass": [sys.executable, "-I", "-c", "pass"],
        "first decision": [*decide, str(place.home / "one"), str(place.home)],
        f"with a git index of {size / 2**20:.1f} MiB": [*decide, str(repository), str(place.home)],
    }
    if stepin:
        commands["stepin init bash"] = [stepin, "init", "bash"]
    samples: dict[str, list[float]] = {name: [] for name in commands}
    import time

    for _ in range(rounds * 10):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=place.environ())
            samples[name].append(time.perf_counter() - start)
    bare = statistics.median(samples["bare -I -S -c pass"])
    print("\nthe helper: milliseconds, and in units of a bare start")
    for name, values in samples.items():
        print(f"{name:34}{statistics.median(values) * 1000:8.1f}{statistics.median(values) / bare:8.2f}")


def start(place: Place, shells: list[str], rounds: int) -> None:
    """Print what a shell's start costs with the hook and without."""
    import time

    print("\na shell's start: milliseconds without the hook, with it")
    for shell in shells:
        options = {"bash": ["--norc", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}[shell]
        samples: dict[str, list[float]] = {"true": [], f"source {place.hook(shell)}": []}
        for _ in range(rounds * 10):
            for text, values in samples.items():
                begin = time.perf_counter()
                subprocess.run(
                    [shell, *options, "-c", text], env=place.environ(), stderr=subprocess.DEVNULL, check=True
                )
                values.append(time.perf_counter() - begin)
        print(f"{shell:6}" + "".join(f"{statistics.median(values) * 1000:8.1f}" for values in samples.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shells", default="bash,zsh,fish")
    parser.add_argument("--mise", help="mise's program, where it is not on PATH")
    parser.add_argument(
        "--by-hand-python", default="python3.11", help="whose venv's activate scripts are timed by hand"
    )
    arguments = parser.parse_args()
    shells = [shell for shell in arguments.shells.split(",") if shutil.which(shell)]
    kinds = ["no hook", "by hand", "stepin"]
    for peer, found in (("direnv", shutil.which("direnv")), ("mise", arguments.mise or shutil.which("mise"))):
        if found:
            kinds.append(peer)
        else:
            print(f"{peer} is not installed: not compared", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        home.mkdir()
        place = Place(home)
        prepare(place, arguments.by_hand_python)
        for shell in shells:
            table(shell, kinds, place, arguments.rounds, arguments.mise)
        helper(place, arguments.rounds)
        start(place, shells, arguments.rounds)


if __name__ == "__main__":
    main()
