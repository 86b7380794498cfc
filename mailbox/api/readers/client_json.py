"""Someone whom a helper helps, as apps get it: what their grant covers, as the helper may know it. Pure."""

from __future__ import annotations

from mailbox.api.readers.letter_json import Json, instant, link, present
from mailbox.domain.identifiers import id_text
from mailbox.services.client_rows import ClientPost, ClientRow
from mailbox.services.helping import Client


def client_json(row: ClientRow, here: str) -> Json:
    """A row of the list. `here`: where the list is. Of who is not open there is a name, and perhaps since when."""
    links = {"tijdlijn": link(f"{here}/{id_text(row.grant_id)}/tijdlijn")} if row.is_open else {}
    return present(
        {
            "toestemmingId": id_text(row.grant_id),
            "naam": row.name,
            "beschikbaar": row.is_open,
            "favoriet": row.favourite,
            "looptBinnenkortAf": row.ends_soon,
            "stoptijdstip": None if row.stopped_ms is None else instant(row.stopped_ms),
            "wijzigingstijdstip": instant(row.news.changed_ms) if row.news else None,
            "gevraagdtijdstip": None if row.called_ms is None else instant(row.called_ms),
            "toestemming": row.scope.to_json() if row.scope else None,
            "uitspraak": row.reference,
            "post": _post(row.post) if row.post else None,
            "_links": links,
        }
    )


def new_client_json(client: Client, here: str) -> Json:
    """Someone whose invitation was taken up just now."""
    grant_id = id_text(client.grant_id)
    return {
        "toestemmingId": grant_id,
        "naam": client.name,
        "toestemming": client.scope.to_json(),
        "_links": {"tijdlijn": link(f"{here}/{grant_id}/tijdlijn")},
    }


def _post(post: ClientPost) -> Json:
    return present(
        {
            "aantalVoorbij": post.passed,
            "eersteDatum": post.first.isoformat() if post.first else None,
        }
    )
