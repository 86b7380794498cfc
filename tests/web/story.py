"""A story to show on pages: fictional people with realistic post, told through the real services."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from consent import EVERY, Action, Purpose, Scope
from mailbox.bootstrap import Services
from mailbox.domain.claims.said import Word
from mailbox.domain.identifiers import Bsn, GrantId, LetterId, Oin
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.appointing import Appointment
from mailbox.services.batching import Lane
from mailbox.services.granting import GrantDraft
from tests.berichten import bericht
from tests.world import DAY_MS, SetClock

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
NOW: Final = datetime(2026, 11, 24, 10, 30, tzinfo=AMSTERDAM)
NOW_MS: Final = int(NOW.timestamp() * 1000)

AGENCIES: Final[Mapping[str, str]] = {
    "00000099000000001000": "Belastingdienst",
    "00000099000000002000": "UWV",
    "00000099000000003000": "SVB",
    "00000099000000004000": "CJIB",
    "00000099000000005000": "DUO",
}
BD, UWV, SVB, CJIB, DUO = AGENCIES

PDF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

JAYLANO: Final = Identity(subject=Subject.of_bsn(Bsn("999990019")), name="Jaylano Meerman")
SAMIRA: Final = Identity(subject=Subject.of_bsn(Bsn("999990020")), name="Samira Bouali")
"""Has a mailbox and nothing in it."""
KARIN: Final = Identity(
    subject=Subject(kind="pseudonym", value="karin"), name="Karin Bos", organisation="Buurthuis De Brug"
)
LEO: Final = Identity(subject=Subject(kind="pseudonym", value="leo"), name="Leo Vos", organisation="Rekenhulp")
"""A helper without clients."""
FATMA: Final = Identity(
    subject=Subject(kind="pseudonym", value="fatma"), name="Fatma Demir", organisation="Gemeente Demostad", desk=True
)
"""Works at a counter."""
ELLY: Final = Identity(subject=Subject.of_bsn(Bsn("999990123")), name="Elly Zonneveld")
"""Let her sister look along, until she came under bewind."""
BEA: Final = Identity(subject=Subject(kind="pseudonym", value="bea"), name="Bea Wind", organisation="Bewind Demo")
"""Whom the court appointed for Elly."""


WIM: Final = Identity(subject=Subject.of_bsn(Bsn("999990172")), name="Wim de Graaf")
"""Says of what he has to pay that he did, or that he does not agree."""


@dataclass(kw_only=True)
class Story:
    """The services with people and letters in them."""

    services: Services
    clock: SetClock
    letters: dict[str, LetterId] = field(default_factory=dict)
    grants: dict[str, GrantId] = field(default_factory=dict)
    _references: int = 0
    _people: int = 0

    async def begin(self) -> None:
        """Registers the agencies, and tells what happened before the tests."""
        for oin, name in AGENCIES.items():
            await self.services.agencies.add(Oin(oin), name, public_key())
        await self._post_of_a_year()
        await self._words()
        self.clock.ms = NOW_MS
        await self._grants()

    def stranger(self) -> Identity:
        """Somebody whom no other test knows."""
        self._people += 1
        return Identity(subject=Subject.of_bsn(Bsn(_bsn(self._people))), name=f"Proef Persoon {self._people}")

    async def token(self, identity: Identity) -> str:
        """A session."""
        return await self.services.sessions.login(identity)

    async def person(self, identity: Identity) -> Person:
        person = await self.services.sessions.person(await self.token(identity))
        assert person is not None
        return person

    async def deliver(
        self, to: Identity, kind: str, /, *, files: Sequence[tuple[str, bytes]] = (), **changes: Any
    ) -> LetterId:
        """One letter, with attachments (name, bytes)."""
        self._references += 1
        given: dict[str, Any] = {
            "kenmerk": f"VERHAAL-{self._references}",
            "ontvanger": {"type": "BSN", "waarde": to.subject.value},
            "afzender": _sender(kind),
            **changes,
        }
        if files:
            given["bijlagen"] = [_attachment(name, content) for name, content in files]
        letter = bericht(kind, **given)
        sender = Oin(letter["afzender"])
        receipt = await self.services.receiving.receive(sender, letter, [c for _, c in files], lane=Lane.SINGLE)
        return receipt.letter_id

    async def grant(self, citizen: Identity, helper: Identity, scope: Scope, note: str = "hulp") -> GrantId:
        """Gives and accepts a grant."""
        offer = await self.services.granting.offer(
            await self.person(citizen), GrantDraft(helper_note=note, scope=scope)
        )
        await self.services.helping.accept(await self.person(helper), offer.code)
        return offer.grant_id

    async def change(self, citizen: Person, grant_id: GrantId, scope: Scope) -> None:
        """Another scope for a grant as it stands."""
        version = (await self.services.granting.grant_of(citizen, grant_id)).version
        await self.services.granting.change(citizen, grant_id, scope, version=version)

    async def renew(self, citizen: Identity, grant_id: GrantId) -> None:
        """Another yes to the same end, with which nothing changes but the version."""
        person = await self.person(citizen)
        view = await self.services.granting.grant_of(person, grant_id)
        await self.services.granting.renew(person, grant_id, view.scope.until_ms)

    async def _post_of_a_year(self) -> None:
        """Small letters of a year, more than fit on a page, then those that the tests look at."""
        for weeks in range(56, 2, -1):
            self._go_to(NOW - timedelta(weeks=weeks, hours=weeks % 5))
            await self.deliver(JAYLANO, "duo_bericht_sf", **_studies(self._today()))
        for name, (days, kind, files, changes) in _letters().items():
            self._go_to(NOW - timedelta(days=days))
            self.letters[name] = await self.deliver(JAYLANO, kind, files=files, **changes)

    async def _words(self) -> None:
        """Of two fines Wim says that he paid, and of one also that he appealed; about the other a reminder comes."""
        self._go_to(NOW - timedelta(days=8))
        for name in ("wim-betaald", "wim-aanmaning"):
            fine = {**_fine(), "zaakkenmerk": name, "dagtekening": "2026-11-16"}
            self.letters[name] = await self.deliver(WIM, "cjib_wahv_beschikking", **fine)
            await self.services.paying.say(await self.person(WIM), self.letters[name], Word.PAID, is_so=True)
        await self.services.paying.say(await self.person(WIM), self.letters[name], Word.OBJECTED, is_so=True)
        self._go_to(NOW - timedelta(days=1))
        await self.deliver(WIM, "cjib_wahv_aanmaning1", **{**reminder(), "zaakkenmerk": "wim-aanmaning"})

    async def _grants(self) -> None:
        reader = Scope(agencies=EVERY, topics=EVERY, actions=frozenset(Action), until_ms=NOW_MS + 92 * DAY_MS)
        lister = Scope(
            agencies=frozenset({CJIB, DUO}),
            topics=frozenset({"boete", "onderwijs"}),
            actions=frozenset({Action.LIST}),
            until_ms=NOW_MS + 31 * DAY_MS,
            dated_from=date(2026, 6, 1),
        )
        self.grants["karin"] = await self.grant(JAYLANO, KARIN, reader, "Karin van het buurthuis")
        self.grants["lister"] = await self.grant(JAYLANO, self.stranger(), lister, "Mijn buurman")
        jaylano, karin = await self.person(JAYLANO), await self.person(KARIN)
        await self.services.granting.offer(jaylano, GrantDraft(helper_note="Tante Ria", scope=reader))
        stopped = await self.grant(JAYLANO, self.stranger(), reader, "Oude schuldhulp")
        await self.services.granting.stop(jaylano, stopped)
        self.grants["stopped"] = stopped
        await self._appoint(reader)
        await self.services.reading.letter(karin, self.letters["boete"], through=self.grants["karin"])
        await self.services.reading.letter(jaylano, self.letters["gelezen"])

    async def _appoint(self, before: Scope) -> None:
        """Elly comes under bewind: what she gave is over, and Bea sees her post."""
        await self.deliver(ELLY, "cjib_wahv_aanmaning1", **reminder())
        await self.grant(ELLY, self.stranger(), before, "Mijn zus")
        appointment = Appointment(
            citizen=ELLY.subject,
            citizen_name=ELLY.name,
            helper=BEA,
            scope=replace(before, purpose=Purpose.ADMINISTRATION, until_ms=NOW_MS + 1_000 * DAY_MS),
            reference="7654321 BM VERZ 26-101",
        )
        self.grants["bea"] = await self.services.appointing.register(appointment)

    def _go_to(self, moment: datetime) -> None:
        self.clock.ms = int(moment.timestamp() * 1000)

    def _today(self) -> date:
        return datetime.fromtimestamp(self.clock.ms / 1000, AMSTERDAM).date()


def _letters() -> dict[str, tuple[int, str, Sequence[tuple[str, bytes]], dict[str, Any]]]:
    """By name: days ago, kind, attachments, and what differs from the least."""
    return {
        "gelezen": (20, "uwv_betaalspecificatie", (), {"onderwerp": "Uw uitkering van oktober"}),
        "oproep": (9, "uwv_oproep", (), _summons()),
        "aanmaning": (6, "cjib_wahv_aanmaning1", (), reminder()),
        "boete": (1, "cjib_wahv_beschikking", [("Beschikking 2026.pdf", PDF)], _fine()),
        "teruggave": (0, "bd_voorlopige_aanslag", [("Aanslag 2026.pdf", PDF), ("Toelichting.pdf", PDF)], {
            "onderwerp": "Uw voorlopige aanslag 2027",
            "dagtekening": "2026-11-24",
            "bedragen": {"totaal": 41200, "richting": "ontvangen"},
        }),
    }  # fmt: skip


def _fine() -> dict[str, Any]:
    return {
        "onderwerp": "Verkeersboete: te hard gereden op de A12",
        "zaakkenmerk": "2201 4455 6677 8899",
        "dagtekening": "2026-11-23",
        "kort": {
            "wat": "U heeft een boete gekregen, omdat u te hard reed.",
            "doen": "Betaal € 109,00. Of ga in beroep als u het niet eens bent met de boete.",
            "gevolg": "Betaalt u te laat? Dan wordt de boete € 159,00.",
        },
        "inhoud": _FINE_TEXT,
        "bedragen": {"totaal": 10900, "hoofdsom": 10000, "kosten": 900, "richting": "betalen"},
        "betaling": {
            "iban": "NL91ABNA0417164300",
            "tenNameVan": "CJIB",
            "betalingskenmerk": "5000056789012345",
            "uiterlijk": "2027-01-18",
        },
        "termijnen": [
            _term("beroep", "2027-01-04", "Wahv art. 6", "Daarna kan beroep niet meer."),
            _term("betalen", "2027-01-18", "Wahv art. 23", "Daarna wordt de boete 50% hoger."),
        ],
        "rechtsmiddel": {
            "soort": "administratief_beroep",
            "instantie": "Officier van justitie",
            "uiterlijk": "2027-01-04",
            "wijze": "Schrijf een brief, of doe het op de website van het CJIB.",
        },
        "acties": [{"label": "Boete betalen", "url": "https://www.cjib.example/betalen", "wie": "iedereen"}],
    }  # fmt: skip


def reminder() -> dict[str, Any]:
    """A reminder of a fine, to be paid within days."""
    return {
        "onderwerp": "Aanmaning: u heeft uw boete nog niet betaald",
        "dagtekening": "2026-11-18",
        "bedragen": {"totaal": 15900, "hoofdsom": 10000, "verhoging": 5000, "kosten": 900, "richting": "betalen"},
        "termijnen": [
            _term("betalen", "2026-11-26", "Wahv art. 24", "Daarna wordt de boete € 309,00.")
        ],
    }  # fmt: skip


def _summons() -> dict[str, Any]:
    return {
        "onderwerp": "Uitnodiging voor een gesprek",
        "dagtekening": "2026-11-15",
        "domeinen": ["uitkering", "gezondheid"],
        "afspraak": {"tijdstip": "2026-12-01T08:30:00Z", "plaats": "UWV, Laan 1, Utrecht", "telefoon": "0800 0000"},
        "termijnen": [
            _term("verschijnen", "2026-12-01", "ZW art. 28", "Anders kan uw uitkering stoppen.")
        ],
    }  # fmt: skip


def _studies(dated: date) -> dict[str, Any]:
    return {
        "onderwerp": f"Bericht over uw studiefinanciering, week {dated.isocalendar().week}",
        "dagtekening": dated.isoformat(),
        "termijnen": [
            {
                "soort": "bezwaar",
                "uiterlijk": (dated + timedelta(weeks=6)).isoformat(),
                "grondslag": "Awb art. 6:7",
                "gevolg": "Daarna kan het niet meer.",
            }
        ],
        "rechtsmiddel": {
            "soort": "bezwaar",
            "instantie": "DUO",
            "uiterlijk": (dated + timedelta(weeks=6)).isoformat(),
        },
    }


def _term(kind: str, by: str, ground: str, consequence: str) -> dict[str, str]:
    return {"soort": kind, "uiterlijk": by, "grondslag": ground, "gevolg": consequence}


_FINE_TEXT: Final = """Beste meneer Meerman,

