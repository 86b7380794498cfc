"""The days that come: a calendar file that any calendar reads, and one paper with all that is open."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser

from connectors.agency import AGENCIES as SENDERS
from connectors.lives import LIVES
from connectors.matter import Matter
from connectors.residents import JAYLANO as RESIDENT
from connectors.residents import SAMIRA as OTHER_RESIDENT
from connectors.residents import Resident
from mailbox.domain.identifiers import Oin
from mailbox.domain.people import Identity
from mailbox.web.calendar_file import CalendarDay, calendar_file
from tests.web.browser import tab
from tests.web.site import Site
from tests.web.story import JAYLANO, NOW, SAMIRA

MADE_MS = int(datetime(2026, 11, 24, 9, 5, tzinfo=UTC).timestamp() * 1000)
A4 = {"width": 595, "height": 842}
Event = dict[str, str]


def events(text: str) -> list[Event]:
    """Reads a calendar by the letter of RFC 5545: lines of 75 octets, unfolded, each a name and a value."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    lines = [line.partition(":") for line in re.sub(r"\r\n[ \t]", "", text).split("\r\n")[:-1]]
    assert lines[0][::2] == ("BEGIN", "VCALENDAR")
    assert lines[-1][::2] == ("END", "VCALENDAR")
    assert {"VERSION": "2.0", "CALSCALE": "GREGORIAN"}.items() <= {name: value for name, _, value in lines}.items()
    assert any(name == "PRODID" for name, _, _ in lines)
    found: list[Event] = []
    for name, _, value in lines[1:-1]:
        if (name, value) == ("BEGIN", "VEVENT"):
            found.append({})
        elif found and name != "END":
            assert name not in found[-1]
            found[-1][name] = plain(value)
    return found


def plain(value: str) -> str:
    """What an escaped text says (§3.3.11). A bare comma or semicolon would begin another value."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def day(number: int = 1, title: str = "Een titel", **more: Any) -> CalendarDay:
    return CalendarDay(key=number.to_bytes(16, "big"), day=date(2026, 12, 28), title=title, **more)


@pytest.mark.parametrize(
    "title",
    [
        "Betaal; nu, of \\ later",
        "a" * 74,
        "é" * 200,
        "€😀" * 40,
        "regel\r\nBEGIN:VALARM",
        "x:y;z",
        " begint met spatie",
    ],
)
def test_any_text_comes_back_as_it_was(title: str) -> None:
    (event,) = events(calendar_file([day(title=title, more=title)], made_ms=MADE_MS))
    assert event["SUMMARY"] == event["DESCRIPTION"] == title.replace("\r", "")


def test_an_event_is_a_whole_day_with_a_name_of_its_own_that_stays() -> None:
    first, second = events(calendar_file([day(1), day(2)], made_ms=MADE_MS))
    (again,) = events(calendar_file([day(1, "Anders")], made_ms=MADE_MS + 5_000_000))
    assert (first["DTSTART;VALUE=DATE"], first["DTSTAMP"]) == ("20261228", "20261124T090500Z")
    assert first["UID"] == again["UID"] != second["UID"]
    assert "01" * 4 not in first["UID"]
    assert set(first) == {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY", "CLASS", "TRANSP"}


def test_no_days_make_an_empty_calendar() -> None:
    assert events(calendar_file([], made_ms=MADE_MS)) == []


def fetched(browser: Browser, site: Site, *, full: bool) -> str:
    with tab(browser, site.url, session=site.session(JAYLANO)) as opened:
        opened.go("/betalen/datums")
        if full:
            opened.page.get_by_label("Zet er ook bij wat ik moet doen").check()
        with opened.page.expect_download() as waiting:
            opened.page.get_by_role("button", name="Bewaar voor mijn agenda").click()
        assert waiting.value.suggested_filename == "datums.ics"
        return waiting.value.path().read_bytes().decode()


def test_a_calendar_says_who_wrote_and_no_more_unless_one_wants_more(browser: Browser, site: Site) -> None:
    poor, full = (events(fetched(browser, site, full=full)) for full in (False, True))
    assert {event["SUMMARY"] for event in poor} == {
        f"Laatste dag: post van {who}" for who in ("het CJIB", "DUO", "UWV")
    }
    assert not [event for event in poor if "DESCRIPTION" in event]
    assert [event["UID"] for event in poor] == [event["UID"] for event in full]
    days = {event["SUMMARY"]: event["DTSTART;VALUE=DATE"] for event in full}
    assert days["CJIB: Betaal €\N{NO-BREAK SPACE}109,00"] == "20270118"
    assert days["CJIB: In beroep gaan kan tot en met deze dag"] == "20270104"
    assert days["UWV: Ga naar de afspraak"] == "20261201"


def test_what_no_form_sends_is_not_there(browser: Browser, site: Site) -> None:
    with tab(browser, site.url, session=site.session(SAMIRA)) as opened:
        assert opened.go("/betalen/datums.ics?inhoud=veel") == 404


async def _lived(site: Site, who: Identity, resident: Resident) -> None:
    """All that this resident of the demo got, up to today, comes to this person."""
    for number, episode in enumerate(LIVES):
        if episode.resident != resident:
            continue
        matter = Matter(resident=resident, start=NOW.date() - timedelta(days=episode.days_ago), number=number)
        for letter in SENDERS[episode.agency].matter(episode.story, matter, pdf=False):
            if letter["dagtekening"] <= NOW.date().isoformat():
                to = {"ontvanger": {"type": "BSN", "waarde": who.subject.value}}
                await site.story.services.receiving.receive(Oin(letter["afzender"]), {**letter, **to}, ())


@pytest.mark.parametrize("resident", [RESIDENT, OTHER_RESIDENT], ids=["jaylano", "samira"])
def test_a_life_fits_on_one_a4(browser: Browser, site: Site, resident: Resident) -> None:
    who = site.story.stranger()
    site.run(_lived(site, who, resident))
    with tab(browser, site.url, session=site.session(who)) as opened:
        opened.go("/betalen/printen")
        bills, days = (
            opened.page.locator(f".mo-paper{kind} > li").count() for kind in (":not(.mo-paper--days)", "--days")
        )
        read = pypdf.PdfReader(io.BytesIO(opened.page.pdf(prefer_css_page_size=True)))
        text = " ".join(read.pages[0].extract_text().split())
    assert (bills > 2, days > 2) == (True, True)
    assert [(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in read.pages] == [
        (A4["width"], A4["height"])
    ]
    assert "Nog te betalen: minstens" in text
    assert "Lukt betalen niet?" in text
    assert not [word for word in ("Uitloggen", "Hulp nodig?", "kies Afdrukken") if word in text]
