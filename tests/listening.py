"""An ASGI application that listens on a port of its own, in the event loop of the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[uvicorn.Server]:
    """Until the end of the block."""
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    running = asyncio.create_task(server.main_loop())
    try:
        yield server
    finally:
        server.should_exit = True
        await running
        await server.shutdown()


def port_of(server: uvicorn.Server) -> int:
    """Where it listens, on 127.0.0.1."""
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port