U reed te hard op de **A12** bij Utrecht. Daarom krijgt u een boete.

# Wat moet u betalen?

| Waarvoor | Bedrag |
|:--|--:|
| Boete | € 100,00 |
| Administratiekosten | € 9,00 |

## Hoe kunt u betalen?

1. Ga naar [de website van het CJIB](https://www.cjib.example/betalen).
2. Of maak het geld zelf over.

Met vriendelijke groet,\\
het CJIB
"""


def _sender(kind: str) -> str:
    return {"bd": BD, "tsl": BD, "uwv": UWV, "svb": SVB, "cjib": CJIB, "duo": DUO}[kind.partition("_")[0]]


def _attachment(name: str, content: bytes) -> dict[str, str]:
    return {"naam": name, "mediaType": "application/pdf", "inhoud": base64.b64encode(content).decode()}


def _bsn(number: int) -> str:
    """The n-th test BSN (99999xxxx) after those that the story uses."""
    return bsns_of_tests()[number]


@cache
def bsns_of_tests() -> list[str]:
    return [digits for tail in range(1000, 10_000) if _passes_elfproef(digits := f"99999{tail}")]


def _passes_elfproef(digits: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


def public_key() -> dict[str, str]:
    """Nobody signs with it here: the stories deliver behind the door of the API."""
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }
