"""People, a world and someone with the database's password: as for the tests of the services."""

from __future__ import annotations

from tests.services.conftest import eve, jaylano, karin, log_output, tamper, world

__all__ = ["eve", "jaylano", "karin", "log_output", "tamper", "world"]
