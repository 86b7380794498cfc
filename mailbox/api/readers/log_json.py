"""An entry of the access log as apps get it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbox.api.readers.letter_json import Json, instant, link, present
from mailbox.domain.identifiers import id_text
from mailbox.services.access_log import LetterRef, LogLine
from mailbox.services.log_entries import Act

ACTS: Final[Mapping[Act, str]] = {
    Act.LIST: "lijst-bekeken",
    Act.SEARCHED: "gezocht",
    Act.OVERVIEW: "overzicht-bekeken",
    Act.COMPARED: "op-datum-gezocht",
    Act.READ: "gelezen",
    Act.DOWNLOAD: "bijlage-geopend",
    Act.EXPORTED: "overzicht-bewaard",
    Act.TAKEN_ALONG: "alles-meegenomen",
    Act.CONFIRMED: "bevestigd",
    Act.OFFERED: "aangeboden",
    Act.ACCEPTED: "aangenomen",
    Act.AGREED: "toegestaan",
    Act.REFUSED: "geweigerd",
    Act.APPOINTED: "aangewezen",
    Act.JOINED: "collega-erbij",
    Act.LEFT: "weggegaan",
    Act.CHANGED: "gewijzigd",
    Act.PAUSED: "gepauzeerd",
    Act.RESUMED: "hervat",
    Act.STOPPED: "gestopt",
    Act.EXPIRED: "verlopen",
    Act.LAPSED: "vervallen",
    Act.REPORTED: "gemeld",
    Act.NOTICED: "opgevallen",
    Act.CONNECTED: "app-toegelaten",
    Act.TRIED: "geprobeerd",
    Act.STOPPING: "alles-gestopt",
    Act.SAID: "opgeschreven",
    Act.TAKEN_BACK: "weggehaald",
    Act.ADDRESS: "adres-gewijzigd",
    Act.LADDER: "waarschuwen-gekozen",
    Act.CALLED: "helper-gevraagd",
    Act.UNREACHED: "niet-bereikt-gemeld",
    Act.REACH: "bereikbaarheid-bekeken",
    Act.PROPOSED: "klaargezet",
    Act.DISCARDED: "weggegooid",
}
"""Acts in the words of the wire."""


def line_json(line: LogLine, names: Mapping[str, str], base: str, *, sees_post: bool) -> Json:
    """One act. `names` of organisations by OIN; `base`: where this API is.

    `sees_post`: the app may read the post too. Of letters it is else told only which they are.
    """
    here = f"{base}/inzagelog/{line.seq}"
    return present(
        {
            "nummer": line.seq,
            "tijdstip": instant(line.at_ms),
            "wie": line.actor,
            "rol": line.role.value,
            "handeling": ACTS[line.action],
            "app": line.details.get("app"),
            "helper": line.details.get("helper"),
            "klaargezetDoor": line.details.get("prepared_by"),
            "toestemmingId": id_text(line.grant_id) if line.grant_id else None,
            "toestemming": line.details.get("scope"),
            "eerdereToestemming": line.details.get("was"),
            "berichten": [_letter(letter, names, base, sees_post=sees_post) for letter in line.letters],
            "_links": {"self": link(here), "meldingen": link(f"{here}/meldingen")},
        }
    )


def _letter(letter: LetterRef, names: Mapping[str, str], base: str, *, sees_post: bool) -> Json:
    agency = letter.agency.value if letter.agency and sees_post else None
    sender = present({"oin": agency, "naam": names.get(agency)}) if agency else None
    return present(
        {
            "berichtId": id_text(letter.letter_id),
            "afzender": sender,
            "onderwerp": letter.subject if sees_post else None,
            "_links": {"self": link(f"{base}/berichten/{id_text(letter.letter_id)}")},
        }
    )
