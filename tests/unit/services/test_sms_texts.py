"""What messages say on a telephone: in two parts of GSM 7 bit at most, and as little as by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox.domain.alerts import AlertFacts, AlertKind
from mailbox.domain.identifiers import Oin
from mailbox.services.sms_texts import SMS_LENGTH, alert_sms, code_sms, moved_sms

GSM_7_BIT = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038 section 6.2.1, without the extension, of which each letter counts as two."""
CJIB, UWV, SVB = (Oin(f"0000009900000000{number}000") for number in (4, 5, 6))
NAMES = {CJIB.value: "CJIB", UWV.value: "UWV", SVB.value: "Sociale Verzekeringsbank"}
BY = date(2026, 9, 30)


def told(kind: AlertKind, agency: Oin | None = None, **given: object) -> AlertFacts:
    return AlertFacts(kind=kind, agency=agency, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            [told(AlertKind.NEW_POST, UWV)],
            "Er is nieuwe post voor u in Mijnoverzicht. Van: UWV. Log zelf in. Wij sturen nooit een link.",
        ),
        (
            [
                told(AlertKind.NEW_POST, SVB),
                told(AlertKind.NEW_POST, CJIB, reaction=True, by=BY, says_by=True),
                told(AlertKind.NEW_POST, SVB),
            ],
            "Er is nieuwe post voor u in Mijnoverzicht. CJIB vraagt iets van u uiterlijk 30 september 2026. "
            "Van: Sociale Verzekeringsbank. Log zelf in. Wij sturen nooit een link.",
        ),
        (
            [told(AlertKind.REMINDER, CJIB, by=BY)],
            "U moet binnenkort iets doen met post in Mijnoverzicht. CJIB vraagt iets van u. "
            "Log zelf in. Wij sturen nooit een link.",
        ),
        (
            [told(AlertKind.CALLED), told(AlertKind.WATCHING)],
            "Kijk bij Inzage: iets ongewoons bij wie met u meekijkt. "
            "Iemand die u helpt, wil dat u meekijkt met de post. Log zelf in. Wij sturen nooit een link.",
        ),
    ],
)
def test_it_says_who_wrote_and_whether_they_ask_something(facts: Sequence[AlertFacts], expected: str) -> None:
    assert alert_sms(facts, NAMES) == expected


def test_what_does_not_fit_is_said_and_who_asks_something_comes_first() -> None:
    names = {Oin(f"00000099000000{number:03}000").value: f"Gemeente {number:03}" for number in range(100, 140)}
    agencies = [Oin(value) for value in names]
    facts = [told(AlertKind.NEW_POST, agency, reaction=agency == agencies[-1]) for agency in agencies]
    text = alert_sms(facts, names)
    assert "Mijnoverzicht. Gemeente 139 vraagt iets van u. Van: Gemeente 100." in text
    assert "Niet alles past in deze sms. Log zelf in." in text
    assert SMS_LENGTH - 30 < len(text) <= SMS_LENGTH


@given(
    kinds=st.lists(st.sampled_from(AlertKind), min_size=1, max_size=12),
    names=st.lists(st.text(max_size=200), min_size=12, max_size=12),
    asks=st.booleans(),
)
def test_every_telephone_shows_it_in_two_parts(kinds: list[AlertKind], names: list[str], asks: bool) -> None:  # noqa: FBT001
    agencies = [Oin(f"00000099000000{number:03}000") for number in range(100, 112)]
    facts = [
        told(kind, agency, reaction=asks, by=BY, says_by=True) for kind, agency in zip(kinds, agencies, strict=False)
    ]
    text = alert_sms(facts, {agency.value: name for agency, name in zip(agencies, names, strict=True)})
    assert len(text) <= SMS_LENGTH
    assert set(text) <= GSM_7_BIT
    assert text.endswith("Log zelf in. Wij sturen nooit een link.")


@pytest.mark.parametrize("text", [code_sms("012345"), moved_sms()])
def test_a_code_and_a_change_fit_too(text: str) -> None:
    assert len(text) <= SMS_LENGTH
    assert set(text) <= GSM_7_BIT
    assert [part for part in ("http", "www", "//") if part in text] == []
