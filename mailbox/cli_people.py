"""`python -m mailbox appointment …` and `helper …`: whom a court appointed, and who left an organisation.

Who it is about comes in a file or on standard input, and never as an argument: arguments are seen by others on the
machine, and stay in histories. Nothing of it is echoed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from mailbox.domain.errors import NotFound
from mailbox.settings import load_settings
from mailbox.terminal import CommandFailed, say

Arguments = argparse.Namespace
_STANDARD_INPUT: Final = "-"
_LARGEST: Final = 64 * 1024
_KEEP: Final = "It holds a BSN: keep it where only you can read it, and take it away afterwards."
_APPOINTMENT: Final = (
    "FILE is JSON in the form of schemas/aanstelling.v1.schema.json: burger, helper, maatregel, beschikking, totEnMet"
    f" and, to show less than all, omvang. {_KEEP}"
)
_ENDING: Final = f"FILE is the file with which it was added, or one with its burger and beschikking only. {_KEEP}"
_PERSON: Final = (
    'FILE is JSON with who it is, as the login knows them: {"bsn": "…"} or {"pseudoniem": "…"}.'
    f" Without FILE it is read from standard input, so that no BSN is an argument. {_KEEP}"
)


def add_commands(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds them; `command` makes one."""
    court = commands.add_parser("appointment", help="whom a court appointed: bewind, curatele, mentorschap")
    court = court.add_subparsers(required=True, metavar="ACTION")
    _takes_file(command(court, "add", _add, "register a court's decision, which is in force at once"), _APPOINTMENT)
    _takes_file(command(court, "end", _end, "end what was registered under a decision's number"), _ENDING)
    command(court, "list", _list, "what is in force: its number, until when, and nobody's name")
    helper = commands.add_parser("helper", help="caseworkers of organisations")
    helper = helper.add_subparsers(required=True, metavar="ACTION")
    remove = command(helper, "remove", _remove, "a caseworker left the organisation, and loses access at once")
    _takes_file(remove, _PERSON, nargs="?", default=_STANDARD_INPUT)


def _takes_file(command: argparse.ArgumentParser, form: str, **options: Any) -> None:
    command.add_argument("file", metavar="FILE", help=f"{_STANDARD_INPUT} is standard input", **options)
    command.epilog = form


def _add(given: Arguments) -> None:
    from schemas import appointment_faults

    appointment = _appointment(_read(given.file, appointment_faults))
    grant_id = asyncio.run(_with_services(lambda services: services.appointing.register(appointment)))
    say(f"Registered, and in force: {_id_text(grant_id)}. Citizen and helper are told.")


def _end(given: Arguments) -> None:
    from schemas import ending_faults

    document = _read(given.file, ending_faults)
    citizen, name = _subject(document["burger"]), document["burger"]["naam"].strip()
    try:
        asyncio.run(_with_services(lambda services: services.appointing.end(citizen, name, document["beschikking"])))
    except NotFound:
        raise CommandFailed("Nothing is in force for this person under this number.") from None
    say("Ended. Citizen and helper are told.")


def _list(_: Arguments) -> None:
    from mailbox.web.formats import day_iso

    for one in asyncio.run(_with_services(lambda services: services.appointing.in_force())):
        last = day_iso(one.until_ms - 1)
        who = f"  ({one.organisation})" if one.organisation else ""
        say(f"{_id_text(one.grant_id)}  {one.purpose.value:11}  {last}  {one.reference}{who}")


def _remove(given: Arguments) -> None:
    from schemas import person_faults

    subject = _subject(_read(given.file, person_faults))
    left = asyncio.run(_with_services(lambda services: services.caseworkers.remove(subject)))
    say(f"Removed. Consents they held for an organisation: {left.grants}.")
    if left.appointments:
        say(f"Of these a court had appointed them alone: {left.appointments}. That ended; add who is appointed now.")


async def _with_services(act: Callable[[Any], Awaitable[Any]]) -> Any:
    from mailbox.bootstrap import services

    async with services(load_settings()) as built:
        return await act(built)


def _read(file: str, faults: Callable[[object], Any]) -> dict[str, Any]:
    """The document in this file, without faults. Raises CommandFailed: all of them, without any value."""
    from schemas import MalformedJson, parse_json

    try:
        document = parse_json(_bytes(file))
    except MalformedJson as exc:
        raise CommandFailed(str(exc)) from None
    found = faults(document)
    if found:
        raise CommandFailed("; ".join(f"{fault.pointer or 'het geheel'}: {fault.message}" for fault in found))
    assert isinstance(document, dict)  # noqa: S101 - the schema says so
    return document


def _bytes(file: str) -> bytes:
    try:
        if file == _STANDARD_INPUT:
            return sys.stdin.buffer.read(_LARGEST)
        with Path(file).open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError:
        raise CommandFailed("The file cannot be read.") from None  # its name may hold what it is about


def _appointment(document: Mapping[str, Any]) -> Any:
    from mailbox.domain.people import Identity
    from mailbox.services.appointing import Appointment

    helper = document["helper"]
    return Appointment(
        citizen=_subject(document["burger"]),
        citizen_name=document["burger"]["naam"].strip(),
        helper=Identity(
            subject=_subject(helper),
            name=helper["naam"].strip(),
            organisation=helper.get("organisatie", "").strip() or None,
        ),
        scope=_scope(document, document.get("omvang", {})),
        reference=document["beschikking"],
    )


def _scope(document: Mapping[str, Any], extent: Mapping[str, Any]) -> Any:
    """Everything that is not said is everything, but for health and criminal law (AVG art. 9 and 10)."""
    from consent import EVERY, Action, Purpose, Scope
    from mailbox.web.formats import end_of_day_ms

    actions = {
        "lezen": Action.READ,
        "downloaden": Action.DOWNLOAD,
        "markeren": Action.MARK,
        "waarschuwen": Action.ALERT,
        "antwoorden": Action.REPLY,
    }
    return Scope(
        agencies=frozenset(extent["afzenders"]) if "afzenders" in extent else EVERY,
        topics=frozenset(extent["onderwerpen"]) if "onderwerpen" in extent else EVERY,
        actions=frozenset({Action.LIST, *(actions[name] for name in extent.get("acties", actions))}),
        until_ms=end_of_day_ms(date.fromisoformat(document["totEnMet"])),
        dated_from=_day(extent.get("brievenVanaf")),
        dated_to=_day(extent.get("brievenTotEnMet")),
        purpose=Purpose(document["maatregel"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _subject(person: Mapping[str, Any]) -> Any:
    from mailbox.domain.identifiers import Bsn
    from mailbox.domain.people import Subject

    if "bsn" in person:
        return Subject.of_bsn(Bsn(person["bsn"]))
    return Subject(kind="pseudonym", value=person["pseudoniem"])


def _id_text(grant_id: Any) -> str:
    from mailbox.domain.identifiers import id_text

    return id_text(grant_id)
