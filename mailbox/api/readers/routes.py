"""All routes of the reader API."""

from __future__ import annotations

from fastapi import APIRouter

from mailbox.api.readers import client_list, clients, letters

router = APIRouter()
for part in (letters, client_list, clients):
    router.include_router(part.router)
