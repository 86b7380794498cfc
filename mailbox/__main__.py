"""`python -m mailbox …`."""

from __future__ import annotations

import os
import sys

from mailbox.cli import main

os.umask(0o077)  # what this process writes is its owner's alone: the database as well as keys
sys.exit(main())
