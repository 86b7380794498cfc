"""No plaintext on disk: the whole journey with a canary in each field, and then a search through every file.

Real processes on both databases. Searched while the server runs (WAL, temporary and deleted files) and after it has
stopped: database, objects, keys, logs and the folder for temporary files.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from connectors.residents import JAYLANO
from tests.acceptance.canaries import CANARY, files_with, finder, spellings
from tests.berichten import bericht
from tests.processes import Server, register, token
from tests.web.steps import CODE, STEPS

AGENCY = "00000099000000004000"
IBAN, NAME, REFERENCE, CENTS = "NL91ABNA0417164300", JAYLANO.name, "5000056789012345", 987_654_300
NEEDLES = (CANARY, JAYLANO.bsn, NAME, IBAN, REFERENCE, str(CENTS), f"{CENTS // 100}")
PDF = b"%PDF-1.4\n" + CANARY.encode() * 100_000 + b"\n%%EOF\n"
SEARCH = f"{CANARY}zoek"


def whole_letter(number: int) -> dict[str, Any]:
    """A letter with every field there is, and a canary in each that can hold one."""
    return bericht(
        kenmerk=f"{CANARY}-{number}",
        ontvanger={"type": "BSN", "waarde": JAYLANO.bsn},
        zaakkenmerk=f"{CANARY} zaak",
        onderwerp=f"{CANARY} onderwerp",
        kort={name: f"{CANARY} {name}" for name in ("wat", "doen", "gevolg")},
        inhoud=f"Beste {NAME},\n\n{CANARY} inhoud",
        bijlagen=[
            {"naam": f"{CANARY}.pdf", "mediaType": "application/pdf", "inhoud": base64.b64encode(PDF).decode()},
        ],
        bedragen={"totaal": CENTS, "hoofdsom": CENTS, "richting": "betalen"},
        betaling={
            "iban": IBAN,
            "tenNameVan": f"{CANARY} naam",
            "betalingskenmerk": REFERENCE,
            "uiterlijk": "2026-04-13",
        },
        termijnen=[_term(kind) for kind in ("betalen", "beroep", "bezwaar")],
        rechtsmiddel={
            "soort": "administratief_beroep",
            "instantie": f"{CANARY} instantie",
            "uiterlijk": "2026-04-13",
            "wijze": f"{CANARY} wijze",
        },
        afspraak={"tijdstip": "2026-04-01T09:00:00Z", "plaats": f"{CANARY} plaats", "telefoon": f"0{CANARY}"},
        acties=[{"label": f"{CANARY} label", "url": f"https://www.cjib.example/{CANARY}", "wie": "iedereen"}],
        rechtsgevolg=f"{CANARY} rechtsgevolg",
        relatie={"vorige": f"{CANARY}-0"},
    )


def _term(kind: str) -> dict[str, Any]:
    return {"soort": kind, "uiterlijk": "2026-04-13", "grondslag": f"{CANARY} grond", "gevolg": f"{CANARY} gevolg"}


async def test_what_people_wrote_is_in_no_file(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    server = Server(database_url=database_url, folder=tmp_path / "server", extra={"TMPDIR": str(temporary)})
    await server.run("migrate")
    key_file = await register(server, AGENCY, "CJIB")
    folders = [tmp_path, *_postgres_folder(database_url, request)]
    await server.start()
    try:
        await _deliver(server, key_file)
        await _read_and_share(server)
        everything = finder(NEEDLES)
        assert files_with(everything, folders) == []
        assert _open_files_with(everything, server) == []
        assert await _cells_with(everything, database_url) == []
    finally:
        await server.stop()
    assert files_with(everything, folders) == []
    assert {"post_bericht", "post_bulk", "/clienten/{grant_id}/post/{letter_id}"} <= _routes_logged(server)


def _routes_logged(server: Server) -> set[str]:
    lines = (server.folder / "server.log").read_text().splitlines()
    return {str(json.loads(line).get("route")) for line in lines}


async def _deliver(server: Server, key_file: Path) -> None:
    """Both lanes, a resend, a letter for later, and all that is refused."""
    headers = {"Authorization": f"Bearer {await token(server, AGENCY, key_file)}"}
    lines = [whole_letter(2), {**whole_letter(3), CANARY: CANARY}, whole_letter(4)]
    later = {**whole_letter(5), "publicatietijdstip": "2030-01-01T09:00:00Z"}
    async with httpx.AsyncClient(base_url=f"{server.url}/aanlever/v1", headers=headers, timeout=30) as client:
        sent = [
            await client.post("/berichten", json=whole_letter(1)),
            await client.post("/berichten", json=whole_letter(1)),
            await client.post("/berichten", json=later),
            await client.post("/berichten", json={**whole_letter(1), "onderwerp": f"Anders {CANARY}"}),
            await client.post("/berichten", json={**whole_letter(6), CANARY: CANARY}),
            await client.post("/berichten", json={**whole_letter(6), "afzender": "00000099000000005000"}),
            await client.post("/berichten", content=f'{{"{CANARY}": {CANARY}', headers={"Content-Type": _JSON}),
        ]
        bulk = await client.post("/berichten/_bulk", content=_ndjson(lines), headers={"Content-Type": _NDJSON})
        status = await client.get(f"/berichten/{sent[0].json()['berichtId']}")
    assert [answer.status_code for answer in sent] == [202, 200, 202, 409, 400, 403, 400]
    assert [json.loads(line)["status"] for line in bulk.text.splitlines()] == [202, 400, 202]
    assert status.status_code == 200


_JSON, _NDJSON = "application/json", "application/x-ndjson"


def _ndjson(lines: list[dict[str, Any]]) -> bytes:
    return b"\n".join(json.dumps(line).encode() for line in lines)


async def _read_and_share(server: Server) -> None:
    """The citizen reads, searches and downloads, and lets a helper look along; then not any more."""
    async with _logged_in(server, "jaylano") as citizen, _logged_in(server, "karin") as helper:
        assert CANARY in await _page(citizen, "/post")
        await _search(citizen, "/post")
        await _read_all(citizen, "/post")
        await _ask_and_refuse(citizen, helper)
        code = await _give(citizen)
        accepted = await helper.post("/clienten/code", data={"code": code}, follow_redirects=True)
        clients = re.findall(r'href="(/clienten/[^"/]+/post)"', accepted.text)
        assert len(clients) == 1
        await _search(helper, clients[0])
        await _read_all(helper, clients[0])
        assert NAME in await _page(helper, "/clienten")
        assert "Karin" in await _page(citizen, "/inzage")
        stop = re.findall(r'"(/meekijken/[^"/]+/stoppen)"', await _page(citizen, "/meekijken"))
        assert (await citizen.post(stop[0], data=_YES)).status_code == 303
        assert (await helper.get(clients[0])).status_code == 404


async def _search(reader: httpx.AsyncClient, base: str) -> None:
    """Where one is sent to does not tell what for."""
    client = base.split("/")[2] if base != "/post" else ""
    sent = await reader.post(f"{base}/zoeken", data={"zoek": SEARCH, "client": client})
    assert (sent.status_code, SEARCH in sent.headers["location"]) == (303, False)
    assert SEARCH in await _page(reader, sent.headers["location"])


async def _read_all(reader: httpx.AsyncClient, base: str) -> None:
    """Every letter with its attachment."""
    letters = set(re.findall(rf'href="({base}/[^"/?#]+)"', await _page(reader, base)))
    assert len(letters) == 3
    for letter in letters:
        assert f"{CANARY} inhoud" in await _page(reader, letter)
        assert (await reader.get(f"{letter}/bijlagen/0")).content == PDF


async def _give(citizen: httpx.AsyncClient) -> str:
    """Answers every question of a consent; the code."""
    begun = await citizen.get("/meekijken/geven")
    draft = begun.headers["location"].rpartition("/")[0]
    for step, answers in STEPS.items():
        own = {"naam": f"{CANARY} Karin"} if step == "wie" else {"acties": "downloaden"}
        assert (await citizen.post(f"{draft}/{step}", data={**answers, **own})).status_code == 303
    given = await citizen.post(f"{draft}/controleren", data=_YES)
    return _code_on(given)


async def _ask_and_refuse(citizen: httpx.AsyncClient, helper: httpx.AsyncClient) -> None:
    """The helper asks for access, the citizen reads why, and says no."""
    answers = {name: value for step in STEPS.values() for name, value in step.items()}
    asked = await helper.post("/clienten/vragen", data={**answers, "reden": f"{CANARY} reden"})
    question = await citizen.post("/meekijken/verzoek", data={"code": _code_on(asked)})
    assert f"{CANARY} reden" in await _page(citizen, question.headers["location"])
    assert (await citizen.post(f"{question.headers['location']}/nee", data=_YES)).status_code == 303


def _code_on(answer: httpx.Response) -> str:
    code = CODE.search(answer.text)
    assert code is not None, answer.text
    return code.group()


_YES = {"doe": "ja"}


async def _page(reader: httpx.AsyncClient, path: str) -> str:
    answer = await reader.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


@asynccontextmanager
async def _logged_in(server: Server, person: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, headers={"Origin": server.url}, timeout=30) as client:
        assert (await client.post("/inloggen", data={"persoon": person})).status_code == 303
        yield client


def _postgres_folder(database_url: str, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Where PostgreSQL keeps its tables, its WAL and its temporary files."""
    if database_url.startswith("postgresql"):
        (folder,) = request.getfixturevalue("postgres").admin.execute("SHOW data_directory").fetchone()
        yield Path(folder)


