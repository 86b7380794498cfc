"""Words, as people write them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbox.domain.searching import Words


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("scholen", "SCHOLEN"),
        ("STRASSE", "Straße"),
        ("geinteresseerd", "geïnteresseerd"),
        ("geïnteresseerd", "geinteresseerd"),
        ("ﬁets", "fiets"),
        ("istanbul", "İstanbul"),
        ("lodz", "Lódź"),
        ("112,40", "€\u00a0112,40"),
        ("twee woorden", "woorden, en wel twee"),
        ("", "niets"),
    ],
)
def test_it_is_there(asked: str, text: str) -> None:
    assert not Words.of(asked).missing_in(text)


def test_what_is_missing_here_may_be_in_another_text() -> None:
    rest = Words.of("boete café maandag").missing_in("Uw boete", "Café")
    assert rest == Words.of("MAANDAG")
    assert not rest.missing_in("op maandag")
    assert rest.missing_in("op dinsdag")


@given(st.text(), st.text(max_size=20), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_a_word_is_found_in_whatever_form_it_is_written(text: str, word: str, form: str) -> None:
    written = unicodedata.normalize(form, f"{text} {word} {text}")  # type: ignore[arg-type]
    assert not Words.of(word).missing_in(written)
