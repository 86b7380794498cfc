"""With what people log in, as the operator wrote it down (`schemas/inlogmiddelen.v1.schema.json`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from mailbox.domain.errors import InvalidIdentifier
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Subject
from schemas import MalformedJson, login_faults, parse_json

_LONGEST_NAME: Final = 80
_LONGEST_SUB: Final = 255
_LARGEST: Final = 256 * 1024


class ProvidersUnsound(ValueError):
    """What is wrong with the file, without its values."""


class ClaimsUnusable(ValueError):
    """A provider does not say what we must know of somebody: which field it is about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """One way to log in. `levels`: of assurance (`acr`) that will do; none: all will.

    `subject_claim`: the field with the BSN, where people are known by that. `desk`: a field, and the value it has or
    holds for who works at a counter. `has_exit`: one can log out there as well.
    """

    key: str
    name: str
    description: str
    issuer: str
    client_id: str
    scope: str
    levels: tuple[str, ...]
    kind: Literal["bsn", "pseudonym"]
    subject_claim: str
    name_claim: str
    organisation: str | None
    organisation_claim: str | None
    desk: tuple[str, str] | None
    has_exit: bool = False

    @property
    def for_others(self) -> bool:
        """Whether who logs in with it comes for an organisation, and so for the post of others."""
        return bool(self.organisation or self.organisation_claim)

    def identity(self, claims: Mapping[str, Any]) -> Identity:
        """Who this is, from what the provider says of them. Raises ClaimsUnusable."""
        return Identity(
            subject=self._subject(claims),
            name=_text(claims, self.name_claim),
            organisation=_text(claims, self.organisation_claim) if self.organisation_claim else self.organisation,
            desk=self.desk is not None and _holds(claims.get(self.desk[0]), self.desk[1]),
        )

    def _subject(self, claims: Mapping[str, Any]) -> Subject:
        """A `sub` is only unique together with who gave it (OpenID Connect Core §5.7)."""
        if self.kind == "pseudonym":
            _text(claims, "sub", longest=_LONGEST_SUB)
            return Subject(kind="pseudonym", value=f"{self.issuer}|{claims['sub']}")  # to the letter: spaces count
        try:
            return Subject.of_bsn(Bsn(_text(claims, self.subject_claim)))
        except InvalidIdentifier:
            raise ClaimsUnusable(self.subject_claim) from None


def read_providers(file: Path) -> tuple[Provider, ...]:
    """The providers in this file, in its order. Raises ProvidersUnsound: all faults, without values."""
    try:
        document = parse_json(file.read_bytes()[:_LARGEST])
    except OSError:
        raise ProvidersUnsound("cannot be read") from None
    except MalformedJson as exc:
        raise ProvidersUnsound(str(exc)) from None
    if found := login_faults(document):
        raise ProvidersUnsound("; ".join(f"{fault.pointer or 'het geheel'}: {fault.message}" for fault in found))
    assert isinstance(document, dict)  # noqa: S101 - the schema says so
    return _providers(document["inlogmiddelen"])


def _providers(means: Sequence[Mapping[str, Any]]) -> tuple[Provider, ...]:
    return tuple(
        Provider(
            key=one["sleutel"],
            name=one["naam"],
            description=one["uitleg"],
            issuer=one["uitgever"],
            client_id=one["client_id"],
            scope=f"openid {one.get('scope', '')}".strip(),
            levels=tuple(one.get("niveaus", ())),
            kind="bsn" if one["persoon"]["soort"] == "bsn" else "pseudonym",
            subject_claim=one["persoon"].get("veld", "bsn"),
            name_claim=one.get("naamveld", "name"),
            organisation=one.get("organisatie"),
            organisation_claim=one.get("organisatieveld"),
            desk=(one["balie"]["veld"], one["balie"]["waarde"]) if "balie" in one else None,
            has_exit=one.get("uitloggen", False),
        )
        for one in means
    )


def _text(claims: Mapping[str, Any], name: str, *, longest: int = _LONGEST_NAME) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
        raise ClaimsUnusable(name)
    return value.strip()


def _holds(value: object, wanted: str) -> bool:
    return value == wanted or (isinstance(value, list) and wanted in value)