def _open_files_with(pattern: re.Pattern[bytes], server: Server) -> list[str]:
    """Files that the process holds open, also those that are deleted already."""
    assert server.process is not None
    links = [link for link in Path(f"/proc/{server.process.pid}/fd").iterdir() if link.is_file()]
    return [str(link.readlink()) for link in links if pattern.search(link.read_bytes())]


async def _cells_with(pattern: re.Pattern[bytes], database_url: str) -> list[str]:
    """Columns in which it occurs: a database may keep values compressed, which hides them in its files."""
    engine = create_async_engine(database_url)
    found = []
    async with engine.connect() as connection:
        tables = await connection.run_sync(lambda c: inspect(c).get_table_names())
        for table in tables:
            rows = (await connection.execute(text(f'SELECT * FROM "{table}"'))).mappings()  # noqa: S608 - our own
            cells = {(table, name): value for row in rows for name, value in row.items() if _holds(pattern, value)}
            found += [".".join(place) for place in cells]
    await engine.dispose()
    return found


def _holds(pattern: re.Pattern[bytes], value: object) -> bool:
    return pattern.search(value if isinstance(value, bytes) else str(value).encode()) is not None


@pytest.mark.parametrize("written", sorted(spellings(CANARY)))
@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
def test_the_search_finds_what_is_there(tmp_path: Path, written: bytes, before: bytes) -> None:
    (tmp_path / "log").write_bytes(before + written + b"z")
    assert files_with(finder([CANARY]), [tmp_path]) == ["log"]


@pytest.mark.parametrize("offset", range(3))
def test_the_search_finds_what_is_inside_base64_and_compressed_files(tmp_path: Path, offset: int) -> None:
    coded = base64.b64encode(b"." * offset + CANARY.encode() + b".....")
    (tmp_path / "coded").write_bytes(coded)
    (tmp_path / "packed.gz").write_bytes(gzip.compress(b"." * 500 + CANARY.encode()))
    assert files_with(finder([CANARY]), [tmp_path]) == ["coded", "packed.gz"]


def test_the_search_finds_nothing_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(bytes(range(256)) * 100)
    assert files_with(finder(NEEDLES), [tmp_path]) == []


def test_every_field_of_a_letter_has_a_canary() -> None:
    """Fields that hold only words of a fixed list, dates or yes and no are left out, with their names here."""
    plain = {"afzender", "berichtsoort", "domeinen", "dagtekening", "aard", "reactieVerwacht"}
    letter = whole_letter(1)
    without = {name for name, value in letter.items() if not finder(NEEDLES).search(json.dumps(value).encode())}
    assert without == plain
