"""Every error of the service. A `code` for the wire, never an HTTP status; the docstring is the default message."""

from __future__ import annotations

from typing import ClassVar


class MailboxError(Exception):
    """Er ging iets mis."""

    code: ClassVar[str] = "interne-fout"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class InvalidIdentifier(MailboxError):
    """Dit nummer heeft niet de juiste vorm."""

    code = "ongeldig-nummer"


class NotFound(MailboxError):
    """Dit bestaat niet, of u mag het niet zien."""

    code = "niet-gevonden"


class Forbidden(MailboxError):
    """U mag dit niet doen."""

    code = "geen-toegang"


class ReferenceReused(MailboxError):
    """Onder dit kenmerk is al een bericht met een andere inhoud aangeleverd."""

    code = "kenmerk-hergebruikt"


class NotYourOin(MailboxError):
    """De afzender van het bericht is een andere organisatie dan die is ingelogd."""

    code = "andere-afzender"


class TemporarilyUnavailable(MailboxError):
    """De dienst is tijdelijk niet beschikbaar. Probeer het later opnieuw."""

    code = "tijdelijk-niet-beschikbaar"


class SealBroken(MailboxError):
    """Opgeslagen gegevens kloppen niet met hun sleutel."""

    code = "zegel-verbroken"


class DirectoryTampered(SealBroken):
    """Een publieke sleutel in de opslag is niet door ons vastgelegd."""

    code = "sleutelregister-verbroken"


class CodeRefused(MailboxError):
    """Deze code klopt niet, is al gebruikt of is verlopen."""

    code = "code-geweigerd"


class TooManyAttempts(MailboxError):
    """U heeft te vaak een verkeerde code ingevuld. Probeer het over een uur opnieuw."""

    code = "te-veel-pogingen"


class LoginRefused(MailboxError):
    """Inloggen is niet gelukt."""

    code = "inloggen-mislukt"


class LoginCancelled(LoginRefused):
    """Het inloggen is afgebroken."""


class LoginTooWeak(LoginRefused):
    """Deze manier van inloggen is niet sterk genoeg."""


class LoginUnavailable(LoginRefused):
    """Inloggen lukt nu niet."""


class ClientRefused(MailboxError):
    """De organisatie kon niet worden vastgesteld."""

    code = "invalid_client"


class AlreadyStored(MailboxError):
    """Dit is al opgeslagen."""

    code = "bestaat-al"


class AppRefused(MailboxError):
    """Mensen gaan alleen terug naar een adres met https, of met http://127.0.0.1 (een app op hun apparaat)."""

    code = "ongeldige-app"


class FcidRefused(MailboxError):
    """Dit overzicht van betalingen heeft niet de vorm die is afgesproken (FCID)."""

    code = "ongeldig-betaaloverzicht"


class ScopeRefused(MailboxError):
    """Deze toestemming is niet volledig of niet toegestaan."""

    code = "ongeldige-toestemming"


class NotPossibleNow(ScopeRefused):
    """Dit kan nu niet met deze toestemming."""

    code = "kan-nu-niet"


class ChangedMeanwhile(NotPossibleNow):
    """Deze toestemming is intussen gewijzigd. Kijk opnieuw."""

    code = "intussen-gewijzigd"


class MayNotGive(ScopeRefused):
    """U staat onder bewind of curatele. Daarom kunt u zelf niemand laten meekijken."""
