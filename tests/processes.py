"""The real service as real processes: for acceptance tests and the bench."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

ROOT = Path(__file__).parents[1]
_START_SECONDS = 30


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@dataclass(kw_only=True)
class Server:
    """`python -m mailbox serve` on 127.0.0.1 with its own keys and objects; the database is given."""

    database_url: str
    folder: Path
    port: int = field(default_factory=free_port)
    extra: Mapping[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """A clean environment: only what a process needs and our own settings."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "MO_DATABASE_URL": self.database_url,
            "MO_OBJECTS_DIR": str(self.folder / "objects"),
            "MO_KEK_FILE": str(self.folder / "keys" / "kek.json"),
            "MO_TOKEN_KEY_FILE": str(self.folder / "keys" / "token.json"),
            "MO_PUBLIC_URL": self.url,
            "MO_DEMO": "true",
            "MO_SECURE_COOKIES": "false",
            "MO_RATE_PER_SECOND": "1000000",
            **self.extra,
        }

    async def run(self, *arguments: str) -> str:
        """Runs a command of the service to its end; its output."""
        process = await self._spawn(*arguments)
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
        return output.decode()

    async def start(self, *arguments: str) -> None:
        """Starts the server and waits until it is ready."""
        self.process = await self._spawn("serve", "--port", str(self.port), *arguments)
        deadline = time.monotonic() + _START_SECONDS
        async with httpx.AsyncClient(base_url=self.url) as client:
            while time.monotonic() < deadline and self.process.returncode is None:
                try:
                    if (await client.get("/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
        await self.kill()
        log = (self.folder / "server.log").read_text(errors="replace")
        raise AssertionError(f"the server did not become ready:\n{log[-3000:]}")

    async def kill(self) -> None:
        """SIGKILL: no goodbye."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM: finishes what is under way."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()

    async def _spawn(self, *arguments: str) -> asyncio.subprocess.Process:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "mailbox",
                *arguments,
                cwd=ROOT,
                env=self.environment,
                stdout=asyncio.subprocess.PIPE if arguments[0] != "serve" else log,
                stderr=log if arguments[0] == "serve" else asyncio.subprocess.STDOUT,
            )


async def register(server: Server, oin: str, name: str) -> Path:
    """Registers an agency with a fresh key; where its private key is."""
    key_file = server.folder / f"{oin}.jwk"
    await server.run("agency", "add", "--oin", oin, "--name", name, "--key-file", str(key_file), "--generate")
    return key_file


def _private_key(file: Path) -> ECKey:
    return ECKey.import_key(json.loads(file.read_text()))


async def token(server: Server, oin: str, key_file: Path) -> str:
    """An access token of this agency (private_key_jwt)."""
    key = _private_key(key_file)
    now, endpoint = int(time.time()), f"{server.url}/oauth/token"
    claims = {"iss": oin, "sub": oin, "aud": endpoint, "iat": now, "exp": now + 60, "jti": secrets.token_hex(16)}
    assertion = jwt.encode({"alg": "ES256", "kid": str(key.kid)}, claims, key)
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "scope": "berichten:aanleveren berichten:inzien",
    }
    async with httpx.AsyncClient() as client:
        answer = await client.post(endpoint, data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])
