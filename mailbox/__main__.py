"""`python -m mailbox …`."""  # noqa: A005 - decision 0001

from __future__ import annotations

import sys

from mailbox.cli import main

sys.exit(main())
