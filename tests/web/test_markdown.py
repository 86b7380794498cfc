"""The renderer alone: whatever a letter says, the HTML can do nothing, and is made in time."""

from __future__ import annotations

import time
from timeit import timeit
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbox.web.markdown import letter_html as render
from tests.web import markup
from tests.web.hostile import HOSTILE, deep

_PLAIN = ("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "li", "em", "strong", "blockquote", "code", "span")
ALLOWED: dict[str, set[str]] = {
    **{tag: {"class"} for tag in (*_PLAIN, "table", "thead", "tbody", "tr")},
    "ol": {"start", "class"},
    "a": {"href", "rel", "class"},
    "th": {"class", "scope"},
    "td": {"class"},
    "div": {"class", "tabindex", "role", "aria-label"},
}
_LONG, _SHORT = deep(60_000), deep(15_000)
_MOST_TIMES = 10
"""For four times the text. A parser that walks back over what it read takes sixteen times and more."""
_LEAST_S = 0.03
"""Below this the clock weighs more than the text."""

_MARKS = st.sampled_from(
    ["<", ">", "&", '"', "'", "`", "*", "_", "[", "]", "(", ")", "!", "|", "-", "#", "\\", "\n", "\n\n", " ", "\t", ":"]
)
_WORDS = st.sampled_from(
    [
        "<script>",
        "</p>",
        "<img src=x onerror=a>",
        "javascript:",
        "https://",
        "a",
        "//x.example",
        "&#106;",
        "\u202e",
        "|-|",
    ]
)
_letters = st.lists(st.one_of(_MARKS, _WORDS, st.text(max_size=4)), max_size=60).map("".join)


def check_harmless(html: str) -> None:
    assert markup.faults(html) == []
    for element in markup.elements(html):
        assert element.tag in ALLOWED
        assert set(element.attributes) <= ALLOWED[element.tag]
        if element.tag == "a":
            address = urlsplit(element.attributes["href"])
            assert (address.scheme, bool(address.hostname), "@" in address.netloc) == ("https", True, False)
            assert {"noopener", "noreferrer", "nofollow"} <= set(element.attributes["rel"].split())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_letter_is_only_text(name: str) -> None:
    check_harmless(render(HOSTILE[name]))


@settings(max_examples=400, deadline=None)
@given(_letters)
def test_nothing_one_can_write_does_more_than_text(letter: str) -> None:
    check_harmless(render(letter))


def seconds(letter: str) -> float:
    """Of this process, without the garbage collector's turns."""
    return max(timeit(lambda: render(letter), timer=time.process_time, number=1), _LEAST_S)


@pytest.mark.parametrize("name", _LONG)
def test_a_letter_costs_as_much_as_it_is_long(name: str) -> None:
    assert seconds(_LONG[name]) < _MOST_TIMES * seconds(_SHORT[name])


@pytest.mark.parametrize("letter", deep(5_000).values(), ids=_LONG)
def test_a_letter_that_is_hard_to_read_is_only_text(letter: str) -> None:
    html = render(letter)
    assert len(html) < 50 * len(letter)
    check_harmless(html)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Eén\ntwee", "Eén twee"),
        ("<b>dik</b>", "<b>dik</b>"),
        ("a & b &amp; c", "a & b & c"),
        ("[Betalen](https://www.cjib.example/betalen)", "Betalen (www.cjib.example)"),
        ("[https://www.cjib.example](https://elders.example)", "https://www.cjib.example (elders.example)"),
        ("[Betalen](http://www.cjib.example)", "[Betalen](http://www.cjib.example)"),
        ("![plaatje](https://x.example/p.png)", "!plaatje (x.example)"),
        ("betaal \u202eniet\u202c nu", "betaal niet nu"),
    ],
)
def test_what_is_shown(written: str, shown: str) -> None:
    assert markup.text(render(written)) == shown


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("# Kop", ["h3"]),
        ("###### Kop", ["h3"]),
        ("# Kop\n### Onder\n## Ook onder\n# Kop", ["h3", "h4", "h4", "h3"]),
        ("\n".join("#" * n + " Kop" for n in range(1, 7)), ["h3", "h4", "h5", "h6", "h6", "h6"]),
        ("Kop\n===", ["h3"]),
        ("- a\n- b", ["ul", "li", "li"]),
        ("3. a", ["ol", "li"]),
        ("*a* **b**", ["p", "em", "strong"]),
        ("a  \nb", ["p", "br"]),
    ],
)
def test_the_subset(written: str, tags: list[str]) -> None:
    assert [element.tag for element in markup.elements(render(written))] == tags


def test_a_table_has_headers_and_no_style_attribute() -> None:
    html = render("|Wat|Bedrag|\n|:-|-:|\n|Boete|€ 100|")
    tags = [element.tag for element in markup.elements(html)]
    assert (tags.count("th"), tags.count("td")) == (2, 2)
    check_harmless(html)


def test_a_host_in_other_letters_is_shown_as_it_travels() -> None:
    """A Cyrillic look-alike of a Dutch host must not pass for it."""
    assert "(www.xn--" in render("[Betalen](https://www.сjib.example)")  # the first letter is Cyrillic
