"""A site where people log in at an OpenID provider, both real."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mailbox.api.client_keys import new_private_jwk, public_jwk
from mailbox.serving import outside_login
from mailbox.web.outside_login import RETURN_PATH
from tests.openid_provider import CLIENT_ID, SUBSTANTIAL, OpenIdProvider, openid_provider
from tests.processes import free_port
from tests.web.site import Site, running_site

ORGANISATION: Final = "Buurthuis De Brug"
PEOPLE: Final[dict[str, dict[str, Any]]] = {
    "jaylano": {"sub": "jaylano", "name": "Jaylano Meerman", "bsn": "999990019"},
    "samira": {"sub": "samira", "name": "Samira Bouali", "bsn": "999990020"},
    "naamloos": {"sub": "naamloos", "bsn": "999990019"},
    "karin": {"sub": "karin", "name": "Karin Bos", "rollen": ["vrijwilliger"]},
    "fatma": {"sub": "fatma", "name": "Fatma Demir", "rollen": ["vrijwilliger", "balie"]},
}


@dataclass(frozen=True, kw_only=True)
class Outside:
    """A site, and where one logs in."""

    site: Site
    provider: OpenIdProvider


@contextmanager
def site_with_provider(template: Path, folder: Path) -> Iterator[Outside]:
    """Two ways to log in at one provider: as a citizen, and for an organisation. A third is not there."""
    port, key = free_port(), new_private_jwk()
    return_to = [f"http://127.0.0.1:{port}{RETURN_PATH}/{key}" for key in ("digid", "werk")]
    with openid_provider(PEOPLE, client_key=public_jwk(key), return_to=return_to) as provider:
        keys = _private(folder / "login.json", key)
        logins = _private(folder / "inlogmiddelen.json", {"inlogmiddelen": means(provider.issuer)})
        with running_site(
            template, folder, port=port, login=outside_login, login_file=logins, login_key_file=keys, demo=False
        ) as site:
            yield Outside(site=site, provider=provider)


def means(issuer: str) -> list[dict[str, Any]]:
    """The operator's file."""
    one = {"uitgever": issuer, "client_id": CLIENT_ID, "scope": "profile", "uitloggen": True}
    citizen = {"niveaus": [SUBSTANTIAL], "persoon": {"soort": "bsn"}}
    staff = {
        "persoon": {"soort": "pseudoniem"},
        "organisatie": ORGANISATION,
        "balie": {"veld": "rollen", "waarde": "balie"},
    }
    return [
        {"sleutel": "digid", "naam": "DigiD", "uitleg": "Voor uw eigen post.", **one, **citizen},
        {"sleutel": "werk", "naam": "uw werkaccount", "uitleg": f"Voor wie werkt bij {ORGANISATION}.", **one, **staff},
        {
            "sleutel": "stuk",
            "naam": "een dienst met een storing",
            "uitleg": "Die is er nu niet.",
            **one,
            **citizen,
            "uitgever": f"http://127.0.0.1:{free_port()}",
        },
    ]


def _private(file: Path, content: object) -> Path:
    file.write_text(json.dumps(content))
    file.chmod(0o600)
    return file
