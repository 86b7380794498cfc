from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from joserfc.jwk import ECKey

from connectors.push import Client
from tests.connectors.unruly import OIN, UnrulyServer, unruly_server


@pytest.fixture(scope="session")
def key() -> ECKey:
    return ECKey.generate_key("P-256", parameters={"kid": "test-1"})


@pytest.fixture
async def server(key: ECKey) -> AsyncIterator[UnrulyServer]:
    async with unruly_server(key) as unruly:
        yield unruly


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture
def client(server: UnrulyServer, http: httpx.AsyncClient, key: ECKey) -> Client:
    return Client(oin=OIN, base_url=server.url, key=key.as_dict(private=True), http=http, patience=10)
