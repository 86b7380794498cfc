"""All routes of the reader API."""

from __future__ import annotations

from fastapi import APIRouter

from mailbox.api.readers import access_log, clients, concepts, grants, letters, marks, money, openapi, requests

router = APIRouter()
for part in (letters, money, concepts, grants, access_log, requests, clients, marks, openapi):
    router.include_router(part.router)
