"""`python -m mailbox …`."""

from __future__ import annotations

import sys

from mailbox.cli import main

sys.exit(main())
