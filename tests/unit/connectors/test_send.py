"""`python -m mailbox send`: what may be asked of it, and what it sends."""

from __future__ import annotations

import argparse
import io
from datetime import date

import pytest
from rich.console import Console

from connectors.agency import AGENCIES
from connectors.send import add_arguments, letters, people, tell_if_away
from tests.processes import free_port

UNTIL = date(2026, 11, 24)


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser()
    add_arguments(made)
    return made


@pytest.mark.parametrize(("citizens", "number"), [(1, 1), (3, 10), (10, 3), (7, 7)])
def test_letters_are_spread_over_the_citizens(citizens: int, number: int) -> None:
    sent = list(letters(AGENCIES["duo"], citizens=citizens, number=number, until=UNTIL, pdf=False))
    assert number == len(sent)
    assert min(citizens, number) == len({letter["ontvanger"]["waarde"] for letter in sent})


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("--citizens", "0", "at least 1"),
        ("--letters", "-5", "at least 1"),
        ("--letters", "many", "a whole number of at least 1"),
        ("--concurrency", "0", "at least 1"),
        ("--agency", "kvk", "invalid choice"),
        ("--until", "yesterday", "invalid fromisoformat value"),
    ],
)
def test_what_makes_no_sense_is_refused(
    parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str], option: str, value: str, why: str
) -> None:
    with pytest.raises(SystemExit):
        parser.parse_args(["--agency", "duo", option, value])
    assert why in capsys.readouterr().err


def test_defaults(parser: argparse.ArgumentParser) -> None:
    args = parser.parse_args(["--agency", "duo"])
    assert (args.citizens, args.letters, args.single, args.no_pdf, args.journal) == (100, 1000, False, False, None)


@pytest.mark.parametrize(
    ("asked", "get_post", "told"), [(900, 900, ""), (1000, 900, "There are 900 fictional people.")]
)
def test_there_are_no_more_people_than_bsns_for_tests(asked: int, get_post: int, told: str) -> None:
    said = io.StringIO()
    assert get_post == people(asked, Console(file=said))
    assert said.getvalue().startswith(told)


async def test_who_sends_to_nobody_hears_so_at_once() -> None:
    told = io.StringIO()
    await tell_if_away(f"http://127.0.0.1:{free_port()}", Console(file=told, width=200))
    assert "No answer from http://127.0.0.1:" in told.getvalue()
    assert "--url" in told.getvalue()
