"""An app of others, from its own site to a person's post and back: a real process, a real browser, no scripts."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from playwright.async_api import Page, async_playwright

from connectors.residents import JAYLANO
from tests.berichten import bericht
from tests.processes import Server, free_port, register, token
from tests.web.browser import ARGUMENTS, CHROMIUM, NO_BROWSER, PHONE

AGENCY = "00000099000000004000"


@dataclass(kw_only=True)
class App:
    """An app with a site of its own. `localhost` is another site than 127.0.0.1: no cookie of ours comes along."""

    server: Server
    client_id: str = ""
    port: int = field(default_factory=free_port)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/terug"

    @property
    def question(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.address,
            "scope": "post:lezen",
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self.server.url}/oauth/authorize?{urlencode(asked)}"

    @asynccontextmanager
    async def site(self) -> AsyncIterator[str]:
        """Where people begin."""
        site = await asyncio.start_server(self._page, "127.0.0.1", self.port)
        async with site:
            yield f"http://localhost:{self.port}/"

    async def _page(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        html = f'<!doctype html><title>App</title><a href="{escape(self.question)}">Mijn post</a>'.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(html)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + html)
        await writer.drain()
        writer.close()

    async def redeem(self, code: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "code": code,
            "redirect_uri": self.address,
            "code_verifier": self.verifier,
        }
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.server.url}/oauth/token", data=form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def timeline(self, access_token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {access_token}"}
        async with httpx.AsyncClient(headers=headers) as client:
            return await client.get(f"{self.server.url}/inzage/v1/tijdlijn")


@asynccontextmanager
async def phone() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        context = await browser.new_context(java_script_enabled=False, viewport=PHONE, locale="nl-NL")
        yield await context.new_page()
        await browser.close()


async def press(page: Page, name: str) -> None:
    async with page.expect_navigation():
        await page.get_by_role("button", name=name).first.click()


async def deliver(server: Server) -> None:
    key_file = await register(server, AGENCY, "CJIB")
    letter = bericht(ontvanger={"type": "BSN", "waarde": JAYLANO.bsn}, onderwerp="Een boete voor de app")
    headers = {"Authorization": f"Bearer {await token(server, AGENCY, key_file)}"}
    async with httpx.AsyncClient(headers=headers) as client:
        assert (await client.post(f"{server.url}/aanlever/v1/berichten", json=letter)).status_code == 202


@pytest.mark.skipif(CHROMIUM is None, reason=NO_BROWSER)
async def test_somebody_lets_an_app_read_their_post_and_logs_out(database_url: str, tmp_path: Path) -> None:
    server = Server(database_url=database_url, folder=tmp_path / "server")
    await server.run("migrate")
    app = App(server=server)
    app.client_id = (await server.run("app", "add", "--name", "Postkijker", "--redirect-uri", app.address)).strip()
    await server.start()
    try:
        await deliver(server)
        async with app.site() as site, phone() as page:
            await page.goto(site)
            async with page.expect_navigation():
                await page.get_by_role("link", name="Mijn post").click()
            await press(page, JAYLANO.name)
            assert await page.locator("h1").inner_text() == "Wilt u de app Postkijker toelaten?"
            await press(page, "Ja, dit mag")
            assert page.url.startswith(f"{app.address}?code=")
            told = dict(parse_qsl(urlsplit(page.url).query))
            assert (told["state"], told["iss"]) == (app.state, server.url)
            access_token = await app.redeem(told["code"])
            found = await app.timeline(access_token)
            assert [letter["onderwerp"] for letter in found.json()["berichten"]] == ["Een boete voor de app"]
            await page.goto(f"{server.url}/inzage")
            assert "met de app Postkijker" in await page.locator("main").inner_text()
            await press(page, "Uitloggen")
            assert (await app.timeline(access_token)).status_code == 401
    finally:
        await server.stop()
    log = (server.folder / "server.log").read_text()
    assert '"route": "/tijdlijn"' in log
    assert [secret for secret in (told["code"], access_token, JAYLANO.bsn, app.state) if secret in log] == []
