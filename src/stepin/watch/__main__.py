"""`python -m stepin.watch`: what a service manager starts."""

import sys

from stepin.watch.service.service import main

sys.exit(main())
