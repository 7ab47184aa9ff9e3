"""Run the command line: `python -m stepin` does what `stepin` does."""

import sys

# `-m` puts the current folder first on sys.path. It may be a stranger's project, whose click.py must not run.
# The command `stepin` does not search that folder either.
if not sys.flags.safe_path:
    del sys.path[0]

from stepin.cli import main

sys.exit(main())
