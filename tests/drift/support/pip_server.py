"""Runs pip many times in one process: it is imported once, and each run is a fork. Speaks JSON lines.

python pip_server.py    reads {"arguments": [...], "cwd": "..."}, answers {"code": N, "out": "...", "err": "..."}
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile


def main() -> None:
    # What a run would import otherwise, each time.
    import pip._internal.cli.main
    import pip._internal.commands.check
    import pip._internal.commands.install
    import pip._internal.resolution.resolvelib.resolver

    # What is imported and computed on the way: a first run takes five times as long as a second.
    answers = os.dup(1)
    os.dup2(2, 1)
    pip._internal.cli.main.main(["install", "--dry-run", "--quiet", "solo"])
    sys.stdout.flush()
    os.dup2(answers, 1)
    gc.collect()
    gc.freeze()  # so that a fork's collector does not copy every page

    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if not child:
                run(request, out.fileno(), err.fileno())
            _, status = os.waitpid(child, 0)
            out.seek(0)
            err.seek(0)
            answer = {
                "code": os.waitstatus_to_exitcode(status),
                "out": out.read().decode(errors="replace"),
                "err": err.read().decode(errors="replace"),
            }
        print(json.dumps(answer), flush=True)


def run(request: dict[str, object], out: int, err: int) -> None:
    from pip._internal.cli.main import main as pip

    code = 99
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.chdir(str(request["cwd"]))
        code = pip(request["arguments"])  # type: ignore[arg-type]
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


main()
